"""From the opened sections of a case to the plain values the sheet is built from (`app.domain.simfoni.sheet`).

What stands here is what may be handed on: no phone, no parents, no religion, no reason of a referral. Coded values always; identities
and words only where they were opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from app.accounts.models import Unit
from app.cases import families, joining
from app.cases.casefile import CodedFile, covered, incident_of
from app.cases.derive import is_child
from app.cases.models import Case, CaseRecord, Client, ReportedPerson, Service, SimfoniEntry
from app.cases.queries import records
from app.domain.codes import code_list
from app.domain.errors import Unreadable
from app.domain.referrals import ReferralStatus
from app.domain.simfoni.layout import Asked
from app.domain.simfoni.sheet import Facts, Shut
from app.domain.zones import Zone, local_day
from app.reference import areas
from app.referrals import directory
from app.referrals.models import Institution
from app.referrals.pairs import ReferralPair, pairs_of
from app.referrals.services import read_text
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people, simfoni
from app.security.structs import work as work_structs
from app.security.vault import etag
from app.work import Work

D = TypeVar("D", bound=Struct)
R = TypeVar("R", bound=CaseRecord)

VICTIM: Final = "KORBAN"
CODED: Final = (
    Section.INCIDENT,
    Section.CLIENT_PROFILE,
    Section.REPORTED_PROFILE,
    Section.SERVICE,
    Section.REFERRAL,
    Section.SIMFONI_ENTRY,
)
WORDS: Final = (
    Section.CHRONOLOGY,
    Section.CLIENT_IDENTITY,
    Section.REPORTED_IDENTITY,
    Section.SERVICE_TEXT,
    Section.REFERRAL_TEXT,
    Section.SIMFONI_TYPED,
)


@dataclass(repr=False)
class Coded:
    """The coded side of a case as far as the sheet shows it. Clients who are no victims do not stand on it."""

    case: Case
    unit: Unit
    incident: case_structs.Incident
    clients: Sequence[tuple[Client, people.ClientProfile]]
    reported: Sequence[tuple[ReportedPerson, people.ReportedProfile]]
    services: Sequence[tuple[Service, work_structs.Service]]
    referrals: Sequence[ReferralPair]
    entries: Sequence[tuple[SimfoniEntry, simfoni.Entry]]
    institutions: Mapping[UUID, tuple[str, str]] = field(default_factory=dict)  # name and area

    @property
    def victims(self) -> list[tuple[Client, people.ClientProfile]]:
        """The clients who are victims, in their order."""
        return [pair for pair in self.clients if pair[1].capacity == VICTIM]

    @property
    def others(self) -> int:
        """Clients of other capacities: witnesses, child offenders, other children."""
        return len(self.clients) - len(self.victims)

    def services_of(self, client_id: UUID) -> list[tuple[Service, work_structs.Service]]:
        """Services of the recap given to one client, by day; internal work is none."""
        own = [pair for pair in self.services if pair[1].client_id == client_id and pair[1].code]
        return sorted(own, key=lambda pair: (pair[1].on, pair[0].created_at, pair[0].id))


@dataclass(repr=False)
class Opened:
    """Identities and words of a case, by row; a part that does not open is `Shut.UNREADABLE`."""

    chronology: case_structs.Chronology | Shut
    clients: Mapping[UUID, people.ClientIdentity | Shut]
    reported: Mapping[UUID, people.ReportedIdentity | Shut]
    services: Mapping[UUID, work_structs.ServiceText | Shut]
    referrals: Mapping[UUID, work_structs.ReferralText | Shut]


# --- opening ---------------------------------------------------------------------------------------------------------


def of_file(work: Work, file: CodedFile, unit: Unit, referrals: Sequence[ReferralPair]) -> Coded:
    """From what a step before commit has open already."""
    coded = Coded(
        file.case, unit, file.incident, file.clients, file.reported, file.services, referrals, file.simfoni
    )  # fmt: skip
    coded.institutions = _institutions(work, coded)
    return coded


def read_coded(work: Work, case: Case) -> Coded:
    """The coded side of a case, opened for a page or an act; together with the files merged into it, where those are named too."""
    file = _file(work, case)
    merges = families.merged_into(work, [case.id]).get(case.id, [])
    matches = families.matches_of(work, merges)
    for merge in merges:
        if covered(work, merge.duplicate_id):
            joining.join(file, _file(work, work.session.get_one(Case, merge.duplicate_id)), matches[merge.id])
    unit = work.session.get_one(Unit, case.unit_id)
    return of_file(work, file, unit, pairs_of(work, [case.id]).get(case.id, []))


def _file(work: Work, case: Case) -> CodedFile:
    """What the sheet shows of one file alone."""
    services = _pairs(work, Service, Section.SERVICE, "service_sealed", work_structs.Service, case)
    entries = _pairs(work, SimfoniEntry, Section.SIMFONI_ENTRY, "entry_sealed", simfoni.Entry, case)
    return CodedFile(
        case=case,
        incident=incident_of(work, case),
        clients=_in_order(_pairs(work, Client, Section.CLIENT_PROFILE, "profile_sealed", people.ClientProfile, case)),
        reported=_in_order(
            _pairs(work, ReportedPerson, Section.REPORTED_PROFILE, "profile_sealed", people.ReportedProfile, case)
        ),
        services=[pair for pair in services if not pair[0].is_removed],
        simfoni=[pair for pair in entries if not pair[0].is_removed],
    )


def read_words(work: Work, coded: Coded) -> Opened:
    """Identities and words of what the sheet shows."""
    case = coded.case
    shown = [pair[0] for client, _ in coded.victims for pair in coded.services_of(client.id)]
    return Opened(
        chronology=_opened(
            lambda: work.vault.open(case.place(Section.CHRONOLOGY), case.chronology_sealed, case_structs.Chronology)
        ),
        clients=_texts(
            work, [row for row, _ in coded.victims], Section.CLIENT_IDENTITY, "identity_sealed", people.ClientIdentity
        ),
        reported=_texts(
            work,
            [row for row, _ in coded.reported],
            Section.REPORTED_IDENTITY,
            "identity_sealed",
            people.ReportedIdentity,
        ),
        services=_texts(work, shown, Section.SERVICE_TEXT, "text_sealed", work_structs.ServiceText),
        referrals={row.id: _opened(lambda row=row: read_text(work, row)) for row, _ in coded.referrals},  # type: ignore[misc]
    )


def words_mark(coded: Coded) -> str:
    """A name of the present state of every sealed text the sheet shows: changes whenever one of them is saved, says nothing."""
    shown = [pair[0] for client, _ in coded.victims for pair in coded.services_of(client.id)]
    return etag(
        coded.case.chronology_sealed,
        *(row.identity_sealed for row, _ in coded.victims),
        *(row.identity_sealed for row, _ in coded.reported),
        *(row.text_sealed for row in shown),
    )


def _pairs(
    work: Work, kind: type[R], section: Section, column: str, document: type[D], case: Case
) -> list[tuple[R, D]]:
    rows = records(work.session, kind, [case.id])
    return [(row, work.vault.open(row.place(section), getattr(row, column), document)) for row in rows]


def _in_order(pairs: list[tuple[Any, D]]) -> list[tuple[Any, D]]:
    return sorted(pairs, key=lambda pair: int(pair[0].position))


def _texts(
    work: Work, rows: Iterable[CaseRecord], section: Section, column: str, document: type[D]
) -> Mapping[UUID, D | Shut]:
    return {
        row.id: _opened(lambda row=row: work.vault.open(row.place(section), getattr(row, column), document))  # type: ignore[misc]
        for row in rows
    }


def _opened(read: Callable[[], D]) -> D | Shut:
    try:
        return read()
    except Unreadable:
        return Shut.UNREADABLE


def _institutions(work: Work, coded: Coded) -> Mapping[UUID, tuple[str, str]]:
    """Name and area of every institution the sheet names; the directory is office-internal (S2)."""
    of_services = {document.institution_id for _, document in coded.services}
    wanted = of_services.union(document.institution_id for _, document in coded.referrals) - {None}
    if not wanted:
        return {}
    rows = work.session.scalars(select(Institution).where(Institution.id.in_(wanted)))
    return {row.id: (row.name, _area_of(work, row)) for row in rows}


def _area_of(work: Work, row: Institution) -> str:
    try:
        return directory.read(work, row).area
    except Unreadable:
        return ""


# --- facts -----------------------------------------------------------------------------------------------------------


def facts_of(coded: Coded, opened: Opened | None = None) -> Facts:
    """The values of the sheet. Without `opened` identities and words are shut."""
    incident = coded.incident
    return {
        "register_no": coded.case.register_no,
        "incident": {
            "first_on": incident.first_on,
            "report_on": incident.report_on,
            "place": incident.place,
            "online": incident.online,
            "transfer_in": incident.transfer_in,
        },
        "chronology": _chronology(opened),
        "scene": place(incident.area),
        "victims": tuple(_victim(coded, opened, row, profile) for row, profile in coded.victims),
        "reported": tuple(_reported(coded, opened, row, profile) for row, profile in coded.reported),
    }


def place(code: str) -> Facts:
    """Village and kecamatan, province, district of an area code; what the code does not say stays empty."""
    if not areas.exists(code):
        return {"local": "", "province": "", "district": ""}
    kecamatan, kabupaten = areas.kecamatan_of(code), areas.kabupaten_of(code)
    here = areas.area(code)
    inner = [here.name] if kecamatan is not None and here != kecamatan else []
    return {
        "local": ", ".join([*inner, *([kecamatan.name] if kecamatan else [])]),
        "province": areas.area(here.code.partition(".")[0]).name,
        "district": kabupaten.name if kabupaten is not None else "",
    }


def _chronology(opened: Opened | None) -> Facts | Shut:
    if opened is None or isinstance(opened.chronology, Shut):
        return Shut.CLOSED if opened is None else Shut.UNREADABLE
    return {"text": opened.chronology.text, "scene_address": opened.chronology.scene_address}


def _victim(coded: Coded, opened: Opened | None, row: Client, profile: people.ClientProfile) -> Facts:
    identity = Shut.CLOSED if opened is None else opened.clients[row.id]
    first = bool(coded.victims) and coded.victims[0][0].id == row.id
    return {
        "id": row.id.hex,
        "asked": _asked(profile),
        "profile": {name: getattr(profile, name) for name in _PROFILE},
        "identity": identity
        if isinstance(identity, Shut)
        else {name: getattr(identity, name) for name in ("name", "nik", "birth_place", "birth_date", "address")},
        "home": place(profile.residence if isinstance(identity, Shut) else identity.village or profile.residence),
        "services": tuple(_service(coded, opened, *pair) for pair in coded.services_of(row.id)),
        "referrals": tuple(_referrals(coded, opened, row.id, whole_case=first)),
    }


_PROFILE: Final = (
    *("age_at_incident", "age_basis", "unborn", "sex", "education", "occupation", "marital", "disability"),
    *("citizenship", "country", "violence", "trafficking", "kdrt"),
)
_OF_REPORTED: Final = ("age", "sex", "education", "occupation", "marital", "citizenship")


def _asked(profile: people.ClientProfile) -> tuple[str, ...]:
    rules = {
        Asked.BORN: not profile.unborn,
        Asked.ADULTS: is_child(profile) is False,
        Asked.FOREIGNERS: profile.citizenship == "WNA",
        Asked.TRAFFICKED: "VK_TRAFFICKING" in profile.violence,
    }
    return tuple(asked.value for asked, holds in rules.items() if holds)


def _service(coded: Coded, opened: Opened | None, row: Service, document: work_structs.Service) -> Facts:
    text: work_structs.ServiceText | Shut = Shut.CLOSED if opened is None else opened.services[row.id]
    activity = code_list("activity").get(document.activity).id if document.activity else ""
    return {
        "id": row.id.hex,
        "on": document.on,
        "code": document.code,
        "activity": document.activity,
        "agency": _agency(
            coded, document.institution_id, text if isinstance(text, Shut) else text.agency or coded.unit.name
        ),
        "detail": text if isinstance(text, Shut) else text.detail or activity,
        "text": text if isinstance(text, Shut) else {"description": text.description},
    }


def _agency(coded: Coded, institution_id: UUID | None, otherwise: str | Shut) -> str | Shut:
    found = coded.institutions.get(institution_id) if institution_id is not None else None
    return found[0] if found else otherwise


def _referrals(coded: Coded, opened: Opened | None, client_id: UUID, *, whole_case: bool) -> Iterable[Facts]:
    """Referrals that were sent, by day; one of the whole case stands with the first victim, as it is counted."""
    zone = Zone(coded.unit.zone)
    for row, document in coded.referrals:
        sent = next((step.at for step in document.steps if step.status == ReferralStatus.SENT.value), None)
        mine = document.client_id == client_id or (document.client_id is None and whole_case)
        if sent is None or not mine:
            continue
        text: work_structs.ReferralText | Shut = Shut.CLOSED if opened is None else opened.referrals[row.id]
        named = coded.institutions.get(document.institution_id) if document.institution_id else None
        yield {
            "id": row.id.hex,
            "on": local_day(sent, zone),
            "agency": _agency(
                coded, document.institution_id, text if isinstance(text, Shut) else text.institution_name
            ),
            "area": place(named[1] if named else ""),
            "requested": document.requested,
        }


def _reported(coded: Coded, opened: Opened | None, row: ReportedPerson, profile: people.ReportedProfile) -> Facts:
    identity = Shut.CLOSED if opened is None else opened.reported[row.id]
    held = {relation.client_id: relation for relation in profile.relations}
    relations = []
    for number, (victim, _) in enumerate(coded.victims, start=1):
        relation = held.get(victim.id)
        relations.append(
            {
                "id": victim.id.hex,
                "number": number,
                "relationship": relation.relationship if relation else "",
                "detail": relation.detail if relation else "",
            }
        )
    return {
        "id": row.id.hex,
        "profile": {name: getattr(profile, name) for name in _OF_REPORTED},
        "identity": identity if isinstance(identity, Shut) else {"name": identity.name, "address": identity.address},
        "relations": tuple(relations),
    }
