"""A clock as plain values, for the one sealed section that holds the clocks of a case (design 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from app.domain.clocks.clock import Clock, State, Step
from app.domain.clocks.rules import RuleKind

Record = Mapping[str, str | int | bool | None]
"""Texts, whole numbers, booleans and None only. Moments are ISO 8601 in UTC."""


def to_record(clock: Clock) -> Record:
    """The clock as a dict of plain values; `from_record` gives an equal clock back."""
    return {
        "rule": clock.rule_id,
        "version": clock.version,
        "subject": str(clock.subject_id),
        "occurrence": clock.occurrence,
        "kind": clock.kind.value,
        "trigger": _text(clock.trigger_at),
        "due": _text(clock.due_at),
        "warn": _text(clock.warn_at),
        "supervisor": _text(clock.supervisor_at),
        "head": _text(clock.head_at),
        "second": None if clock.second_date is None else clock.second_date.isoformat(),
        "estimated": clock.estimated,
        "time_assumed": clock.time_assumed,
        "state": clock.state.value,
        "ended": _text(clock.ended_at),
        "reason": clock.reason,
        "step": None if clock.step is None else clock.step.value,
    }


def from_record(record: Record) -> Clock:
    """The clock of a record. ValueError, without its content, for a record that is not one of ours."""
    try:
        return _clock(record)
    except (KeyError, TypeError, ValueError):
        raise ValueError("not a clock record") from None


def _clock(record: Record) -> Clock:
    second, step = record["second"], record["step"]
    return Clock(
        rule_id=str(record["rule"]),
        version=_number(record["version"]),
        subject_id=UUID(str(record["subject"])),
        occurrence=str(record["occurrence"]),
        kind=RuleKind(str(record["kind"])),
        trigger_at=_moment(record["trigger"]),
        due_at=_moment(record["due"]),
        warn_at=_moment(record["warn"]),
        supervisor_at=_maybe(record["supervisor"]),
        head_at=_maybe(record["head"]),
        second_date=None if second is None else date.fromisoformat(str(second)),
        estimated=record["estimated"] is True,
        time_assumed=record["time_assumed"] is True,
        state=State(str(record["state"])),
        ended_at=_maybe(record["ended"]),
        reason=str(record["reason"]),
        step=None if step is None else Step(str(step)),
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _number(value: str | int | bool | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a number")
    return value


def _moment(value: str | int | bool | None) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("not a moment")
    return moment.astimezone(UTC)


def _maybe(value: str | int | bool | None) -> datetime | None:
    return None if value is None else _moment(value)
