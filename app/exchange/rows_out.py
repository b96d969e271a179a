"""From one case as it is counted to the rows of the exchange format: the way back of `building` (design 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct

from app.cases.casefile import CodedFile
from app.cases.models import Client, LegalStep, Report, ReportedPerson, Service
from app.domain.referrals import ReferralStatus
from app.domain.zones import Zone, local_day
from app.reference import areas
from app.referrals.models import Referral
from app.referrals.pairs import ReferralPair
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.vault import Place, Vault

D = TypeVar("D", bound=Struct)
Cells = Mapping[str, str]
_BOOL: Final = {"YA": "ya", "TIDAK": "tidak"}
_ANSWERED: Final = (ReferralStatus.DECLINED.value, ReferralStatus.CANCELLED.value, ReferralStatus.SERVED.value)
"""Whose day stands in `answered_on`; the others have a column of their own."""


@dataclass(frozen=True, slots=True)
class Refs:
    """References within the package: the case, its clients, its reported persons, and persons with several files (else empty)."""

    case: str
    clients: Mapping[UUID, str]
    reported: Mapping[UUID, str]
    persons: Mapping[UUID, str]


@dataclass(frozen=True, slots=True, repr=False)
class Names:
    """The unit's directory, and the vault that opens identities and words where the export holds them."""

    institutions: Mapping[UUID, str]
    vault: Vault | None

    def opened(self, place: Place, sealed: bytes, kind: type[D]) -> D:
        """A section that says who, or in what words; an empty one where the export holds no identities. Unreadable."""
        return kind() if self.vault is None else self.vault.open(place, sealed, kind)


def rows_of(
    file: CodedFile, referrals: Sequence[ReferralPair], refs: Refs, names: Names, area: str, zone: Zone
) -> Iterator[tuple[str, Cells]]:
    """Every row of the case with the sheet it belongs to."""
    yield "cases", _case(file, refs, names, area, zone)
    for client, profile in file.clients:
        yield "victims", _victim(client, profile, refs, names)
        yield from (("categories", _category(client, each, refs)) for each in profile.categories)
    for person, reported in file.reported:
        yield "perpetrators", _perpetrator(person, reported, refs, names)
        yield from (("relations", row) for row in _relations(person, reported, refs))
    yield from (("services", _service(row, each, refs, names)) for row, each in file.services if each.code)
    for row, referral in referrals:
        if file.concerns(referral.client_id) and _moments(referral, zone).get(ReferralStatus.SENT.value):
            yield "referrals", _referral(row, referral, refs, names, zone)
    for step, milestone in file.milestones:
        if file.concerns(milestone.client_id):
            yield "legal", _legal(step, milestone, refs, names)
    for _row, follow_up in file.follow_ups:
        if follow_up.kind and file.concerns(follow_up.client_id):
            yield "followups", _of(refs, follow_up.client_id) | {"date": str(follow_up.on), "kind": follow_up.kind}
    for report, _document in file.reports if names.vault is not None else ():
        yield "reporters", _reporter(report, refs, names)


def _case(file: CodedFile, refs: Refs, names: Names, area: str, zone: Zone) -> Cells:
    case, incident = file.case, file.incident
    all_ended = all(profile.ended_on is not None for _row, profile in file.clients)
    closed = case.closed_at is not None and all_ended  # an import ends every client of a closed case
    return {
        "case_ref": refs.case,
        "report_date": str(incident.report_on),
        "report_time": incident.report_time,
        "channel": incident.channel,
        "incident_date": _day(incident.first_on),
        "incident_last_date": _day(incident.last_on),
        "incident_time": incident.time,
        "incident_area": incident.area if names.vault is not None else _kecamatan(incident.area),
        "place": incident.place,
        "online": _BOOL.get(incident.online, ""),
        "summary": names.opened(case.place(Section.CHRONOLOGY), case.chronology_sealed, case_structs.Chronology).text,
        "stage": case.stage,
        "risk": case.risk,
        "authority": incident.authority,
        "closed_on": str(local_day(case.closed_at, zone)) if closed and case.closed_at is not None else "",
        "unit": area,
        "patbm_village": incident.patbm_village,
        "register_no": case.register_no if names.vault is not None else "",
        "transfer_in": "ya" if incident.transfer_in else "",
    }


