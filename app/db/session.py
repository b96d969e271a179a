"""Sessions: one for changing, one for reading. And the one map from database failures to words of the work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.db.engine import Access, is_sqlite
from app.domain.errors import Stale, Unavailable


def write_session(engine: Engine) -> Session:
    """A session whose transaction may change things. Whoever opens it commits once, or rolls back, and closes it.

    Objects stay readable after the commit: loading them again would begin a second write.
    """
    return Session(engine.execution_options(access=Access.WRITE), expire_on_commit=False, close_resets_only=False)


def read_session(engine: Engine) -> Session:
    """A session over one unchanging snapshot, in which the database refuses every change (design 6)."""
    return Session(_reading(engine), expire_on_commit=False, autoflush=False, close_resets_only=False)


def _reading(engine: Engine) -> Engine:
    if is_sqlite(engine):
        return engine.execution_options(access=Access.READ)
    return engine.execution_options(access=Access.READ, isolation_level="REPEATABLE READ", postgresql_readonly=True)


# Primary result codes of SQLite: https://www.sqlite.org/rescode.html
_SQLITE_CAUSES = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_IOERR: "input-output",
    sqlite3.SQLITE_CANTOPEN: "gone",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_INTERRUPT: "timeout",
}

# SQLSTATEs of PostgreSQL, longest prefix first: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_CAUSES = (
    ("57014", "timeout"),
    ("55P03", "busy"),
    ("25006", "read-only"),
    ("25P03", "timeout"),
    ("40", "busy"),
    ("53100", "full"),
    ("53", "busy"),
    ("57P", "gone"),
    ("58", "input-output"),
    ("08", "gone"),
    ("XX", "damaged"),
)


@contextmanager
def translate_db_errors() -> Iterator[None]:
    """Turn failures of the database itself into `Unavailable` (503), a lost race on a version into `Stale` (409).

    Faults of ours (a broken constraint, bad SQL) pass through. The original is not chained: its text may quote values.
    """
    try:
        yield
    except StaleDataError:
        raise Stale("version") from None
    except PoolTimeout:
        raise Unavailable("database: busy") from None
    except DBAPIError as error:
        cause = failure_of(error)
        if cause is None:
            raise
        raise Unavailable(f"database: {cause}") from None


def failure_of(error: DBAPIError) -> str | None:
    """Why the database could not serve (busy, full, read-only, input-output, timeout, gone, damaged), or None if it could."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", None)
        return None if code is None else _SQLITE_CAUSES.get(code & 0xFF)
    state = getattr(original, "sqlstate", None)
    if state is None:
        return "gone" if error.connection_invalidated or type(error).__name__ == "OperationalError" else None
    return next((cause for prefix, cause in _POSTGRESQL_CAUSES if state.startswith(prefix)), None)
