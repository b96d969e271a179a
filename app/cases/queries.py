"""Reads of the case room. Every query for cases starts at `visible_to`, so that no page can forget whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.models import (
    Case,
    CaseRecord,
    Client,
    Consent,
    FollowUp,
    Note,
    Report,
    ReportedPerson,
    Service,
    StageStep,
    TeamMember,
)
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.zones import Zone
from app.work import Work

RECORDS: tuple[type[CaseRecord], ...] = (Client, ReportedPerson, Report, StageStep, Note, Consent, Service, FollowUp)


def on_team(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor is assigned to the case now."""
    if actor.user_id is None:
        return false()
    return exists().where(
        TeamMember.case_id == Case.id, TeamMember.user_id == actor.user_id, TeamMember.until.is_(None)
    )


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Cases the actor may open: own assignments; the whole unit for those who read the unit. Hidden imports for nobody."""
    if actor.system:
        return (
            Case.is_hidden.is_(False)
            if actor.unit_id is None
            else and_(Case.is_hidden.is_(False), Case.unit_id == actor.unit_id)
        )
    rules: list[ColumnElement[bool]] = []
    if actor.may(Capability.CASE_READ):
        rules.append(on_team(actor))
    if actor.may(Capability.CASE_READ_UNIT):
        rules.append(Case.unit_id == actor.own_unit())
    return and_(Case.is_hidden.is_(False), or_(*rules)) if rules else false()


def visible_to(actor: Actor) -> Select[Case]:
    """The start of every query for cases."""
    return select(Case).where(readable_by(actor))


def get(work: Work, case_id: UUID) -> Case:
    """The case, or NotFound for a stranger."""
    case = work.session.scalar(visible_to(work.actor).where(Case.id == case_id))
    if case is None:
        raise NotFound("case")
    return case


def is_on_team(session: Session, actor: Actor, case_id: UUID) -> bool:
    """Whether the actor is assigned to this case now."""
    if actor.user_id is None:
        return False
    found = session.scalar(
        select(TeamMember.id).where(
            TeamMember.case_id == case_id, TeamMember.user_id == actor.user_id, TeamMember.until.is_(None)
        )
    )
    return found is not None


def team_of(session: Session, case_ids: Iterable[UUID]) -> Sequence[TeamMember]:
    """Present assignments of these cases, oldest first."""
    wanted = select(TeamMember).where(TeamMember.case_id.in_(list(case_ids)), TeamMember.until.is_(None))
    return session.scalars(wanted.order_by(TeamMember.since)).all()


R = TypeVar("R", bound=CaseRecord)


def records(session: Session, kind: type[R], case_ids: Iterable[UUID]) -> Sequence[R]:
    """The records of one kind of these cases, oldest first; one query however many cases."""
    return session.scalars(
        select(kind).where(kind.case_id.in_(list(case_ids))).order_by(kind.created_at, kind.id)
    ).all()


def zones_of(session: Session, unit_ids: Iterable[UUID]) -> Mapping[UUID, Zone]:
    """The zone of each of these units."""
    return {unit.id: Zone(unit.zone) for unit in session.scalars(select(Unit).where(Unit.id.in_(list(set(unit_ids)))))}
