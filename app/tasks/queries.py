"""Reads of a person's own work. Every query starts at the owner: nobody reads another's tasks or filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import load_only

from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import families
from app.cases import queries as cases
from app.cases.models import Case, LegalTrack, TeamMember
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.security.structs import tasks as structs
from app.tasks.models import OwnTask, SavedFilter
from app.work import Work

MOST_CASES: Final = 200  # whose plans, conferences and deadlines are looked through for one list
RECENT: Final = 8
_LOOK_BACK: Final = 300  # openings among which the recent cases are looked for


def own_tasks(work: Work) -> Sequence[OwnTask]:
    """The actor's tasks that are still to be done, oldest first."""
    return work.session.scalars(_tasks(work).where(OwnTask.ended_at.is_(None)).order_by(OwnTask.created_at)).all()


def own_task(work: Work, task_id: UUID) -> OwnTask:
    """One task of the actor's, done or not; NotFound for anybody else's."""
    row = work.session.scalar(_tasks(work).where(OwnTask.id == task_id))
    if row is None:
        raise NotFound("task")
    return row


def _tasks(work: Work) -> Select[OwnTask]:
    return select(OwnTask).where(OwnTask.owner_id == work.actor.user_id)


def saved_filters(work: Work) -> Sequence[SavedFilter]:
    """The actor's saved filters, oldest first."""
    own = select(SavedFilter).where(SavedFilter.owner_id == work.actor.user_id)
    return work.session.scalars(own.order_by(SavedFilter.created_at, SavedFilter.id)).all()


def saved_filter(work: Work, filter_id: UUID) -> SavedFilter:
    """One saved filter of the actor's; NotFound for anybody else's."""
    row = next((row for row in saved_filters(work) if row.id == filter_id), None)
    if row is None:
        raise NotFound("filter")
    return row


def read_task(work: Work, row: OwnTask) -> structs.OwnTask:
    """What the task says."""
    return work.vault.open(row.place(), row.task_sealed, structs.OwnTask)


def read_filter(work: Work, row: SavedFilter) -> structs.SavedFilter:
    """What the filters are."""
    return work.vault.open(row.place(), row.filter_sealed, structs.SavedFilter)


def own_waiting_cases(work: Work) -> Sequence[Case]:
    """Cases of whose team the actor is in which something may wait: open ones, files merged into them, and closed ones with a deadline that
    still runs (the contacts after the end) or a legal track that is followed; next deadline first; MOST_CASES + 1 at most, so that the caller sees when some are left out.
    An assignment this program did not write shows nothing (security 2.9)."""
    found = _waiting(work, cases.on_team(work.actor))
    kin = families.families(work, [case.id for case in found])
    seats = cases.own_seats(work, kin)
    own_seats = {seat.case_id for seat in seats if seat.user_id == work.actor.user_id}
    return [case for case in found if kin[case.id] & own_seats]


def unit_waiting_cases(work: Work, worker: UUID | None) -> Sequence[Case]:
    """The same of the actor's whole unit, or of those on whose team one worker is. The caller leaves out what only a forged assignment
    would show."""
    of_worker = select(TeamMember.case_id).where(TeamMember.user_id == worker, TeamMember.until.is_(None))
    rules = [Case.unit_id == work.actor.own_unit(), *([Case.id.in_(of_worker)] if worker is not None else [])]
    return _waiting(work, *rules)


def _waiting(work: Work, *rules: ColumnElement[bool]) -> Sequence[Case]:
    followed = select(LegalTrack.case_id).where(LegalTrack.ended_at.is_(None), LegalTrack.is_removed.is_(False))
    after = and_(Case.status == Status.CLOSED.value, or_(Case.due_at.is_not(None), Case.id.in_(followed)))
    wanted = select(Case).where(cases.readable_by(work.actor), *rules, or_(families.worked_on(), after))
    return work.session.scalars(
        wanted.order_by(Case.due_at.is_(None), Case.due_at, Case.id).limit(MOST_CASES + 1)
    ).all()


def recently_opened(work: Work) -> list[Case]:
    """Cases the actor opened last and may still open, newest first, by the audit log; at most RECENT."""
    opened = (
        select(AuditEntry.object_id)
        .where(
            AuditEntry.actor_id == work.actor.user_id, AuditEntry.event.in_((Event.CASE_OPENED, Event.CASE_REVEALED))
        )
        .order_by(AuditEntry.seq.desc())
        .limit(_LOOK_BACK)
    )
    ids = [each for each in dict.fromkeys(work.session.scalars(opened)) if each is not None][: 2 * RECENT]
    shown = load_only(Case.register_no, Case.received_at, Case.stage, Case.risk, Case.due_at, raiseload=True)
    rows = work.session.scalars(cases.visible_to(work.actor).options(shown).where(Case.id.in_(ids)))
    by_id = {case.id: case for case in rows}
    return [by_id[each] for each in ids if each in by_id][:RECENT]
