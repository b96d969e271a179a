"""The versions of a rule: those of the program and those the office decided, and which is in force when (design 5).

A version holds for triggers from its first day on; what began before stays under the version it began under. So a changed rule moves no
clock that runs, unless its first day lies in the past. Versions of the office are counted from 1001: the program never takes their numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from app.domain.clocks.reading import FITTING, load_rows, load_rules, parse_row, problems_among
from app.domain.clocks.rules import ClockType, Rule, RuleKind, Source, Unit, Why
from app.domain.errors import Problem, Refused

LOCAL: Final = 1000
FIXED: Final = frozenset({"CLIN-72", "SVC-SHELTER-14", "SVC-SHELTER-7"})
"""Rules whose number other parts of the product count with: the window on the file's head (9.8), the bed register (9.7). They are
confirmed like all others, and changed there or not at all."""

LONGEST: Final[Mapping[Unit, int]] = MappingProxyType(
    {Unit.MINUTE: 14 * 24 * 60, Unit.HOUR: 90 * 24, Unit.DAY: 3_660, Unit.MONTH: 120}
)
"""The largest amount of each unit a person may enter: ten years in days or months, less in hours and minutes."""

MOST_STEPS: Final = 12


@dataclass(frozen=True, slots=True)
class NewTerm:
    """How long, as a person entered it: amounts, unit and kind of clock of one term of the rule."""

    amounts: tuple[int, ...]
    unit: Unit
    clock: ClockType


@dataclass(frozen=True, slots=True)
class Change:
    """What an office may say differently of a rule. Conditions of the terms, triggers and what meets the rule stay as they are.

    `terms`: one for each term of the version it is made from; None where that term falls away, with its condition.
    """

    terms: tuple[NewTerm | None, ...]
    active: bool
    ladder: str
    risks: tuple[str, ...]
    certainty: str
    legal_basis: str
    note: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Local:
    """A version of the office. `follows`: the digest of the program's text it was made from."""

    rule: Rule
    follows: str


def digest(row: Mapping[str, object]) -> str:
    """What a rule says, as a short mark: equal as long as every word and number is. Version, validity and confirmation aside."""
    said = {name: value for name, value in row.items() if name not in _NOT_SAID}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


_NOT_SAID: Final = frozenset({"version", "valid_from", "valid_to", "confirmed_by", "confirmed_on"})


def program_row(rule_id: str) -> Mapping[str, Any]:
    """The newest row of the program's file for this rule. KeyError where there is none."""
    rows = [row for row in load_rows() if row["id"] == rule_id]
    if not rows:
        raise KeyError(rule_id)
    return max(rows, key=lambda row: int(row["version"]))


def in_force(program: Iterable[Rule], local: Iterable[Local]) -> tuple[Rule, ...]:
    """Every version with the days it holds for. A version of the office ends all others of that rule the day before its own first
    day, also those the program brings later: a local decision stays until the office decides again."""
    held: dict[str, list[Rule]] = {}
    for rule in program:
        held.setdefault(rule.id, []).append(rule)
    for version in sorted(local, key=lambda version: version.rule.version):
        earlier = held.get(version.rule.id, [])
        held[version.rule.id] = [*_until(earlier, version.rule.valid_from), version.rule]
    return tuple(rule for rules in held.values() for rule in rules)


def _until(rules: Sequence[Rule], first: date | None) -> list[Rule]:
    """What is left of these versions before a day; none of those that begin on it or later."""
    if first is None:
        return []
    last = first - timedelta(days=1)
    return [
        replace(rule, valid_to=min(rule.valid_to or last, last))
        for rule in rules
        if rule.valid_from is None or rule.valid_from <= last
    ]


def current(rules: Iterable[Rule], rule_id: str, day: date) -> Rule | None:
    """The version of a rule in force on a day."""
    held = [rule for rule in rules if rule.id == rule_id and rule.valid_on(day)]
    return max(held, key=lambda rule: rule.version, default=None)


def can_run(rule_id: str) -> bool:
    """Whether the program records what the rule asks about; a rule that waits for its form cannot be switched on."""
    return program_row(rule_id).get("inactive_because") != Why.NO_EVENTS_YET.value


def binds_us(rule: Rule) -> bool:
    """Whether a statute binds our own unit (case-management 9.3): such a rule is never switched off, its clock is waived one by one."""
    return rule.ours and rule.source is Source.STAT


