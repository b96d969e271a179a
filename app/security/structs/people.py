"""Documents of clients and reported persons (case-management 3, 4, 7 F1; kla-cluster-v 8)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class Category(Struct, frozen=True):
    """One PP 78/2021 item of a child, with its day and how sure it is (kla-cluster-v 6)."""

    item: str
    on: date | None = None
    certainty: str = "DUGAAN"


class Diversion(Struct, frozen=True):
    """One attempt to settle a child offender's case out of court (kla-cluster-v 5.8)."""

    stage: str
    outcome: str = ""
    on: date | None = None


class ClientProfile(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Everything coded about a client: counted, filtered, clocked (design 2, row "client")."""

    capacity: str = "KORBAN"
    mask: str = ""  # what lists show of the name: "S•••", or the worker's neutral label
    sex: str = ""
    unborn: bool = False
    age_at_incident: int | None = None  # completed years
    age_at_report: int | None = None
    age_basis: str = ""
    stated_age: int | None = None
    stated_on: date | None = None
    education: str = ""
    in_school: str = ""
    occupation: str = ""
    marital: str = ""
    disability: tuple[str, ...] = ()
    citizenship: str = ""
    country: str = ""
    residence: str = ""  # kecamatan code; the village is in the identity
    violence: tuple[str, ...] = ()
    violence_forms: tuple[str, ...] = ()
    trafficking: tuple[str, ...] = ()
    kdrt: str = ""
    tppo: str = ""
    kbgo: str = ""
    pregnant: str = ""
    child_marriage: str = ""
    tpks: tuple[str, ...] = ()
    ktp: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    abh_role: str = ""
    offence: str = ""
    verdict: str = ""
    diversion: tuple[Diversion, ...] = ()
    work_sector: str = ""
    bpta_kinds: tuple[str, ...] = ()  # worst forms of child labour
    economic_not_work: str = ""  # exploited economically, but not by work (kla-cluster-v 6, item 4)
    withdrawn_on: date | None = None
    school_after: str = ""
    separated: str = ""
    reunited_on: date | None = None
    ended_on: date | None = None
    closure: str = ""
    closure_reason: str = ""
    victim_ref: str = ""
    person_ref: str = ""
    needs: tuple[str, ...] = ()  # special needs; in words and with the language in the identity
    client_no: str = ""  # given out when a supervisor approves the registration (case-management 6.2)


class SafeContact(Struct, frozen=True):
    """How the client may be reached without danger (security 7.5)."""

    call: str = ""  # YA, TIDAK, TIDAK_DIKETAHUI
    message: str = ""
    hours: str = ""
    cover_phrase: str = ""
    through: str = ""


class ClientIdentity(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Who the client is (S4)."""

    name: str = ""
    label: str = ""  # neutral label chosen by the worker, shown instead of the mask
    aliases: tuple[str, ...] = ()
    nik: str = ""
    kk: str = ""
    birth_place: str = ""
    birth_date: date | None = None
    address: str = ""
    village: str = ""
    phone: str = ""
    religion: str = ""
    school: str = ""
    children: int | None = None
    siblings: int | None = None
    guardian_name: str = ""
    guardian_relation: str = ""
    guardian_address: str = ""
    guardian_phone: str = ""
    guardian_citizenship: str = ""
    guardian_country: str = ""
    guardian_occupation: str = ""
    contact: SafeContact = SafeContact()
    needs: str = ""  # interpreter, disability, pregnancy: in words
    language: str = ""  # the client understands best


class ClientSensitive(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """HIV, substances, psychology: coded, own list of readers (kla-cluster-v 5.4)."""

    hiv: str = ""
    substances: tuple[str, ...] = ()
    psychology: tuple[str, ...] = ()


class Relation(Struct, frozen=True):
    """What the reported person is to one client; exactly one per pair (case-management 2)."""

    client_id: UUID
    relationship: str
    detail: str = ""


class ReportedProfile(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Everything coded about a reported person."""

    sex: str = "X"
    age: int | None = None  # completed years at the incident, else at the report
    age_basis: str = ""
    education: str = ""
    occupation: str = ""
    marital: str = ""
    citizenship: str = ""
    country: str = ""
    child_offender: str = ""
    relations: tuple[Relation, ...] = ()
    perp_ref: str = ""


class ReportedIdentity(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Who the reported person is (S4)."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    nik: str = ""
    birth_place: str = ""
    birth_date: date | None = None
    address: str = ""
    phone: str = ""
    religion: str = ""
    children: int | None = None
    guardian_name: str = ""
    guardian_address: str = ""
