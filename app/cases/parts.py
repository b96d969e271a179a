"""The parts of an intake draft that pages change one at a time, each with an etag of its own (design 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

import msgspec

from app.cases.derive import with_ages
from app.cases.validation import MAX_PEOPLE
from app.domain.errors import Problem, Refused
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported, Screening
from app.security.vault import etag

_ENCODER: Final = msgspec.msgpack.Encoder()


class Part(Protocol):
    """One part of an intake: what it holds now, its etag, and the intake with something else in it."""

    def get(self, intake: Intake) -> object:
        """What the part holds; None for a person who is not (or no longer) in the intake."""

    def put(self, intake: Intake, value: object) -> Intake:
        """The intake with this value in the part. TypeError for a value of another part."""

    def etag(self, intake: Intake) -> str:
        """A name of the part's present state."""


class _Part:
    def get(self, intake: Intake) -> object:
        raise NotImplementedError

    def etag(self, intake: Intake) -> str:
        held = self.get(intake)
        return etag(b"" if held is None else _ENCODER.encode(held))


@dataclass(frozen=True, slots=True)
class ReportValue:
    """What the page of report and incident holds."""

    report: IntakeReport
    incident: IntakeIncident


class _ReportPart(_Part):
    """Report, reporter and incident: one page."""

    def get(self, intake: Intake) -> ReportValue:
        return ReportValue(intake.report, intake.incident)

    def put(self, intake: Intake, value: object) -> Intake:
        if not isinstance(value, ReportValue):
            raise TypeError("report")
        return msgspec.structs.replace(intake, report=value.report, incident=value.incident)


class _ScreeningPart(_Part):
    """Danger prompts, risk, authority."""

    def get(self, intake: Intake) -> Screening:
        return intake.screening

    def put(self, intake: Intake, value: object) -> Intake:
        if not isinstance(value, Screening):
            raise TypeError("screening")
        return msgspec.structs.replace(intake, screening=value)


@dataclass(frozen=True, slots=True)
class ClientPart(_Part):
    """One client, by the random id the client keeps in the case."""

    id: UUID

    def get(self, intake: Intake) -> IntakeClient | None:
        """The client, or None."""
        return next((client for client in intake.clients if client.id == self.id), None)

    def put(self, intake: Intake, value: object) -> Intake:
        """The intake with this client, in the old place or as the last. Refused beyond the limit of people."""
        if not isinstance(value, IntakeClient) or value.id != self.id:
            raise TypeError("client")
        if self.get(intake) is None:
            _room_for_one_more(len(intake.clients))
            return msgspec.structs.replace(intake, clients=(*intake.clients, value))
        kept = tuple(value if client.id == self.id else client for client in intake.clients)
        return msgspec.structs.replace(intake, clients=kept)


@dataclass(frozen=True, slots=True)
class ReportedPart(_Part):
    """One reported person, by the random id kept in the case."""

    id: UUID

    def get(self, intake: Intake) -> IntakeReported | None:
        """The reported person, or None."""
        return next((person for person in intake.reported if person.id == self.id), None)

    def put(self, intake: Intake, value: object) -> Intake:
        """The intake with this reported person, in the old place or as the last. Refused beyond the limit of people."""
        if not isinstance(value, IntakeReported) or value.id != self.id:
            raise TypeError("reported person")
        if self.get(intake) is None:
            _room_for_one_more(len(intake.reported))
            return msgspec.structs.replace(intake, reported=(*intake.reported, value))
        kept = tuple(value if person.id == self.id else person for person in intake.reported)
        return msgspec.structs.replace(intake, reported=kept)


REPORT: Final[Part] = _ReportPart()
SCREENING: Final[Part] = _ScreeningPart()


def without_client(intake: Intake, client_id: UUID) -> Intake:
    """The intake without a client: relations to the client and candidates for the same person go along."""
    return msgspec.structs.replace(
        intake,
        clients=tuple(client for client in intake.clients if client.id != client_id),
        reported=tuple(_without_relation(person, client_id) for person in intake.reported),
        same_as=tuple(same for same in intake.same_as if same.client_id != client_id),
    )


def without_reported(intake: Intake, reported_id: UUID) -> Intake:
    """The intake without a reported person."""
    return msgspec.structs.replace(
        intake, reported=tuple(person for person in intake.reported if person.id != reported_id)
    )


def without_candidate(intake: Intake, found_id: UUID) -> Intake:
    """The intake without a file that was taken for the same person."""
    return msgspec.structs.replace(intake, same_as=tuple(same for same in intake.same_as if same.found_id != found_id))


def _without_relation(person: IntakeReported, client_id: UUID) -> IntakeReported:
    relations = tuple(relation for relation in person.profile.relations if relation.client_id != client_id)
    return msgspec.structs.replace(person, profile=msgspec.structs.replace(person.profile, relations=relations))


def _room_for_one_more(present: int) -> None:
    if present >= MAX_PEOPLE:
        raise Refused(Problem("people.too-many", params={"limit": str(MAX_PEOPLE)}))


def screening_to_show(intake: Intake, unit_area: str) -> Screening:
    """The screening as kept; before it was kept once, with what follows from the rest already ticked (to be confirmed):
    a child under 5, a pregnancy (case-management 4.6), and the authority of the unit where the place lies in it (4.7)."""
    held = intake.screening
    if held != Screening():
        return held
    reported_on = intake.report.on
    profiles = [
        with_ages(client.profile, client.identity, intake.incident.first_on, reported_on)
        if reported_on
        else client.profile
        for client in intake.clients
    ]
    signs = [
        ("DG_BALITA", any(p.unborn or (p.age_at_report is not None and p.age_at_report < 5) for p in profiles)),
        ("DG_HAMIL", any(profile.pregnant == "YA" for profile in profiles)),
    ]
    inside = bool(unit_area) and f"{intake.incident.area}.".startswith(f"{unit_area}.")
    return Screening(
        danger_prompts=tuple(sign for sign, holds in signs if holds), authority="AU_KABKOTA" if inside else ""
    )
