"""What a deadline rule is. Rules are data (app/domain/data/clock_rules.json); this is their shape in memory (case-management 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from app.domain.clocks.events import EventKind, Fact, SubjectKind


class RuleKind(StrEnum):
    """DUE: act by then. MAX: a state lasts no longer. LEAD: act at least so long before an expiry (case-management 9.1)."""

    DUE = "DUE"
    MAX = "MAX"
    LEAD = "LEAD"


class ClockType(StrEnum):
    """H hours, CD calendar days, WD working days, MO months (case-management 9.1)."""

    H = "H"
    CD = "CD"
    WD = "WD"
    MO = "MO"


class Unit(StrEnum):
    """Unit of an amount: minutes and hours go with H, days with CD and WD, months with MO."""

    MINUTE = "min"
    HOUR = "h"
    DAY = "d"
    MONTH = "mo"


class Certainty(StrEnum):
    """How sure the source is (case-management 0)."""

    C = "C"
    C2 = "C2"
    I = "I"  # noqa: E741 - the mark of the domain file
    U = "U"
    S = "S"


class Source(StrEnum):
    """Tier of the source (case-management 0)."""

    STAT = "STAT"
    COURT = "COURT"
    POLICE = "POLICE"
    SVC = "SVC"
    CLIN = "CLIN"
    DEF = "DEF"


class Starts(StrEnum):
    """Which triggering events start a clock: the first, each one, or only the latest (which restarts it)."""

    FIRST = "FIRST"
    EACH = "EACH"
    LAST = "LAST"


class Why(StrEnum):
    """Why a rule does not run (design 5)."""

    NO_DURATION = "NO_DURATION"
    UNKNOWN = "UNKNOWN"
    REGIONAL = "REGIONAL"
    NO_EVENTS_YET = "NO_EVENTS_YET"
    SWITCHED_OFF = "SWITCHED_OFF"  # by the office itself


class ProcedureCode(StrEnum):
    """Which code of criminal procedure a legal track runs under (case-management 8.4)."""

    KUHAP1981 = "KUHAP1981"
    KUHAP2025 = "KUHAP2025"


Conditions = Mapping[str, tuple[Fact, ...]]
"""Attribute name -> the values that satisfy it; all names must be satisfied."""

NONE: Conditions = {}


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages of the product."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Body:
    """Who has to act. `ours` is true only where the unit itself is bound."""

    code: str
    name: Words
    ours: bool


@dataclass(frozen=True, slots=True)
class Match:
    """An event of this kind, with attributes that satisfy `when` and none that satisfies `unless`."""

    event: EventKind
    when: Conditions = field(default_factory=dict)
    unless: Conditions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """How long. Several amounts make a series of clocks from one trigger (month 1, 3 and 6 after the end)."""

    amounts: tuple[int, ...]
    unit: Unit
    clock: ClockType
    when: Conditions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ladder:
    """When to warn (a share in percent of the whole time, or a span before the due moment) and when to go up after it."""

    warn_percent: int | None
    warn_before: timedelta | None
    supervisor_after: timedelta | None
    head_after: timedelta | None


@dataclass(frozen=True, slots=True)
class Halves:
    """Under these conditions the times of the named rules are halved (DEF-REF-HIGH)."""

    rules: frozenset[str]
    when: Conditions


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline, as the law, a standard or a default states it. `terms`: the first whose conditions hold counts."""

    id: str
    version: int
    kind: RuleKind
    label: Words
    ask: Words | None
    subject: SubjectKind
    body: Body
    trigger: tuple[Match, ...]
    starts: Starts
    terms: tuple[Term, ...]
    fulfilled_by: tuple[Match, ...]
    fulfilled_before: bool
    closed_by: tuple[Match, ...]
    not_after: tuple[Match, ...]
    when: Conditions
    unless: Conditions
    ladder: Ladder
    halves: Halves | None
    legal_basis: Words
    source: Source
    certainty: Certainty
    region: Words | None
    procedure_code: ProcedureCode | None
    valid_from: date | None
    valid_to: date | None
    active: bool
    inactive_because: Why | None
    note: Words | None
    confirmed_by: str
    confirmed_on: date | None

    @property
    def key(self) -> tuple[str, int]:
        """Id and version: what a clock keeps of the rule it was made by."""
        return self.id, self.version

    @property
    def ours(self) -> bool:
        """True when our own unit is bound. For every other rule the product only reminds us to ask."""
        return self.body.ours

    @property
    def needs_check(self) -> bool:
        """True until a legal officer confirmed this version, on record: its clocks carry the *periksa* badge (design 5, issue 4)."""
        return self.confirmed_on is None

    def valid_on(self, day: date) -> bool:
        """Whether a trigger on this local day falls under this version of the rule."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def satisfied(value: Fact | None, allowed: tuple[Fact, ...]) -> bool:
    """Whether one attribute satisfies a condition. Several codes satisfy it when any one does; a missing value never does."""
    if isinstance(value, tuple):
        return any(code in allowed for code in value)
    return value is not None and value in allowed
