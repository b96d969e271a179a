"""How long a closed file is kept, and what keeps it longer (case-management 12 "Retention suggestion", mark S).

No period is law here: the regional schedule of archives (*jadwal retensi arsip*) decides, and the rule of a unit holds its number. Without a
rule nothing is ever due. A file of a child is kept until the child is an adult, and the period after that. Whatever is not known is taken
for what keeps the file longer. Nothing in this module removes anything: it says what a person may propose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ADULT_AT: Final = 18  # UU 35/2014 Pasal 1: a child is under 18 years, one not born yet included (case-management 4.1)
LEAST_YEARS: Final = 1
MOST_YEARS: Final = 100


class Hold(StrEnum):
    """What keeps a file although its period is over. The first that stands is told first."""

    OPEN = "open"  # the file is worked on, or it was opened again
    LEGAL = "legal"  # closed, and somebody watches its legal steps
    MANUAL = "manual"  # a person holds it, with a reason
    TRANSFER = "transfer"  # another unit is asked to take it over
    SAME_PERSON = "same-person"  # somebody in it has another file that is still kept


@dataclass(frozen=True, slots=True)
class Period:
    """The rule of a unit: whole years after the closing, and the day from which the rule is used."""

    years: int
    since: date


@dataclass(frozen=True, slots=True)
class Age:
    """A completed age and the day it was noted for. `years` is None where nobody knows it; `unborn`: not born yet on that day."""

    on: date
    years: int | None = None
    unborn: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """What of a file the period depends on: the day it ended (None: it did not), and the ages recorded of each person served in it."""

    ended_on: date | None
    people: Sequence[Sequence[Age]] = ()


def adult_on(ages: Iterable[Age]) -> date | None:
    """The day by which the person is an adult in any case, by the youngest of the ages recorded; None where no age was asked for.

    A completed age leaves a year open, so the day is the latest possible one. An unknown age counts as newborn.
    """
    return max((_adult_by(age) for age in ages), default=None)


def _adult_by(age: Age) -> date:
    if age.unborn:
        return later(age.on, ADULT_AT + 1)
    return later(age.on, max(0, ADULT_AT - (age.years or 0)))


def keep_until(period: Period, file: File) -> date | None:
    """The day on which the period of an ended file is over: the years of the rule, counted from the end, or from the day the youngest
    person served is an adult where that is later. None for a file that has not ended."""
    if file.ended_on is None:
        return None
    grown = (adult_on(ages) for ages in file.people)
    return later(max([file.ended_on, *(day for day in grown if day is not None)]), period.years)


def is_due(period: Period | None, file: File, holds: Collection[Hold], today: date) -> bool:
    """Whether somebody may propose the erasure today: there is a rule in use, the period is over, and nothing holds the file."""
    if period is None or period.since > today or holds:
        return False
    until = keep_until(period, file)
    return until is not None and until <= today


def later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March, never a day earlier. The end of the calendar beyond it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date.max if day.year + years > date.max.year else date(day.year + years, 2, 28) + timedelta(days=1)


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
