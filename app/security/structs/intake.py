"""An intake on its way: the sealed draft that *Daftarkan* turns into a case (design 6), and what an import hands over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from app.security.structs.case import Chronology, Reporter
from app.security.structs.people import (
    ClientIdentity,
    ClientProfile,
    ClientSensitive,
    ReportedIdentity,
    ReportedProfile,
)


class IntakeReport(Struct, frozen=True, kw_only=True):
    """The report: when it came, how, and from whom."""

    on: date | None = None
    time: str = ""
    channel: str = ""
    reporter_kind: str = ""
    relation: str = ""
    reporter: Reporter = Reporter()
    transfer_in: bool = False


class IntakeIncident(Struct, frozen=True, kw_only=True):
    """The incident: when and where, and what happened in words."""

    first_on: date | None = None
    last_on: date | None = None
    time: str = ""
    area: str = ""
    place: str = ""
    online: str = ""
    patbm_village: str = ""
    event_kind: str = ""
    event_on: date | None = None
    event_area: str = ""
    chronology: Chronology = Chronology()


class IntakeClient(Struct, frozen=True, kw_only=True):
    """One client, with the id the client keeps in the case."""

    id: UUID
    profile: ClientProfile = ClientProfile()
    identity: ClientIdentity = ClientIdentity()
    sensitive: ClientSensitive = ClientSensitive()


class IntakeReported(Struct, frozen=True, kw_only=True):
    """One reported person, with the id kept in the case; relations refer to client ids."""

    id: UUID
    profile: ReportedProfile = ReportedProfile()
    identity: ReportedIdentity = ReportedIdentity()


class Screening(Struct, frozen=True, kw_only=True):
    """Risk and authority; the kind of case follows from the clients (case-management 4.6, 4.7)."""

    danger_prompts: tuple[str, ...] = ()
    prompts_asked: bool = False
    risk: str = ""
    authority: str = ""
    risk_reason: str = ""  # why a lower level than the table suggests


class SamePerson(Struct, frozen=True, kw_only=True):
    """A client file that search before create found and the worker takes for a client of this intake (design 3).

    Once the case is registered, the supervisor is asked to link the two.
    """

    found_id: UUID  # client file of another case
    client_id: UUID  # client of this intake
    register_no: str = ""  # of the other case, for the page


class Intake(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Everything one intake holds."""

    report: IntakeReport = IntakeReport()
    incident: IntakeIncident = IntakeIncident()
    clients: tuple[IntakeClient, ...] = ()
    reported: tuple[IntakeReported, ...] = ()
    screening: Screening = Screening()
    same_as: tuple[SamePerson, ...] = ()
    case_ref: str = ""
