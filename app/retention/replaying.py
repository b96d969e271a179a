"""Erasing again what an older backup still holds, before the restored office opens (security 2.7, 10).

No permission, period or hold is asked for: it was decided and done. What the backup knows of files merged at that time is parted first, so
that a file that was never erased keeps its own record in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.cases import families, merging
from app.cases.models import Case
from app.domain.access import Actor
from app.domain.stages import Status
from app.retention import writing
from app.retention.destroying import destroy
from app.retention.models import Erasure
from app.retention.writing import Entry
from app.work import Runtime, Work


def missing(work: Work, entries: Sequence[Entry]) -> list[Entry]:
    """Those of the entries that the database does not know. Damaged for one this program did not write."""
    known = set(work.session.scalars(select(Erasure.id)))
    fresh = [entry for entry in entries if entry.id not in known]
    for entry in fresh:
        writing.row_of(work.vault.crypt, entry)
    return fresh


def replay(runtime: Runtime, actor: Actor, entries: Sequence[Entry]) -> int:
    """Erase every file of these entries that is there, and note each erasure; how many entries were new. Running it again does nothing.

    Damaged where an entry was not written by this program; Unreadable where a counted record does not open. Nothing is erased then.
    """
    with runtime.begin(actor) as work:
        fresh = missing(work, entries)
        _part(work, [entry.case for entry in fresh])
    with runtime.begin(actor) as work:
        fresh = missing(work, entries)
        cases = _there(work, [entry.case for entry in fresh])
        destroy(work, cases)
        work.session.add_all(writing.row_of(work.vault.crypt, entry) for entry in fresh)
        for entry in fresh:
            work.recorded(Event.ERASURE_REPLAYED, entry.id, cases=(entry.case,))
        return len(fresh)


def _there(work: Work, case_ids: Sequence[UUID]) -> list[Case]:
    wanted = select(Case).where(Case.id.in_(case_ids), Case.status != Status.ERASED.value)
    return list(work.session.scalars(wanted.order_by(Case.id)))


def _part(work: Work, case_ids: Sequence[UUID]) -> None:
    """Take back the merges by which one of these counts within a file that was never erased, or the other way round."""
    gone = set(case_ids)
    merges = families.touching(work, case_ids)
    apart = [merge for merge in merges if not {merge.case_id, merge.duplicate_id} <= gone]
    if apart:
        merging.take_apart(work, [merge.duplicate_id for merge in apart])
