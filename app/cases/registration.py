"""Turning an intake into a case, in one act: the only door, for the web form and for imports alike (design 6, 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

import msgspec

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import derive, indexing, register, risk, validation
from app.cases.models import Case, Client, Report, ReportedPerson, Service
from app.cases.sealing import add_record
from app.cases.team import assign
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.domain.stages import Stage, Status
from app.domain.zones import Zone, at_local, local_day
from app.security.sections import Section
from app.security.structs.case import Incident
from app.security.structs.case import Report as ReportDocument
from app.security.structs.intake import Intake, IntakeClient, IntakeReported
from app.security.structs.work import Service as ServiceDocument
from app.security.structs.work import ServiceText
from app.work import Work


@dataclass(frozen=True, slots=True)
class Given:
    """What an import brings along that a new case gets by itself: stage, status, number, moments (design 7 "take their stage as given")."""

    import_id: UUID
    case_id: UUID
    stage: str = ""
    status: Status = Status.OPEN
    register_no: str = ""
    closed_on: date | None = None
    with_complaint: frozenset[UUID] = frozenset()  # clients whose complaint service the import brings itself


def register_case(work: Work, intake: Intake, unit: Unit, *, given: Given | None = None) -> Case:
    """Make the case of an intake. Refused with every problem where the input breaks a rule; warnings never refuse."""
    work.actor.require(Capability.IMPORT_RUN if given else Capability.CASE_CREATE)
    problems = problems_of(work, intake, unit, imported=given is not None)
    if validation.errors(problems):
        raise Refused(*problems)
    case = _new_case(work, intake, unit, given)
    has_complaint = given.with_complaint if given else frozenset()
    for position, client in enumerate(intake.clients, start=1):
        add_client(work, case, client, intake, position, complaint=client.id not in has_complaint)
    for position, reported in enumerate(intake.reported, start=1):
        add_reported(work, case, reported, intake, position)
    _add_report(work, case, intake)
    if work.actor.user_id is not None:
        assign(work, case, work.actor.user_id, "PENERIMA")
    work.touched(case.id, Event.CASE_CREATED, row=case)
    return case


def problems_of(work: Work, intake: Intake, unit: Unit, *, imported: bool = False) -> tuple[Problem, ...]:
    """Everything wrong with the intake, and what its kind of entry still lacks."""
    today = local_day(work.now, Zone(unit.zone))
    lacking = validation.required_for_import(intake) if imported else validation.required_for_registration(intake)
    return (*validation.check(intake, today), *lacking)


def _new_case(work: Work, intake: Intake, unit: Unit, given: Given | None) -> Case:
    reported_on = intake.report.on
    if reported_on is None:  # the checks above refuse it; this is for the type checker and for callers that skip them
        raise Refused(Problem("required", "report.on"))
    case_id = given.case_id if given else new_id()
    work.vault.new_case_key(case_id, work.now)
    number = register.next_number(work, unit.id, reported_on.year)
    zone = Zone(unit.zone)
    case = Case(
        id=case_id,
        unit_id=unit.id,
        register_no=register.written(unit.register_prefix, reported_on.year, number),
        register_year=reported_on.year,
        register_seq=number,
        stage=Stage.REPORT.value,
        status=Status.OPEN.value,
        risk=intake.screening.risk or "",
        received_at=moment(reported_on, intake.report.time, zone),
        registered_at=None,
        closed_at=None,
        created_at=work.now,
        watch_at=None,
        due_at=None,
        import_id=given.import_id if given else None,
        is_hidden=given is not None,
        ledger_blob_id=None,
        incident_sealed=b"",
        chronology_sealed=b"",
    )
    if given is not None:
        _take_as_given(case, given, zone)
    case.incident_sealed = work.vault.seal(
        case.place(Section.INCIDENT), incident_of(intake, reported_on, imported=given is not None)
    )
    case.chronology_sealed = work.vault.seal(case.place(Section.CHRONOLOGY), intake.incident.chronology)
    work.session.add(case)
    return case


def _take_as_given(case: Case, given: Given, zone: Zone) -> None:
    if given.stage:
        case.stage = given.stage
    if given.register_no:
        case.register_no = given.register_no
    case.status = given.status.value
    if given.status is Status.CLOSED:
        case.closed_at = moment(given.closed_on or local_day(case.received_at, zone), "", zone)
    if case.stage != Stage.REPORT.value:
        case.registered_at = case.received_at


def incident_of(intake: Intake, reported_on: date, *, imported: bool = False) -> Incident:
    """The coded head of the case, from the parts of its intake."""
    report, incident, screening = intake.report, intake.incident, intake.screening
    return Incident(
        report_on=reported_on,
        report_time=report.time,
        channel=report.channel,
        first_on=incident.first_on,
        last_on=incident.last_on,
        time=incident.time,
        area=incident.area,
        place=incident.place,
        online=incident.online or "TIDAK_DIKETAHUI",
        patbm_village=incident.patbm_village,
        danger_prompts=screening.danger_prompts,
        prompts_asked=screening.prompts_asked,
        authority=screening.authority,
        event_kind=incident.event_kind,
        event_on=incident.event_on,
        event_area=incident.event_area,
        transfer_in=report.transfer_in,
        imported=imported,
        case_ref=intake.case_ref,
    )


def add_client(
    work: Work, case: Case, entry: IntakeClient, intake: Intake, position: int, *, complaint: bool = True
) -> Client:
    """Seal one client of the intake into the case, index the identity, record the complaint service (design 4: one per client on
    the report day, unless the client already has one) and the first assessment of the risk."""
    reported_on = intake.report.on or local_day(case.received_at, Zone.WIB)
    profile = derive.with_ages(entry.profile, entry.identity, intake.incident.first_on, reported_on)
    profile = msgspec.structs.replace(profile, mask=derive.mask(entry.identity))
    sealed = {
        "profile_sealed": (Section.CLIENT_PROFILE, profile),
        "identity_sealed": (Section.CLIENT_IDENTITY, entry.identity),
        "sensitive_sealed": (Section.CLIENT_SENSITIVE, entry.sensitive),
    }
    given = {"id": entry.id, "position": position, "person_id": new_id(), "is_removed": False}
    client = add_record(work, Client, case.id, sealed, **given)
    indexing.index_client(work, case, client, entry.identity, is_new=True)
    if complaint:
        _add_complaint(work, case, client, reported_on)
    risk.add_first(work, case, client.id, intake.screening, reported_on)
    return client


def add_reported(work: Work, case: Case, entry: IntakeReported, intake: Intake, position: int) -> ReportedPerson:
    """Seal one reported person of the intake into the case and index the identity."""
    reported_on = intake.report.on or local_day(case.received_at, Zone.WIB)
    profile = derive.with_reported_age(entry.profile, entry.identity, intake.incident.first_on, reported_on)
    sealed = {
        "profile_sealed": (Section.REPORTED_PROFILE, profile),
        "identity_sealed": (Section.REPORTED_IDENTITY, entry.identity),
    }
    given = {"id": entry.id, "position": position, "person_id": None, "is_removed": False}
    person = add_record(work, ReportedPerson, case.id, sealed, **given)
    indexing.index_reported(work, case, person, entry.identity, is_new=True)
    return person


def _add_report(work: Work, case: Case, intake: Intake) -> None:
    report = intake.report
    document = ReportDocument(
        on=report.on or local_day(case.received_at, Zone.WIB),
        time=report.time,
        channel=report.channel,
        reporter_kind=report.reporter_kind,
        relation=report.relation,
    )
    sealed = {"report_sealed": (Section.REPORT, document), "reporter_sealed": (Section.REPORTER, report.reporter)}
    add_record(work, Report, case.id, sealed)


def _add_complaint(work: Work, case: Case, client: Client, day: date) -> None:
    """Intake writes one `SV_PENGADUAN` record per client on the report day (design 4)."""
    document = ServiceDocument(client_id=client.id, on=day, code=derive.COMPLAINT, activity=derive.COMPLAINT_ACTIVITY)
    sealed = {"service_sealed": (Section.SERVICE, document), "text_sealed": (Section.SERVICE_TEXT, ServiceText())}
    add_record(work, Service, case.id, sealed, is_removed=False)


def moment(day: date, clock: str, zone: Zone) -> datetime:
    """Day and HH:MM in the unit's zone as a moment; an unknown time is 00:00, so that warnings come early (case-management 9.1)."""
    hour, _, minute = clock.partition(":")
    return at_local(day, time(int(hour), int(minute)) if minute else time(0, 0), zone)
