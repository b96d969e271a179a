"""Entered by mistake: a client or a reported person taken out of the file with the reason, and put back; a consent or a follow-up taken out.

Nothing is deleted. Who was taken out keeps row, number, sections and key, and is nobody until put back: `queries.records` and
`acting.record_of` leave the row out, so no count, clock, page or paper knows of one; the index holds no tag, and links connect nobody.
Every reason is a note of the case. What the intake wrote of itself (complaint service, first assessment of the risk) goes and comes
with the client. What somebody recorded about a client alone, or disclosed on a consent, stands in the way: rooms say what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from app.audit.events import Event
from app.cases import client_numbers, derive, families, indexing, linking, queries, risk, terminations
from app.cases.acting import editable, receiving, record_of, today_of, within
from app.cases.linking import Kind
from app.cases.models import (
    AidRequest,
    Assessment,
    Case,
    CaseRecord,
    Client,
    Consent,
    FollowUp,
    Monitoring,
    Note,
    Plan,
    ReportedPerson,
    Service,
    Termination,
)
from app.cases.sealing import add_record
from app.cases.terminations import State
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.stages import Stage, Status
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import course, handling, people
from app.security.structs import work as work_structs
from app.work import Work

Person = Client | ReportedPerson
MISTAKE: Final = "MISTAKE"
PUT_BACK: Final = "PUT_BACK"
STEP: Final = "mistakes"


@dataclass(frozen=True, slots=True)
class _Side:
    """What differs between clients and reported persons: links, and the events."""

    links: Kind
    out: Event
    back: Event


_SIDES: Final[Mapping[type[Person], _Side]] = {
    Client: _Side(linking.CLIENTS, Event.CLIENT_REMOVED, Event.CLIENT_RESTORED),
    ReportedPerson: _Side(linking.REPORTED, Event.REPORTED_REMOVED, Event.REPORTED_RESTORED),
}


# --- taking out ------------------------------------------------------------------------------------------------------


def take_out(work: Work, case_id: UUID, kind: type[Person], row_id: UUID, why: str) -> Person:
    """Take somebody out who was entered by mistake. Who may edit the file does; a client of a registered case has a number, so there it
    takes the right to void.

    Refused for the last client (the case is voided instead), for the last one still helped, for somebody matched in a merge, and while
    something about the client alone stands: each says what comes first.
    """
    case = editable(work, case_id, closed_too=True)
    row: Person = record_of(work, kind, case_id, row_id)
    require_right(work, case, kind)
    _refuse_matched(work, case, row)
    if isinstance(row, Client):
        _refuse_last(work, case, row)
        work.hand_over(STEP, row)
    side = _SIDES[kind]
    members = linking.component(work, side.links, row.id)
    row.is_removed = True
    note_why(work, case, row, MISTAKE, why)
    linking.renew(work, side.links, members)
    indexing.forget(work, case, row)
    work.touched(case.id, side.out, row.id, row=row)
    if isinstance(row, Client):
        risk.follow(work, case)
        terminations.come_along(work, case, why)
    return row


def require_right(work: Work, case: Case, kind: type[Person]) -> None:
    """NotPermitted for whoever may not take this kind of person out of the case, or put one back."""
    work.actor.require(right(case, kind))


def right(case: Case, kind: type[Person]) -> Capability:
    """What it takes: a numbered client is counted, as a case is, and goes by the same right."""
    is_numbered = kind is Client and case.registered_at is not None
    return Capability.CASE_VOID if is_numbered else Capability.CASE_EDIT


def _refuse_matched(work: Work, case: Case, row: Person) -> None:
    """Who is somebody of another file of the matter counts there too: the merge is undone first."""
    merges = families.touching(work, [case.id])
    matches = families.matches_of(work, merges)
    for merge in merges:
        pairs = matches[merge.id]
        if row.id in {end for side in (pairs.clients, pairs.reported) for pair in side.items() for end in pair}:
            other = merge.case_id if case.id == merge.duplicate_id else merge.duplicate_id
            raise Refused(Problem("mistake.matched", params={"number": families.numbers(work, [other])[other]}))


def _refuse_last(work: Work, case: Case, row: Client) -> None:
    others = [each for each in queries.records(work.session, Client, [case.id]) if each.id != row.id]
    if not others:
        raise Refused(Problem("mistake.last-client"))
    if case.status == Status.OPEN.value and not any(_is_helped(work, each) for each in others):
        raise Refused(Problem("mistake.last-helped"))


def _is_helped(work: Work, row: Client) -> bool:
    profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)
    return profile.ended_on is None


# --- putting back ----------------------------------------------------------------------------------------------------


def put_back(work: Work, case_id: UUID, kind: type[Person], row_id: UUID, why: str) -> Person:
    """Put somebody back who was no mistake after all, by the same right. A client comes back as one who is helped: Refused while the
    case is closed or its termination is decided on."""
    case = receiving(work, case_id, closed_too=True)
    row = removed(work, case_id, kind, row_id)
    require_right(work, case, kind)
    if isinstance(row, Client):
        _refuse_ended(case)
    side = _SIDES[kind]
    row.is_removed = False
    note_why(work, case, row, PUT_BACK, why)
    linking.renew(work, side.links, [row.id])
    _index(work, case, row)
    work.touched(case.id, side.back, row.id, row=row)
    if isinstance(row, Client):
        if case.registered_at is not None:
            client_numbers.issue(work, case)
        risk.follow(work, case)
    return row


def removed(work: Work, case_id: UUID, kind: type[Person], row_id: UUID) -> Person:
    """Somebody of this case who was taken out; Conflict for somebody who stands, NotFound for an id of another case."""
    row = person(work, case_id, kind, row_id)
    if not row.is_removed:
        raise Conflict("not taken out")
    return row


def person(work: Work, case_id: UUID, kind: type[Person], row_id: UUID) -> Person:
    """Somebody of this case, taken out or not; NotFound for an id of another case."""
    row = work.session.scalar(select(kind).where(kind.id == row_id, kind.case_id == case_id))
    if not isinstance(row, Client | ReportedPerson):
        raise NotFound(kind.__name__)
    return row


def _refuse_ended(case: Case) -> None:
    if case.status != Status.OPEN.value:
        raise Refused(Problem("mistake.closed"))
    if case.stage == Stage.TERMINATION.value:
        raise Refused(Problem("mistake.in-termination"))


def _index(work: Work, case: Case, row: Person) -> None:
    if isinstance(row, Client):
        place = row.place(Section.CLIENT_IDENTITY)
        indexing.index_client(work, case, row, work.vault.open(place, row.identity_sealed, people.ClientIdentity))
    else:
        place = row.place(Section.REPORTED_IDENTITY)
        indexing.index_reported(work, case, row, work.vault.open(place, row.identity_sealed, people.ReportedIdentity))


# --- records ---------------------------------------------------------------------------------------------------------

_RECORDS: Final[Mapping[type[Consent | FollowUp], Event]] = {
    Consent: Event.CONSENT_REMOVED,
    FollowUp: Event.FOLLOW_UP_REMOVED,
}


def take_out_record(work: Work, case_id: UUID, kind: type[Consent | FollowUp], row_id: UUID, why: str) -> None:
    """Take a wrong consent or follow-up out of whatever counts; who may edit the file does, and records the right one. A consent that
    was given and taken back is withdrawn instead. Refused for a consent that a disclosure rests on."""
    case = editable(work, case_id, closed_too=True)
    row: Consent | FollowUp = record_of(work, kind, case_id, row_id)
    row.is_removed = True
    note_why(work, case, row, MISTAKE, why)
    if isinstance(row, Consent):
        work.hand_over(STEP, row)
    work.touched(case.id, _RECORDS[kind], row.id, row=row)


# --- the reason ------------------------------------------------------------------------------------------------------


def note_why(work: Work, case: Case, row: CaseRecord, kind: str, why: str) -> Note:
    """Keep the reason, as a note of the case about the row. Refused without words. Part of a greater act, which has the event."""
    if not why.strip():
        raise Refused(Problem("required", "text"))
    within(why, "text")
    head = case_structs.NoteHead(kind=kind, on=today_of(work, case), about=row.id)
    body = case_structs.NoteBody(text=why)
    return add_record(
        work, Note, case.id, {"head_sealed": (Section.NOTE_HEAD, head), "body_sealed": (Section.NOTE_BODY, body)}
    )


# --- what stands in the way ------------------------------------------------------------------------------------------

Holds = Callable[[Work, Client | Consent], Iterable[Problem]]
"""What a room holds about one client alone, or on a consent: a problem for each kind of record, which says how it is taken back."""


def refusing(rooms: Sequence[Holds]) -> Callable[[Work], None]:
    """A step before commit: Refused where a client or a consent goes on whom something stands in one of the rooms. A step,
    because most rooms stand above this one."""

    def refuse(work: Work) -> None:
        for row in work.pending.pop(STEP, []):
            if isinstance(row, Client | Consent):
                found = [problem for holds in rooms for problem in holds(work, row)]
                if found:
                    raise Refused(*found)

    return refuse


@dataclass(frozen=True, slots=True)
class _Held:
    """A kind of record about one client: the problem it is, rows, coded head."""

    code: str
    rows: type[CaseRecord]
    section: Section
    column: str
    head: type[Struct]


_HELD: Final = (
    _Held("mistake.services", Service, Section.SERVICE, "service_sealed", work_structs.Service),
    _Held("mistake.consents", Consent, Section.CONSENT, "consent_sealed", work_structs.Consent),
    _Held("mistake.follow-ups", FollowUp, Section.FOLLOW_UP, "follow_up_sealed", work_structs.FollowUp),
    _Held("mistake.assessments", Assessment, Section.ASSESSMENT, "head_sealed", course.Assessment),
    _Held("mistake.plans", Plan, Section.PLAN, "head_sealed", course.Plan),
    _Held("mistake.monitorings", Monitoring, Section.MONITORING, "head_sealed", course.Monitoring),
    _Held("mistake.ends", Termination, Section.TERMINATION, "termination_sealed", handling.Termination),
    _Held("mistake.requests", AidRequest, Section.AID_REQUEST, "request_sealed", handling.AidRequest),
)
_GIVEN_UP: Final = frozenset({State.RETURNED.value, State.RETRACTED.value, State.UNDONE.value})


def held_in_file(work: Work, out: Client | Consent) -> Iterator[Problem]:
    """What the case room holds about one client alone, without what the intake wrote of itself."""
    for held in _HELD:
        rows = queries.records(work.session, held.rows, [out.case_id])
        heads = (_head(work, held, row) for row in rows if _stands(row))
        own = [head for head in heads if head.client_id == out.id and not _is_complaint(head)]
        if own:
            yield Problem(held.code, params={"count": str(len(own))})


def _head(work: Work, held: _Held, row: CaseRecord) -> Any:
    return work.vault.open(row.place(held.section), getattr(row, held.column), held.head)


def _stands(row: CaseRecord) -> bool:
    return not getattr(row, "is_removed", False) and getattr(row, "state", "") not in _GIVEN_UP


def _is_complaint(head: Any) -> bool:
    return getattr(head, "activity", "") == derive.COMPLAINT_ACTIVITY
