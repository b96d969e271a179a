"""Reads rules from the JSON document a supervisor can read too, and says in plain codes what is wrong with one (design 5)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from app.domain.clocks.events import EventKind, Fact, SubjectKind
from app.domain.clocks.rules import (
    Body,
    Certainty,
    ClockType,
    Conditions,
    Halves,
    Ladder,
    Match,
    ProcedureCode,
    Rule,
    RuleKind,
    Source,
    Starts,
    Term,
    Unit,
    Why,
    Words,
)
from app.domain.errors import Problem, Refused

RULES_FILE = Path(__file__).parent.parent / "data" / "clock_rules.json"

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")
_SPANS = {Unit.MINUTE: timedelta(minutes=1), Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1)}
FITTING = {
    ClockType.H: {Unit.MINUTE, Unit.HOUR},
    ClockType.CD: {Unit.DAY},
    ClockType.WD: {Unit.DAY},
    ClockType.MO: {Unit.MONTH},
}


class _Wrong(Exception):
    """A value that is not what the field asks for; turned into a Problem by the reader of the rule."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.code, self.field = code, field


class _Row:
    """A JSON object read field by field; what was never asked for is an unknown field."""

    def __init__(self, value: object, field: str) -> None:
        if not isinstance(value, dict):
            raise _Wrong("clock_rule.not_an_object", field)
        self._value: Mapping[str, object] = value
        self._field = field
        self._asked: set[str] = set()

    def path(self, name: str) -> str:
        return f"{self._field}.{name}"

    def get(self, name: str) -> object:
        self._asked.add(name)
        return self._value.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise _Wrong("clock_rule.text_missing", self.path(name))
        return value

    def citation(self, name: str) -> Words:
        """Words in both languages; a bare citation of a law reads the same in either."""
        value = self.get(name)
        if isinstance(value, dict):
            return _words(_Row(value, self.path(name)))
        text = self.text(name)
        return Words(text, text)

    def number(self, name: str, least: int, default: int | None = None) -> int:
        value = self.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise _Wrong("clock_rule.number_wrong", self.path(name))
        return value

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if value not in (None, True, False):
            raise _Wrong("clock_rule.flag_wrong", self.path(name))
        return value is True

    def day(self, name: str) -> date | None:
        value = self.get(name)
        try:
            return None if value is None else date.fromisoformat(str(value))
        except ValueError as error:
            raise _Wrong("clock_rule.day_wrong", self.path(name)) from error

    def code(self, name: str, kind: type[_E], default: _E | None = None) -> _E:
        value = self.get(name)
        if value is None and default is not None:
            return default
        try:
            return kind(str(value))
        except ValueError as error:
            raise _Wrong("clock_rule.code_unknown", self.path(name)) from error

    def part(self, name: str, read: Callable[[_Row], _T]) -> _T | None:
        value = self.get(name)
        return None if value is None else read(_whole(value, self.path(name), read))

    def parts(self, name: str, read: Callable[[_Row], _T]) -> tuple[_T, ...]:
        value = self.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise _Wrong("clock_rule.not_a_list", self.path(name))
        return tuple(read(_whole(item, f"{self.path(name)}.{i}", read)) for i, item in enumerate(value))

    def conditions(self, name: str) -> Conditions:
        row = _Row(self.get(name) or {}, self.path(name))
        return {key: row.facts(key) for key in row._value}

    def facts(self, name: str) -> tuple[Fact, ...]:
        value = self.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(v, (str, bool, int)) for v in value):
            raise _Wrong("clock_rule.condition_wrong", self.path(name))
        return tuple(value)

    def texts(self, name: str) -> frozenset[str]:
        return frozenset(str(value) for value in self.facts(name))

    def nothing_else(self) -> None:
        for name in self._value:
            if name not in self._asked:
                raise _Wrong("clock_rule.field_unknown", self.path(name))


def _whole(value: object, field: str, read: Callable[[_Row], object]) -> _Row:
    """The row of a part. A match may be written as the bare name of its event."""
    return _Row({"event": value} if read is _match and isinstance(value, str) else value, field)


def _words(row: _Row) -> Words:
    words = Words(row.text("id"), row.text("en"))
    row.nothing_else()
    return words


