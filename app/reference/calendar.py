"""The Indonesian calendar of free days: the package `holidays` plus the office's own table of changes.

National holidays (category public) and cuti bersama (category government) both stop work. Decrees change days during a
year and regions add their own, so the office's changes are laid over the package's days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays
from holidays.constants import GOVERNMENT, PUBLIC

from app.domain.workdays import WorkCalendar, YearDays, YearStatus

_ESTIMATE = "(perkiraan)"


@dataclass(frozen=True)
class Overrides:
    """The office's changes: days added (regional days, moved feasts) with a name, days removed, years confirmed as complete."""

    added: Mapping[date, str] = field(default_factory=dict)
    removed: AbstractSet[date] = frozenset()
    confirmed: AbstractSet[int] = frozenset()


def indonesian_calendar(
    overrides: Overrides | None = None, known: Mapping[int, YearDays] = MappingProxyType({})
) -> WorkCalendar:
    """A calendar with the changes laid over; an added day wins over a removed one. Build a new one when the table changes.

    `known`: years as the program knew them before, in place of what it knows now.
    """
    changes = overrides or Overrides()
    return WorkCalendar(lambda year: _changed(known.get(year) or national_days(year), year, changes))


def as_text(days: YearDays) -> str:
    """A year as it is kept beside the clocks that were counted by it: the same text for the same days."""
    free = {day.isoformat(): name for day, name in sorted(days.free.items())}
    return json.dumps({"status": days.status.value, "free": free}, ensure_ascii=False)


@lru_cache(maxsize=64)
def of_text(text: str) -> YearDays:
    """The year of a kept text."""
    held = json.loads(text)
    return YearDays(YearStatus(held["status"]), {date.fromisoformat(day): name for day, name in held["free"].items()})


@lru_cache(maxsize=32)
def national_days(year: int) -> YearDays:
    """National holidays and cuti bersama of a year as the package knows them, Indonesian names.

    ESTIMATED where a lunar feast is a forecast, MISSING where no cuti bersama is known (decreed since 2002 for each year).
    """
    public = _days(year, PUBLIC)
    government = _days(year, GOVERNMENT)
    return YearDays(_status(public, government), {**government, **public})


def _days(year: int, category: str) -> Mapping[date, str]:
    days = country_holidays("ID", years=year, categories=(category,), language="id", expand=False)
    return {day: name for day, name in sorted(days.items()) if day.year == year}


def _status(public: Mapping[date, str], government: Mapping[date, str]) -> YearStatus:
    if not government:
        return YearStatus.MISSING
    if any(_ESTIMATE in name for name in (*public.values(), *government.values())):
        return YearStatus.ESTIMATED
    return YearStatus.SURE


def _changed(national: YearDays, year: int, changes: Overrides) -> YearDays:
    kept = {day: name for day, name in national.free.items() if day not in changes.removed}
    added = {day: name for day, name in changes.added.items() if day.year == year}
    return YearDays(YearStatus.SURE if year in changes.confirmed else national.status, {**kept, **added})
