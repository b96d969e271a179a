"""Days and times as people type them here: 20/05/2026, 20-5-2026, 20052026, 20 Mei 2026; 13.30, 1330, 9."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.domain.text import clean_line

_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_PARTS: Final = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2}|[A-Za-z]{3,9})\s*[-/. ]\s*(\d{2}|\d{4})", re.ASCII)
_RUN: Final = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})(?:\s*[:.]\s*(\d{2})(?::\d{2})?)?|(\d{1,2})(\d{2})", re.ASCII)
_ZONE: Final = re.compile(r"\s*(wib|wita|wit)\s*$", re.IGNORECASE)
_YEARS: Final = range(1900, 2101)

# The first three letters tell Indonesian and English months apart from each other, in any spelling in use.
_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "peb": 2,
    "mar": 3,
    "apr": 4,
    "mei": 5,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "agu": 8,
    "agt": 8,
    "ags": 8,
    "aug": 8,
    "sep": 9,
    "okt": 10,
    "oct": 10,
    "nov": 11,
    "nop": 11,
    "des": 12,
    "dec": 12,
}


class DayFault(StrEnum):
    """Why a typed day is no day."""

    SHAPE = "shape"  # not written like a day
    YEAR = "year"  # two digits of a year, or a year outside 1900 to 2100
    MONTH = "month"  # no such month
    NO_SUCH_DAY = "no-such-day"  # 31 February


@dataclass(frozen=True, slots=True)
class BadDay:
    """A typed day that does not exist, with its month and year where they could be read."""

    fault: DayFault
    month: int = 0
    year: int = 0

    @property
    def last(self) -> int:
        """The last day of that month."""
        return monthrange(self.year, self.month)[1]


def read_day(typed: str) -> date | BadDay | None:
    """The day meant; None for nothing typed. Day before month, unless the year comes first (what browsers send)."""
    text = clean_line(typed)
    if not text:
        return None
    parts = _day_parts(text)
    if parts is None:
        return BadDay(DayFault.SHAPE)
    day, month, year = parts
    if year not in _YEARS:
        return BadDay(DayFault.YEAR)
    if not 1 <= month <= 12:
        return BadDay(DayFault.MONTH)
    if not 1 <= day <= monthrange(year, month)[1]:
        return BadDay(DayFault.NO_SUCH_DAY, month, year)
    return date(year, month, day)


def read_clock(typed: str) -> str | None:
    """The time of day as HH:MM; "" for nothing typed, None where it is no time."""
    text = _ZONE.sub("", clean_line(typed))
    if not text:
        return ""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1] or match[3]), int(match[2] or match[4] or 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _day_parts(text: str) -> tuple[int, int, int] | None:
    """Day, month, year as written; a month of 0 for a word that is none."""
    if match := _ISO.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _RUN.fullmatch(text) or _PARTS.fullmatch(text):
        written = match[2]
        return int(match[1]), int(written) if written.isdigit() else _MONTHS.get(written[:3].lower(), 0), int(match[3])
    return None
