"""Reads of the case room. Every query for cases starts at `visible_to`, so that no page can forget whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.cases import families, impartial
from app.cases.models import (
    AidRequest,
    Assessment,
    Case,
    CaseMerge,
    CaseRecord,
    Client,
    Conference,
    Consent,
    Declaration,
    ExpertNote,
    ExpertRelease,
    FollowUp,
    HandOver,
    Mistakable,
    Monitoring,
    Note,
    Plan,
    Report,
    ReportedPerson,
    RiskAssessment,
    Service,
    SimfoniEntry,
    StageStep,
    TeamMember,
    Termination,
    Transfer,
)
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.domain.zones import Zone
from app.security import integrity
from app.security.canonical import Value
from app.work import Work

RECORDS: tuple[type[CaseRecord], ...] = (
    *(Client, ReportedPerson, Report, StageStep, Note, Consent, Service, FollowUp),
    *(Assessment, Plan, Monitoring, Conference),
    *(Declaration, HandOver, ExpertNote, ExpertRelease),
    *(AidRequest, SimfoniEntry, RiskAssessment),
    *(Termination, Transfer, CaseMerge),
)


_SEATS: Final = select(TeamMember).where(
    TeamMember.case_id.in_(bindparam("case_ids", expanding=True)),
    TeamMember.user_id.in_(bindparam("hats", expanding=True)),
    TeamMember.until.is_(None),
)


def on_team(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor is assigned to the case now, or stands in for somebody who is."""
    if not actor.hats:
        return false()
    # IN, not EXISTS: the planner walks the person's own few rows once, not once for every case of the unit.
    own = select(TeamMember.case_id).where(TeamMember.user_id.in_(actor.hats), TeamMember.until.is_(None))
    return Case.id.in_(families.merged_ids(own))


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Cases the actor may open: own assignments; the whole unit for those who read the unit. Hidden imports and erased files for nobody."""
    there = and_(Case.is_hidden.is_(False), Case.status != Status.ERASED.value)
    if actor.system:
        return there if actor.unit_id is None else and_(there, Case.unit_id == actor.unit_id)
    rules: list[ColumnElement[bool]] = []
    if actor.may(Capability.CASE_READ):
        rules.append(on_team(actor))
    if actor.may(Capability.CASE_READ_UNIT):
        rules.append(Case.unit_id == actor.own_unit())
    return and_(there, or_(*rules)) if rules else false()


def visible_to(actor: Actor) -> Select[Case]:
    """The start of every query for cases."""
    return select(Case).where(readable_by(actor))


def get(work: Work, case_id: UUID) -> Case:
    """The case, or NotFound for a stranger. An assignment that this program did not write lets nobody in."""
    case = work.session.scalar(visible_to(work.actor).where(Case.id == case_id))
    if case is None or not (reads_unit_of(work.actor, case) or is_assigned(work, case_id)):
        raise NotFound("case")
    return case


def stub(work: Work, case_id: UUID) -> Case:
    """What is left of an erased file, for those who read the unit; NotFound for everybody else. Nothing in it opens."""
    found = select(Case).where(Case.id == case_id, Case.is_hidden.is_(False), Case.status == Status.ERASED.value)
    case = work.session.scalar(found)
    if case is None or not reads_unit_of(work.actor, case):
        raise NotFound("case")
    return case


def get_all(work: Work, case_ids: Sequence[UUID]) -> list[Case]:
    """These cases in the order given; NotFound where one of them is not there for the actor."""
    rows = {case.id: case for case in work.session.scalars(visible_to(work.actor).where(Case.id.in_(case_ids)))}
    outside = [case.id for case in rows.values() if not reads_unit_of(work.actor, case)]
    hidden = set(outside) - assigned_among(work, outside) if outside else set()
    if hidden or rows.keys() != set(case_ids):
        raise NotFound("case")
    return [rows[case_id] for case_id in case_ids]


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


def own_seats(work: Work, case_ids: Iterable[UUID]) -> list[TeamMember]:
    """The assignments by which the actor is on these cases now: own ones and those of people the actor stands in for; only rows
    this program wrote (security 2.9). A seat on a file merged into the case, or that it was merged into, is a seat on it."""
    return _seats(work, families.families(work, list(case_ids)))


def assigned_among(work: Work, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the cases the actor is assigned to now, or stands in for somebody on, without those the actor has a part in."""
    kin = families.families(work, list(case_ids))
    seated = {seat.case_id for seat in _seats(work, kin)}
    closed = _closed(_stances(work, kin)) if seated else frozenset()
    return frozenset(each for each, members in kin.items() if members & seated and not members & closed)


def is_assigned(work: Work, case_id: UUID) -> bool:
    """Whether the actor is assigned to this case now: it stands in the own list. Words and identities want `is_on_team`."""
    return case_id in assigned_among(work, [case_id])


