"""Engines for both databases, and the one place where transactions begin (security 10, design 6).

A transaction is WRITE unless it says otherwise. On SQLite a write takes the lock at once (BEGIN IMMEDIATE): a deferred
transaction that turns into a write fails with "database is locked" without waiting. A read begins deferred, and the
connection refuses every change for as long as it lasts. On PostgreSQL a write is READ COMMITTED, a read REPEATABLE READ, READ ONLY.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.files import private_dir, private_file

BUSY_SECONDS = 5
STATEMENT_SECONDS = 30

# Read back by a test on every kind of connection (security 10). NORMAL may lose the last commits on power loss.
SQLITE_PRAGMAS: Mapping[str, str] = {
    "busy_timeout": str(BUSY_SECONDS * 1000),
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "temp_store": "MEMORY",
    "trusted_schema": "OFF",
}

# Given at connect and not by SET, so that a rollback cannot undo them. Milliseconds.
POSTGRESQL_SETTINGS: Mapping[str, str] = {
    "timezone": "UTC",
    "statement_timeout": str(STATEMENT_SECONDS * 1000),
    "lock_timeout": str(BUSY_SECONDS * 1000),
    "idle_in_transaction_session_timeout": "60000",
}


class Access(StrEnum):
    """What a transaction may do; given as the execution option `access`."""

    READ = "read"
    WRITE = "write"
    MIGRATE = "migrate"  # a write without foreign key actions: batch mode drops and renames parent tables
    NONE = "none"  # no BEGIN at all: VACUUM, backup


def normal_url(url: str | URL) -> URL:
    """The URL with the driver we use: postgres:// and postgresql:// mean psycopg 3."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1) if isinstance(url, str) else url)
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def engine_options(url: str | URL) -> dict[str, Any]:
    """Keyword arguments for `create_engine`, also fit for SQLALCHEMY_ENGINE_OPTIONS.

    Statements are never echoed and errors never show parameters: both would carry sealed and personal values into logs.
    """
    common: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": BUSY_SECONDS,
    }
    if normal_url(url).get_backend_name() == "sqlite":
        # isolation_level None: the driver never begins by itself, so DDL is rolled back too.
        connect: dict[str, Any] = {"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
        return common | {"connect_args": connect}
    settings = " ".join(f"-c {name}={value}" for name, value in POSTGRESQL_SETTINGS.items())
    connect = {"options": settings, "connect_timeout": BUSY_SECONDS}
    return common | {"connect_args": connect, "isolation_level": "READ COMMITTED", "pool_pre_ping": True}


def make_engine(url: str | URL, **options: Any) -> Engine:
    """An engine that follows the house rules. `options` override those of `engine_options`."""
    engine = create_engine(normal_url(url), **(engine_options(url) | options))
    install_events(engine)
    return engine


def install_events(engine: Engine) -> None:
    """Hang the house rules on an engine made elsewhere (Flask-SQLAlchemy) before it first connects."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "do_connect", _make_file_private)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "reset", _end_read_only)


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether the database behind this engine or connection is the embedded one."""
    return bind.dialect.name == "sqlite"


def _make_file_private(_dialect: Any, _record: Any, arguments: list[Any], _parameters: dict[str, Any]) -> None:
    name = str(arguments[0]) if arguments else ":memory:"
    if name in {"", ":memory:"} or name.startswith("file:"):
        return
    private_dir_of(Path(name))
    private_file(Path(name))


def private_dir_of(path: Path) -> None:
    """Make the folder of a database file; one that exists already is left to whoever made it."""
    if not path.parent.exists():
        private_dir(path.parent)


def _set_pragmas(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for name, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


_OPENING: Mapping[Access, tuple[str, ...]] = {
    Access.READ: ("PRAGMA query_only=ON", "BEGIN"),
    Access.WRITE: ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    Access.MIGRATE: ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"),
    Access.NONE: ("PRAGMA query_only=OFF",),
}


def _begin(connection: Connection) -> None:
    access = Access(connection.get_execution_options().get("access", Access.WRITE))
    for statement in _OPENING[access]:
        connection.exec_driver_sql(statement)


def _end_read_only(connection: DBAPIConnection | PoolProxiedConnection, _record: Any, _state: Any) -> None:
    """A connection goes back to the pool as every other: able to write, and with foreign keys on."""
    driver: Any = connection
    if isinstance(driver, sqlite3.Connection):
        driver.rollback()
        driver.execute("PRAGMA query_only=OFF")
        driver.execute("PRAGMA foreign_keys=ON")
