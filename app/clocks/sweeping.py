"""The sweep: cases whose next step is due are opened, people are told, and the next moment is set (design 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from app.audit.events import Event
from app.cases.models import Case
from app.clocks.keeping import Kept, clocks_in, read, record_of, store_all
from app.clocks.models import CaseClocks
from app.domain import clocks as engine
from app.domain.access import system
from app.domain.clocks import Clock, Step
from app.domain.errors import Unreadable
from app.logs import get_logger
from app.security.sections import Purpose
from app.work import Runtime, Work

SWEEP_BATCH: Final = 100  # cases per transaction: none over 250 ms (design 6)


@dataclass(frozen=True, slots=True, repr=False)
class Reached:
    """A clock of a case with the steps whose moment has come since the last sweep, lowest first."""

    case: Case
    clock: Clock
    steps: tuple[Step, ...]


Tell = Callable[[Work, Sequence[Reached]], None]
"""Tells people of steps that were reached, in the act that marks them (`notifications.telling.escalate`)."""


def sweep(runtime: Runtime, now: datetime, tell: Tell | None = None) -> int:
    """Open the cases whose next step is due, mark who has been told, set the next moment. Idempotent; gives the number of cases.

    Runs in batches of at most 100 cases, each its own act of a system actor: that people are told and that it is marked are one commit.
    A case whose clocks do not open holds up nobody: it is left for the next run, and the log says so.
    """
    handled = 0
    unreadable: list[UUID] = []
    while True:
        with runtime.begin(system("clock-sweep")) as work:
            cases = work.session.scalars(_waiting(now, unreadable)).all()
            rows = _rows(work, [case.id for case in cases])
            reached: list[Reached] = []
            kept: list[Kept] = []
            failed = [case.id for case in cases if not _sweep_case(work, case, rows.get(case.id), now, (reached, kept))]
            store_all(work, kept)
            if cases:
                work.recorded(Event.CLOCKS_SWEPT)
            if reached and tell is not None:
                tell(work, reached)
        unreadable += failed
        handled += len(cases) - len(failed)
        if len(cases) < SWEEP_BATCH:
            break
    if unreadable:
        get_logger().error("clocks.unreadable", count=len(unreadable))
    return handled


def _waiting(now: datetime, passed_over: Sequence[UUID]) -> Select[Case]:
    """The next batch of cases whose step is due. Two schedulers take different ones (PostgreSQL)."""
    wanted = select(Case).where(Case.watch_at <= now, Case.is_hidden.is_(False), Case.id.not_in(passed_over))
    return wanted.order_by(Case.watch_at, Case.id).limit(SWEEP_BATCH).with_for_update(skip_locked=True)


def _rows(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseClocks]:
    """The stored clocks of a batch and the keys they open with: two queries, however many cases. Asked for one by one, each question would
    also write the answer before it."""
    work.vault.keys.preload(Purpose.CASE, case_ids)
    found = work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(case_ids)))
    return {row.case_id: row for row in found}


def _sweep_case(
    work: Work, case: Case, row: CaseClocks | None, now: datetime, found: tuple[list[Reached], list[Kept]]
) -> bool:
    """What is told of one case, and its clocks as they are to be kept, into `found`; False where its clocks do not open."""
    if row is None:
        case.watch_at = None
        return True
    try:
        document = read(work, row)
    except Unreadable:
        return False
    reached, kept = found
    clocks, records = list(clocks_in(document)), list(document.clocks)
    for place, clock in enumerate(clocks):
        waiting = engine.pending(clock, now)
        if waiting:
            reached.append(Reached(case, clock, waiting))
            clocks[place] = engine.mark(clock, now)
            records[place] = record_of(clocks[place])
    kept.append(Kept(case, row, clocks, msgspec.structs.replace(document, clocks=tuple(records))))
    return True
