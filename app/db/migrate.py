"""Bringing a database to the schema of this program, and telling whether it is already there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select, table, text

from app.db.engine import Access, is_sqlite

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK = 0x6E61756E67616E  # the word naungan; any other number would do


class MigrationRefused(Exception):
    """The migration would have lost or broken rows, and was undone whole. Carries table names and counts only."""


def config(engine: Engine | None = None, *, versions: Path | None = None, **attributes: Any) -> Config:
    """Alembic's configuration for this program; `versions` is another folder of revisions, for tests."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    if versions is not None:
        made.set_main_option("version_locations", str(versions))
    made.attributes.update(attributes, engine=engine)
    return made


@cache
def _program() -> ScriptDirectory:
    """The revisions this program came with, read once: they do not change under a running process."""
    return ScriptDirectory.from_config(config())


def _scripts(settings: Config | None) -> ScriptDirectory:
    return _program() if settings is None else ScriptDirectory.from_config(settings)


def heads(settings: Config | None = None) -> tuple[str, ...]:
    """The last revisions of the program; more than one means two people branched off."""
    return tuple(_scripts(settings).get_heads())


def head(settings: Config | None = None) -> str | None:
    """The revision this program was written for, or None where there is no revision at all."""
    return _scripts(settings).get_current_head()


def current(engine: Engine) -> str | None:
    """The revision the database is at, or None for an empty or foreign database."""
    with engine.connect().execution_options(access=Access.READ) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database is exactly where this program needs it."""
    return current(engine) == head()


def is_newer(engine: Engine, settings: Config | None = None) -> bool:
    """Whether the database is at a revision this program does not know: made by a later release (security 10)."""
    at = current(engine)
    known = {script.revision for script in _scripts(settings).walk_revisions()}
    return at is not None and at not in known


def upgrade(engine: Engine, revision: str = "head", settings: Config | None = None) -> None:
    """Run what is missing, in one transaction. Safe to run twice. Raises MigrationRefused, having changed nothing."""
    command.upgrade(settings or config(engine), revision)


def downgrade(engine: Engine, revision: str = "base", settings: Config | None = None) -> None:
    """Go back, in one transaction."""
    command.downgrade(settings or config(engine), revision)


def make_revision(engine: Engine, message: str, settings: Config | None = None) -> Path:
    """Write the next numbered revision from the difference between the models and a database at head. Read it before use."""
    settings = settings or config(engine)
    number = 1 + sum(1 for _ in ScriptDirectory.from_config(settings).walk_revisions())
    made: Any = command.revision(settings, message=message, autogenerate=True, rev_id=f"{number:04d}")
    return Path(made.path)


# --- what env.py asks for --------------------------------------------------------------------------------------------


def lock(connection: Connection) -> None:
    """One migration at a time. SQLite's BEGIN IMMEDIATE has seen to it; on PostgreSQL a lock that ends with the transaction."""
    if is_sqlite(connection):
        return
    connection.execute(
        text("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '60s', true)")
    )
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def check_foreign_keys(connection: Connection) -> None:
    """Refuse rows that point nowhere: foreign keys were off while SQLite's tables were rebuilt."""
    if not is_sqlite(connection):
        return
    broken = sorted({str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
    if broken:
        raise MigrationRefused(f"rows without their parent in: {', '.join(broken)}")


class RowCounts:
    """The rows of each table before and after, on SQLite, where rebuilding a parent table can delete its children unasked.

    A revision that adds or removes rows on purpose names the tables in its `rows_change`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._expected: set[str] = set()
        self._before = self._count()

    def note_step(self, _context: Any = None, step: Any = None, *_rest: Any, **_named: Any) -> None:
        """Alembic tells of each revision that ran, in either direction."""
        self._expected |= set(getattr(step.up_revision.module, "rows_change", ()))

    def compare(self) -> None:
        """Raise MigrationRefused where a table lost or won rows that no revision spoke of."""
        after = self._count()
        shared = self._before.keys() & after.keys() - self._expected
        changed = [
            f"{name} {self._before[name]} -> {after[name]}"
            for name in sorted(shared)
            if self._before[name] != after[name]
        ]
        if changed:
            raise MigrationRefused("row counts changed: " + ", ".join(changed))

    def _count(self) -> Mapping[str, int]:
        if not is_sqlite(self._connection):
            return {}
        names = [name for name in inspect(self._connection).get_table_names() if name != "alembic_version"]
        count = {name: select(func.count()).select_from(table(name)) for name in names}
        return {name: self._connection.execute(query).scalar_one() for name, query in count.items()}
