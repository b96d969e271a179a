"""Engines, sessions and transactions on both databases (security 10, design 6)."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session

from app.db.engine import Access, engine_options, install_events, make_engine, normal_url
from app.db.session import read_session, translate_db_errors, write_session
from app.domain.errors import Unavailable


@pytest.fixture
def jotter(engine: Engine) -> Engine:
    """A database with one small table."""
    with write_session(engine) as session:
        session.execute(text("CREATE TABLE jotter (id INTEGER PRIMARY KEY, body TEXT)"))
        session.commit()
    return engine


def add(session: Session, number: int, body: str = "plain") -> None:
    session.execute(text("INSERT INTO jotter VALUES (:id, :body)"), {"id": number, "body": body})


def count(session: Session) -> int:
    return session.execute(text("SELECT count(*) FROM jotter")).scalar_one()


def pragma(connection: Connection | Session, name: str) -> object:
    return connection.execute(text(f"PRAGMA {name}")).scalar_one()


@pytest.mark.parametrize("open_session", [write_session, read_session])
@pytest.mark.sqlite_only("pragmas")
def test_every_sqlite_connection_carries_the_pragmas(engine: Engine, open_session: Callable[[Engine], Session]) -> None:
    expected = {
        "busy_timeout": 5000,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "trusted_schema": 0,
    }
    with open_session(engine) as first, open_session(engine) if open_session is read_session else first as second:
        for session in (first, second):
            assert {name: pragma(session, name) for name in expected} == expected


@pytest.mark.postgresql_only("settings")
def test_every_postgresql_connection_speaks_utc_and_times_out(engine: Engine) -> None:
    with write_session(engine) as session:
        shown = {
            name: session.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("timezone", "statement_timeout", "lock_timeout", "transaction_isolation")
        }
    assert shown == {
        "timezone": "UTC",
        "statement_timeout": "30s",
        "lock_timeout": "5s",
        "transaction_isolation": "read committed",
    }


@pytest.mark.postgresql_only("isolation levels")
def test_a_read_is_repeatable_and_read_only_on_postgresql(engine: Engine) -> None:
    with read_session(engine) as session:
        assert session.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"
        assert session.execute(text("SHOW transaction_read_only")).scalar_one() == "on"
    with write_session(engine) as session:
        assert session.execute(text("SHOW transaction_read_only")).scalar_one() == "off"


def test_a_read_session_refuses_to_write(jotter: Engine) -> None:
    with read_session(jotter) as session, pytest.raises(Unavailable, match="read-only"), translate_db_errors():
        add(session, 1)


def test_a_connection_that_read_can_write_again(connect: Callable[..., Engine], jotter: Engine) -> None:
    single = connect(jotter.url, pool_size=1, max_overflow=0)
    with read_session(single) as session:
        assert count(session) == 0
    with write_session(single) as session:
        add(session, 1)
        session.commit()
    with single.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM jotter")).scalar_one() == 1


def test_a_read_sees_one_snapshot_while_another_writes(jotter: Engine) -> None:
    with read_session(jotter) as reader, write_session(jotter) as writer:
        before = count(reader)
        add(writer, 1)
        writer.commit()
        assert (before, count(reader)) == (0, 0)
    with read_session(jotter) as later:
        assert count(later) == 1


def test_what_is_not_committed_is_not_kept_not_even_a_table(jotter: Engine) -> None:
    with write_session(jotter) as session:
        session.execute(text("CREATE TABLE half (id INTEGER)"))
        add(session, 1)
    with write_session(jotter) as session:
        assert count(session) == 0
        with pytest.raises(Exception, match="half"):
            session.execute(text("SELECT * FROM half"))


@pytest.mark.sqlite_only("locks")
def test_a_write_takes_the_lock_before_its_first_statement(jotter: Engine, connect: Callable[..., Engine]) -> None:
    impatient = connect(jotter.url, connect_args={"isolation_level": None, "timeout": 0})
    with write_session(jotter) as first:
        first.connection()
        with impatient.connect().execution_options(access=Access.NONE) as second:
            second.exec_driver_sql("PRAGMA busy_timeout=0")
            with pytest.raises(Unavailable, match="busy"), translate_db_errors():
                second.exec_driver_sql("BEGIN IMMEDIATE")


@pytest.mark.sqlite_only("migration mode")
def test_foreign_keys_come_back_after_a_migration(connect: Callable[..., Engine], jotter: Engine) -> None:
    single = connect(jotter.url, pool_size=1, max_overflow=0)
    with single.execution_options(access=Access.MIGRATE).begin() as connection:
        assert pragma(connection, "foreign_keys") == 0
    with single.begin() as connection:
        assert pragma(connection, "foreign_keys") == 1


@pytest.mark.sqlite_only("files")
def test_database_files_belong_to_their_owner_alone(tmp_path: Path, connect: Callable[..., Engine]) -> None:
    old = os.umask(0)
    try:
        engine = connect(f"sqlite:///{tmp_path / 'data' / 'naungan.db'}")
        with write_session(engine) as session:
            session.execute(text("CREATE TABLE jotter (id INTEGER)"))
            session.commit()
            modes = {
                p.name: stat.S_IMODE(p.stat().st_mode) for p in [tmp_path / "data", *(tmp_path / "data").iterdir()]
            }
    finally:
        os.umask(old)
    assert modes == {"data": 0o700, "naungan.db": 0o600, "naungan.db-wal": 0o600, "naungan.db-shm": 0o600}


@pytest.mark.sqlite_only("files")
def test_a_database_file_others_could_read_is_closed_to_them(database_url: str, connect: Callable[..., Engine]) -> None:
    path = Path(make_engine(database_url).url.database or "")
    path.chmod(0o644)
    with write_session(connect(database_url)) as session:
        session.connection()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.sqlite_only("result codes")
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (sqlite3.SQLITE_BUSY, "busy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "busy"),
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "read-only"),
        (sqlite3.SQLITE_IOERR_WRITE, "input-output"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
    ],
)
def test_failures_of_the_database_are_unavailability(database_kind: str, code: int, cause: str) -> None:
    original = sqlite3.OperationalError("a text that might quote a value")
    original.sqlite_errorcode = code
    with pytest.raises(Unavailable) as caught, translate_db_errors():
        raise OperationalError("SELECT 1", None, original)
    assert str(caught.value) == f"database: {cause}"
    assert caught.value.__cause__ is None


@pytest.mark.sqlite_only("a real full disk")
def test_a_full_disk_is_unavailability_and_leaves_nothing(jotter: Engine) -> None:
    with write_session(jotter) as session:
        session.execute(text("PRAGMA max_page_count=4"))
        with pytest.raises(Unavailable, match="full"), translate_db_errors():
            add(session, 1, "x" * 400_000)
    with write_session(jotter) as session:
        assert count(session) == 0


@pytest.mark.postgresql_only("timeouts")
def test_a_slow_statement_is_unavailability(jotter: Engine) -> None:
    with write_session(jotter) as session:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        with pytest.raises(Unavailable, match="timeout"), translate_db_errors():
            session.execute(text("SELECT pg_sleep(5)"))


@pytest.mark.postgresql_only("a server that is not there")
def test_a_database_that_does_not_answer_is_unavailability(
    tmp_path: Path, connect: Callable[..., Engine], database_kind: str
) -> None:
    absent = connect(f"postgresql://nobody@/none?host={tmp_path}")
    with write_session(absent) as session, pytest.raises(Unavailable, match="gone"), translate_db_errors():
        session.connection()


def test_a_broken_constraint_stays_what_it_is(jotter: Engine) -> None:
    with write_session(jotter) as session:
        add(session, 1)
        with pytest.raises(StatementError) as caught, translate_db_errors():
            add(session, 1, "secret words")
    assert type(caught.value).__name__ == "IntegrityError"
    assert "secret words" not in str(caught.value)


def test_the_engine_of_flask_sqlalchemy_follows_the_same_rules(jotter: Engine) -> None:
    app = Flask("jotter")
    url = jotter.url.render_as_string(hide_password=False)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db = SQLAlchemy(app, metadata=MetaData())
    with app.app_context():
        install_events(db.engine)
        with write_session(db.engine) as session:
            add(session, 1)
            session.commit()
        with read_session(db.engine) as session, pytest.raises(Unavailable), translate_db_errors():
            add(session, 2)
        db.engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    assert (
        normal_url(f"{scheme}://u:p%40ss@localhost/d").render_as_string(False)
        == "postgresql+psycopg://u:p%40ss@localhost/d"
    )