def on_team_among(work: Work, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the cases the actor is assigned to and may work on: who was put on a case first says to have no part in the matter."""
    kin = families.families(work, list(case_ids))
    seats = _seats(work, kin)
    if not seats:
        return frozenset()
    stances = _stances(work, kin)
    closed = _closed(stances)
    free = {case_id for case_id, stance in stances.items() if stance in impartial.MAY_WORK}
    free |= _knew_before(work, [seat for seat in seats if seat.case_id not in stances])
    seated = {seat.case_id for seat in seats}
    return frozenset(
        each for each, members in kin.items() if members & seated and members & free and not members & closed
    )


def is_on_team(work: Work, case_id: UUID) -> bool:
    """Whether the actor is assigned to this case now and may open its words: the assignment is the reason (design 2)."""
    return case_id in on_team_among(work, [case_id])


def works_on(work: Work, case_id: UUID) -> bool:
    """Whether the actor is one of those who change this case: its team, and supervisors, who need not be on it."""
    return bool(work.actor.system) or work.actor.may(Capability.CASE_APPROVE) or is_on_team(work, case_id)


def stands_in(work: Work, case_id: UUID) -> bool:
    """Whether the actor is on the case only for somebody on leave."""
    seats = own_seats(work, [case_id])
    return bool(seats) and all(seat.user_id != work.actor.user_id for seat in seats)


def must_declare(work: Work, case_id: UUID) -> bool:
    """Whether the actor was put on the case and has not yet said whether there is a part in the matter."""
    return is_assigned(work, case_id) and not is_on_team(work, case_id)


def has_part(work: Work, case_id: UUID) -> bool:
    """Whether the actor declared a part in the matter, and no supervisor lets the actor work on it all the same."""
    if work.actor.user_id is None:
        return False
    return bool(_closed(_stances(work, families.families(work, [case_id]))))


Kin = Mapping[UUID, frozenset[UUID]]


def _everywhere(kin: Kin) -> list[UUID]:
    return list({case_id for members in kin.values() for case_id in members})


def _seats(work: Work, kin: Kin) -> list[TeamMember]:
    if not work.actor.hats:
        return []
    rows = work.session.scalars(_SEATS, {"case_ids": _everywhere(kin), "hats": list(work.actor.hats)})
    return [row for row in rows if is_genuine(work, row)]


def _stances(work: Work, kin: Kin) -> Mapping[UUID, impartial.Stance]:
    user_id = work.actor.user_id
    return impartial.stances(work, _everywhere(kin), user_id) if user_id is not None else {}


def _closed(stances: Mapping[UUID, impartial.Stance]) -> frozenset[UUID]:
    return frozenset(case_id for case_id, stance in stances.items() if stance not in impartial.MAY_WORK)


def received_by(session: Session, case_ids: Iterable[UUID]) -> Mapping[UUID, UUID | None]:
    """Who received each of these cases: whoever wrote its first report. None for imports and jobs."""
    rows = session.execute(
        select(Report.case_id, Report.created_by)
        .where(Report.case_id.in_(list(case_ids)))
        .order_by(Report.created_at.desc(), Report.id.desc())
    )
    return {case_id: user_id for case_id, user_id in rows}


def _knew_before(work: Work, seats: Iterable[TeamMember]) -> frozenset[UUID]:
    """Cases whose seats need no declaration: nobody put the actor there (an import), or the actor took the report down."""
    own = [seat for seat in seats if seat.user_id == work.actor.user_id]
    put = {seat.case_id for seat in own if seat.assigned_by is not None}
    received = received_by(work.session, put) if put else {}
    free = {seat.case_id for seat in own} - put
    return frozenset(free | {case_id for case_id in put if received.get(case_id) == work.actor.user_id})


def team_of(session: Session, case_ids: Iterable[UUID]) -> Sequence[TeamMember]:
    """Present assignments of these cases, oldest first."""
    wanted = select(TeamMember).where(TeamMember.case_id.in_(list(case_ids)), TeamMember.until.is_(None))
    return session.scalars(wanted.order_by(TeamMember.since)).all()


R = TypeVar("R", bound=CaseRecord)

_made: dict[tuple[type[CaseRecord], bool], Select[Any]] = {}
"""Statements made once for each kind: an act asks for some twenty kinds, and building the statement took longer than the answer."""


def records(session: Session, kind: type[R], case_ids: Iterable[UUID]) -> Sequence[R]:
    """The records of one kind of these cases, oldest first; one query however many cases. Clients, reported persons, consents and
    follow-ups that were entered by mistake are not among them."""
    return session.scalars(_of_kind(kind, everybody=False), {"case_ids": list(case_ids)}).all()


def everybody(session: Session, kind: type[R], case_ids: Iterable[UUID]) -> Sequence[R]:
    """As `records`, with those that were entered by mistake among them."""
    return session.scalars(_of_kind(kind, everybody=True), {"case_ids": list(case_ids)}).all()


def _of_kind(kind: type[R], *, everybody: bool) -> Select[R]:
    known = _made.get((kind, everybody))
    if known is None:
        of_cases = kind.case_id.in_(bindparam("case_ids", expanding=True))
        known = select(kind).where(of_cases).order_by(kind.created_at, kind.id)
        if issubclass(kind, Mistakable) and not everybody:
            known = known.where(kind.is_removed.is_(False))
        _made[kind, everybody] = known
    return known


def out_among(session: Session, case_id: UUID) -> frozenset[UUID]:
    """The clients of the case who were entered by mistake."""
    out = select(Client.id).where(Client.case_id == case_id, Client.is_removed.is_(True))
    return frozenset(session.scalars(out))


def waiting_transfer(session: Session, case_id: UUID) -> Transfer | None:
    """The transfer of this case that nobody answered yet."""
    return session.scalar(select(Transfer).where(Transfer.case_id == case_id, Transfer.state == "proposed"))


def waiting_transfers(session: Session, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the cases that another unit is asked to take over."""
    wanted = select(Transfer.case_id).where(Transfer.case_id.in_(list(case_ids)), Transfer.state == "proposed")
    return frozenset(session.scalars(wanted))


def zones_of(session: Session, unit_ids: Iterable[UUID]) -> Mapping[UUID, Zone]:
    """The zone of each of these units."""
    return {unit.id: Zone(unit.zone) for unit in session.scalars(select(Unit).where(Unit.id.in_(list(set(unit_ids)))))}
