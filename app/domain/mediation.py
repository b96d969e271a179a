"""Where mediation is barred, and where it needs a reason, by a table (case-management 6.2; `data/mediation_rules.json`)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "mediation_rules.json"


class Effect(StrEnum):
    """What a rule does: it bars mediation, or asks why it is right here."""

    BAR = "BAR"
    WARN = "WARN"


class Fact(StrEnum):
    """What the rules look at."""

    TPKS = "tpks"  # a crime of UU 12/2022 is recorded for the client
    CHILD_OFFENDER = "child_offender"  # the client, or a reported person, is recorded as a child offender
    KDRT = "kdrt"
    CHILD_VICTIM = "child_victim"  # the client is under 18 and no offender


@dataclass(frozen=True, slots=True)
class MediationRule:
    """One line of the table: it applies where `holds` is so, unless `unless` is so too. `law`: the article, with its certainty."""

    code: str
    effect: Effect
    holds: Fact
    unless: Fact | None
    law: str | None
    certainty: str
    id: str
    en: str


def activity() -> str:
    """The activity the table is about."""
    return _table()[0]


def mediation_rules() -> tuple[MediationRule, ...]:
    """The table, in its order."""
    return _table()[1]


def applying(facts: Collection[Fact]) -> tuple[MediationRule, ...]:
    """The rules that apply where these facts are recorded."""
    return tuple(rule for rule in mediation_rules() if rule.holds in facts and rule.unless not in facts)


@cache
def _table() -> tuple[str, tuple[MediationRule, ...]]:
    table = json.loads(_FILE.read_text(encoding="utf-8"))
    return table["activity"], tuple(
        MediationRule(
            row["code"],
            Effect(row["effect"]),
            Fact(row["holds"]),
            Fact(row["unless"]) if row["unless"] else None,
            row["law"],
            row["certainty"],
            row["id"],
            row["en"],
        )
        for row in table["rules"]
    )
