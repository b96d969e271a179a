"""The running program's role on PostgreSQL cannot change the schema or the past (security 6 #76)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from app.db.grants import grant_runtime
from app.db.triggers import Triggers

ROLE = f"naungan_runtime_{os.getpid()}"


@pytest.fixture
def granted(empty_engine: Engine) -> Iterator[Engine]:
    triggers = Triggers()
    triggers.append_only("events")
    with empty_engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {ROLE}"))
        connection.execute(text("CREATE TABLE events (n INTEGER)"))
        connection.execute(text("CREATE TABLE files (n INTEGER)"))
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        triggers.restore(connection)
        grant_runtime(connection, ROLE, triggers)
    yield empty_engine
    with empty_engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))
        connection.execute(text(f"DROP ROLE {ROLE}"))


@pytest.mark.postgresql_only("roles")
@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("INSERT INTO events VALUES (1)", True),
        ("SELECT n FROM events", True),
        ("UPDATE events SET n = 2", False),
        ("DELETE FROM events", False),
        ("TRUNCATE events", False),
        ("ALTER TABLE events DISABLE TRIGGER ALL", False),
        ("UPDATE files SET n = 2", True),
        ("DELETE FROM files", True),
        ("TRUNCATE files", False),
        ("CREATE TABLE more (n INTEGER)", False),
        ("DROP TABLE files", False),
        ("UPDATE alembic_version SET version_num = 'x'", False),
    ],
)
def test_the_runtime_role_may_work_with_rows_and_nothing_else(granted: Engine, statement: str, allowed: bool) -> None:
    with granted.connect() as connection:
        connection.execute(text(f"SET ROLE {ROLE}"))
        if allowed:
            connection.execute(text(statement))
            return
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            connection.execute(text(statement))
