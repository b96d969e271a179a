"""One case read whole, each section opened once and only when it is asked for: for papers, and for what a referral tells.

A case that holds merged files is read together with them, as its page and the SIMFONI sheet read it (`joining`); what lies in a merged
file besides people, reports and services is read there.

A section that does not open ends the reading: a paper with a hole in it would be signed (`Unreadable` becomes its own page).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.cases import families, joining, queries, together
from app.cases.casefile import covered
from app.cases.families import Matches
from app.cases.models import Case, CaseRecord, Client, Consent, Report, ReportedPerson, Service
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)
P = TypeVar("P", Client, ReportedPerson)
ReportedPair = tuple[ReportedPerson, people.ReportedProfile]
ServicePair = tuple[Service, work_structs.Service]


@dataclass(frozen=True, slots=True, repr=False)
class ClientFile:
    """A client as papers show one."""

    row: Client
    profile: people.ClientProfile
    identity: people.ClientIdentity


@dataclass(frozen=True, slots=True, repr=False)
class ReportedFile:
    """A reported person as papers show one."""

    row: ReportedPerson
    profile: people.ReportedProfile
    identity: people.ReportedIdentity
    number: int


@dataclass(frozen=True, slots=True, repr=False)
class ReportFile:
    """A report with its reporter."""

    row: Report
    report: case_structs.Report
    reporter: case_structs.Reporter


@dataclass(frozen=True, slots=True, repr=False)
class ServiceFile:
    """A service with its words."""

    row: Service
    service: work_structs.Service
    text: work_structs.ServiceText


@dataclass(frozen=True, slots=True, repr=False)
class ConsentFile:
    """A consent with its words."""

    row: Consent
    consent: work_structs.Consent
    text: work_structs.ConsentText


@dataclass(frozen=True, slots=True, repr=False)
class Other:
    """A file merged into the case, and who of it is whom of the case."""

    case: Case
    matches: Matches


@dataclass(repr=False)
class WholeCase:
    """One case, opened as far as the paper asks."""

    work: Work
    case: Case
    unit: Unit
    _names: dict[UUID, str] = field(default_factory=dict, init=False)

    @property
    def zone(self) -> Zone:
        """The zone of the unit."""
        return self.unit.local_zone

    @property
    def today(self) -> date:
        """The day it is in the unit."""
        return local_day(self.work.now, self.zone)

    @cached_property
    def others(self) -> tuple[Other, ...]:
        """The files merged into this one; none that the event of the reading does not name."""
        merges = families.merged_into(self.work, [self.case.id]).get(self.case.id, [])
        matches = families.matches_of(self.work, merges)
        named = [merge for merge in merges if covered(self.work, merge.duplicate_id)]
        found = [Other(self.work.session.get_one(Case, merge.duplicate_id), matches[merge.id]) for merge in named]
        return tuple(other for other in found if other.case.status == Status.MERGED.value)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The case, and the files merged into it."""
        return (self.case, *(other.case for other in self.others))

    @cached_property
    def incident(self) -> case_structs.Incident:
        """The coded head of the case."""
        heads = (self.part(each, Section.INCIDENT, "incident_sealed", case_structs.Incident) for each in self.cases)
        return reduce(joining.incidents, heads)

    @cached_property
    def chronology(self) -> case_structs.Chronology:
        """What happened, in words."""
        texts = (
            self.part(each, Section.CHRONOLOGY, "chronology_sealed", case_structs.Chronology) for each in self.cases
        )
        return reduce(joining.filled, texts)

    @cached_property
    def clients(self) -> list[ClientFile]:
        """The clients in their order; everybody of a merged file is one of them."""
        found = {row.id: self._client(row) for row in _in_order(self.rows(Client))}
        for other in self.others:
            for theirs in map(self._client, self.rows(Client, other.case)):
                ours = found[other.matches.clients[theirs.row.id]]
                profile = joining.both(ours.profile, theirs.profile)
                identity = together.of_client(ours.identity, theirs.identity)
                found[ours.row.id] = ClientFile(ours.row, profile, identity)
        return list(found.values())

    @cached_property
    def reported(self) -> list[ReportedFile]:
        """The reported persons in their order; those of a merged file who are nobody of ours at the end."""
        pairs, identities = self._reported(self.case)
        for other in self.others:
            theirs, named = self._reported(other.case)
            pairs = joining.reported(pairs, theirs, other.matches)
            for row_id, identity in named.items():
                ours = other.matches.reported.get(row_id, row_id)
                known = identities.get(ours)
                identities[ours] = identity if known is None else together.of_person(known, identity)
        return [
            ReportedFile(row, profile, identities[row.id], number) for number, (row, profile) in enumerate(pairs, 1)
        ]

    def _reported(self, case: Case) -> tuple[list[ReportedPair], dict[UUID, people.ReportedIdentity]]:
        rows = _in_order(self.rows(ReportedPerson, case))
        profile, identity = people.ReportedProfile, people.ReportedIdentity
        pairs = [(row, self.part(row, Section.REPORTED_PROFILE, "profile_sealed", profile)) for row in rows]
        return pairs, {row.id: self.part(row, Section.REPORTED_IDENTITY, "identity_sealed", identity) for row in rows}

    @cached_property
    def reports(self) -> list[ReportFile]:
        """The reports, in the order they came."""
        found = [
            ReportFile(
                row,
                self.part(row, Section.REPORT, "report_sealed", case_structs.Report),
                self.part(row, Section.REPORTER, "reporter_sealed", case_structs.Reporter),
            )
            for row in self.whole(Report)
        ]
        return sorted(found, key=lambda each: joining.received((each.row, each.report)))

    @cached_property
    def services(self) -> list[ServiceFile]:
        """The services that count, by day; what was recorded in both files counts once."""
        counted = reduce(joining.services, self._served)
        return sorted(map(self._with_text, counted), key=lambda each: (each.service.on, each.row.created_at))

    @property
    def own_services(self) -> list[work_structs.Service]:
        """The coded heads of the services of the case itself that count: what its plans are carried out by."""
        return [head for _row, head in self._served[0]]

    def service(self, service_id: UUID | None) -> ServiceFile | None:
        """One service, also one that another file has too; None for any other id."""
        known = (pair for pairs in self._served for pair in pairs if pair[0].id == service_id)
        return next(map(self._with_text, known), None)

    @cached_property
    def _served(self) -> list[list[ServicePair]]:
        """The services of each file that were not taken out, about the clients of this one; none of somebody entered by mistake."""
        turned = [
            [(row, joining.moved(head, other.matches.clients)) for row, head in self._services(other.case)]
            for other in self.others
        ]
        return [self._services(self.case), *turned]

    def _services(self, case: Case) -> list[ServicePair]:
        out = queries.out_among(self.work.session, case.id)
        rows = [row for row in self.rows(Service, case) if not row.is_removed]
        pairs = [(row, self.part(row, Section.SERVICE, "service_sealed", work_structs.Service)) for row in rows]
        return [pair for pair in pairs if pair[1].client_id not in out]

    def _with_text(self, pair: ServicePair) -> ServiceFile:
        row, head = pair
        return ServiceFile(row, head, self.part(row, Section.SERVICE_TEXT, "text_sealed", work_structs.ServiceText))

    @cached_property
    def consents(self) -> list[ConsentFile]:
        """The consents, oldest first, withdrawn ones too."""
        return [
            ConsentFile(
                row,
                self.part(row, Section.CONSENT, "consent_sealed", work_structs.Consent),
                self.part(row, Section.CONSENT_TEXT, "text_sealed", work_structs.ConsentText),
            )
            for row in self.rows(Consent)
        ]

    def client(self, client_id: UUID | None) -> ClientFile:
        """One client of the case; NotFound for an id of another."""
        found = next((each for each in self.clients if each.row.id == client_id), None)
        if found is None:
            raise NotFound("client")
        return found

    def name_of(self, user_id: UUID | None) -> str:
        """The name of somebody of the staff; empty for nobody."""
        if user_id is not None and user_id not in self._names:
            self._names |= accounts.names(self.work, [user_id])
        return self._names.get(user_id, "") if user_id is not None else ""

    @cached_property
    def received_by(self) -> str:
        """Who took the first report."""
        return next((self.name_of(row.created_by) for row in self.whole(Report)), "")

    def manager(self) -> str:
        """The case manager: of the present team the first with that role, else empty."""
        team = [m for m in queries.team_of(self.work.session, [self.case.id]) if queries.is_genuine(self.work, m)]
        return next((self.name_of(member.user_id) for member in team if member.role == "MANAJER"), "")

    def _client(self, row: Client) -> ClientFile:
        return ClientFile(
            row,
            self.part(row, Section.CLIENT_PROFILE, "profile_sealed", people.ClientProfile),
            self.part(row, Section.CLIENT_IDENTITY, "identity_sealed", people.ClientIdentity),
        )

    def rows(self, kind: type[R], case: Case | None = None) -> list[R]:
        """The records of one kind of the case alone, or of a file merged into it; oldest first."""
        return list(queries.records(self.work.session, kind, [(case or self.case).id]))

    def whole(self, kind: type[R]) -> list[R]:
        """The records of one kind of the case and of the files merged into it, oldest first."""
        return list(queries.records(self.work.session, kind, [each.id for each in self.cases]))

    def row(self, kind: type[R], row_id: UUID | None) -> R:
        """One record of the case by its id; NotFound for one of another case."""
        found = next((each for each in self.rows(kind) if each.id == row_id), None)
        if found is None:
            raise NotFound(kind.__name__)
        return found

    def part(self, row: Any, section: Section, column: str, kind: type[D]) -> D:
        """One section of a row of the case, opened."""
        return self.work.vault.open(row.place(section), getattr(row, column), kind)


def _in_order(rows: Iterable[P]) -> list[P]:
    return sorted(rows, key=lambda row: row.position)
