"""Looking after the folder of files: what nobody knows goes, what is missing is told (security 10)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, select

from app.audit.events import Event
from app.db.engine import BUSY_SECONDS, Access, is_sqlite
from app.documents.models import StoredFile
from app.domain.access import system
from app.work import AuditLine, Origin, Runtime, Work

JOB: Final = "file-sweep"
_PATIENCE: Final = 200  # milliseconds: nobody who saves waits longer for this
UNTOUCHED: Final = timedelta(hours=2)
"""How long an unknown file stays: longer than an upload or a backup takes."""


@dataclass(frozen=True, slots=True)
class State:
    """The folder against the database: files that are missing, files nobody knows, and whether the folder is ours at all."""

    missing: int
    strays: int
    kept: int
    is_ours: bool


def state(work: Work) -> State:
    """Compare folder and database."""
    files = work.runtime.files
    known = set(work.session.scalars(select(StoredFile.id)))
    there = set(files.ids())
    strays = len(files.strays(known, time.time() - UNTOUCHED.total_seconds()))
    return State(len(known - there), strays, len(known & there), files.is_ours())


def sweep(runtime: Runtime, now: datetime) -> int:
    """Take away files that no committed act keeps, once they are old enough. A folder of another office is left alone.

    On SQLite the log is folded into the database afterwards, so that the keys of removed files do not linger in it (security 2.7).
    """
    with runtime.looking(system(JOB)) as work:
        known = list(work.session.scalars(select(StoredFile.id)))
    found = runtime.files.strays(known, time.time() - UNTOUCHED.total_seconds()) if runtime.files.is_ours() else []
    for path in found:
        path.unlink(missing_ok=True)
    if found:
        runtime.record(system(JOB), Origin(), AuditLine(Event.JOB_RUN, purpose=JOB))
    fold(runtime.engine)
    return len(found)


def fold(engine: Engine) -> bool:
    """Fold SQLite's log into the database and empty it, unless others are at work: then the next turn does it. Whether the log is empty."""
    if not is_sqlite(engine):
        return True
    with engine.execution_options(access=Access.NONE).connect() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_PATIENCE}")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return not busy
