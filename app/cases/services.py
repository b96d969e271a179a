"""Acts on an existing case. Each checks, changes, seals and records; the block that opened the work commits.

Every act on a section takes `expected`, the etag of the section as the person saw it; a section that somebody else saved in between
raises Stale, and the page then shows both texts (security 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import derive, indexing, queries, registration, validation
from app.cases.casefile import incident_of
from app.cases.coded_fields import limit_of
from app.cases.models import Case, CaseRecord, Client, Consent, FollowUp, Note, Report, ReportedPerson, Service
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused, Stale
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported
from app.security.vault import etag
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
CLOSED_TO_EDITS = frozenset({Status.VOIDED.value, Status.REJECTED.value})


def editable(work: Work, case_id: UUID) -> Case:
    """The case, when the actor may change it now: on its team, or a supervisor of its unit; never voided or rejected."""
    work.actor.require(Capability.CASE_EDIT)
    case = queries.get(work, case_id)
    if case.status in CLOSED_TO_EDITS:
        raise Conflict(f"case {case.status}")
    may = (
        work.actor.system
        or work.actor.may(Capability.CASE_APPROVE)
        or queries.is_on_team(work.session, work.actor, case_id)
    )
    if not may:
        raise NotPermitted("only the case team changes a case")
    return case


def record_of(work: Work, kind: type[R], case_id: UUID, row_id: UUID) -> R:
    """A record of this case, or NotFound: an id of another case finds nothing."""
    row = work.session.scalar(select(kind).where(kind.id == row_id, kind.case_id == case_id))
    if row is None:
        raise NotFound(kind.__name__)
    return row


def fresh(expected: str | None, *blobs: bytes) -> None:
    """Raise Stale when the sections were saved since the person saw them. None: an act that does not start from a page."""
    if expected is not None and expected != etag(*blobs):
        raise Stale("section")


def today_of(work: Work, case: Case) -> date:
    """The day it is where the case's unit works."""
    return local_day(work.now, zone_of(work, case))


def zone_of(work: Work, case: Case) -> Zone:
    """The zone of the case's unit."""
    unit = work.session.get(Unit, case.unit_id)
    return Zone(unit.zone) if unit is not None else Zone.WIB


def save_incident(work: Work, case_id: UUID, incident: case_structs.Incident, *, expected: str | None) -> Case:
    """Correct when, where and how. The ages of all clients follow, so their identities open in the act."""
    case = editable(work, case_id)
    fresh(expected, case.incident_sealed)
    _refuse(work, _as_intake(work, case, incident=incident), case)
    case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), incident)
    for client in queries.records(work.session, Client, [case_id]):
        _reage(work, client, incident)
    work.touched(case.id, Event.CASE_CHANGED, row=case)
    return case


def save_chronology(work: Work, case_id: UUID, chronology: case_structs.Chronology, *, expected: str | None) -> Case:
    """Correct what happened, in words."""
    case = editable(work, case_id)
    fresh(expected, case.chronology_sealed)
    case.chronology_sealed = work.vault.seal(case.place(Section.CHRONOLOGY), chronology)
    work.touched(case.id, Event.CASE_CHANGED, row=case)
    return case


def save_client(work: Work, case_id: UUID, entry: IntakeClient, *, expected: str | None) -> Client:
    """Correct a client: profile, identity and sensitive facts together."""
    case = editable(work, case_id)
    client = record_of(work, Client, case_id, entry.id)
    fresh(expected, client.profile_sealed, client.identity_sealed, client.sensitive_sealed)
    incident = incident_of(work, case)
    _refuse(work, _as_intake(work, case, clients=(entry,)), case)
    profile = derive.with_ages(entry.profile, entry.identity, incident.first_on, incident.report_on)
    profile = msgspec.structs.replace(profile, mask=derive.mask(entry.identity))
    client.profile_sealed = work.vault.seal(client.place(Section.CLIENT_PROFILE), profile)
    client.identity_sealed = work.vault.seal(client.place(Section.CLIENT_IDENTITY), entry.identity)
    client.sensitive_sealed = work.vault.seal(client.place(Section.CLIENT_SENSITIVE), entry.sensitive)
    indexing.index_client(work, case, client, entry.identity)
    work.touched(case.id, Event.CLIENT_CHANGED, client.id, row=client)
    return client


def join_client(work: Work, case_id: UUID, entry: IntakeClient) -> Client:
    """Add a client who was not in the intake."""
    case = editable(work, case_id)
    intake = _as_intake(work, case, clients=(entry,))
    _refuse(work, intake, case)
    position = len(queries.records(work.session, Client, [case_id])) + 1
    client = registration.add_client(work, case, entry, intake, position)
    work.touched(case.id, Event.CLIENT_ADDED, client.id)
    return client


