"""Where a clock stands at a moment, and when somebody has to be told next (design 5). `now` is always an aware moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.domain.clocks.clock import Clock, Step
from app.domain.zones import to_utc

_RANK = {step: rank for rank, step in enumerate(Step)}
_HOUR = timedelta(hours=1)


class Status(StrEnum):
    """What a person sees. OVERDUE and ESCALATED hold for DUE and MAX alike: the moment went by without the record."""

    RUNNING = "RUNNING"
    WARN = "WARN"
    OVERDUE = "OVERDUE"
    ESCALATED = "ESCALATED"
    MET = "MET"
    LATE = "LATE"
    WAIVED = "WAIVED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    HISTORY = "HISTORY"


_SEEN = {
    Step.WARN: Status.WARN,
    Step.DUE: Status.OVERDUE,
    Step.SUPERVISOR: Status.ESCALATED,
    Step.HEAD: Status.ESCALATED,
}


class Rung(NamedTuple):
    """One step of the ladder and the moment from which it holds."""

    step: Step
    at: datetime


def steps(clock: Clock) -> tuple[Rung, ...]:
    """The ladder of a clock, lowest first; empty once it has ended: an ended clock never escalates."""
    if not clock.is_running:
        return ()
    moments = (
        (Step.WARN, clock.warn_at),
        (Step.DUE, clock.lapses_at),
        (Step.SUPERVISOR, clock.supervisor_at),
        (Step.HEAD, clock.head_at),
    )
    return tuple([Rung(step, at) for step, at in moments if at is not None])


def reached(clock: Clock, now: datetime) -> Step | None:
    """The highest step whose moment has come."""
    return max((rung.step for rung in steps(clock) if rung.at <= now), key=_RANK.__getitem__, default=None)


def next_step(clock: Clock, now: datetime) -> Rung | None:
    """The next step that still lies ahead."""
    return min((rung for rung in steps(clock) if rung.at > now), key=_rung_order, default=None)


def pending(clock: Clock, now: datetime) -> tuple[Step, ...]:
    """Steps whose moment has come and of which nobody was told yet, lowest first. Empty when the sweep ran already."""
    return tuple(rung.step for rung in _untold(clock) if rung.at <= now)


def mark(clock: Clock, now: datetime) -> Clock:
    """The clock after everybody was told what is due by now. Marking twice changes nothing."""
    waiting = pending(clock, now)
    return replace(clock, step=max(waiting, key=_RANK.__getitem__)) if waiting else clock


def carry_steps(fresh: Iterable[Clock], stored: Iterable[Clock], now: datetime) -> tuple[Clock, ...]:
    """Freshly computed clocks with the steps already told, so that nobody is told twice.

    A clock that moved under another version of its rule is the same clock. Where the due moment moved later, steps that lie ahead again will be told again when they come.
    """
    told: Mapping[str, Step] = {clock.key: clock.step for clock in stored if clock.step is not None}
    return tuple(_carried(clock, told.get(clock.key), now) for clock in fresh)


def _carried(clock: Clock, told: Step | None, now: datetime) -> Clock:
    if told is None or not clock.is_running:
        return replace(clock, step=told)
    here = reached(clock, now)
    return replace(clock, step=here if here is None else min(told, here, key=_RANK.__getitem__))


def status(clock: Clock, now: datetime) -> Status:
    """How the clock stands now, or how it ended. Overdue is computed here and stored nowhere."""
    if not clock.is_running:
        return Status(clock.state.value)
    step = reached(clock, now)
    return Status.RUNNING if step is None else _SEEN[step]


def is_overdue(clock: Clock, now: datetime) -> bool:
    """A running clock whose due minute has passed."""
    return clock.is_running and now >= clock.lapses_at


def remaining(clock: Clock, now: datetime) -> timedelta | None:
    """Time left until due, negative when overdue; None once the clock has ended."""
    return clock.due_at - to_utc(now) if clock.is_running else None


def due_at(clocks: Iterable[Clock]) -> datetime | None:
    """The earliest due moment of a clock that still runs (the clear column of design 2)."""
    return min((clock.due_at for clock in clocks if clock.is_running), default=None)


def watch_at(clocks: Iterable[Clock], now: datetime) -> datetime | None:
    """When the sweep must open this case next: the earliest untold step, rounded up to the hour (design 2).

    A step that is already past is due at the next full hour, so a late entry is swept too. Rounding hides the exact due
    moment, which together with the report time would give away the rule.
    """
    moments = [rung.at for clock in clocks for rung in _untold(clock)]
    return _full_hour(max(min(moments), to_utc(now))) if moments else None


def _untold(clock: Clock) -> tuple[Rung, ...]:
    told = -1 if clock.step is None else _RANK[clock.step]
    return tuple([rung for rung in steps(clock) if _RANK[rung.step] > told])


def _rung_order(rung: Rung) -> tuple[datetime, int]:
    return rung.at, _RANK[rung.step]


def _full_hour(moment: datetime) -> datetime:
    floor = moment.replace(minute=0, second=0, microsecond=0)
    return floor if floor == moment else floor + _HOUR
