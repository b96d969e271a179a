"""The one sealed section that holds the clocks of a case: read, written, and told in two clear moments of the case (design 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

import msgspec
from sqlalchemy import CursorResult, Table, bindparam, update

from app.cases.models import Case
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.clocks import Clock
from app.domain.errors import Stale
from app.security.structs.case import CaseClocks as ClocksDocument
from app.work import Work

_CASES: Final = cast(Table, Case.__table__)
_CLOCKS: Final = cast(Table, CaseClocks.__table__)
_SET_CLOCKS: Final = (
    update(_CLOCKS)
    .where(_CLOCKS.c.case_id == bindparam("row"))
    .values(clocks_sealed=bindparam("sealed"), updated_at=bindparam("at"))
)
_SET_MOMENTS: Final = (
    update(_CASES)
    .where(_CASES.c.id == bindparam("row"), _CASES.c.version == bindparam("seen"))
    .values(due_at=bindparam("due"), watch_at=bindparam("watch"), version=_CASES.c.version + 1)
)


class Kept(NamedTuple):
    """A case, the row of its clocks, the clocks as they are now, and the document that says so."""

    case: Case
    row: CaseClocks
    clocks: Sequence[Clock]
    document: ClocksDocument


def read(work: Work, row: CaseClocks) -> ClocksDocument:
    """What is kept of one case. Unreadable where it does not open."""
    return work.vault.open(row.place(), row.clocks_sealed, ClocksDocument)


def clocks_in(document: ClocksDocument) -> tuple[Clock, ...]:
    """The clocks of a document."""
    return tuple(engine.from_record(record) for record in document.clocks)


def store(work: Work, case: Case, row: CaseClocks | None, kept: Sequence[Clock], document: ClocksDocument) -> None:
    """Seal these clocks as those of the case, and set its two clear moments (design 2)."""
    if row is None:
        row = CaseClocks(case_id=case.id, clocks_sealed=b"", updated_at=work.now)
        work.session.add(row)
    document = msgspec.structs.replace(document, clocks=tuple(record_of(clock) for clock in kept), computed_at=work.now)
    row.clocks_sealed = work.vault.seal(row.place(), document)
    row.updated_at = work.now
    case.due_at, case.watch_at = _moments(kept, work.now)


def record_of(clock: Clock) -> dict[str, object]:
    """A clock as a document holds it."""
    return dict(engine.to_record(clock))


def store_all(work: Work, batch: Sequence[Kept]) -> None:
    """As `store` for many cases whose clocks stand already: two statements, past the unit of work, which would write each case by itself.

    The objects in hand are not changed. Stale where somebody changed one of the cases since it was read.
    """
    if not batch:
        return
    clocks, cases = [], []
    for case, row, kept, document in batch:
        due, watch = _moments(kept, work.now)
        sealed = work.vault.seal(row.place(), msgspec.structs.replace(document, computed_at=work.now))
        clocks.append({"row": case.id, "sealed": sealed, "at": work.now})
        cases.append({"row": case.id, "seen": case.version, "due": due, "watch": watch})
    work.session.execute(_SET_CLOCKS, clocks)
    written = cast("CursorResult[Any]", work.session.execute(_SET_MOMENTS, cases))
    if written.rowcount != len(cases):
        raise Stale("version")


def _moments(kept: Sequence[Clock], now: datetime) -> tuple[datetime | None, datetime | None]:
    return engine.due_at(kept), engine.watch_at(kept, now)
