"""From a coded case file to what is counted of it (design 4): no name, no village; HIV and substances only as PP 78 items."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.cases.casefile import CodedFile
from app.cases.models import Client, ReportedPerson
from app.domain.referrals import ReferralStatus
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.reference import areas
from app.referrals.pairs import ReferralPair
from app.reports.facts import (
    CaseFacts,
    Certainty,
    ClientFacts,
    ContactFacts,
    FollowUpFacts,
    ItemFacts,
    PairFacts,
    ReferralFacts,
    ReportedFacts,
    ServiceFacts,
)
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.office import Contact

_TRUTH = {"YA": True, "TIDAK": False}
_CERTAINTY = {"DUGAAN": Certainty.SUSPECTED, "TERKONFIRMASI": Certainty.CONFIRMED}


def facts_of(file: CodedFile, referrals: Sequence[ReferralPair], zone: Zone) -> CaseFacts | None:
    """What is counted of a case; None for a voided one, which is counted nowhere, and for a merged one, which is counted within another."""
    if file.case.status in {Status.VOIDED.value, Status.MERGED.value}:
        return None
    incident = file.incident
    first = file.reports[0][1] if file.reports else None
    return CaseFacts(
        case_id=file.case.id,
        report_day=incident.report_on,
        incident_day=incident.first_on,
        incident_last_day=incident.last_on,
        place=incident.place or None,
        online=_TRUTH.get(incident.online),
        channel=incident.channel or None,
        further_channels=frozenset(r.channel for _, r in file.reports[1:] if r.channel),
        reporter_kind=(first.reporter_kind or None) if first else None,
        kecamatan_incident=_kecamatan(incident.area),
        event=incident.event_kind or None,
        patbm=bool(incident.patbm_village) or incident.channel == "CH_PATBM",
        transfer_in=incident.transfer_in,
        register_year=file.case.register_year,
        clients=tuple(_client(row, profile) for row, profile in file.clients),
        reported=tuple(_reported(row, profile) for row, profile in file.reported),
        pairs=tuple(_pairs(file)),
        services=tuple(ServiceFacts(s.client_id, s.on, s.code or None) for _, s in file.services),
        referrals=tuple(
            r for _, d in referrals if file.concerns(d.client_id) and (r := _referral(d, zone)) is not None
        ),
        followups=tuple(FollowUpFacts(f.client_id, f.on, f.kind or None) for _, f in file.follow_ups),
    )


def contact_facts(contact_id: UUID, document: Contact) -> ContactFacts:
    """What is counted of a contact that is no case."""
    return ContactFacts(
        contact_id, document.on, document.channel or None, document.topic or None, document.referred_to or None
    )


def _client(row: Client, profile: people.ClientProfile) -> ClientFacts:
    return ClientFacts(
        client_id=row.id,
        person=row.person_id,
        capacity=profile.capacity,
        sex=profile.sex,
        age_at_incident=profile.age_at_incident,
        age_at_report=profile.age_at_report,
        unborn=profile.unborn,
        education=profile.education or None,
        occupation=profile.occupation or None,
        marital=profile.marital or None,
        disability=frozenset(profile.disability),
        citizenship=profile.citizenship or None,
        kecamatan_residence=_kecamatan(profile.residence),
        violence=frozenset(profile.violence),
        trafficking=frozenset(profile.trafficking),
        tpks=frozenset(profile.tpks),
        ktp=frozenset(profile.ktp),
        kdrt=_TRUTH.get(profile.kdrt),
        tppo=_TRUTH.get(profile.tppo),
        kbgo=_TRUTH.get(profile.kbgo),
        abh_role=profile.abh_role or None,
        child_marriage=_TRUTH.get(profile.child_marriage),
        economic_not_work=_TRUTH.get(profile.economic_not_work),
        work_sector=profile.work_sector or None,
        worst_forms=frozenset(profile.bpta_kinds),
        withdrawn_on=profile.withdrawn_on,
        schooling=profile.school_after or None,
        separation=profile.separated or None,
        ended_on=profile.ended_on,
        closure=profile.closure or None,
        closure_reason=profile.closure_reason or None,
        items=frozenset(ItemFacts(int(c.item), _CERTAINTY[c.certainty], c.on) for c in profile.categories),
    )


def _reported(row: ReportedPerson, profile: people.ReportedProfile) -> ReportedFacts:
    return ReportedFacts(
        reported_id=row.id,
        person=row.person_id,
        sex=profile.sex or None,
        age=profile.age,
        education=profile.education or None,
        occupation=profile.occupation or None,
        marital=profile.marital or None,
        citizenship=profile.citizenship or None,
    )


def _pairs(file: CodedFile) -> Sequence[PairFacts]:
    """Every client x reported person; no relation recorded is RL_NA (design 3, case-management 11 rule 6)."""
    return [
        PairFacts(
            client.id,
            person.id,
            next((r.relationship for r in profile.relations if r.client_id == client.id), None) or None,
        )
        for client, _ in file.clients
        for person, profile in file.reported
    ]


def _referral(document: work_structs.Referral, zone: Zone) -> ReferralFacts | None:
    moments = {step.status: local_day(step.at, zone) for step in document.steps}
    sent = moments.get(ReferralStatus.SENT.value)
    if sent is None:
        return None
    last = document.steps[-1].status
    return ReferralFacts(
        client_id=document.client_id,
        sent_day=sent,
        institution_type=document.institution_type or None,
        accepted_day=moments.get(ReferralStatus.ACCEPTED.value),
        result_day=moments.get(ReferralStatus.CLOSED.value),
        status=last,
    )


def _kecamatan(code: str) -> str | None:
    """The kecamatan of an area code; the code itself where only a wider area is known; None where nothing is."""
    if not code or not areas.exists(code):
        return None
    found = areas.kecamatan_of(code)
    return found.code if found is not None else code
