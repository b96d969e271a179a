"""Who works on a case. The assignment is the reason for opening it, so each row carries a MAC (design 2, security 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries as people
from app.accounts.models import User
from app.audit.events import Event
from app.cases import families, impartial, namesakes, queries
from app.cases.models import Case, TeamMember
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.team_roles import may_be
from app.work import Work

BATCH: Final = 100  # cases of one act: none over 250 ms (design 6)
NAMED: Final = 5  # register numbers a sentence names
KNOWINGLY: Final = "namesake"  # audit purpose: assigned although a name in the case sounds like the person's


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


def assign_person(work: Work, case_id: UUID, user_id: UUID, role: str, *, knowingly: bool = False) -> TeamMember:
    """A supervisor puts a person of the unit on the case.

    Refused where the person has a part in the matter, may not be on a team in this role, or (unless done `knowingly`) has a name
    like somebody's in the case. Conflict where the person is on the team in this role already.
    """
    members = assign_many(work, [case_id], user_id, role, knowingly=knowingly)
    if not members:
        raise Conflict("already assigned")
    return members[0]


def assign_many(
    work: Work, case_ids: Sequence[UUID], user_id: UUID, role: str, *, knowingly: bool = False
) -> list[TeamMember]:
    """The same for at most a hundred cases in one act; cases on whose team the person is in this role already are passed over."""
    work.actor.require(Capability.CASE_ASSIGN)
    cases = selected(work, case_ids)
    user = _person(work, cases, user_id, role)
    present = queries.team_of(work.session, case_ids)
    there = {member.case_id for member in present if (member.user_id, member.role) == (user_id, role)}
    wanted = [case for case in cases if case.id not in there]
    for case in wanted:
        families.refuse_merged(work, case)  # whoever is on the team of the file that stays is on its team
    check_parts(work, [case.id for case in wanted], user_id)
    alike = check_names(work, wanted, user, knowingly=knowingly)
    return [put(work, case, user_id, role, KNOWINGLY if case.id in alike else "") for case in wanted]


def check_parts(work: Work, case_ids: Collection[UUID], user_id: UUID) -> None:
    """Refused where the person declared a part in one of these matters and no supervisor lets the person work on it."""
    matters = families.families(work, case_ids).values()
    stances = impartial.stances(work, {case_id for matter in matters for case_id in matter}, user_id)
    if any(stance not in impartial.MAY_WORK for stance in stances.values()):
        raise Refused(Problem("assign.has-part", "user_id"))


def check_names(work: Work, cases: Collection[Case], user: User, *, knowingly: bool) -> frozenset[UUID]:
    """Refused, once, where a name in one of these cases sounds like the person's: whose it is, is not told. The cases concerned."""
    matters = families.families(work, [case.id for case in cases])
    found = namesakes.cases_with(work, user.display_name, {each for matter in matters.values() for each in matter})
    alike = frozenset(case_id for case_id, matter in matters.items() if matter & found)
    if alike and not knowingly:
        numbers = sorted(case.register_no for case in cases if case.id in alike)
        shown = ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
        raise Refused(Problem("assign.namesake", "knowingly", params={"cases": shown}))
    return alike


def unassign(work: Work, case_id: UUID, member_id: UUID) -> None:
    """A supervisor takes a person off the case. The last member stays: a case without a team has no reader.

    NotFound for no seat of this case, Conflict for the last one.
    """
    work.actor.require(Capability.CASE_ASSIGN)
    queries.get(work, case_id)
    member = work.session.scalar(select(TeamMember).where(TeamMember.id == member_id, TeamMember.case_id == case_id))
    if member is None or member.until is not None:
        raise NotFound("assignment")
    if len(queries.team_of(work.session, [case_id])) == 1:
        raise Conflict("last member")
    take_off(work, member)


def take_off(work: Work, member: TeamMember) -> None:
    """End an assignment now."""
    member.until = work.now
    member.mac = queries.member_mac(work, member)
    work.recorded(Event.CASE_UNASSIGNED, member.id, row=member, cases=(member.case_id,))


def selected(work: Work, case_ids: Sequence[UUID]) -> list[Case]:
    """The cases in the order given; NotFound where the actor may not see one of them, Refused beyond a batch."""
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise Refused(Problem("selected.none", "cases"))
    if len(wanted) > BATCH:
        raise Refused(Problem("selected.too-many", "cases", params={"limit": str(BATCH)}))
    return queries.get_all(work, wanted)


def put(work: Work, case: Case, user_id: UUID, role: str, purpose: str) -> TeamMember:
    """Assign, with its event."""
    member = assign(work, case, user_id, role)
    work.recorded(Event.CASE_ASSIGNED, member.id, row=member, purpose=purpose, cases=(case.id,))
    return member


def _person(work: Work, cases: Sequence[Case], user_id: UUID, role: str) -> User:
    """The person to be put on these cases: active, of their unit, and in a role the person may have there."""
    user = work.session.get(User, user_id)
    if user is None or user.is_disabled or any(case.unit_id != user.unit_id for case in cases):
        raise NotFound("user")
    if not may_be(role, people.roles_of(work, user)):
        raise Refused(Problem("assign.role-not-held", "role"))
    return user
