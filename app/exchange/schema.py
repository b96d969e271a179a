"""The exchange format as a table: sheets, columns, and what each cell holds (design 7 "Exchange format")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What a cell holds."""

    REF = "ref"
    TEXT = "text"
    LONG = "long"
    CODE = "code"
    CODES = "codes"
    BOOL = "bool"
    DATE = "date"
    TIME = "time"
    INT = "int"
    AREA = "area"
    ITEMS = "items"
    DIGITS = "digits"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its kind, the code list it takes values from, whether a row must fill it."""

    name: str
    kind: Kind
    list_name: str = ""
    required: bool = False


def _columns(text: str) -> Mapping[str, Column]:
    """Columns written as `name kind[:list][*]`, separated by commas."""
    found: dict[str, Column] = {}
    for entry in text.replace("\n", " ").split(","):
        name, _, kind = entry.strip().partition(" ")
        kind, _, list_name = kind.rstrip("*").partition(":")
        found[name] = Column(name, Kind(kind), list_name, entry.strip().endswith("*"))
    return MappingProxyType(found)


SHEETS: Final[Mapping[str, Mapping[str, Column]]] = MappingProxyType(
    {
        "cases": _columns(
            """case_ref ref*, report_date date*, report_time time, channel code:channel, incident_date date, incident_last_date date,
            incident_time time, incident_area area, place code:place, online bool, summary long, stage code:stage, risk code:risk,
            authority code:authority, closed_on date, closure code:termination, closure_reason code:termination_reason, unit text,
            patbm_village area, register_no text, transfer_in bool"""
        ),
        "victims": _columns(
            """case_ref ref*, victim_ref ref*, person_ref ref, capacity code:capacity, name text, nik digits, sex code:sex*,
            birth_date date, age_at_incident int, unborn bool, residence_area area, education code:education,
            occupation code:occupation, marital code:marital, disability codes:disability, citizenship code:citizenship,
            violence codes:violence, trafficking_forms codes:trafficking, kdrt bool, tppo bool, kbgo bool, tpks codes:tpks,
            ktp codes:ktp, ampk codes:ampk, ampk_items items, abh_role code:abh_role, phone text, pregnant bool, ended_on date,
            closure code:termination, closure_reason code:termination_reason"""
        ),
        "categories": _columns("case_ref ref*, victim_ref ref*, item int*, date date, certainty code:certainty"),
        "perpetrators": _columns(
            """case_ref ref*, perp_ref ref*, name text, sex code:sex, birth_date date, age int, education code:education,
            occupation code:occupation, marital code:marital, citizenship code:citizenship"""
        ),
        "relations": _columns("case_ref ref*, victim_ref ref*, perp_ref ref*, relationship code:relationship*"),
        "services": _columns(
            """case_ref ref*, victim_ref ref*, date date*, service code:service*, agency text, detail long, amount int, fund code:fund"""
        ),
        "referrals": _columns(
            """case_ref ref*, victim_ref ref, sent_on date*, institution_type code:institution_type*, institution text,
            requested codes:service, acknowledged_on date, accepted_on date, answered_on date, result_on date,
            status code:referral_status"""
        ),
        "legal": _columns(
            "case_ref ref*, victim_ref ref, milestone code:milestone*, date date*, number text, note long"
        ),
        "followups": _columns("case_ref ref*, victim_ref ref*, date date*, kind code:followup_kind*"),
        "reporters": _columns("case_ref ref*, name text, phone text, relation text"),
    }
)
REQUIRED_SHEETS: Final = ("cases", "victims")

MAX_ROWS: Final = 200_000  # per sheet
MAX_FILE: Final = 256 * 1024 * 1024  # bytes of one file, unpacked
MAX_LINE_CELLS: Final = 200
REF_LIMIT: Final = 100  # characters
