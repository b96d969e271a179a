"""Acts on the sections of an existing case: incident, chronology, clients, reported persons, reports. Each checks, changes, seals
and records; the block that opened the work commits."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import client_numbers, derive, indexing, queries, registration, validation
from app.cases.acting import editable, fresh, receiving, record_of, today_of, zone_of
from app.cases.casefile import incident_of
from app.cases.models import Case, Client, Report, ReportedPerson, Service
from app.cases.sealing import Sealed, add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, Problem, Refused
from app.domain.stages import Stage
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported
from app.security.structs.work import Service as ServiceDocument
from app.work import Work


def save_incident(work: Work, case_id: UUID, incident: case_structs.Incident, *, expected: str | None) -> Case:
    """Correct when, where and how. The ages of all clients follow, also of those taken out, who may come back, so their identities open
    in the act; the first report, the moment of receipt and the complaint service follow a corrected report day (design 4: they count on it)."""
    case = editable(work, case_id, closed_too=True)
    fresh(expected, case.incident_sealed)
    _refuse(work, _as_intake(work, case, incident=incident), case)
    _move_report(work, case, incident_of(work, case), incident)
    case.incident_sealed = work.vault.seal(case.place(Section.INCIDENT), incident)
    for client in queries.everybody(work.session, Client, [case_id]):
        _reage(work, client, incident)
    work.touched(case.id, Event.CASE_CHANGED, row=case)
    return case


def _move_report(work: Work, case: Case, before: case_structs.Incident, after: case_structs.Incident) -> None:
    if (before.report_on, before.report_time, before.channel) == (after.report_on, after.report_time, after.channel):
        return
    case.received_at = registration.moment(after.report_on, after.report_time, zone_of(work, case))
    first = queries.records(work.session, Report, [case.id])[0]
    place = first.place(Section.REPORT)
    report = work.vault.open(place, first.report_sealed, case_structs.Report)
    report = msgspec.structs.replace(report, on=after.report_on, time=after.report_time, channel=after.channel)
    first.report_sealed = work.vault.seal(place, report)
    for row in queries.records(work.session, Service, [case.id]):
        _move_complaint(work, row, before, after)


def _move_complaint(work: Work, row: Service, before: case_structs.Incident, after: case_structs.Incident) -> None:
    place = row.place(Section.SERVICE)
    service = work.vault.open(place, row.service_sealed, ServiceDocument)
    if service.activity == derive.COMPLAINT_ACTIVITY and service.on == before.report_on:
        row.service_sealed = work.vault.seal(place, msgspec.structs.replace(service, on=after.report_on))


def save_chronology(work: Work, case_id: UUID, chronology: case_structs.Chronology, *, expected: str | None) -> Case:
    """Correct what happened, in words."""
    case = editable(work, case_id, closed_too=True)
    fresh(expected, case.chronology_sealed)
    case.chronology_sealed = work.vault.seal(case.place(Section.CHRONOLOGY), chronology)
    work.touched(case.id, Event.CASE_CHANGED, row=case)
    return case


def save_client(work: Work, case_id: UUID, entry: IntakeClient, *, expected: str | None) -> Client:
    """Correct a client: profile, identity and sensitive facts together. Sensitive facts stay as they are where the actor is not
    among their readers (design 2 "own list"); the end of the client is written by `terminations` alone."""
    case = editable(work, case_id, closed_too=True)
    client = record_of(work, Client, case_id, entry.id)
    fresh(expected, client.profile_sealed, client.identity_sealed, client.sensitive_sealed)
    incident = incident_of(work, case)
    corrected = _as_intake(work, case, clients=(entry,))
    _refuse(work, corrected, case, _about("clients.0.", validation.required_for_import(corrected)))
    profile = derive.with_ages(entry.profile, entry.identity, incident.first_on, incident.report_on)
    profile = _kept(work, client, msgspec.structs.replace(profile, mask=derive.mask(entry.identity)))
    client.profile_sealed = work.vault.seal(client.place(Section.CLIENT_PROFILE), profile)
    client.identity_sealed = work.vault.seal(client.place(Section.CLIENT_IDENTITY), entry.identity)
    if work.actor.may(Capability.SENSITIVE_READ):
        client.sensitive_sealed = work.vault.seal(client.place(Section.CLIENT_SENSITIVE), entry.sensitive)
    indexing.index_client(work, case, client, entry.identity)
    work.touched(case.id, Event.CLIENT_CHANGED, client.id, row=client)
    return client


def _kept(work: Work, client: Client, profile: people.ClientProfile) -> people.ClientProfile:
    """The corrected profile with what a correction does not touch: the end, and the references of an import."""
    old = work.vault.open(client.place(Section.CLIENT_PROFILE), client.profile_sealed, people.ClientProfile)
    names = ("ended_on", "closure", "closure_reason", "victim_ref", "person_ref", "client_no")
    return msgspec.structs.replace(profile, **{name: getattr(old, name) for name in names})


def join_client(work: Work, case_id: UUID, entry: IntakeClient) -> Client:
    """Add a client who was not in the intake; in a registered case with a client number. Conflict while termination is decided on."""
    case = receiving(work, case_id)
    if case.stage == Stage.TERMINATION.value:
        raise Conflict("in termination")
    intake = _as_intake(work, case, clients=(entry,))
    _refuse(work, intake, case, _about("clients.0.", validation.required_for_registration(intake)))
    position = len(queries.everybody(work.session, Client, [case_id])) + 1
    client = registration.add_client(work, case, entry, intake, position)
    if case.registered_at is not None:
        client_numbers.issue(work, case)
    work.touched(case.id, Event.CLIENT_ADDED, client.id)
    return client


def save_reported(work: Work, case_id: UUID, entry: IntakeReported, *, expected: str | None) -> ReportedPerson:
    """Correct a reported person and the relations to the clients."""
    case = editable(work, case_id, closed_too=True)
    person = record_of(work, ReportedPerson, case_id, entry.id)
    fresh(expected, person.profile_sealed, person.identity_sealed)
    incident = incident_of(work, case)
    _refuse(work, _as_intake(work, case, reported=(entry,)), case)
    profile = derive.with_reported_age(entry.profile, entry.identity, incident.first_on, incident.report_on)
    profile = _with_hidden_relations(work, person, profile)
    person.profile_sealed = work.vault.seal(person.place(Section.REPORTED_PROFILE), profile)
    person.identity_sealed = work.vault.seal(person.place(Section.REPORTED_IDENTITY), entry.identity)
    indexing.index_reported(work, case, person, entry.identity)
    work.touched(case.id, Event.REPORTED_CHANGED, person.id, row=person)
    return person


def _with_hidden_relations(
    work: Work, person: ReportedPerson, profile: people.ReportedProfile
) -> people.ReportedProfile:
    """The corrected profile with what the person is to clients entered by mistake: no page asks for it, and it comes back with them."""
    old = work.vault.open(person.place(Section.REPORTED_PROFILE), person.profile_sealed, people.ReportedProfile)
    hidden = queries.out_among(work.session, person.case_id)
    kept = (relation for relation in old.relations if relation.client_id in hidden)
    return msgspec.structs.replace(profile, relations=(*profile.relations, *kept))


def join_reported(work: Work, case_id: UUID, entry: IntakeReported) -> ReportedPerson:
    """Add a reported person who was not in the intake."""
    case = receiving(work, case_id)
    intake = _as_intake(work, case, reported=(entry,))
    _refuse(work, intake, case)
    position = len(queries.everybody(work.session, ReportedPerson, [case_id])) + 1
    person = registration.add_reported(work, case, entry, intake, position)
    work.touched(case.id, Event.REPORTED_ADDED, person.id)
    return person


def join_report(work: Work, case_id: UUID, report: IntakeReport) -> Report:
    """A second report of the same matter joins the case; the case keeps its first report day. Refused for values that cannot be."""
    case = receiving(work, case_id)
    sealed = _report_sealed(_checked_report(work, case, report), report)
    row = add_record(work, Report, case.id, sealed)
    work.touched(case.id, Event.REPORT_ADDED, row.id, row=row)
    return row


def save_report(work: Work, case_id: UUID, report_id: UUID, report: IntakeReport, *, expected: str | None) -> Report:
    """Correct who reported and what was said. Day, time and channel of the first report are those of the case, and are corrected with
    the incident (`save_incident`): here they stay."""
    case = editable(work, case_id, closed_too=True)
    row = record_of(work, Report, case_id, report_id)
    fresh(expected, row.report_sealed, row.reporter_sealed)
    held = work.vault.open(row.place(Section.REPORT), row.report_sealed, case_structs.Report)
    if is_first_report(work, row):
        report = msgspec.structs.replace(report, on=held.on, time=held.time, channel=held.channel)
    document = msgspec.structs.replace(_checked_report(work, case, report), with_child=held.with_child)
    seal_into(work, row, _report_sealed(document, report))
    work.touched(case.id, Event.REPORT_CHANGED, row.id, row=row)
    return row


def is_first_report(work: Work, row: Report) -> bool:
    """Whether this is the report the case began with, on whose day it is counted."""
    return queries.records(work.session, Report, [row.case_id])[0].id == row.id


def _checked_report(work: Work, case: Case, report: IntakeReport) -> case_structs.Report:
    problems = validation.check(Intake(report=report), today_of(work, case))
    if report.on is None:
        problems = (*problems, Problem("required", "report.on"))
    if validation.errors(problems) or report.on is None:
        raise Refused(*problems)
    return case_structs.Report(
        on=report.on,
        time=report.time,
        channel=report.channel,
        reporter_kind=report.reporter_kind,
        relation=report.relation,
    )


def _report_sealed(document: case_structs.Report, report: IntakeReport) -> Sealed:
    return {"report_sealed": (Section.REPORT, document), "reporter_sealed": (Section.REPORTER, report.reporter)}


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


def _about(prefix: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.field.startswith(prefix))


def _refuse(work: Work, intake: Intake, case: Case, lacking: tuple[Problem, ...] = ()) -> None:
    problems = (*validation.check(intake, today_of(work, case)), *lacking)
    if validation.errors(problems):
        raise Refused(*problems)