def _body(row: _Row) -> Body:
    body = Body(row.text("code"), Words(row.text("id"), row.text("en")), row.flag("ours"))
    row.nothing_else()
    return body


def _match(row: _Row) -> Match:
    match = Match(row.code("event", EventKind), row.conditions("when"), row.conditions("unless"))
    row.nothing_else()
    return match


def _term(row: _Row) -> Term:
    amounts = row.facts("amounts")
    if not all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in amounts):
        raise _Wrong("clock_rule.number_wrong", row.path("amounts"))
    numbers = tuple(n for n in amounts if isinstance(n, int))
    if list(numbers) != sorted(set(numbers)):
        raise _Wrong("clock_rule.amounts_not_rising", row.path("amounts"))
    term = Term(numbers, row.code("unit", Unit), row.code("clock", ClockType), row.conditions("when"))
    if term.unit not in FITTING[term.clock]:
        raise _Wrong("clock_rule.unit_does_not_fit", row.path("unit"))
    row.nothing_else()
    return term


def _span(row: _Row) -> timedelta:
    unit = row.code("unit", Unit)
    if unit not in _SPANS:
        raise _Wrong("clock_rule.unit_does_not_fit", row.path("unit"))
    span = row.number("amount", 0) * _SPANS[unit]
    row.nothing_else()
    return span


def _ladder(row: _Row) -> Ladder:
    percent = row.number("warn_percent", 0, default=-1)
    before = row.part("warn_before", _span)
    if (percent >= 0) == (before is not None) or percent > 100:
        raise _Wrong("clock_rule.warning_wrong", row.path("warn_percent"))
    ladder = Ladder(
        percent if before is None else None,
        before,
        row.part("supervisor_after", _span),
        row.part("head_after", _span),
    )
    row.get("meaning")
    row.nothing_else()
    return ladder


def _halves(row: _Row) -> Halves:
    halves = Halves(row.texts("rules"), row.conditions("when"))
    row.nothing_else()
    return halves


class _Shared:
    """What rules of one document refer to by name: bodies, ladders, and the events that close every clock."""

    def __init__(self, document: _Row) -> None:
        self.bodies = {body.code: body for body in document.parts("bodies", _body)}
        ladders = _Row(document.get("ladders"), "ladders")
        self.ladders = {name: _ladder(_Row(value, f"ladders.{name}")) for name, value in ladders._value.items()}
        self.always_closed_by = document.parts("always_closed_by", _match)

    def body(self, row: _Row) -> Body:
        code = row.text("obligated")
        if code not in self.bodies:
            raise _Wrong("clock_rule.code_unknown", row.path("obligated"))
        return self.bodies[code]

    def ladder(self, row: _Row) -> Ladder:
        name = row.text("ladder")
        if name not in self.ladders:
            raise _Wrong("clock_rule.code_unknown", row.path("ladder"))
        return self.ladders[name]


def _rule(row: _Row, shared: _Shared) -> Rule:
    rule = Rule(
        id=row.text("id"),
        version=row.number("version", 1),
        kind=row.code("kind", RuleKind),
        label=_required(row, "label", _words),
        ask=row.part("ask", _words),
        subject=row.code("subject", SubjectKind),
        body=shared.body(row),
        trigger=row.parts("trigger", _match),
        starts=row.code("starts", Starts, Starts.FIRST),
        terms=row.parts("terms", _term),
        fulfilled_by=row.parts("fulfilled_by", _match),
        fulfilled_before=row.flag("fulfilled_before"),
        closed_by=row.parts("closed_by", _match) + shared.always_closed_by,
        not_after=row.parts("not_after", _match),
        when=row.conditions("when"),
        unless=row.conditions("unless"),
        ladder=shared.ladder(row),
        halves=row.part("halves", _halves),
        legal_basis=row.citation("legal_basis"),
        source=row.code("source", Source),
        certainty=row.code("certainty", Certainty),
        region=row.part("region", _words),
        procedure_code=row.code("procedure_code", ProcedureCode) if row.get("procedure_code") else None,
        valid_from=row.day("valid_from"),
        valid_to=row.day("valid_to"),
        active=row.flag("active"),
        inactive_because=row.code("inactive_because", Why) if row.get("inactive_because") else None,
        note=row.part("note", _words),
        confirmed_by=row.text("confirmed_by", ""),
        confirmed_on=row.day("confirmed_on"),
    )
    row.nothing_else()
    return rule


