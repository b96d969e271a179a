"""Who works on a case. The assignment is the reason for opening it, so each row carries a MAC (design 2, security 2.9)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.audit.events import Event
from app.cases import queries
from app.cases.models import Case, TeamMember
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound
from app.work import Work


def assign(work: Work, case: Case, user_id: UUID, role: str) -> TeamMember:
    """Put a person on the case. Part of a greater act: the caller records the event."""
    member = TeamMember(
        id=new_id(),
        case_id=case.id,
        user_id=user_id,
        role=role,
        since=work.now,
        until=None,
        assigned_by=work.actor.user_id,
        mac=b"",
    )
    member.mac = queries.member_mac(work, member)
    work.session.add(member)
    return member


def held_roles(work: Work, case_id: UUID) -> set[tuple[UUID, str]]:
    """Who works or worked on the case, and as what: what a record of the case may name as its officers."""
    rows = work.session.scalars(select(TeamMember).where(TeamMember.case_id == case_id))
    return {(row.user_id, row.role) for row in rows if queries.is_genuine(work, row)}


def unit_people(work: Work, case: Case) -> set[UUID]:
    """Everybody of the unit that handles the case, those whose account was switched off too."""
    return set(work.session.scalars(select(User.id).where(User.unit_id == case.unit_id)))


def assign_person(work: Work, case_id: UUID, user_id: UUID, role: str) -> TeamMember:
    """A supervisor puts a person of the unit on the case."""
    work.actor.require(Capability.CASE_ASSIGN)
    case = queries.get(work, case_id)
    user = work.session.get(User, user_id)
    if user is None or user.unit_id != case.unit_id or user.disabled_at is not None:
        raise NotFound("user")
    present = queries.team_of(work.session, [case_id])
    if any(m.user_id == user_id and m.role == role for m in present):
        raise Conflict("already assigned")
    member = assign(work, case, user_id, role)
    work.touched(case.id, Event.CASE_ASSIGNED, member.id, row=member)
    return member


def unassign(work: Work, case_id: UUID, member_id: UUID) -> None:
    """A supervisor takes a person off the case. The last member stays: a case without a team has no reader."""
    work.actor.require(Capability.CASE_ASSIGN)
    queries.get(work, case_id)
    member = work.session.scalar(select(TeamMember).where(TeamMember.id == member_id, TeamMember.case_id == case_id))
    if member is None or member.until is not None:
        raise NotFound("assignment")
    if len(queries.team_of(work.session, [case_id])) == 1:
        raise Conflict("last member")
    member.until = work.now
    member.mac = queries.member_mac(work, member)
    work.touched(case_id, Event.CASE_UNASSIGNED, member.id, row=member)
