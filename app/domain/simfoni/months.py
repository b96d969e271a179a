"""By when the cases of a month are to be in SIMFONI (case-management 9.9 DEF-SIMFONI: "all by day 5 of next month", a default, S)."""

from __future__ import annotations

from datetime import date
from typing import Final

LAST_DAY: Final = 5


def last_day(month: date) -> date:
    """The last day for the cases reported in the month of this day."""
    year, number = (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)
    return date(year, number, LAST_DAY)
