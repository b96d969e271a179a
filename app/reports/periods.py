"""Periods as people write them: `2025-03`, `2025-1` (quarter), `2025`, two days. ValueError for anything else."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NoReturn

from app.reports.counting.settings import Period

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
WHOLE_YEAR: Final = "all"
PARTS: Final = (WHOLE_YEAR, *(f"q{n}" for n in range(1, 5)), *(f"{n:02d}" for n in range(1, 13)))
"""What a page offers beside the year: all of it, a quarter, a month."""


def month(text: str) -> Period:
    """`2025-03`."""
    year, number = _two(text, 2)
    return Period.month(year, number) if 1 <= number <= 12 else _no()


def quarter(text: str) -> Period:
    """`2025-1`, the first quarter."""
    year, number = _two(text, 1)
    return Period.quarter(year, number) if 1 <= number <= 4 else _no()


def year(text: str) -> Period:
    """`2025`."""
    return Period.year(_year(text))


def of_year(number: int, part: str) -> Period:
    """A part of a year, as `PARTS` names it."""
    return _of(number, part) if part in PARTS and FIRST_YEAR <= number <= LAST_YEAR else _no()


def _of(number: int, part: str) -> Period:
    if part == WHOLE_YEAR:
        return Period.year(number)
    return Period.quarter(number, int(part[1:])) if part.startswith("q") else Period.month(number, int(part))


def named(period: Period) -> str:
    """The shortest neutral name of a period, for file names: `2025-03`, `2025-q1`, `2025`, else both days."""
    part = part_exactly(period)
    if part:
        return str(period.first.year) if part == WHOLE_YEAR else f"{period.first.year}-{part}"
    return f"{period.first.isoformat()}_{period.last.isoformat()}"


def part_of(period: Period) -> str:
    """The part of the year a period is; the month it begins in where it is none."""
    return part_exactly(period) or f"{period.first.month:02d}"


def previous(period: Period) -> Period:
    """The period of the same kind before this one; of days that are no month, quarter or year, as many days right before."""
    part, year = part_exactly(period), period.first.year
    if part == WHOLE_YEAR:
        return Period.year(year - 1)
    if part.startswith("q"):
        index = year * 4 + int(part[1:]) - 2
        return Period.quarter(index // 4, index % 4 + 1)
    if part:
        index = year * 12 + int(part) - 2
        return Period.month(index // 12, index % 12 + 1)
    last = period.first - timedelta(days=1)
    return Period(last - (period.last - period.first), last)


def year_before(period: Period) -> Period:
    """The same period of the year before; of free days the same days, 28 February for a 29th that is not there."""
    part = part_exactly(period)
    if part:
        return _of(period.first.year - 1, part)
    return Period(years_before(period.first, 1), years_before(period.last, 1))


def part_exactly(period: Period) -> str:
    """Which part of a year a period is, as `PARTS` names it; empty where it is none."""
    return next((part for part in PARTS if period == _of(period.first.year, part)), "")


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for a 29th that is not there."""
    last = monthrange(day.year - years, day.month)[1]
    return date(day.year - years, day.month, min(day.day, last))


def months_up_to(last: date, count: int = 12) -> list[Period]:
    """The `count` months that end with the month of `last`, oldest first."""
    index = last.year * 12 + last.month - 1
    return [Period.month(n // 12, n % 12 + 1) for n in range(index - count + 1, index + 1)]


def _two(text: str, digits: int) -> tuple[int, int]:
    match = re.fullmatch(rf"([0-9]{{4}})-([0-9]{{{digits}}})", text.strip(), re.ASCII)
    if match is None:
        _no()
    return _year(match[1]), int(match[2])


def _year(text: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", text.strip(), re.ASCII) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        _no()
    return int(text)


def _no() -> NoReturn:
    raise ValueError("not a period")
