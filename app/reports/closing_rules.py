"""What closing a period compares and asks (design 4 "Closing"; case-management 11): pure rules over recap documents.

The bytes that are kept are the bytes that are hashed: nothing is written again in another order when a hash is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from app.domain.errors import Severity

Document = dict[str, Any]
NOT_KNOWN: Final = frozenset({"V_UNK", "ED_NA", "OC_NA", "MS_NA", "DS_NA", "RL_NA", "CZ_NA", "TIDAK_DIKETAHUI"})
"""Rows of what nobody entered (contracts/recap)."""


@dataclass(frozen=True, slots=True, order=True)
class CellName:
    """A cell of a recap: table and row, then age group and sex where the number is so narrow ("" where it is not)."""

    table: str
    row: str
    group: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell whose number is no longer the frozen one."""

    cell: CellName
    frozen: int
    now: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the checklist: a stable code, how many things it is about, and whether it refuses the closing or warns."""

    code: str
    count: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checklist is asked about, beside the document: the day it is, and what stands open at the unit."""

    today: date
    unfinished_imports: int = 0
    not_in_simfoni: int = 0
    open_months: int = 0


def encoded(document: Document) -> bytes:
    """The bytes of a document as they are hashed and kept."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def hash_of(frozen: bytes) -> bytes:
    """SHA-256 of the kept bytes."""
    return sha256(frozen).digest()


def cells(document: Document) -> dict[CellName, int]:
    """Every number of a recap by its cell: totals, what was taken over, and the tables down to group and sex."""
    found = {CellName("totals", name): count for name, count in document["totals"].items()}
    found |= {CellName("transferred_in", name): count for name, count in document["transferred_in"].items()}
    for name, table in document["tables"].items():
        for row in table["rows"]:
            found[CellName(name, row["code"])] = row["count"]
            found |= {CellName(name, row["code"], group, sex): count for group, sex, count in _narrow(row)}
    return found


def changes(frozen: Document, now: Document) -> list[Change]:
    """The cells that differ, in the order of their names. A cell only one of the two has counts as 0 in the other."""
    before, after = cells(frozen), cells(now)
    names = sorted(before.keys() | after.keys())
    pairs = ((name, before.get(name, 0), after.get(name, 0)) for name in names)
    return [Change(name, left, right) for name, left, right in pairs if left != right]


def is_changed(frozen: Mapping[str, Document], now: Mapping[str, Document]) -> bool:
    """Whether documents are no longer what was kept of them; `now` may not have been through JSON yet."""
    kept_now: Document = json.loads(encoded(dict(now)))
    return kept_now != dict(frozen)


def is_nihil(document: Document) -> bool:
    """Whether nothing at all happened in the period."""
    return not any(document["totals"].values()) and not any(document["transferred_in"].values())


def not_known(document: Document) -> int:
    """How many victims' attributes nobody entered, over all tables of victims: one victim may stand in several."""
    tables: Mapping[str, Document] = document["tables"]
    rows = (row for name, table in tables.items() if name.startswith("victims_by_") for row in table["rows"])
    return sum(row["count"] for row in rows if row["code"] in NOT_KNOWN)


def checklist(document: Document, facts: Facts) -> tuple[Finding, ...]:
    """What speaks against closing, errors first; nothing where all is well. What counts 0 is left out."""
    failed = sum(1 for check in document["checks"] if not check["ok"])
    is_over = facts.today > date.fromisoformat(document["period"]["to"])
    asked = [
        Finding("closing.not-over", int(not is_over), Severity.ERROR),
        Finding("closing.checks-failed", failed, Severity.ERROR),
        Finding("closing.import-unfinished", facts.unfinished_imports, Severity.ERROR),
        Finding("closing.not-known", not_known(document), Severity.WARNING),
        Finding("closing.not-in-simfoni", facts.not_in_simfoni, Severity.WARNING),
        Finding("closing.months-open", facts.open_months, Severity.WARNING),
    ]
    return tuple(finding for finding in asked if finding.count)


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that refuse."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _narrow(row: Document) -> Iterator[tuple[str, str, int]]:
    for key, part in row.get("by", {}).items():
        if isinstance(part, dict):
            yield from ((key, sex, count) for sex, count in part.items())
        else:
            yield "", key, part
