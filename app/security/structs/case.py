"""Documents of a case, its reports, steps and clocks (case-management 2, 3, 6, 7; kla-cluster-v 8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class Incident(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a case: when, where, how it came to us, screening (design 2, row "case")."""

    report_on: date
    report_time: str = ""  # HH:MM in the unit's zone
    channel: str = ""  # channel of the first report
    first_on: date | None = None
    last_on: date | None = None
    time: str = ""  # HH:MM
    area: str = ""  # kecamatan or village code
    place: str = ""
    online: str = "TIDAK_DIKETAHUI"
    patbm_village: str = ""
    danger_prompts: tuple[str, ...] = ()
    prompts_asked: bool = False
    authority: str = ""
    event_kind: str = ""  # disaster or conflict that groups children (kla-cluster-v 5.5)
    event_on: date | None = None
    event_area: str = ""
    transfer_in: bool = False
    imported: bool = False
    case_ref: str = ""  # reference within an import package


class Chronology(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What happened, in words (S4)."""

    text: str = ""
    scene_address: str = ""
    event_name: str = ""
    client_wish: str = ""


class Report(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One report (pengaduan) of the case: when, by which channel, by what kind of person."""

    on: date
    time: str = ""
    channel: str = ""
    reporter_kind: str = ""
    relation: str = ""  # of the reporter to the client; same list as reporter kinds or free code
    with_child: bool = False


class Reporter(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Who reported (S4) and what they said."""

    name: str = ""
    phone: str = ""
    address: str = ""
    birth_place: str = ""
    birth_date: date | None = None
    occupation: str = ""
    relation_text: str = ""
    words: str = ""


class StepReason(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Why a stage changed, a case was voided, a clock waived or a decision taken (S4)."""

    text: str = ""
    advice: str = ""
    alone: bool = False  # received or proposed and decided by one person, where the unit has only one who may decide


class CaseClocks(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """All clocks of a case in one section, as records of `app.domain.clocks` (design 2, row "clocks of a case")."""

    clocks: tuple[dict[str, Any], ...] = ()
    waivers: tuple[dict[str, Any], ...] = ()
    computed_at: datetime | None = None
    basis: int = 0  # the newest change of rules and calendar these clocks were counted with
    moves: tuple[dict[str, Any], ...] = ()  # what such changes moved, newest last


class NoteHead(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a note."""

    kind: str = "NOTE"
    on: date
    client_id: UUID | None = None
    about: UUID | None = None  # the record whose entering by mistake the note gives the reason of


class NoteBody(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The words of a note (S4)."""

    text: str
