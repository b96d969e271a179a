"""Copying the embedded database while others write to it, and putting a copy back (security 10 "Backup")."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from app.backup.errors import BackupRefused
from app.db.files import private_file

MEMBER: Final = "naungan.db"
PAGES: Final = 2048  # a step; the writers of other processes go on all the while
BUSY_SECONDS: Final = 30.0
Advance = Callable[..., None]


@contextmanager
def copied(source: Path, folder: Path, advance: Advance) -> Iterator[Path]:
    """A whole copy of one moment, in one file, gone after the block.

    A read transaction is held on the source for as long as the copy takes: what others commit meanwhile is not in it, and does not
    make the copy begin again.
    """
    target = folder / f".{source.name}.copy"
    target.unlink(missing_ok=True)
    private_file(target)
    try:
        _copy(source, target, advance)
        yield target
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, target: Path, advance: Advance) -> None:
    def told(_status: int, left: int, total: int) -> None:
        advance(0, total=total, completed=total - left)

    with closing(_connect(source)) as old, closing(_connect(target)) as new:
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=PAGES, progress=told)
        old.rollback()
        new.execute("PRAGMA journal_mode=DELETE").fetchone()


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=rw", uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def check(path: Path) -> None:
    """BackupRefused unless the file is a whole database without rows that point nowhere."""
    try:
        with closing(_connect(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphans = {str(row[0]) for row in connection.execute("PRAGMA foreign_key_check")}
    except sqlite3.DatabaseError:
        raise BackupRefused("database.damaged") from None
    if verdict != "ok":
        raise BackupRefused("database.damaged")
    if orphans:
        raise BackupRefused("database.orphans", ", ".join(sorted(orphans)))


def is_blank(path: Path) -> bool:
    """Whether the file is a database without any table, as opening a wrong path leaves behind."""
    try:
        with closing(_connect(path)) as connection:
            return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    except sqlite3.Error:
        return False
