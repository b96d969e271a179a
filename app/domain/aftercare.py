"""The time after termination: contacts 1, 3 and 6 months after the end (case-management 6.2 ST8 I; 9.9 DEF-POST S)."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.domain.clocks.counting import add_months

MONTHS: Final = (1, 3, 6)
CONTACTS: Final = len(MONTHS)


def due_days(ended_on: date) -> tuple[date, ...]:
    """The days by which the contacts are due."""
    return tuple(add_months(ended_on, months) for months in MONTHS)
