"""What a deleted key leaves in the files of the database, and clearing it away (security 2.7).

SQLite overwrites what it frees (`secure_delete`), but a deleted key stands in the write-ahead log until that is folded into the database and
emptied. PostgreSQL leaves the row in its table until VACUUM FULL writes the table anew, which the owner of the table alone may ask for. The
write-ahead log it archives, if somebody set that up, is a backup like any other: it has to end within the same days.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select, text

from app import logs
from app.db.engine import is_sqlite
from app.db.session import translate_db_errors
from app.documents.sweeping import fold
from app.domain.access import system
from app.domain.errors import Unavailable
from app.retention import writing
from app.retention.models import Erasure
from app.security.models import WrappedKey
from app.work import Runtime

KEYS: Final = WrappedKey.__tablename__
_TRIES: Final = 5


def settle(runtime: Runtime) -> bool:
    """After an erasure has committed: forget keys in memory, bring the file beside the keys up to date, clear residue away. Whether all of
    it was done; what stood in the way is in the log, and `doctor` says it. Running it again does no harm: the job `retention` does."""
    runtime.crypt.cache.clear()
    with runtime.looking(system("erasures")) as work:
        if work.session.scalar(select(Erasure.id).limit(1)) is None:
            return True
    try:
        bring_up_to_date(runtime)
    except (Unavailable, writing.Damaged) as error:
        logs.get_logger().error("erasure.file", exc_info=error)
        clear(runtime.engine)
        return False
    return clear(runtime.engine)


def bring_up_to_date(runtime: Runtime) -> int:
    """Have the file beside the keys know every erasure the database knows; how many lines were added. Unavailable, Damaged."""
    if runtime.erasures is None:
        return 0
    with runtime.looking(system("erasures")) as work:
        entries = writing.all_of(work.session)
    return writing.append(runtime.erasures, entries)


def keep_list(runtime: Runtime, _now: datetime) -> int:
    """The job that brings the list beside the keys up to date every hour; how many lines were added. Unavailable, Damaged: the run fails,
    and `doctor` says so."""
    return bring_up_to_date(runtime)


def clear(engine: Engine) -> bool:
    """Clear away what deleted keys left in the database's files. False where somebody else's reading, or the rights of this program, stand in
    the way: SQLite's log is folded at the next turn; on PostgreSQL the owner runs `VACUUM FULL wrapped_keys`."""
    if is_sqlite(engine):
        return _again(lambda: fold(engine))
    return _vacuum(engine)


def _again(attempt: Callable[[], bool]) -> bool:
    return any(attempt() for _try in range(_TRIES))


def _vacuum(engine: Engine) -> bool:
    owner = text("SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:name)")
    try:
        with translate_db_errors(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(owner, {"name": KEYS}):
                return False
            connection.exec_driver_sql(f"VACUUM FULL {KEYS}")
    except Unavailable as error:
        logs.get_logger().warning("erasure.residue", exc_info=error)
        return False
    return True