def save_reported(work: Work, case_id: UUID, entry: IntakeReported, *, expected: str | None) -> ReportedPerson:
    """Correct a reported person and the relations to the clients."""
    case = editable(work, case_id)
    person = record_of(work, ReportedPerson, case_id, entry.id)
    fresh(expected, person.profile_sealed, person.identity_sealed)
    incident = incident_of(work, case)
    _refuse(work, _as_intake(work, case, reported=(entry,)), case)
    profile = derive.with_reported_age(entry.profile, entry.identity, incident.first_on, incident.report_on)
    person.profile_sealed = work.vault.seal(person.place(Section.REPORTED_PROFILE), profile)
    person.identity_sealed = work.vault.seal(person.place(Section.REPORTED_IDENTITY), entry.identity)
    indexing.index_reported(work, case, person, entry.identity)
    work.touched(case.id, Event.REPORTED_CHANGED, person.id, row=person)
    return person


def join_reported(work: Work, case_id: UUID, entry: IntakeReported) -> ReportedPerson:
    """Add a reported person who was not in the intake."""
    case = editable(work, case_id)
    intake = _as_intake(work, case, reported=(entry,))
    _refuse(work, intake, case)
    position = len(queries.records(work.session, ReportedPerson, [case_id])) + 1
    person = registration.add_reported(work, case, entry, intake, position)
    work.touched(case.id, Event.REPORTED_ADDED, person.id)
    return person


def join_report(work: Work, case_id: UUID, report: IntakeReport) -> Report:
    """A second report of the same matter joins the case; the case keeps its first report day."""
    case = editable(work, case_id)
    today = today_of(work, case)
    problems = validation.check(Intake(report=report), today)
    if report.on is None:
        problems = (*problems, Problem("required", "report.on"))
    if validation.errors(problems) or report.on is None:
        raise Refused(*problems)
    row = Report(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        report_sealed=b"",
        reporter_sealed=b"",
    )
    document = case_structs.Report(
        on=report.on,
        time=report.time,
        channel=report.channel,
        reporter_kind=report.reporter_kind,
        relation=report.relation,
    )
    row.report_sealed = work.vault.seal(row.place(Section.REPORT), document)
    row.reporter_sealed = work.vault.seal(row.place(Section.REPORTER), report.reporter)
    work.session.add(row)
    work.touched(case.id, Event.REPORT_ADDED, row.id, row=row)
    return row


def write_note(work: Work, case_id: UUID, head: case_structs.NoteHead, text: str) -> Note:
    """Add a note of the case team."""
    case = editable(work, case_id)
    _within(text, "text")
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
    _not_future(work, case, service.on, "on")
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
    _not_future(work, case, consent.on, "on")
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
    _not_future(work, case, on, "on")
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
    _not_future(work, case, follow_up.on, "on")
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
    _not_future(work, case, end.on, "on")
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


def _reage(work: Work, client: Client, incident: case_structs.Incident) -> None:
    profile = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    identity = work.vault.open(client.place(Section.CLIENT_IDENTITY), client.identity_sealed, people.ClientIdentity)
    aged = derive.with_ages(profile, identity, incident.first_on, incident.report_on)
    client.profile_sealed = work.vault.seal(client.place(Section.CLIENT_PROFILE), aged)


def _as_intake(
    work: Work,
    case: Case,
    *,
    incident: case_structs.Incident | None = None,
    clients: tuple[IntakeClient, ...] = (),
    reported: tuple[IntakeReported, ...] = (),
) -> Intake:
    """The case in the shape the checks take: the part under change, and what it must agree with."""
    head = incident or incident_of(work, case)
    present = {client.id for client in clients}
    others = tuple(
        _bare(work, row) for row in queries.records(work.session, Client, [case.id]) if row.id not in present
    )
    names = IntakeIncident.__struct_fields__
    shared = {name: getattr(head, name) for name in names if name != "chronology"}
    return Intake(
        report=IntakeReport(on=head.report_on, time=head.report_time, channel=head.channel),
        incident=IntakeIncident(**shared),
        clients=(*clients, *others),
        reported=reported,
    )


def _bare(work: Work, row: Client) -> IntakeClient:
    profile = work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)
    identity = work.vault.open(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity)
    return IntakeClient(id=row.id, profile=profile, identity=identity)


def _refuse(work: Work, intake: Intake, case: Case) -> None:
    problems = validation.check(intake, today_of(work, case))
    if validation.errors(problems):
        raise Refused(*problems)


def _not_future(work: Work, case: Case, day: date, field: str) -> None:
    if day > today_of(work, case):
        raise Refused(Problem("day.future", field, params={"day": day.isoformat()}))


def _within(text: str, field: str) -> None:
    if len(text) > limit_of(field):
        raise Refused(Problem("text.too-long", field, params={"limit": str(limit_of(field))}))
