"""From what is recorded in a case to what the clock engine takes: subjects with their facts, and events (design 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.cases import consents, course, needs
from app.cases.casefile import CodedFile
from app.cases.derive import is_child, is_trafficked
from app.cases.models import Note
from app.clocks import gather_legal
from app.clocks.moments import at_day
from app.domain import clinical
from app.domain.clocks import Context, Event, EventKind, Fact, Subject, SubjectKind
from app.domain.referrals import ReferralStatus, event_of
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.referrals.pairs import ReferralPair
from app.safety.reading import Stay
from app.security.structs import people
from app.security.structs.case import Incident

MANY_AGENCIES = 3  # DEF-CONF: first case conference, high risk or three and more agencies (case-management 9.9)
OVER: Final = frozenset({Status.VOIDED.value, Status.REJECTED.value, Status.TRANSFERRED.value})
"""With these nobody here watches any clock of the case."""


@dataclass(frozen=True)
class Gathered:
    """One case as the engine sees it."""

    context: Context
    events: tuple[Event, ...]


def gather(
    file: CodedFile, referrals: Sequence[ReferralPair], notes: Sequence[Note], zone: Zone, stays: Sequence[Stay] = ()
) -> Gathered:
    """Subjects and events of a case. Imported cases, and those taken over from another unit, carry the moment they came in, so their
    old clocks end as *riwayat*."""
    referrals = [pair for pair in referrals if file.concerns(pair[1].client_id)]
    imported_at = file.case.created_at if file.incident.imported or file.is_taken_over else None
    subjects = tuple(_subjects(file, referrals, zone))
    events = tuple(
        [
            *_case_events(file, notes, zone),
            *_client_events(file, zone),
            *_course_events(file),
            *(e for pair in referrals for e in _referral_events(file, pair)),
            *(e for stay in stays for e in _shelter_events(stay, zone)),
            *gather_legal.events(file, zone),
        ]
    )
    return Gathered(Context(subjects, imported_at), events)


def _subjects(file: CodedFile, referrals: Sequence[ReferralPair], zone: Zone) -> Iterator[Subject]:
    agencies = {document.institution_id for _, document in referrals}
    case_facts: Mapping[str, Fact] = {
        "risk": file.case.risk,
        "many_agencies": len(agencies) >= MANY_AGENCIES,
        # An answer that comes after the closing starts no idle clock.
        "closed": file.case.status == Status.CLOSED.value,
        "registered": file.case.registered_at is not None,
        "legal_open": gather_legal.is_followed(file),
    }
    yield Subject(file.case.id, SubjectKind.CASE, None, case_facts)
    in_window = reported_in_window(file, zone)
    clients = [
        Subject(client.id, SubjectKind.CLIENT, file.case.id, _client_facts(profile, file.incident, in_window=in_window))
        for client, profile in file.clients
    ]
    yield from clients
    yield from gather_legal.subjects(file, clients)
    for row, document in referrals:
        facts: Mapping[str, Fact] = {"institution_type": document.institution_type, "urgent": document.urgent}
        yield Subject(row.id, SubjectKind.REFERRAL, document.client_id or file.case.id, facts)


def reported_in_window(file: CodedFile, zone: Zone) -> bool:
    """Whether the report came while emergency care after the incident was at its best (CLIN-72)."""
    incident = file.incident
    window = clinical.window(incident.first_on, incident.last_on, incident.time, zone)
    return window is not None and window.is_open(file.case.received_at)


def is_penetration(profile: people.ClientProfile, incident: Incident) -> bool:
    """Whether penetration is recorded of a client; the danger prompt of the intake speaks for clients of sexual violence."""
    sexual = clinical.is_sexual(profile.violence, profile.violence_forms, profile.tpks)
    prompts = incident.danger_prompts if sexual else ()
    return clinical.is_penetration(profile.violence_forms, profile.tpks, prompts)


def _client_facts(profile: people.ClientProfile, incident: Incident, *, in_window: bool) -> Mapping[str, Fact]:
    return {
        "capacity": profile.capacity,
        "kdrt": profile.kdrt == "YA",
        "tppo": is_trafficked(profile),
        "is_tpks": bool(profile.tpks),
        "child": bool(is_child(profile)),
        "ended_because": profile.closure_reason,
        "penetration": is_penetration(profile, incident),
        "reported_in_window": in_window,
    }


def _case_events(file: CodedFile, notes: Sequence[Note], zone: Zone) -> Iterator[Event]:
    case, incident = file.case, file.incident
    reported = at_day(incident.report_on, incident.report_time, zone)
    yield Event(EventKind.REPORT_RECEIVED, case.id, reported, str(case.id))
    if incident.first_on is not None:
        yield Event(
            EventKind.INCIDENT,
            case.id,
            at_day(incident.last_on or incident.first_on, incident.time, zone),
            str(case.id),
        )
    if case.risk and incident.prompts_asked:
        yield Event(EventKind.SCREENED, case.id, case.created_at, str(case.id))
    if case.registered_at is not None:
        yield Event(EventKind.REGISTERED, case.id, case.registered_at, str(case.id))
    yield from _step_events(file)
    for note in notes:
        yield Event(EventKind.NOTE_WRITTEN, case.id, note.created_at, str(note.id))
    for entry_row, entry in file.simfoni:
        typed = entry_row.created_at
        at = typed if local_day(typed, zone) == entry.on else entry.on
        yield Event(EventKind.SIMFONI_ENTERED, case.id, at, str(entry_row.id))
    if case.closed_at is not None:
        yield Event(EventKind.CASE_CLOSED, case.id, case.closed_at, str(case.id))
    if case.status in OVER:
        ended = file.steps[-1].created_at if file.steps else case.created_at
        yield Event(EventKind.CASE_VOIDED, case.id, ended, str(case.id))


def _step_events(file: CodedFile) -> Iterator[Event]:
    case = file.case
    for step in file.steps:
        yield Event(EventKind.STAGE_CHANGED, case.id, step.created_at, str(step.id))
        if step.step in needs.EMERGENCIES:
            yield Event(EventKind.EMERGENCY_STARTED, case.id, step.created_at, str(step.id))
    if needs.is_finished(step.step for step in file.steps):
        yield Event(EventKind.AFTERCARE_FINISHED, case.id, file.steps[-1].created_at, str(file.steps[-1].id))


def _client_events(file: CodedFile, zone: Zone) -> Iterator[Event]:
    for row, consent in file.consents:
        yield Event(EventKind.CONSENT_RECORDED, consent.client_id, consent.on, str(row.id))
        if consents.lets_assess(consent):
            yield Event(EventKind.CONSENT_SIGNED, consent.client_id, consent.on, str(row.id))
        for number, back in enumerate(consent.withdrawals):
            yield Event(EventKind.CONSENT_WITHDRAWN, consent.client_id, back.on, f"{row.id}/{number}")
            if back.stopped_on is not None:
                yield Event(EventKind.PROCESSING_STOPPED, consent.client_id, back.stopped_on, f"{row.id}/{number}")
    for service_row, service in file.services:
        yield Event(
            EventKind.SERVICE_GIVEN, service.client_id, service.on, str(service_row.id), {"service": service.code}
        )
    for client, profile in file.clients:
        if profile.ended_on is not None:
            yield Event(EventKind.CLIENT_ENDED, client.id, profile.ended_on, str(client.id))
    ended = {client.id: profile.ended_on for client, profile in file.clients}
    for contact, follow_up in file.follow_ups:
        last = ended.get(follow_up.client_id)
        if last is not None and follow_up.on > last:
            yield Event(EventKind.AFTERCARE_CONTACT, follow_up.client_id, follow_up.on, str(contact.id))


def _course_events(file: CodedFile) -> Iterator[Event]:
    """What is found out about clients and planned with them. An unfinished assessment, and a plan not agreed to, are no event."""
    for row, assessment in course.standing_assessments(file.assessments):
        yield Event(EventKind.ASSESSED, assessment.client_id, assessment.on, str(row.id))
    for plan_row, plan in file.plans:
        if plan.agreed_on is not None and course.is_agreed(plan):
            yield Event(EventKind.PLAN_AGREED, plan.client_id, plan.agreed_on, str(plan_row.id))
        for review in plan.reviews:
            yield Event(EventKind.PLAN_REVIEWED, plan.client_id, review.on, str(review.id))
    for contact, monitoring in file.monitorings:
        yield Event(EventKind.MONITORED, monitoring.client_id, monitoring.on, str(contact.id))
    for held, conference in file.conferences:
        yield Event(EventKind.CONFERENCE_HELD, file.case.id, conference.on, str(held.id))


def _referral_events(file: CodedFile, pair: ReferralPair) -> Iterator[Event]:
    row, document = pair
    attributes: Mapping[str, Fact] = {"institution_type": document.institution_type}
    if document.decided_at is not None:
        yield Event(EventKind.REFERRAL_DECIDED, row.id, document.decided_at, str(row.id), attributes)
    for number, step in enumerate(document.steps):
        kind = event_of(ReferralStatus(step.status))
        if kind is not None:
            yield Event(kind, row.id, step.at, f"{row.id}/{number}", attributes)
    for number, at in enumerate(document.follow_ups):
        yield Event(EventKind.REFERRAL_FOLLOWED_UP, row.id, at, f"{row.id}/{number}", attributes)
    for number, escalation in enumerate(document.escalations):
        yield Event(EventKind.REFERRAL_ESCALATED, row.id, escalation.at, f"{row.id}/{number}", attributes)
    moments = {
        EventKind.POLICE_REPORT: document.police_report.at if document.police_report is not None else None,
        EventKind.TEMPORARY_PROTECTION: document.protection_at,
        EventKind.URGENT_HELP_REQUESTED: document.help_asked_at,
        EventKind.URGENT_HELP_GIVEN: document.help_given_at,
    }
    for subject in _clients_of(file, document.client_id):
        for kind, moment in moments.items():
            if moment is not None:
                yield Event(kind, subject, moment, str(row.id), attributes)


def _shelter_events(pair: Stay, zone: Zone) -> Iterator[Event]:
    row, stay = pair
    yield Event(EventKind.SHELTER_IN, stay.client_id, at_day(stay.in_on, stay.in_time, zone), str(row.id))
    for number, extension in enumerate(stay.extensions):
        yield Event(EventKind.SHELTER_EXTENDED, stay.client_id, extension.on, f"{row.id}/{number}")
    if stay.out_on is not None:
        yield Event(EventKind.SHELTER_OUT, stay.client_id, at_day(stay.out_on, stay.out_time, zone), str(row.id))


def _clients_of(file: CodedFile, client_id: UUID | None) -> Sequence[UUID]:
    return [client_id] if client_id is not None else [client.id for client, _ in file.clients]
