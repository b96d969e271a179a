"""What the legal officer does with rules and days off: decide a version, confirm one, enter a day off, take it back (`rule:edit`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.accounts import queries as people
from app.audit.events import Event
from app.db.base import Base, new_id
from app.domain.access import Capability
from app.domain.clocks import RuleKind
from app.domain.clocks.reading import load_rows
from app.domain.clocks.versions import LOCAL, Change, changed, digest, program_row
from app.domain.errors import Conflict, NotFound, Problem, Refused, Stale
from app.domain.zones import local_day
from app.reference import rulebook
from app.reference.models import ClockChange, DayChange, RuleConfirmation, RuleVersion
from app.work import Work

KINDS: Final = ("off", "working", "complete")
SCOPES: Final = ("national", "joint-leave", "regional")


# --- rules -----------------------------------------------------------------------------------------------------------


def decide(work: Work, rule_id: str, change: Change, *, reason: str, moves_running: bool, expected: int) -> RuleVersion:
    """Write a new version of a rule for one's unit. `expected`: the number of the newest version the form was made from.

    NotFound for no rule of ours; Stale where somebody decided meanwhile; Refused for what the engine cannot count with, and for a
    first day that would move running clocks where nobody said so.
    """
    unit_id = _unit_of(work)
    row = newest_row(work, unit_id, rule_id)
    if int(str(row["version"])) != expected:
        raise Stale("rule")
    counts_again = moves(work, unit_id, rule_id, change.valid_from)
    if counts_again and not moves_running:
        raise Refused(Problem("clock_rule.moves_running", "moves_running"))
    number = (
        work.session.scalar(select(func.max(RuleVersion.number)).where(RuleVersion.rule_id == rule_id)) or LOCAL
    ) + 1
    made, _rule = changed(row, number - LOCAL, change)
    version = RuleVersion(
        id=new_id(),
        unit_id=unit_id,
        rule_id=rule_id,
        number=number,
        row=json.dumps(made, ensure_ascii=False, sort_keys=True),
        follows=digest(program_row(rule_id)),
        valid_from=change.valid_from,
        reason=reason,
        change_no=next_number(work, unit_id),
        made_by=work.actor.user_id,
        made_at=work.now,
    )
    _write(work, version, Event.RULE_DECIDED)
    count_again(work, unit_id, version.change_no, "rule", version.id, done=not counts_again)
    return version


def moves(work: Work, unit_id: UUID, rule_id: str, first: date) -> bool:
    """Whether a version from that day on moves clocks that run: they began on or after it. What LEAD waits for lies ahead, so always."""
    zone = people.unit(work, unit_id).local_zone
    return first <= local_day(work.now, zone) or program_row(rule_id)["kind"] == RuleKind.LEAD.value


def newest_row(work: Work, unit_id: UUID, rule_id: str) -> dict[str, object]:
    """The row of the newest version of a rule in that unit: what a further version is made from. NotFound for no rule of ours."""
    own = [row for row in rulebook.decided(work, [unit_id])[unit_id].versions if row.rule_id == rule_id]
    if own:
        return dict(json.loads(own[-1].row))
    try:
        return dict(program_row(rule_id))
    except KeyError:
        raise NotFound("rule") from None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who stands for a version: the officer's name, the day, and on what it rests (number of the letter or decree)."""

    officer: str
    on: date
    reference: str


def confirm(work: Work, rule_id: str, number: int, given: Confirmation) -> RuleConfirmation:
    """Note that a legal officer confirmed this version of a rule, as its text is now. NotFound for a version the unit does not have.

    Refused for a day that has not come.
    """
    unit_id = _unit_of(work)
    if given.on > local_day(work.now, people.unit(work, unit_id).local_zone):
        raise Refused(Problem("day.future", "on"))
    row = RuleConfirmation(
        id=new_id(),
        unit_id=unit_id,
        rule_id=rule_id,
        number=number,
        says=digest(_row_of(work, unit_id, rule_id, number)),
        officer=given.officer,
        confirmed_on=given.on,
        reference=given.reference,
        recorded_by=work.actor.user_id,
        recorded_at=work.now,
    )
    _write(work, row, Event.RULE_CONFIRMED)
    return row


def _row_of(work: Work, unit_id: UUID, rule_id: str, number: int) -> dict[str, object]:
    for row in load_rows():
        if (row["id"], row["version"]) == (rule_id, number):
            return dict(row)
    for version in rulebook.decided(work, [unit_id])[unit_id].versions:
        if (version.rule_id, version.number) == (rule_id, number):
            return dict(json.loads(version.row))
    raise NotFound("rule")