def ladders_for(rule_id: str) -> tuple[str, ...]:
    """The ladders a rule may climb by: those of the program's rules that warn a fitting time ahead (LEAD warns by a span alone)."""
    own = program_row(rule_id)
    if own["kind"] == RuleKind.LEAD.value:
        return (str(own["ladder"]),)
    return tuple(dict.fromkeys(str(row["ladder"]) for row in load_rows()))


def changed(row: Mapping[str, Any], number: int, change: Change) -> tuple[dict[str, Any], Rule]:
    """The row of a new version and the rule it makes.

    Refused, with the fields of the form, where the program cannot count with it: a rule that is fixed or has no form yet, one a statute
    binds us by and that would end, a duration that is missing, too long or not to be halved, an unknown that would run.
    """
    problems = list(_against(str(row["id"]), change))
    if problems:
        raise Refused(*problems)
    made = {**row, **_said(row, change), "version": LOCAL + number, "valid_from": change.valid_from.isoformat()}
    for gone in (
        "valid_to",
        "confirmed_by",
        "confirmed_on",
        *(() if made["inactive_because"] else ("inactive_because",)),
    ):
        made.pop(gone, None)
    rule = parse_row(made)
    found = problems_among((*(each for each in load_rules() if each.id != rule.id), rule))
    if found:
        raise Refused(*found)
    return made, rule


def _said(row: Mapping[str, Any], change: Change) -> dict[str, Any]:
    before = list(row["terms"])
    terms = [
        {
            **(before[place] if place < len(before) else {}),
            "amounts": list(term.amounts),
            "unit": term.unit.value,
            "clock": term.clock.value,
        }
        for place, term in enumerate(change.terms)
        if term is not None
    ]
    when = {name: values for name, values in (row.get("when") or {}).items() if name != "risk"}
    return {
        "terms": terms,
        "when": {**when, **({"risk": list(change.risks)} if change.risks else {})},
        "active": change.active,
        "inactive_because": None if change.active else row.get("inactive_because") or Why.SWITCHED_OFF.value,
        "ladder": change.ladder,
        "certainty": change.certainty,
        "legal_basis": _in_both(row.get("legal_basis"), change.legal_basis),
        **({"note": _in_both(row.get("note"), change.note)} if change.note else {}),
    }


def _in_both(before: Any, typed: str) -> Any:
    """What stood there, where its words in one language were left as they are; else what was typed, to be read in either."""
    left_alone = typed in before.values() if isinstance(before, dict) else typed == before
    return before if left_alone else {"id": typed, "en": typed}


def _against(rule_id: str, change: Change) -> Iterator[Problem]:
    rule = parse_row(program_row(rule_id))
    lead = rule.kind is RuleKind.LEAD
    wrong = (
        ("clock_rule.fixed", "", rule_id in FIXED),
        ("clock_rule.no_form_yet", "active", change.active and not can_run(rule_id)),
        ("clock_rule.law_binds_us", "active", not change.active and rule.active and binds_us(rule)),
        ("code.unknown", "ladder", change.ladder not in ladders_for(rule_id)),
        ("clock_rule.duration_missing", "terms.0.amounts", change.active and not any(change.terms)),
        ("clock_rule.unknown_is_not_active", "certainty", change.active and change.certainty == "U"),
    )
    yield from (Problem(code, field) for code, field, is_so in wrong if is_so)
    for place, term in enumerate(change.terms):
        if term is None:
            continue
        yield from _against_term(term, f"terms.{place}", halved=_is_halved(rule_id) and not lead)


def _against_term(term: NewTerm, place: str, *, halved: bool) -> Iterator[Problem]:
    amounts = term.amounts
    wrong = (
        ("clock_rule.number_wrong", "amounts", not 0 < len(amounts) <= MOST_STEPS or min(amounts) < 1),
        ("clock_rule.too_long", "amounts", bool(amounts) and max(amounts) > LONGEST[term.unit]),
        ("clock_rule.amounts_not_rising", "amounts", list(amounts) != sorted(set(amounts))),
        ("clock_rule.unit_does_not_fit", "unit", term.unit not in FITTING[term.clock]),
        ("clock_rule.cannot_be_halved", "unit", halved and term.unit is Unit.MONTH),
    )
    yield from (Problem(code, f"{place}.{field}") for code, field, is_so in wrong if is_so)


def _is_halved(rule_id: str) -> bool:
    return any(rule.halves is not None and rule_id in rule.halves.rules for rule in load_rules())
