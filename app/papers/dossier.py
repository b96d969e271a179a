"""What the builders of papers read: one case in the page's snapshot, each section opened once, when a paper asks for it.

Which sections a paper may open stands in `kinds`; the audit event named them before. A section that does not open ends the printing:
a paper with a hole in it would be signed (`Unreadable` becomes its own page).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.cases import queries
from app.cases.models import Case, CaseRecord, Client, Consent, Report, ReportedPerson, Service
from app.domain.errors import NotFound
from app.domain.zones import Zone, local_day
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.structs import people
from app.security.structs import work as work_structs
from app.security.structs.papers import LetterDesk
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
D = TypeVar("D", bound=Struct)


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


@dataclass(repr=False)
class Dossier:
    """One case, opened as far as the paper asks."""

    work: Work
    case: Case
    unit: Unit
    desk: LetterDesk
    _names: dict[UUID, str] = field(default_factory=dict)

    @property
    def zone(self) -> Zone:
        """The zone of the unit."""
        return self.unit.local_zone

    @property
    def today(self) -> date:
        """The day it is in the unit."""
        return local_day(self.work.now, self.zone)

    @cached_property
    def incident(self) -> case_structs.Incident:
        """The coded head of the case."""
        return self.part(self.case, Section.INCIDENT, "incident_sealed", case_structs.Incident)

    @cached_property
    def chronology(self) -> case_structs.Chronology:
        """What happened, in words."""
        return self.part(self.case, Section.CHRONOLOGY, "chronology_sealed", case_structs.Chronology)

    @cached_property
    def clients(self) -> list[ClientFile]:
        """The clients in their order."""
        return sorted(map(self._client, self.rows(Client)), key=lambda each: each.row.position)

    @cached_property
    def reported(self) -> list[ReportedFile]:
        """The reported persons in their order."""
        found = [
            ReportedFile(
                row,
                self.part(row, Section.REPORTED_PROFILE, "profile_sealed", people.ReportedProfile),
                self.part(row, Section.REPORTED_IDENTITY, "identity_sealed", people.ReportedIdentity),
            )
            for row in self.rows(ReportedPerson)
        ]
        return sorted(found, key=lambda each: each.row.position)

    @cached_property
    def reports(self) -> list[ReportFile]:
        """The reports, oldest first."""
        return [
            ReportFile(
                row,
                self.part(row, Section.REPORT, "report_sealed", case_structs.Report),
                self.part(row, Section.REPORTER, "reporter_sealed", case_structs.Reporter),
            )
            for row in self.rows(Report)
        ]

    @cached_property
    def services(self) -> list[ServiceFile]:
        """The services that count, by day."""
        found = [
            ServiceFile(
                row,
                self.part(row, Section.SERVICE, "service_sealed", work_structs.Service),
                self.part(row, Section.SERVICE_TEXT, "text_sealed", work_structs.ServiceText),
            )
            for row in self.rows(Service)
            if not row.is_removed
        ]
        return sorted(found, key=lambda each: (each.service.on, each.row.created_at))

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
        return next((self.name_of(row.created_by) for row in self.rows(Report)), "")

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

    def rows(self, kind: type[R]) -> list[R]:
        """The case's records of one kind, oldest first."""
        return list(queries.records(self.work.session, kind, [self.case.id]))

    def row(self, kind: type[R], row_id: UUID | None) -> R:
        """One record of the case by its id; NotFound for one of another case."""
        found = next((each for each in self.rows(kind) if each.id == row_id), None)
        if found is None:
            raise NotFound(kind.__name__)
        return found

    def part(self, row: Any, section: Section, column: str, kind: type[D]) -> D:
        """One section of a row of the case, opened."""
        return self.work.vault.open(row.place(section), getattr(row, column), kind)
