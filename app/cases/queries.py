"""Reads of the case room. Every query for cases starts at `visible_to`, so that no page can forget whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases.models import (
    Assessment,
    Case,
    CaseRecord,
    Client,
    Conference,
    Consent,
    FollowUp,
    Monitoring,
    Note,
    Plan,
    Report,
    ReportedPerson,
    Service,
    StageStep,
    TeamMember,
)
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.zones import Zone
from app.security import integrity
from app.security.canonical import Value
from app.work import Work

RECORDS: tuple[type[CaseRecord], ...] = (
    *(Client, ReportedPerson, Report, StageStep, Note, Consent, Service, FollowUp),
    *(Assessment, Plan, Monitoring, Conference),
)


def on_team(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor is assigned to the case now."""
    if actor.user_id is None:
        return false()
    # IN, not EXISTS: the planner walks the person's own few rows once, not once for every case of the unit.
    own = select(TeamMember.case_id).where(TeamMember.user_id == actor.user_id, TeamMember.until.is_(None))
    return Case.id.in_(own)


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
    """The case, or NotFound for a stranger. An assignment that this program did not write lets nobody in."""
    case = work.session.scalar(visible_to(work.actor).where(Case.id == case_id))
    if case is None or not (reads_unit_of(work.actor, case) or is_on_team(work, case_id)):
        raise NotFound("case")
    return case


def reads_unit_of(actor: Actor, case: Case) -> bool:
    """Whether the actor reads this case without being on its team: the system, and those who read its whole unit."""
    return bool(actor.system) or (actor.may(Capability.CASE_READ_UNIT) and case.unit_id == actor.unit_id)


def member_mac(work: Work, member: TeamMember) -> bytes:
    """The MAC of an assignment: whose, to which case, in which role, from when until when."""
    return integrity.row_mac(work.vault.crypt, TeamMember.__tablename__, member.id, *_granting(member))


def is_genuine(work: Work, member: TeamMember) -> bool:
    """Whether this program wrote the assignment; a false one counts as absent (security 2.9)."""
    return integrity.check(work.vault.crypt, member.mac, TeamMember.__tablename__, member.id, *_granting(member))


def _granting(member: TeamMember) -> tuple[Value, ...]:
    return (member.case_id, member.user_id, member.role, member.since, member.until or "")


def is_on_team(work: Work, case_id: UUID) -> bool:
    """Whether the actor is assigned to this case now, by a row this program wrote (security 2.9)."""
    if work.actor.user_id is None:
        return False
    rows = work.session.scalars(
        select(TeamMember).where(
            TeamMember.case_id == case_id, TeamMember.user_id == work.actor.user_id, TeamMember.until.is_(None)
        )
    )
    return any(is_genuine(work, row) for row in rows)


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
