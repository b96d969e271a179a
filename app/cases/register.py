"""Register numbers: one gapless series per unit and year, never given twice (security 6 #84)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.models import RegisterCounter


def next_number(session: Session, unit_id: UUID, year: int) -> int:
    """The next number of the unit's year, under the lock of the counter row. It stays used even if the case is voided."""
    counter = session.scalar(
        select(RegisterCounter)
        .where(RegisterCounter.unit_id == unit_id, RegisterCounter.year == year)
        .with_for_update()
    )
    if counter is None:
        counter = RegisterCounter(unit_id=unit_id, year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return counter.last


def written(prefix: str, year: int, number: int) -> str:
    """How a register number is written: `PPA/2026/0042`, with the unit's own prefix."""
    return f"{prefix}/{year}/{number:04d}"
