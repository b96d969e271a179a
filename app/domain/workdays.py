"""Working days: Monday to Friday minus national holidays, cuti bersama and regional days (case-management 9.1).

Which days those are comes in as a source per year; decrees change them mid-year, and for years ahead lunar feasts are
estimates. A clock that crosses a year that is not SURE is shown as an estimate (design 5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class YearStatus(StrEnum):
    """How well the free days of a year are known. MISSING: no decree on cuti bersama yet; expect more free days."""

    SURE = "SURE"
    ESTIMATED = "ESTIMATED"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class YearDays:
    """The free days of one year with their names, and how well they are known."""

    status: YearStatus
    free: Mapping[date, str]


class Calendar(Protocol):
    """What clocks ask of a calendar."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day."""

    def holiday(self, day: date) -> str | None:
        """The name of the free day, None on any other day; a plain weekend has no name."""

    def status(self, year: int) -> YearStatus:
        """How well the free days of that year are known."""

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`."""


@dataclass(frozen=True)
class WorkCalendar:
    """A Calendar over a source of years; each year is asked for once."""

    source: Callable[[int], YearDays]
    _years: dict[int, YearDays] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no free day of any kind."""
        return day.weekday() < _SATURDAY and self.holiday(day) is None

    def holiday(self, day: date) -> str | None:
        """The name of the holiday, cuti bersama or regional day; None where the day is none of these."""
        return self._year(day.year).free.get(day)

    def status(self, year: int) -> YearStatus:
        """How well the free days of that year are known."""
        return self._year(year).status

    def status_between(self, first: date, last: date) -> YearStatus:
        """The worst status of the years touched from `first` to `last`."""
        order = list(YearStatus)
        years = range(min(first, last).year, max(first, last).year + 1)
        return max((self.status(year) for year in years), key=order.index)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; before it where n is negative; `day` itself where n is 0.

        The trigger day is not counted (suggested convention of case-management 9.1, S).
        """
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first`, up to and with `last`; negative where `last` comes first."""
        if last < first:
            return -self.working_days_between(last, first)
        days = (last - first).days
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))

    def _year(self, year: int) -> YearDays:
        if year not in self._years:
            self._years[year] = self.source(year)
        return self._years[year]
