"""Handing cases on (*serah terima*): the old assignment ends, the new one begins, and a note sealed in the case tells what to know.

The giver hands on the own assignments; a supervisor also those of others. The receiver has it on the home page until it was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts import queries as people
from app.accounts.models import User
from app.audit.events import Event
from app.cases import experts, queries, team
from app.cases.acting import within
from app.cases.models import Case, HandOver, TeamMember
from app.cases.sealing import add_record
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted, Problem, Refused
from app.domain.stages import Status
from app.domain.team_roles import may_be
from app.security.sections import Section
from app.security.structs import team as documents
from app.work import Work

SHOWN_FOR: Final = timedelta(days=60)  # how long the giver finds a hand-over in the list after it was made
_DEAD: Final = frozenset({Status.VOIDED.value, Status.REJECTED.value, Status.TRANSFERRED.value})


@dataclass(frozen=True, slots=True, repr=False)
class Passing:
    """What is handed on: which cases, from whom, to whom, and the words for the next person."""

    case_ids: Sequence[UUID]
    from_id: UUID
    to_id: UUID
    text: str
    with_notes: bool = False  # an expert's own notes go along, by the expert's own act only


def hand_over(work: Work, passing: Passing, *, knowingly: bool = False) -> list[HandOver]:
    """Hand these cases on in one act: a hundred at most.

    NotFound where the giver is not on the team of one of them. Refused without words, to oneself, to somebody with a part in the
    matter, in an expert's role the receiver does not hold, or (unless `knowingly`) where a name in a case sounds like the receiver's.
    """
    work.actor.require(Capability.CASE_EDIT)
    if passing.from_id != work.actor.user_id:
        work.actor.require(Capability.CASE_ASSIGN)
    cases = team.selected(work, passing.case_ids)
    _check_words(passing)
    receiver = _receiver(work, cases, passing)
    seats = _seats(work, cases, passing.from_id)
    roles = people.roles_of(work, receiver)
    if any(not may_be(seat.role, roles) for seat in seats):
        raise Refused(Problem("assign.role-not-held", "user_id"))
    team.check_parts(work, [case.id for case in cases], receiver.id)
    alike = team.check_names(work, cases, receiver, knowingly=knowingly)
    if passing.with_notes:
        _hand_notes_on(work, cases, passing)
    _move(work, {case.id: case for case in cases}, seats, receiver.id, alike)
    return [_noted(work, case, passing) for case in cases]


def see(work: Work, hand_over_id: UUID) -> HandOver:
    """The receiver has read what was handed on; it leaves the home page. NotPermitted for anybody else."""
    row = get(work, hand_over_id)
    if row.to_id != work.actor.user_id or not queries.is_on_team(work, row.case_id):
        raise NotPermitted("only the receiver takes it over")
    if row.seen_at is None:
        row.seen_at = work.now
        work.recorded(Event.HAND_OVER_SEEN, row.id, row=row, cases=(row.case_id,))
    return row


def get(work: Work, hand_over_id: UUID) -> HandOver:
    """A hand-over the actor has a part in: as receiver, as giver, or as one who assigns in the unit. Else NotFound."""
    row = work.session.get(HandOver, hand_over_id)
    if row is None or not _may_know(work, row):
        raise NotFound("hand-over")
    return row


def may_read(work: Work, row: HandOver) -> bool:
    """Whether the words of a hand-over are open to the actor: the team's, and the giver's until the receiver has seen them."""
    gave = work.actor.user_id is not None and row.created_by == work.actor.user_id
    return queries.is_on_team(work, row.case_id) or (gave and row.seen_at is None)


def waiting_for(work: Work) -> list[HandOver]:
    """What was handed to the actor and not seen yet, the oldest first."""
    wanted = select(HandOver).where(HandOver.to_id == work.actor.user_id, HandOver.seen_at.is_(None))
    return list(work.session.scalars(wanted.order_by(HandOver.created_at, HandOver.id)))


def of_person(work: Work) -> list[HandOver]:
    """What was handed to the actor or by the actor lately, and what still waits, the newest first."""
    actor_id = work.actor.user_id
    mine = or_(HandOver.to_id == actor_id, HandOver.from_id == actor_id, HandOver.created_by == actor_id)
    lately = or_(HandOver.seen_at.is_(None), HandOver.created_at > work.now - SHOWN_FOR)
    wanted = select(HandOver).where(mine, lately).order_by(HandOver.created_at.desc(), HandOver.id)
    return list(work.session.scalars(wanted))


def numbers(work: Work, rows: Sequence[HandOver]) -> dict[UUID, str]:
    """The register number of each hand-over's case."""
    ids = [row.case_id for row in rows]
    found = work.session.execute(select(Case.id, Case.register_no).where(Case.id.in_(ids)))
    return {case_id: number for case_id, number in found}


def _may_know(work: Work, row: HandOver) -> bool:
    if work.actor.user_id in (row.to_id, row.from_id, row.created_by):
        return True
    case = work.session.get_one(Case, row.case_id)
    return work.actor.may(Capability.CASE_ASSIGN) and case.unit_id == work.actor.unit_id


def _check_words(passing: Passing) -> None:
    if not passing.text.strip():
        raise Refused(Problem("required", "text"))
    within(passing.text, "text")


def _receiver(work: Work, cases: Sequence[Case], passing: Passing) -> User:
    user = work.session.get(User, passing.to_id)
    if user is None or user.is_disabled or any(case.unit_id != user.unit_id for case in cases):
        raise NotFound("user")
    if user.id == passing.from_id:
        raise Refused(Problem("hand-over.oneself", "user_id"))
    return user


def _seats(work: Work, cases: Sequence[Case], from_id: UUID) -> list[TeamMember]:
    """The giver's assignments to these cases; NotFound where there is none on one of them, or the case is over."""
    present = queries.team_of(work.session, [case.id for case in cases])
    seats = [seat for seat in present if seat.user_id == from_id and queries.is_genuine(work, seat)]
    if {seat.case_id for seat in seats} != {case.id for case in cases} or any(case.status in _DEAD for case in cases):
        raise NotFound("assignment")
    return seats


def _hand_notes_on(work: Work, cases: Sequence[Case], passing: Passing) -> None:
    if passing.from_id != work.actor.user_id:
        raise NotPermitted("only the author hands notes on")
    experts.hand_all_on(work, [case.id for case in cases], passing.to_id)


def _move(
    work: Work, cases: Mapping[UUID, Case], seats: Sequence[TeamMember], to_id: UUID, alike: Collection[UUID]
) -> None:
    """End the giver's assignments and begin the receiver's, in the same roles."""
    present = queries.team_of(work.session, list(cases))
    there = {(member.case_id, member.role) for member in present if member.user_id == to_id}
    for seat in seats:
        team.take_off(work, seat)
        if (seat.case_id, seat.role) not in there:
            purpose = team.KNOWINGLY if seat.case_id in alike else ""
            team.put(work, cases[seat.case_id], to_id, seat.role, purpose)


def _noted(work: Work, case: Case, passing: Passing) -> HandOver:
    """Keep the words, sealed in the case."""
    sealed = {"note_sealed": (Section.HAND_OVER, documents.HandOver(text=passing.text))}
    row = add_record(work, HandOver, case.id, sealed, from_id=passing.from_id, to_id=passing.to_id, seen_at=None)
    work.recorded(Event.HANDED_OVER, row.id, row=row, cases=(case.id,))
    return row
