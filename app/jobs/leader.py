"""One leader among any number of schedulers (design 1, 8; security 10 "Jobs").

On PostgreSQL a session's advisory lock on a connection of its own; on SQLite, where there is one jobs child, a locked file beside the
database, should somebody start another. Both are let go by the system itself when the process dies, however it dies, so nobody waits for a
lease to run out. A leader that lost its lock notices before the next run; what it still does meanwhile is claimed row by row all the same.
"""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db.base import new_id
from app.db.engine import is_sqlite

_LOCK: Final = 0x6E61756E67616E  # "naungan"; locks are of one database, so every office may use the same
ENDING: Final = "-jobs"


class _Lock(Protocol):
    def take(self) -> bool:
        """Whether it is ours now: held since before, or taken."""

    def let_go(self) -> None:
        """Give it back."""


class Leadership:
    """The claim of one scheduler to be the leader. Its id stands in every run it claims."""

    def __init__(self, engine: Engine) -> None:
        self.id: Final[UUID] = new_id()
        self._lock: _Lock = _FileLock(engine) if is_sqlite(engine) else _AdvisoryLock(engine)
        self._guard = threading.Lock()
        self._leads = False
        self._news = False

    def holds(self) -> bool:
        """Whether this scheduler is the leader at this moment; takes the lead where nobody has it."""
        with self._guard:
            before, self._leads = self._leads, self._lock.take()
            self._news = self._news or (self._leads and not before)
            return self._leads

    def is_new(self) -> bool:
        """Whether the lead was taken since this was last asked: then what another left behind has to be looked at."""
        self.holds()
        with self._guard:
            news, self._news = self._news, False
            return news and self._leads

    def let_go(self) -> None:
        """Leave the lead to another."""
        with self._guard:
            self._leads = False
            self._lock.let_go()


class _FileLock:
    def __init__(self, engine: Engine) -> None:
        self._path = Path(f"{engine.url.database}{ENDING}")
        self._descriptor: int | None = None

    def take(self) -> bool:
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _AdvisoryLock:
    """Held by one connection that is kept out of the pool's hands: a new session in its place would not have the lock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._session = 0

    def take(self) -> bool:
        try:
            return self._holds() or self._acquire()
        except (DBAPIError, PoolTimeout):
            self.let_go()
            return False

    def _holds(self) -> bool:
        if self._connection is None:
            return False
        if self._connection.scalar(text("SELECT pg_backend_pid()")) == self._session:
            return True
        self.let_go()  # the server went away and came back: another may lead by now
        return False

    def _acquire(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}))
            self._session = int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def let_go(self) -> None:
        """The session ends with its lock; a connection given back to the pool would take the lock along."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