def _victim(row: Client, profile: people.ClientProfile, refs: Refs, names: Names) -> Cells:
    identity = names.opened(row.place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity)
    age = profile.age_at_incident
    return _of(refs, row.id) | {
        "person_ref": refs.persons[row.id],
        "capacity": profile.capacity,
        "name": identity.name,
        "nik": identity.nik,
        "sex": profile.sex,
        "birth_date": _day(identity.birth_date),
        "age_at_incident": "" if age is None or profile.unborn else str(age),
        "unborn": "ya" if profile.unborn else "",
        "residence_area": identity.village or profile.residence,
        "education": profile.education,
        "occupation": profile.occupation,
        "marital": profile.marital,
        "disability": ";".join(profile.disability),
        "citizenship": profile.citizenship,
        "violence": ";".join(profile.violence),
        "trafficking_forms": ";".join(profile.trafficking),
        "kdrt": _BOOL.get(profile.kdrt, ""),
        "tppo": _BOOL.get(profile.tppo, ""),
        "kbgo": _BOOL.get(profile.kbgo, ""),
        "tpks": ";".join(profile.tpks),
        "ktp": ";".join(profile.ktp),
        "abh_role": profile.abh_role,
        "phone": identity.phone,
        "pregnant": _BOOL.get(profile.pregnant, ""),
        "ended_on": _day(profile.ended_on),
        "closure": profile.closure,
        "closure_reason": profile.closure_reason if profile.ended_on else "",
    }


def _category(row: Client, category: people.Category, refs: Refs) -> Cells:
    return _of(refs, row.id) | {
        "item": category.item,
        "date": _day(category.on),
        "certainty": category.certainty,
    }


def _perpetrator(row: ReportedPerson, profile: people.ReportedProfile, refs: Refs, names: Names) -> Cells:
    identity = names.opened(row.place(Section.REPORTED_IDENTITY), row.identity_sealed, people.ReportedIdentity)
    return {
        "case_ref": refs.case,
        "perp_ref": refs.reported[row.id],
        "name": identity.name,
        "sex": profile.sex,
        "birth_date": _day(identity.birth_date),
        "age": "" if profile.age is None else str(profile.age),
        "education": profile.education,
        "occupation": profile.occupation,
        "marital": profile.marital,
        "citizenship": profile.citizenship,
    }


def _relations(row: ReportedPerson, profile: people.ReportedProfile, refs: Refs) -> Iterator[Cells]:
    for relation in profile.relations:
        if relation.client_id in refs.clients and relation.relationship:
            yield _of(refs, relation.client_id) | {
                "perp_ref": refs.reported[row.id],
                "relationship": relation.relationship,
            }


def _service(row: Service, service: work_structs.Service, refs: Refs, names: Names) -> Cells:
    words = names.opened(row.place(Section.SERVICE_TEXT), row.text_sealed, work_structs.ServiceText)
    return _of(refs, service.client_id) | {
        "date": str(service.on),
        "service": service.code,
        "agency": words.agency,
        "detail": words.detail,
        "amount": "" if service.amount is None else str(service.amount),
        "fund": service.fund,
    }


def _referral(row: Referral, referral: work_structs.Referral, refs: Refs, names: Names, zone: Zone) -> Cells:
    days, last = _moments(referral, zone), referral.steps[-1].status
    words = names.opened(row.place(Section.REFERRAL_TEXT), row.text_sealed, work_structs.ReferralText)
    known = names.institutions.get(referral.institution_id, "") if referral.institution_id else ""
    return _of(refs, referral.client_id) | {
        "sent_on": days[ReferralStatus.SENT.value],
        "institution_type": referral.institution_type,
        "institution": known or words.institution_name,
        "requested": ";".join(referral.requested),
        "acknowledged_on": days.get(ReferralStatus.ACKNOWLEDGED.value, ""),
        "accepted_on": days.get(ReferralStatus.ACCEPTED.value, ""),
        "answered_on": days[last] if last in _ANSWERED else "",
        "result_on": days[last] if last == ReferralStatus.CLOSED.value else "",
        "status": last,
    }


def _legal(row: LegalStep, milestone: work_structs.LegalStep, refs: Refs, names: Names) -> Cells:
    words = names.opened(row.place(Section.LEGAL_STEP_TEXT), row.text_sealed, work_structs.LegalStepText)
    return _of(refs, milestone.client_id) | {
        "milestone": milestone.milestone,
        "date": str(milestone.on),
        "number": words.number,
        "note": words.note,
    }


def _reporter(row: Report, refs: Refs, names: Names) -> Cells:
    reporter = names.opened(row.place(Section.REPORTER), row.reporter_sealed, case_structs.Reporter)
    return {
        "case_ref": refs.case,
        "name": reporter.name,
        "phone": reporter.phone,
        "relation": reporter.relation_text,
    }


def _of(refs: Refs, client_id: UUID | None) -> dict[str, str]:
    """The references of a row about a client, or about the whole case."""
    return {"case_ref": refs.case, "victim_ref": refs.clients[client_id] if client_id is not None else ""}


def _moments(referral: work_structs.Referral, zone: Zone) -> Mapping[str, str]:
    return {step.status: str(local_day(step.at, zone)) for step in referral.steps}


def _day(day: date | None) -> str:
    return "" if day is None else str(day)


def _kecamatan(code: str) -> str:
    """The kecamatan of a village; the code itself where that is wider already."""
    found = areas.kecamatan_of(code) if code and areas.exists(code) else None
    return found.code if found is not None else code
