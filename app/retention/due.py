"""Which files are due: a job looks and leaves marks, a page lists what is marked. Nothing is ever removed here.

A mark says that the period was over, whatever holds the file. It is no permission: proposing and approving look at the file themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, queries
from app.cases.models import Case
from app.domain import retention
from app.domain.access import Actor, Capability, system
from app.domain.retention import Hold, Period
from app.domain.zones import Zone, day_start, local_day
from app.retention import residue, rules, standing
from app.retention.models import CaseHold, Erasure, ErasureProposal, RetentionMark
from app.security.sections import Section
from app.work import Opening, Runtime, Work

JOB: Final = "retention"
BATCH: Final = 100
PAGE_SIZE: Final = 50


class Show(StrEnum):
    """Which list is asked for."""

    DUE = "due"
    PROPOSED = "proposed"
    HELD = "held"
    ERASED = "erased"


# --- the job ---------------------------------------------------------------------------------------------------------


def derive(runtime: Runtime, _now: datetime) -> int:
    """Mark the files whose period is over, and take away marks that are true no more; the number of new marks. Running it again does
    nothing. What an erasure before left behind is cleared away. Files are opened a hundred at a time, each time under an event of its own that names them."""
    actor = system(JOB)
    with runtime.looking(actor) as work:
        units = rules.periods(work, list(work.session.scalars(select(Unit.id))))
        waiting = {unit_id: _candidates(work, unit_id, period) for unit_id, period in units.items()}
    _unmark(runtime, actor, units)
    residue.settle(runtime)
    return sum(_mark(runtime, actor, some) for ids in waiting.values() for some in _batches(ids))


def _mark(runtime: Runtime, actor: Actor, case_ids: Sequence[UUID]) -> int:
    with runtime.reading(actor, lambda work: _opening(work, case_ids, Event.RETENTION_MARKED)) as work:
        over = [case_id for case_id, found in standing.read_all(work, case_ids).items() if found.is_over]
    if not over:
        return 0
    with runtime.begin(actor) as work:
        there = set(work.session.scalars(select(RetentionMark.case_id).where(RetentionMark.case_id.in_(over))))
        ended = set(work.session.scalars(select(Case.id).where(Case.id.in_(over), Case.status.in_(standing.ENDED))))
        fresh = sorted(ended - there)
        work.session.add_all(RetentionMark(case_id=case_id, since=work.now) for case_id in fresh)
        work.recorded(Event.RETENTION_MARKED, cases=tuple(fresh))
        return len(fresh)


def _opening(work: Work, case_ids: Sequence[UUID], event: Event) -> Opening:
    return Opening(event, families.with_duplicates(work, case_ids), standing.SECTIONS)


def _candidates(work: Work, unit_id: UUID, period: Period) -> Sequence[UUID]:
    """Files of the unit that ended long enough ago and bear no mark: by clear columns, before any is opened."""
    zone = queries.zones_of(work.session, [unit_id])[unit_id]
    last = retention.later(local_day(work.now, zone), -period.years)
    ended = standing.ended_at()
    wanted = (
        select(Case.id)
        .where(
            Case.unit_id == unit_id,
            Case.is_hidden.is_(False),
            Case.status.in_(standing.ENDED),
            ended < day_start(retention.next_day(last), zone),
            Case.id.not_in(select(RetentionMark.case_id)),
        )
        .order_by(Case.id)
    )
    return work.session.scalars(wanted).all()


def _unmark(runtime: Runtime, actor: Actor, units: Mapping[UUID, Period]) -> None:
    """Files opened again, and units whose rule was switched off or lengthened, lose their marks; the next turn marks what still is due."""
    with runtime.begin(actor) as work:
        marked = select(Case.id, Case.unit_id, Case.status, standing.ended_at(), Unit.zone).join(
            RetentionMark, RetentionMark.case_id == Case.id
        )
        rows = work.session.execute(marked.join(Unit, Unit.id == Case.unit_id)).all()
        gone = [
            case_id
            for case_id, unit_id, status, ended, zone in rows
            if status not in standing.ENDED or not _may_be_over(work, units.get(unit_id), ended, Zone(zone))
        ]
        if gone:
            work.session.execute(delete(RetentionMark).where(RetentionMark.case_id.in_(gone)))
            work.recorded(Event.RETENTION_MARKED, purpose="unmarked", cases=tuple(sorted(gone)))


def _may_be_over(work: Work, period: Period | None, ended: datetime | None, zone: Zone) -> bool:
    if period is None or ended is None:
        return False
    until = retention.keep_until(period, retention.File(local_day(ended, zone)))
    return until is not None and until <= local_day(work.now, zone)


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


# --- the list --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the list, by its number. `holds`: those that can be told without looking at files of the same people."""

    case: Case
    ended_at: datetime | None
    marked_at: datetime | None
    holds: tuple[Hold, ...]
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list as its permission check found it."""

    show: Show
    case_ids: tuple[UUID, ...]
    total: int


def find(work: Work, show: Show, page: int) -> Found:
    """One page of the files of the actor's unit that are due, proposed, held or erased."""
    work.actor.require(Capability.RETENTION_READ)
    unit_id = work.actor.own_unit()
    wanted = _wanted(show).where(Case.unit_id == unit_id, Case.is_hidden.is_(False))
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ordered = wanted.order_by(*_order(show)).limit(PAGE_SIZE).offset((max(1, page) - 1) * PAGE_SIZE)
    return Found(show, tuple(work.session.scalars(ordered)), total)


