"""What a referral tells an institution, as a table: what each disclosure takes from a file, to whom it may go, what is proposed
(case-management 12; `data/disclosures.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).parent / "data" / "disclosures.json"
CHRONOLOGY: Final = "DC_KRONOLOGI"
REPORTED: Final = "DC_TERLAPOR"
SERVICES: Final = "DC_LAYANAN"


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a client are told: of the profile, of the identity, of the rules for safe contact."""

    profile: frozenset[str]
    identity: frozenset[str]
    contact: frozenset[str]


def fields(codes: Iterable[str]) -> Fields:
    """The fields these disclosures take from a client."""
    taken = [_table()["takes"][code] for code in codes]
    parts = ("profile", "identity", "contact")
    return Fields(*(frozenset(name for each in taken for name in each.get(part, ())) for part in parts))


def allowed(code: str, institution_type: str) -> bool:
    """Whether a disclosure may go to an institution of this type."""
    return institution_type in _only_for().get(code, (institution_type,))


def proposed(institution_type: str) -> tuple[str, ...]:
    """What the form proposes to tell an institution of this type; nothing for a type the table does not know."""
    return tuple(_table()["proposed"].get(institution_type, ()))


def _only_for() -> Mapping[str, Iterable[str]]:
    found: Mapping[str, Iterable[str]] = _table()["only_for"]
    return found


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return table
