"""What is done for the clients of a case: notes, services given, consent, follow-ups, the end of a client, the risk level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases.acting import editable, fresh, not_future, record_of, within
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, Consent, FollowUp, Note, Service
from app.db.base import new_id
from app.domain.errors import Conflict, Problem, Refused
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.work import Work


def write_note(work: Work, case_id: UUID, head: case_structs.NoteHead, text: str) -> Note:
    """Add a note of the case team."""
    case = editable(work, case_id)
    within(text, "text")
    row = Note(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        head_sealed=b"",
        body_sealed=b"",
    )
    row.head_sealed = work.vault.seal(row.place(Section.NOTE_HEAD), head)
    row.body_sealed = work.vault.seal(row.place(Section.NOTE_BODY), case_structs.NoteBody(text=text))
    work.session.add(row)
    work.touched(case.id, Event.NOTE_WRITTEN, row.id, row=row)
    return row


def record_service(work: Work, case_id: UUID, service: work_structs.Service, text: work_structs.ServiceText) -> Service:
    """Record a service given to one client on one day (case-management 3.12)."""
    case = editable(work, case_id)
    record_of(work, Client, case_id, service.client_id)
    not_future(work, case, service.on, "on")
    row = Service(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        is_removed=False,
        service_sealed=b"",
        text_sealed=b"",
    )
    row.service_sealed = work.vault.seal(row.place(Section.SERVICE), service)
    row.text_sealed = work.vault.seal(row.place(Section.SERVICE_TEXT), text)
    work.session.add(row)
    work.touched(case.id, Event.SERVICE_RECORDED, row.id, row=row)
    return row


def remove_service(work: Work, case_id: UUID, service_id: UUID) -> None:
    """Take a wrong entry out of every count; the row stays with its audit trail."""
    editable(work, case_id)
    row = record_of(work, Service, case_id, service_id)
    row.is_removed = True
    work.touched(case_id, Event.SERVICE_CHANGED, row.id, row=row)


def record_consent(work: Work, case_id: UUID, consent: work_structs.Consent, text: work_structs.ConsentText) -> Consent:
    """Record a client's consent, or another legal basis with its reason (design 5: danger to life, legal duty)."""
    case = editable(work, case_id)
    record_of(work, Client, case_id, consent.client_id)
    not_future(work, case, consent.on, "on")
    row = Consent(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        consent_sealed=b"",
        text_sealed=b"",
    )
    row.consent_sealed = work.vault.seal(row.place(Section.CONSENT), consent)
    row.text_sealed = work.vault.seal(row.place(Section.CONSENT_TEXT), text)
    work.session.add(row)
    work.touched(case.id, Event.CONSENT_RECORDED, row.id, row=row)
    return row


def withdraw_consent(work: Work, case_id: UUID, consent_id: UUID, on: date) -> Consent:
    """Record that the client withdrew; nothing further may be disclosed on it (UU 27/2022 Pasal 40)."""
    case = editable(work, case_id)
    row = record_of(work, Consent, case_id, consent_id)
    not_future(work, case, on, "on")
    document = work.vault.open(row.place(Section.CONSENT), row.consent_sealed, work_structs.Consent)
    if document.withdrawn_on is not None:
        raise Conflict("already withdrawn")
    document = msgspec.structs.replace(document, withdrawn_on=on)
    row.consent_sealed = work.vault.seal(row.place(Section.CONSENT), document)
    work.touched(case_id, Event.CONSENT_WITHDRAWN, row.id, row=row)
    return row


def record_follow_up(work: Work, case_id: UUID, follow_up: work_structs.FollowUp, text: str) -> FollowUp:
    """Record a follow-up contact with one client (kla-cluster-v 5.1 s.6)."""
    case = editable(work, case_id)
    record_of(work, Client, case_id, follow_up.client_id)
    not_future(work, case, follow_up.on, "on")
    row = FollowUp(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        follow_up_sealed=b"",
        text_sealed=b"",
    )
    row.follow_up_sealed = work.vault.seal(row.place(Section.FOLLOW_UP), follow_up)
    row.text_sealed = work.vault.seal(row.place(Section.FOLLOW_UP_TEXT), work_structs.FollowUpText(text=text))
    work.session.add(row)
    work.touched(case.id, Event.FOLLOW_UP_RECORDED, row.id, row=row)
    return row


@dataclass(frozen=True, slots=True)
class ClientEnd:
    """The end of one client's handling: the day, the kind (TM_*), the suggested reason (case-management 6.2)."""

    client_id: UUID
    on: date
    closure: str
    reason: str = ""


def end_client(work: Work, case_id: UUID, end: ClientEnd, *, expected: str | None) -> Client:
    """Record the end of one client; the others go on, and the case ends with its last open client (design 2)."""
    case = editable(work, case_id)
    client = record_of(work, Client, case_id, end.client_id)
    fresh(expected, client.profile_sealed)
    not_future(work, case, end.on, "on")
    profile = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    if profile.ended_on is not None:
        raise Conflict("already ended")
    if end.on < incident_of(work, case).report_on:
        raise Refused(Problem("ended.before-report", "on"))
    profile = msgspec.structs.replace(profile, ended_on=end.on, closure=end.closure, closure_reason=end.reason)
    client.profile_sealed = work.vault.seal(client.place(Section.CLIENT_PROFILE), profile)
    work.touched(case.id, Event.CLIENT_ENDED, client.id, row=client)
    return client


def set_risk(work: Work, case_id: UUID, risk: str) -> Case:
    """Set the case's risk level (the highest of its clients)."""
    case = editable(work, case_id)
    case.risk = risk
    work.touched(case.id, Event.CASE_CHANGED, row=case)
    return case
