"""Register numbers of cases and client numbers: one gapless series each per unit and year, never given twice (security 6 #84)."""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.cases.models import ClientCounter, RegisterCounter
from app.db.engine import is_sqlite
from app.work import Work

Counter = RegisterCounter | ClientCounter
Series = type[RegisterCounter] | type[ClientCounter]
_CLIENT_MARK: Final = "-K"


def next_number(work: Work, unit_id: UUID, year: int, series: Series = RegisterCounter) -> int:
    """The next number of the unit's year, under the lock of the counter row. It stays used even if the case is voided."""
    counter = _counter(work, unit_id, year, series)
    counter.last += 1
    return counter.last


def _counter(work: Work, unit_id: UUID, year: int, series: Series) -> Counter:
    """The counter row, locked once per act: an import of a hundred cases asks for it a hundred times."""
    key = f"{series.__tablename__} {unit_id} {year}"
    held = work.memo.get(key)
    if isinstance(held, RegisterCounter | ClientCounter):
        return held
    wanted = select(series).where(series.unit_id == unit_id, series.year == year)
    found = work.session.scalar(wanted.with_for_update())
    if found is None:
        _begin_year(work.session, unit_id, year, series)
        found = work.session.scalars(wanted.with_for_update()).one()
    work.memo[key] = found
    return cast(Counter, found)


def _begin_year(session: Session, unit_id: UUID, year: int, series: Series) -> None:
    """Make the counter row. Of two who register the first case of a year at the same moment the second waits here and finds it."""
    insert = sqlite.insert if is_sqlite(session.get_bind()) else postgresql.insert
    fresh = insert(series).values(unit_id=unit_id, year=year, last=0)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["unit_id", "year"]))


def written(prefix: str, year: int, number: int) -> str:
    """How a register number is written: `PPA/2026/0042`, with the unit's own prefix."""
    return f"{prefix}/{year}/{number:04d}"


def written_for_client(prefix: str, year: int, number: int) -> str:
    """How a client number is written: `PPA-K/2026/0042`, so that nobody takes it for the number of a case."""
    return written(f"{prefix}{_CLIENT_MARK}", year, number)
