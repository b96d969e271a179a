"""Register numbers: one gapless series per unit and year, never given twice (security 6 #84)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from app.cases.models import RegisterCounter
from app.work import Work


def next_number(work: Work, unit_id: UUID, year: int) -> int:
    """The next number of the unit's year, under the lock of the counter row. It stays used even if the case is voided."""
    counter = _counter(work, unit_id, year)
    counter.last += 1
    return counter.last


def _counter(work: Work, unit_id: UUID, year: int) -> RegisterCounter:
    """The counter row, locked once per act: an import of a hundred cases asks for it a hundred times."""
    held = work.memo.get(f"register {unit_id} {year}")
    if isinstance(held, RegisterCounter):
        return held
    wanted = select(RegisterCounter).where(RegisterCounter.unit_id == unit_id, RegisterCounter.year == year)
    counter = work.session.scalar(wanted.with_for_update())
    if counter is None:
        counter = RegisterCounter(unit_id=unit_id, year=year, last=0)
        work.session.add(counter)
    work.memo[f"register {unit_id} {year}"] = counter
    return counter


def written(prefix: str, year: int, number: int) -> str:
    """How a register number is written: `PPA/2026/0042`, with the unit's own prefix."""
    return f"{prefix}/{year}/{number:04d}"
