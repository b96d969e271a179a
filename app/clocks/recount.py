"""The running clocks of a unit counted again after a decree moved a day off, a rule got another version, or a release of the program knows
other days off (design 5, issue 4).

In batches of at most 100 cases, each its own act of the system; nobody's clock moves without a trace (`services.refresh` writes it).
Which cases have a clock that moved cannot be known without opening them, and a clear list of them would name what happened there: so
every case with a running clock is counted again, and the database learns how many were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select

from app.audit.events import Event
from app.cases.models import Case
from app.domain.access import system
from app.domain.errors import Unreadable
from app.domain.stages import Status
from app.logs import get_logger
from app.reference import new_days
from app.reference.models import ClockChange
from app.security.sections import Purpose
from app.work import Runtime, Work

JOB: Final = "clock-recount"
BATCH: Final = 50  # cases per transaction: none over 250 ms (design 6)
SETTLE: Final = timedelta(minutes=1)
"""How old a change must be: an act that began before it and counts by what was before has ended by then."""


def run(runtime: Runtime, now: datetime) -> int:
    """Count again what waits, unit by unit; gives the number of cases. Safe to run twice: a stopped run goes on where it stood."""
    new_days.note(runtime, now)
    handled = 0
    for unit_id in _units(runtime, now):
        passed_over: list[UUID] = []
        while (done := _batch(runtime, unit_id, now, passed_over)) is not None:
            handled += done
        if passed_over:
            get_logger().error("clocks.unreadable", count=len(passed_over))
    return handled


def left(work: Work, unit_id: UUID, change: ClockChange) -> int:
    """How many cases of the unit are still to be counted again for this change; by clear columns."""
    if change.done_at is not None:
        return 0
    newest = work.session.scalar(_open(unit_id).limit(1)) or change
    query = select(func.count()).select_from(_cases(unit_id, newest.cursor).subquery())
    return int(work.session.scalar(query) or 0)


def _units(runtime: Runtime, now: datetime) -> Sequence[UUID]:
    with runtime.looking(system(JOB)) as work:
        waiting = select(ClockChange.unit_id).where(ClockChange.done_at.is_(None), ClockChange.made_at <= now - SETTLE)
        return sorted(set(work.session.scalars(waiting)), key=str)


def _open(unit_id: UUID) -> Select[ClockChange]:
    wanted = select(ClockChange).where(ClockChange.unit_id == unit_id, ClockChange.done_at.is_(None))
    return wanted.order_by(ClockChange.number.desc())


def _cases(unit_id: UUID, after: UUID | None) -> Select[UUID]:
    wanted = select(Case.id).where(
        Case.unit_id == unit_id, Case.due_at.is_not(None), Case.status != Status.MERGED.value
    )
    return wanted if after is None else wanted.where(Case.id > after)


def _batch(runtime: Runtime, unit_id: UUID, now: datetime, passed_over: list[UUID]) -> int | None:
    """The next batch; None when there is none left. A case that does not open holds up nobody: those of its batch go one by one."""
    try:
        return _count(runtime, unit_id, now, BATCH)
    except Unreadable:
        pass
    done = 0
    for _ in range(BATCH):
        try:
            one = _count(runtime, unit_id, now, 1)
        except Unreadable:
            passed_over += _pass_by(runtime, unit_id, now)
            continue
        if one is None:
            return done or None
        done += one
    return done


def _count(runtime: Runtime, unit_id: UUID, now: datetime, size: int) -> int | None:
    with runtime.begin(system(JOB, unit_id)) as work:
        found = _next(work, unit_id, now, size)
        if found is None:
            return None
        change, ids = found
        work.vault.keys.preload(Purpose.CASE, ids)
        for case_id in ids:
            work.count_again(case_id)
        work.recorded(Event.CLOCKS_RECOUNTED, change.id)
        return len(ids)


def _pass_by(runtime: Runtime, unit_id: UUID, now: datetime) -> list[UUID]:
    """Step over the next case: its clocks stay as they are until its sections open again."""
    with runtime.begin(system(JOB, unit_id)) as work:
        found = _next(work, unit_id, now, 1)
        if found is None:
            return []
        work.recorded(Event.CLOCKS_RECOUNTED, found[0].id)
        return found[1]


def _next(work: Work, unit_id: UUID, now: datetime, size: int) -> tuple[ClockChange, list[UUID]] | None:
    """The newest change that is old enough, and the next cases; it answers for the older ones too. None, and all done, after the last."""
    changes = work.session.scalars(_open(unit_id).where(ClockChange.made_at <= now - SETTLE).with_for_update()).all()
    if not changes:
        return None
    newest = changes[0]
    query = _cases(unit_id, newest.cursor).order_by(Case.id).limit(size).with_for_update()
    ids = list(work.session.scalars(query))
    if not ids:
        for change in changes:
            change.done_at, change.handled = work.now, newest.handled
        return None
    newest.cursor, newest.handled = ids[-1], newest.handled + len(ids)
    return newest, ids
