"""Reads of the audit log: clear columns only. Whoever may read it sees the events of the own unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.audit.models import AuditEntry
from app.domain.access import Actor, Capability
from app.domain.zones import Zone, day_range
from app.work import Work

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for; None asks for everything. Days are days in `zone`."""

    actor_id: UUID | None = None
    day: date | None = None
    group: str | None = None
    zone: Zone = Zone.WIB


def visible_to(actor: Actor) -> Select[AuditEntry]:
    """Every query starts here: the unit's events and those of no unit for readers of the log, one's own for everybody else."""
    query = select(AuditEntry)
    if actor.system:
        return query
    if actor.may(Capability.AUDIT_READ):
        return query.where(or_(AuditEntry.unit_id == actor.unit_id, AuditEntry.unit_id.is_(None)))
    return query.where(AuditEntry.actor_id == actor.user_id)


def narrowed(query: Select[AuditEntry], wanted: Wanted) -> Select[AuditEntry]:
    """The query with the reader's filters."""
    if wanted.actor_id is not None:
        query = query.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.group is not None:
        query = query.where(AuditEntry.event.startswith(f"{wanted.group}:", autoescape=True))
    if wanted.day is not None:
        start, end = day_range(wanted.day, wanted.zone)
        query = query.where(AuditEntry.at >= start, AuditEntry.at < end)
    return query


def page(work: Work, query: Select[AuditEntry], number: int) -> tuple[list[AuditEntry], int]:
    """One page of events, newest first, and how many there are in all. Pages count from 1."""
    total = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(AuditEntry.seq.desc()).offset((max(1, number) - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return list(work.session.scalars(rows)), total


def about_case(case_id: UUID) -> Select[AuditEntry]:
    """Every event that names this case, newest first: who opened this file. The caller has checked that the actor may ask."""
    return select(AuditEntry).where(AuditEntry.cases.contains(str(case_id))).order_by(AuditEntry.seq.desc())