def _required(row: _Row, name: str, read: Callable[[_Row], _T]) -> _T:
    value = row.part(name, read)
    if value is None:
        raise _Wrong("clock_rule.text_missing", row.path(name))
    return value


def problems_of(rule: Rule) -> tuple[Problem, ...]:
    """What keeps a well-formed rule from running: codes with the field they stand in. Empty when it may stand."""
    found = (
        ("clock_rule.duration_missing", "terms", rule.active and not rule.terms),
        ("clock_rule.trigger_missing", "trigger", rule.active and not rule.trigger),
        ("clock_rule.unknown_is_not_active", "active", rule.active and rule.certainty is Certainty.U),
        ("clock_rule.active_with_reason_against", "inactive_because", rule.active == bool(rule.inactive_because)),
        ("clock_rule.ask_missing", "ask", not rule.ours and rule.ask is None),
        ("clock_rule.ask_of_ourselves", "ask", rule.ours and rule.ask is not None),
        ("clock_rule.warning_wrong", "ladder", rule.kind is RuleKind.LEAD and rule.ladder.warn_before is None),
        (
            "clock_rule.validity_wrong",
            "valid_to",
            bool(rule.valid_to and rule.valid_to < (rule.valid_from or date.min)),
        ),
        ("clock_rule.confirmation_wrong", "confirmed_by", bool(rule.confirmed_by) != bool(rule.confirmed_on)),
    )
    return tuple(Problem(code, f"{rule.id}.{field}") for code, field, wrong in found if wrong)


def problems_among(rules: tuple[Rule, ...]) -> tuple[Problem, ...]:
    """What is wrong between rules: the same version twice, two active versions valid on one day, halving what is not there."""
    known = {rule.id: rule for rule in rules}
    problems = [
        Problem("clock_rule.versions_overlap", f"{later.id}.valid_from")
        for i, later in enumerate(rules)
        for earlier in rules[:i]
        if later.key == earlier.key
        or (later.id == earlier.id and later.active and earlier.active and _meet(later, earlier))
    ]
    for rule in rules:
        for name in rule.halves.rules if rule.halves else ():
            if name not in known or any(term.unit is Unit.MONTH for term in known[name].terms):
                problems.append(Problem("clock_rule.cannot_be_halved", f"{rule.id}.halves"))
    return tuple(problems)


def _meet(one: Rule, other: Rule) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)


def parse_rules(document: object, *, alone: bool = False) -> tuple[Rule, ...]:
    """Rules of one JSON document (shape: docs/clocks.md). Raises Refused with every problem found, rule and field named.

    `alone`: one rule of many, which is not compared with the others."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    try:
        whole = _Row(document, "rules")
        shared = _Shared(whole)
        listed = whole.get("rules")
        if not isinstance(listed, list):
            raise _Wrong("clock_rule.not_a_list", "rules")
    except _Wrong as wrong:
        raise Refused(Problem(wrong.code, wrong.field)) from wrong
    for number, value in enumerate(listed):
        name = value.get("id") if isinstance(value, dict) else None
        try:
            rules.append(_rule(_Row(value, str(name or number)), shared))
        except _Wrong as wrong:
            problems.append(Problem(wrong.code, wrong.field))
    problems += [problem for rule in rules for problem in problems_of(rule)] + (
        [] if alone else list(problems_among(tuple(rules)))
    )
    if problems:
        raise Refused(*problems)
    return tuple(rules)


@cache
def load_rows() -> tuple[Mapping[str, Any], ...]:
    """The rows of the program's rule file as they are written there, read once."""
    return tuple(_program()["rules"])


def parse_row(row: Mapping[str, object]) -> Rule:
    """One rule with the bodies and ladders of the program's file: a version of the office. Raises Refused as `parse_rules`."""
    return parse_rules({**_program(), "rules": [row]}, alone=True)[0]


@cache
def _program() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(RULES_FILE.read_text(encoding="utf-8")))


@cache
def load_rules() -> tuple[Rule, ...]:
    """The seeded rules of case-management 9.2-9.9, read once. Raises Refused where the file is damaged."""
    return parse_rules(_program())
