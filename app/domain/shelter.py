"""How long somebody may stay in a shelter, and how many days are left (case-management 9.7 `SVC-SHELTER-*`, 7 F11).

The standards are regional examples (certainty C2); a unit adopts one from its own decree, or none, and then the expected end counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from app.domain.clocks import Rule, load_rules

STANDARDS: Final = ("SVC-SHELTER-14", "SVC-SHELTER-7")
SOON_DAYS: Final = 2  # as the ladder LAPSE warns: 48 hours before


class Ground(StrEnum):
    """What the last day of a stay rests on."""

    EXTENSION = "extension"
    STANDARD = "standard"
    EXPECTED = "expected"
    NONE = "none"


class Nearness(StrEnum):
    """How near the end is."""

    OPEN = "open"  # no end is known
    RUNNING = "running"
    SOON = "soon"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class End:
    """The last day of a stay, and what it rests on."""

    on: date | None
    ground: Ground

    def days_left(self, today: date) -> int | None:
        """Days until the last day, which counts as a day in the shelter; negative where it has passed."""
        return (self.on - today).days if self.on is not None else None

    def nearness(self, today: date) -> Nearness:
        """How near the end is on this day."""
        left = self.days_left(today)
        if left is None:
            return Nearness.OPEN
        if left < 0:
            return Nearness.OVER
        return Nearness.SOON if left <= SOON_DAYS else Nearness.RUNNING


@cache
def standard_rule(code: str) -> Rule | None:
    """The rule of a standard; None where the unit adopted none."""
    return next((rule for rule in load_rules() if rule.id == code and code in STANDARDS), None)


def days_of(standard: str) -> int | None:
    """How many days a standard allows; None for none."""
    rule = standard_rule(standard)
    return rule.terms[0].amounts[0] if rule is not None else None


def standard_for(days: int | None) -> str:
    """The standard that allows so many days; "" for none."""
    return next((code for code in STANDARDS if days is not None and days_of(code) == days), "")


def end_of(in_on: date, expected_end: date | None, until: Iterable[date], standard: str) -> End:
    """The last day of a stay: the latest extension, else what the unit's standard allows, else the day that is expected.

    The day of admission is not counted, as for every clock in days (case-management 9.1).
    """
    extended = max(until, default=None)
    if extended is not None:
        return End(extended, Ground.EXTENSION)
    days = days_of(standard)
    if days is not None:
        return End(in_on + timedelta(days=days), Ground.STANDARD)
    return End(expected_end, Ground.EXPECTED if expected_end is not None else Ground.NONE)
