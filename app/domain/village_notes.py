"""The village note of a PATBM volunteer: where it stands at the desk, what the volunteer is told, and what must not be written into it.

The steps and the words are a table (`data/village_note_steps.json`; product "Who uses it", security 3 role *Relawan PATBM*). What a note
holds: case-management 7, last paragraph ("no NIK, no chronology in detail, no photo", mark S).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.domain.errors import Conflict

_FILE: Final = Path(__file__).parent / "data" / "village_note_steps.json"


class Standing(StrEnum):
    """Where a note stands at the desk. TAKEN: an intake is being made of it. It says nothing of what was written, nor what came of it."""

    NEW = "new"
    RECEIVED = "received"
    TAKEN = "taken"
    SETTLED = "settled"


class Act(StrEnum):
    """What moves a note."""

    CORRECT = "correct"
    RECEIVE = "receive"
    TAKE = "take"
    SETTLE = "settle"
    REGISTER = "register"
    RETURN = "return"


class Fate(StrEnum):
    """What came of a settled note. CASE: a case was made of it, or it joined one."""

    CASE = "case"
    CONTACT = "contact"
    DECLINED = "declined"


class Told(StrEnum):
    """All a volunteer hears of a note the office has taken over."""

    RECEIVED = "received"
    HANDLED = "handled"
    CLOSED = "closed"


@cache
def _table() -> Mapping[str, Any]:
    return MappingProxyType(json.loads(_FILE.read_text(encoding="utf-8")))


@cache
def steps() -> Mapping[tuple[Standing, Act], Standing]:
    """From which standing an act leads to which; what is not in it cannot be done."""
    rows = _table()["steps"]
    return MappingProxyType({(Standing(row["from"]), Act(row["act"])): Standing(row["to"]) for row in rows})


def advance(standing: str, act: Act) -> Standing:
    """The standing after the act. Conflict where the table knows no such step."""
    after = steps().get((Standing(standing), act))
    if after is None:
        raise Conflict(f"village note {standing}: {act}")
    return after


def told(standing: str, fate: str, case_status: str = "") -> Told | None:
    """What the volunteer hears; None while nobody at the office has received the note, which is the volunteer's own until then.

    `case_status`: that of the file the note is counted within (`stages.Status`).
    """
    words = _table()["told"]
    if standing == Standing.NEW:
        return None
    if standing != Standing.SETTLED:
        return Told(words["standings"][standing])
    return Told(words["cases"][case_status] if fate == Fate.CASE else words["fates"][fate])


# --- what no note may hold -------------------------------------------------------------------------------------------

_NIK: Final = re.compile(r"\d{14,}|\b\d{4}(?:[ .\-]\d{4}){3}\b|\b\d{6}[ .\-]\d{6}[ .\-]\d{4}\b")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?62|0)[ .\-]?8\d{1,2}(?:[ .\-]?\d){6,9}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)\(?0\d{2,3}\)?[ .\-]?\d{6,8}(?!\d)")


def holds_nik(text: str) -> bool:
    """Whether a text holds what looks like a NIK or a family-card number (16 digits), in one piece or in groups. A NIK is of one length, so
    two digits missing still look like one."""
    return _NIK.search(text) is not None


def holds_phone(text: str) -> bool:
    """Whether a text holds what looks like an Indonesian phone number. Days, ages and house numbers do not."""
    return _MOBILE.search(text) is not None or _LANDLINE.search(text) is not None
