"""Reads of the SIMFONI room: which cases a person may see here, and how each stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.cases import queries as case_queries
from app.cases.models import Case, SimfoniEntry
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.security import integrity
from app.security.canonical import Value
from app.simfoni.models import AWAITING, SimfoniReconciliation, SimfoniState, Standing
from app.work import Work


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Cases whose standing the actor may see: those one may open; for whoever enters into SIMFONI the whole unit. No content follows."""
    rules = [case_queries.readable_by(actor)] if actor.may(Capability.SIMFONI_READ) else []
    if actor.may(Capability.SIMFONI_ENTER) and not actor.system:
        there = and_(Case.is_hidden.is_(False), Case.status != Status.ERASED.value)
        rules.append(and_(Case.unit_id == actor.own_unit(), there))
    return or_(*rules) if rules else false()


def get(work: Work, case_id: UUID, *, lock: bool = False) -> Case:
    """The case, or NotFound for a stranger. `lock` holds it for an act: two who enter at once meet one by one."""
    wanted = select(Case).where(Case.id == case_id, in_sight(work.actor))
    case = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if case is None or not (of_whole_unit(work.actor, case) or case_queries.is_on_team(work, case_id)):
        raise NotFound("case")
    return case


def of_whole_unit(actor: Actor, case: Case) -> bool:
    """Whether the actor sees every case of this one's unit here."""
    enters = actor.may(Capability.SIMFONI_ENTER) and case.unit_id == actor.unit_id
    return enters or case_queries.reads_unit_of(actor, case)


def states(work: Work, case_ids: Iterable[UUID], *, lock: bool = False) -> Mapping[UUID, SimfoniState]:
    """The rows of these cases, always locked in the same order."""
    wanted = select(SimfoniState).where(SimfoniState.case_id.in_(list(case_ids))).order_by(SimfoniState.case_id)
    return {row.case_id: row for row in work.session.scalars(wanted.with_for_update() if lock else wanted)}


def awaiting(work: Work, unit_id: UUID) -> int:
    """How many cases of a unit wait to be entered: a number for the closing of its periods, not what one sees."""
    waiting = select(func.count()).select_from(SimfoniState)
    wanted = SimfoniState.unit_id == unit_id, SimfoniState.standing.in_(AWAITING)
    return work.session.scalar(waiting.where(*wanted)) or 0


def standing(work: Work, case_id: UUID) -> Standing:
    """How the case stands. A row this program did not write counts as absent: it opens nothing (security 2.9)."""
    row = work.session.get(SimfoniState, case_id)
    return Standing(row.standing) if row is not None and is_genuine(work, row) else Standing.NONE


def state_mac(work: Work, row: SimfoniState) -> bytes:
    """The MAC of a row: which case of which unit stands how, and since when."""
    return integrity.row_mac(work.vault.crypt, SimfoniState.__tablename__, row.case_id, *_granting(row))


def is_genuine(work: Work, row: SimfoniState) -> bool:
    """Whether this program wrote the row."""
    return integrity.check(work.vault.crypt, row.mac, SimfoniState.__tablename__, row.case_id, *_granting(row))


def _granting(row: SimfoniState) -> tuple[Value, ...]:
    return (row.unit_id, row.standing, row.since or "")


def carrying(work: Work, unit_id: UUID, tags: Iterable[bytes]) -> Sequence[SimfoniEntry]:
    """Standing entries of the unit's cases whose number has one of these tags."""
    wanted = (
        select(SimfoniEntry)
        .join(Case, Case.id == SimfoniEntry.case_id)
        .where(Case.unit_id == unit_id, SimfoniEntry.is_removed.is_(False), SimfoniEntry.number_tag.in_(list(tags)))
    )
    return work.session.scalars(wanted.order_by(SimfoniEntry.created_at, SimfoniEntry.id)).all()


def reconciliation(work: Work, reconciliation_id: UUID) -> SimfoniReconciliation:
    """One reconciliation of the actor's unit, or NotFound."""
    row = work.session.get(SimfoniReconciliation, reconciliation_id)
    if row is None or row.unit_id != work.actor.unit_id:
        raise NotFound("reconciliation")
    return row


def reconciliations(work: Work, limit: int) -> Sequence[SimfoniReconciliation]:
    """The newest reconciliations of the actor's unit."""
    wanted = select(SimfoniReconciliation).where(SimfoniReconciliation.unit_id == work.actor.own_unit())
    return work.session.scalars(wanted.order_by(SimfoniReconciliation.created_at.desc()).limit(limit)).all()
