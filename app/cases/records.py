"""What is done for the clients of a case: notes, services given, follow-ups, the end of a client."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import consents, course, mediating, plans, queries
from app.cases.acting import (
    editable,
    fresh,
    known_codes,
    not_future,
    receiving,
    record_of,
    texts_within,
    today_of,
    within,
)
from app.cases.models import (
    Case,
    Client,
    Consent,
    FollowUp,
    Note,
    Service,
)
from app.cases.sealing import add_record, seal_into
from app.cases.team import unit_people
from app.domain import consents as rules
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, Problem, Refused
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import work as work_structs
from app.work import Work

TEAM_KIND: Final = "NOTE"  # a note of the team's own, as the form writes it
REASON_KIND: Final = "REASON"  # a note that says why the words were opened from outside the team


def write_note(work: Work, case_id: UUID, head: case_structs.NoteHead, text: str) -> Note:
    """Add a note of the case team. Refused for an empty note or one that is too long."""
    case = receiving(work, case_id, closed_too=True)
    if not text.strip():
        raise Refused(Problem("required", "text"))
    within(text, "text")
    not_future(work, case, head.on, "on")
    if head.client_id is not None:
        record_of(work, Client, case_id, head.client_id)
    return _note(work, case, head, text)


def _note(work: Work, case: Case, head: case_structs.NoteHead, text: str, purpose: str = "") -> Note:
    body = case_structs.NoteBody(text=text)
    sealed = {"head_sealed": (Section.NOTE_HEAD, head), "body_sealed": (Section.NOTE_BODY, body)}
    row = add_record(work, Note, case.id, sealed)
    work.touched(case.id, Event.NOTE_WRITTEN, row.id, row=row, purpose=purpose)
    return row


def note_reason(work: Work, case_id: UUID, code: str, words: str) -> Note:
    """Keep, sealed in the case itself, why somebody outside its team opens the words. The audit row carries the code alone. Refused without words."""
    work.actor.require(Capability.CASE_REVEAL)
    case = queries.get(work, case_id)
    if not words.strip():
        raise Refused(Problem("required", "words"))
    within(words, "text")
    head = case_structs.NoteHead(kind=REASON_KIND, on=today_of(work, case))
    return _note(work, case, head, words, code)


def record_service(work: Work, case_id: UUID, service: work_structs.Service, text: work_structs.ServiceText) -> Service:
    """Record a service given to one client on one day (case-management 3.12). An activity brings its service along (6.3).

    Mediation is refused or needs a reason by the table of `domain/mediation`. A service may name goals of the client's plan that are in
    hand. One that the client refused or took back needs the reason why it was given all the same (UU 27/2022: another basis, with recorded reasoning).
    """
    case = receiving(work, case_id)
    service = _checked_service(work, case, service, text)
    _check_goals(work, case, service)
    sealed = {"service_sealed": (Section.SERVICE, service), "text_sealed": (Section.SERVICE_TEXT, text)}
    row = add_record(work, Service, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.SERVICE_RECORDED, row.id, row=row)
    return row


def save_service(
    work: Work,
    case_id: UUID,
    service_id: UUID,
    service: work_structs.Service,
    text: work_structs.ServiceText,
    *,
    expected: str | None,
) -> Service:
    """Correct a service, or add its result and the next step; it stays with its client. Conflict for one taken out of the counts."""
    case = editable(work, case_id, closed_too=True)
    row = record_of(work, Service, case_id, service_id)
    fresh(expected, row.service_sealed, row.text_sealed)
    if row.is_removed:
        raise Conflict("service taken out")
    held = read_service(work, row)
    service = msgspec.structs.replace(service, client_id=held.client_id, institution_id=held.institution_id)
    service = _with_tick(service, held)
    service = _checked_service(work, case, service, text)
    _check_goals(work, case, service, held.goals)
    seal_into(work, row, {"service_sealed": (Section.SERVICE, service), "text_sealed": (Section.SERVICE_TEXT, text)})
    work.touched(case.id, Event.SERVICE_CHANGED, row.id, row=row)
    return row


def read_service(work: Work, row: Service) -> work_structs.Service:
    """The coded head of a service."""
    return work.vault.open(row.place(Section.SERVICE), row.service_sealed, work_structs.Service)


def _checked_service(
    work: Work, case: Case, service: work_structs.Service, text: work_structs.ServiceText
) -> work_structs.Service:
    """The service with the recap service of its activity, or Refused."""
    client = record_of(work, Client, case.id, service.client_id)
    not_future(work, case, service.on, "on")
    known_codes(service)
    texts_within(text)
    if service.officer is not None and service.officer not in unit_people(work, case):
        raise Refused(Problem("team.unknown", "officer"))
    if service.next_on is not None and service.next_on < service.on:
        raise Refused(Problem("service.next-before", "next_on"))
    service = with_service(service)
    against = [*mediating.problems(work, client, [service.activity], "activity", text.reason)]
    if against:
        raise Refused(*against)
    if not text.reason.strip() and is_declined(work, service):
        raise Refused(Problem("service.not-agreed", "reason"))
    return service


def _with_tick(service: work_structs.Service, held: work_structs.Service) -> work_structs.Service:
    """A corrected service keeps that its next step was ticked off; another day is another step."""
    if service.next_on != held.next_on:
        return msgspec.structs.replace(service, next_done_on=None, next_done_by=None)
    return msgspec.structs.replace(service, next_done_on=held.next_done_on, next_done_by=held.next_done_by)


def finish_next_step(work: Work, case_id: UUID, service_id: UUID) -> Service:
    """Tick off the next step of a service: it waits for nobody any more, and what was recorded stays as it is.

    Conflict where none waits: there is none, it was ticked off already, or the entry was taken out of the counts.
    """
    case, row, held = _with_next_step(work, case_id, service_id)
    if held.next_done_on is not None:
        raise Conflict("next step done")
    return _tick(work, row, held, today_of(work, case), work.actor.user_id)


def take_up_next_step(work: Work, case_id: UUID, service_id: UUID) -> Service:
    """Ticked off by mistake: the next step waits again. Conflict where it is not ticked off."""
    _case, row, held = _with_next_step(work, case_id, service_id)
    if held.next_done_on is None:
        raise Conflict("next step waits")
    return _tick(work, row, held, None, None)


def _with_next_step(work: Work, case_id: UUID, service_id: UUID) -> tuple[Case, Service, work_structs.Service]:
    case = editable(work, case_id, closed_too=True)
    row = record_of(work, Service, case_id, service_id)
    held = read_service(work, row)
    if row.is_removed or held.next_on is None:
        raise Conflict("no next step")
    return case, row, held


def _tick(work: Work, row: Service, held: work_structs.Service, on: date | None, by: UUID | None) -> Service:
    head = msgspec.structs.replace(held, next_done_on=on, next_done_by=by)
    row.service_sealed = work.vault.seal(row.place(Section.SERVICE), head)
    work.touched(row.case_id, Event.SERVICE_CHANGED, row.id, row=row)
    return row


def _check_goals(work: Work, case: Case, service: work_structs.Service, known: Collection[UUID] = ()) -> None:
    """Refused for a goal that is not in hand (open, and agreed to), unless the service was said to serve it before."""
    new = set(service.goals) - set(known)
    if new and not new <= {goal.id for goal in course.goals_in_hand(plans.pairs(work, case.id), service.client_id)}:
        raise Refused(Problem("goal.not-in-hand", "goals"))


def remove_service(work: Work, case_id: UUID, service_id: UUID) -> None:
    """Take a wrong entry out of every count; the row stays with its audit trail."""
    editable(work, case_id, closed_too=True)
    row = record_of(work, Service, case_id, service_id)
    row.is_removed = True
    work.touched(case_id, Event.SERVICE_CHANGED, row.id, row=row)


def take_back(work: Work, case_id: UUID, row_id: UUID) -> None:
    """Take a wrong entry out of the course of the case: it counts for nothing any more, and the row stays with its audit trail.

    Conflict where it was taken back already.
    """
    editable(work, case_id, closed_too=True)
    row = course.record(work, case_id, row_id)
    if row.is_removed:
        raise Conflict("taken back")
    row.is_removed = True
    work.touched(case_id, Event.RECORD_TAKEN_BACK, row.id, row=row)


def record_follow_up(work: Work, case_id: UUID, follow_up: work_structs.FollowUp, text: str) -> FollowUp:
    """Record a follow-up contact with one client (kla-cluster-v 5.1 s.6)."""
    case = receiving(work, case_id, closed_too=True)
    record_of(work, Client, case_id, follow_up.client_id)
    not_future(work, case, follow_up.on, "on")
    known_codes(follow_up)
    within(text, "text")
    words = work_structs.FollowUpText(text=text)
    sealed = {"follow_up_sealed": (Section.FOLLOW_UP, follow_up), "text_sealed": (Section.FOLLOW_UP_TEXT, words)}
    row = add_record(work, FollowUp, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.FOLLOW_UP_RECORDED, row.id, row=row)
    return row


def with_service(service: work_structs.Service) -> work_structs.Service:
    """The service with the recap service its activity maps to; Refused where another one was chosen (case-management 6.3)."""
    if not service.activity:
        if not service.code:
            raise Refused(Problem("service.missing", "code"))
        return service
    mapped = code_list("activity").get(service.activity).text("service") or ""
    if service.code and service.code != mapped:
        raise Refused(Problem("service.contradicts-activity", "code"))
    return msgspec.structs.replace(service, code=mapped)


def is_declined(work: Work, service: work_structs.Service) -> bool:
    """Whether the client's last form F4 says no to this service, or was taken back (on or before the day of the service)."""
    client = work.session.get_one(Client, service.client_id)
    rows = queries.records(work.session, Consent, [client.case_id])
    form = consents.newest_form([consents.read(work, row) for row in rows], client.id)
    return (
        form is not None and form.on <= service.on and rules.refused(consents.agreed_on(form, service.on), service.code)
    )
