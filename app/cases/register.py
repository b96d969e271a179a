"""Register numbers: one gapless series per unit and year, never given twice (security 6 #84)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.cases.models import RegisterCounter
from app.db.engine import is_sqlite
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
        _begin_year(work.session, unit_id, year)
        counter = work.session.scalars(wanted.with_for_update()).one()
    work.memo[f"register {unit_id} {year}"] = counter
    return counter


def _begin_year(session: Session, unit_id: UUID, year: int) -> None:
    """Make the counter row. Of two who register the first case of a year at the same moment the second waits here and finds it."""
    insert = sqlite.insert if is_sqlite(session.get_bind()) else postgresql.insert
    fresh = insert(RegisterCounter).values(unit_id=unit_id, year=year, last=0)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["unit_id", "year"]))


def written(prefix: str, year: int, number: int) -> str:
    """How a register number is written: `PPA/2026/0042`, with the unit's own prefix."""
    return f"{prefix}/{year}/{number:04d}"
