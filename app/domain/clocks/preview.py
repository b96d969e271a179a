"""What a rule would give for triggers one can picture: today at nine, Friday afternoon, the end of the month, before a feast (docs/clocks.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.domain.clocks.counting import Days, add_months, due_moment, second_date
from app.domain.clocks.rules import Rule
from app.domain.zones import at_local

MORNING: Final = time(9)
AFTERNOON: Final = time(16)
_FRIDAY: Final = 4
_AHEAD: Final = 120
_LONG: Final = 4  # days in a row without work: longer than a weekend with one holiday


@dataclass(frozen=True, slots=True)
class Shown:
    """One due moment of a rule for one trigger, with the second date where there is one."""

    trigger: datetime
    due: datetime
    second: date | None


def triggers(today: date, days: Days) -> tuple[datetime, ...]:
    """Moments to try a rule on, in order: each shows something else of how it counts."""
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7 or 7)
    month_end = add_months(today.replace(day=1), 1) - timedelta(days=1)
    wanted = [(today, MORNING), (friday, AFTERNOON), (month_end, MORNING)]
    feast = _before_long_leave(today, days)
    if feast is not None:
        wanted.append((feast, AFTERNOON))
    return tuple(sorted({at_local(day, clock, days.zone) for day, clock in wanted}))


def _before_long_leave(today: date, days: Days) -> date | None:
    """The last working day before the next long leave within four months."""
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        row = [day + timedelta(days=n) for n in range(1, _LONG + 1)]
        if days.calendar.is_working_day(day) and not any(map(days.calendar.is_working_day, row)):
            return day
    return None


def dues(rule: Rule, trigger: datetime, days: Days) -> Iterator[tuple[Shown, ...]]:
    """For each term of the rule what it gives for that trigger: several where it is a series."""
    for term in rule.terms:
        found = ((due_moment(trigger, amount, term, rule.kind, days)) for amount in term.amounts)
        yield tuple(Shown(trigger, due, second_date(due, term, rule.kind, days)) for due in found)