def _wanted(show: Show) -> Select[UUID]:
    rows = select(Case.id)
    if show is Show.ERASED:
        return rows.join(Erasure, Erasure.case_id == Case.id)
    if show is Show.PROPOSED:
        waits = ErasureProposal.state == "proposed"
        return rows.join(ErasureProposal, ErasureProposal.case_id == Case.id).where(waits)
    if show is Show.HELD:
        return rows.where(Case.id.in_(select(CaseHold.case_id).where(CaseHold.lifted_at.is_(None))))
    return rows.join(RetentionMark, RetentionMark.case_id == Case.id)


def _order(show: Show) -> tuple[ColumnElement[object], ...]:
    if show is Show.ERASED:
        return (Erasure.at.desc(), Case.id)  # type: ignore[return-value]
    return (Case.received_at, Case.id)  # type: ignore[return-value]


def opening(work: Work, found: Found) -> Opening:
    """What the list opens: of closed files whether somebody watches their legal steps. The event names the files shown."""
    whole = families.with_duplicates(work, found.case_ids) if found.show is not Show.ERASED else found.case_ids
    return Opening(Event.RETENTION_LISTED, whole, (Section.TERMINATION,))


def lines(work: Work, found: Found) -> list[Line]:
    """The lines of the page; the number of queries does not depend on how many there are."""
    ids = list(found.case_ids)
    rows = work.session.execute(select(Case, standing.ended_at()).where(Case.id.in_(ids))).all()
    cases = {case.id: (case, ended) for case, ended in rows}
    marks = {
        case_id: since
        for case_id, since in work.session.execute(
            select(RetentionMark.case_id, RetentionMark.since).where(RetentionMark.case_id.in_(ids))
        )
    }
    proposed = select(ErasureProposal.case_id).where(
        ErasureProposal.case_id.in_(ids), ErasureProposal.state == "proposed"
    )
    waiting = set(work.session.scalars(proposed))
    held = standing.held(work, ids)
    return [Line(*cases[each], marks.get(each), held[each], each in waiting) for each in ids]


def counts(work: Work) -> Mapping[Show, int]:
    """How many files each list holds."""
    unit_id = work.actor.own_unit()
    return {
        show: work.session.scalar(
            select(func.count()).select_from(
                _wanted(show).where(Case.unit_id == unit_id, Case.is_hidden.is_(False)).subquery()
            )
        )
        or 0
        for show in Show
    }