# --- days ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewDay:
    """A day that is off, or is not, by which decree; `complete`: the list of that year is known in full."""

    kind: str
    day: date
    scope: str
    name: str
    decree: str


def enter_day(work: Work, given: NewDay) -> DayChange:
    """Enter a change of the calendar of one's unit; its running clocks are counted again.

    Refused for what is not of the lists, or says what the calendar says already.
    """
    unit_id = _unit_of(work)
    problems = [
        Problem("code.unknown", field)
        for field, value, known in (("kind", given.kind, KINDS), ("scope", given.scope, SCOPES))
        if value not in known
    ]
    if not problems and not _is_news(rulebook.of_unit(work, unit_id), given):
        problems = [Problem("day.known-already", "day")]
    if problems:
        raise Refused(*problems)
    row = DayChange(
        id=new_id(),
        unit_id=unit_id,
        kind=given.kind,
        day=date(given.day.year, 1, 1) if given.kind == "complete" else given.day,
        scope=given.scope,
        name=given.name,
        decree=given.decree,
        change_no=next_number(work, unit_id),
        recorded_by=work.actor.user_id,
        recorded_at=work.now,
        withdrawn_no=None,
        withdrawn_by=None,
        withdrawn_at=None,
    )
    _write(work, row, Event.DAY_CHANGED)
    count_again(work, unit_id, row.change_no, "day", row.id)
    return row


def withdraw_day(work: Work, change_id: UUID) -> DayChange:
    """Take a change of the calendar back; clocks are counted again. NotFound for another unit's, Conflict where it is withdrawn already."""
    unit_id = _unit_of(work)
    row = day_change(work, change_id, lock=True)
    if row.withdrawn_at is not None:
        raise Conflict("withdrawn already")
    row.withdrawn_no, row.withdrawn_by, row.withdrawn_at = next_number(work, unit_id), work.actor.user_id, work.now
    rulebook.forget(work)
    work.recorded(Event.DAY_WITHDRAWN, row.id, row=row)
    count_again(work, unit_id, row.withdrawn_no, "day-withdrawn", row.id)
    return row


def day_change(work: Work, change_id: UUID, *, lock: bool = False) -> DayChange:
    """One change of the calendar of the actor's unit. NotFound for any other."""
    row = work.session.get(DayChange, change_id, with_for_update=lock)
    if row is None or row.unit_id != work.actor.own_unit():
        raise NotFound("day")
    return row


def _is_news(book: rulebook.Book, given: NewDay) -> bool:
    if given.kind == "complete":
        return given.day.year not in book.overrides.confirmed
    return (book.calendar.holiday(given.day) is None) == (given.kind == "off")


# --- what both do ----------------------------------------------------------------------------------------------------


def _unit_of(work: Work) -> UUID:
    work.actor.require(Capability.RULE_EDIT)
    return work.actor.own_unit()


def next_number(work: Work, unit_id: UUID) -> int:
    """The number of the next change of what the clocks of the unit are counted by."""
    newest = select(func.max(ClockChange.number)).where(ClockChange.unit_id == unit_id)
    return (work.session.scalar(newest) or 0) + 1


def _write(work: Work, row: Base, event: Event) -> None:
    work.session.add(row)
    work.session.flush()
    rulebook.forget(work)
    work.recorded(event, row.id, row=row)  # type: ignore[attr-defined]


def count_again(work: Work, unit_id: UUID, number: int, cause: str, object_id: UUID, *, done: bool = False) -> None:
    """Note the change; the running clocks of the unit are counted again by the job (`app.clocks.recount`)."""
    work.session.add(
        ClockChange(
            id=new_id(),
            unit_id=unit_id,
            number=number,
            cause=cause,
            object_id=object_id,
            made_at=work.now,
            cursor=None,
            handled=0,
            done_at=work.now if done else None,
        )
    )
    work.session.flush()


def progress(work: Work, unit_id: UUID) -> ClockChange | None:
    """The newest change whose running clocks are still to be counted again; None where nothing waits."""
    waiting = select(ClockChange).where(ClockChange.unit_id == unit_id, ClockChange.done_at.is_(None))
    return work.session.scalars(waiting.order_by(ClockChange.number.desc()).limit(1)).first()
