"""Which risk level the answers to the danger prompts suggest, by a table (case-management 4.6; `data/risk_rules.json`, mark S).

The worker decides; the table only asks for a reason where the choice is another one. The first rule that applies counts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.codes import code_list

_FILE: Final = Path(__file__).parent / "data" / "risk_rules.json"


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One line of the table: the level it suggests where one of these prompts holds, or is not known. Neither: always."""

    code: str
    level: str
    certainty: str
    any_present: frozenset[str]
    any_unknown: frozenset[str]
    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The level the table suggests, the rule it comes from, and the prompts that led to it, in the order of the list."""

    level: str
    rule: RiskRule
    because: tuple[str, ...]


@cache
def risk_rules() -> tuple[RiskRule, ...]:
    """The table, in its order."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["rules"]
    return tuple(
        RiskRule(
            row["code"],
            row["level"],
            row["certainty"],
            frozenset(row.get("any_present", ())),
            frozenset(row.get("any_unknown", ())),
            row["id"],
            row["en"],
        )
        for row in rows
    )


def suggest(present: Collection[str], absent: Collection[str]) -> Suggestion:
    """What the table suggests for these answers; a prompt in neither is not known, one in both holds."""
    held = frozenset(present)
    unknown = frozenset(prompts()) - held - frozenset(absent)
    for rule in risk_rules():
        led = (rule.any_present & held) | (rule.any_unknown & unknown)
        if led or not (rule.any_present or rule.any_unknown):
            return Suggestion(rule.level, rule, tuple(code for code in prompts() if code in led))
    raise RuntimeError("the last line of the table applies to everything")


def prompts() -> tuple[str, ...]:
    """The prompts that are asked, in the order of the list."""
    return tuple(code.code for code in code_list("danger_prompt").active())


def rank(level: str) -> int:
    """How high a level is: 3 high, 2 medium, 1 low, 0 not screened or no level of the list."""
    return (code_list("risk").get(level).number("rank") or 0) if level in code_list("risk") else 0


def highest(levels: Iterable[str]) -> str:
    """The highest of these levels; "" where there is none. The case's risk is that of its clients (design 2)."""
    return max((level for level in levels if rank(level)), key=rank, default="")


def levels() -> tuple[str, ...]:
    """The levels one may choose, highest first."""
    known = [code.code for code in code_list("risk").active() if rank(code.code)]
    return tuple(sorted(known, key=rank, reverse=True))
