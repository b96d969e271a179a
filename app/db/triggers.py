"""Triggers of the database, by name: registered beside the tables they guard, made after `create_all` and after migrations.

SQLite's batch mode drops a table's triggers without a word (design 6), so migrations take them from here again each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, event, inspect, text

from app.db.base import Base
from app.db.engine import is_sqlite

PREFIX = "tr_"  # everything of this name in the database is ours to drop and make again
REFUSAL = "is append-only"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One guard of one table, with its statements for each database. `name` begins with `tr_<table>`."""

    name: str
    table: str
    sqlite: str
    postgresql: str


class Triggers:
    """A set of triggers. The product has one, `registry`; tests make their own."""

    def __init__(self) -> None:
        self._by_name: dict[str, Trigger] = {}
        self.append_only_tables: set[str] = set()

    def register(self, trigger: Trigger) -> None:
        """Add a trigger. A second one of the same name must be the same."""
        known = self._by_name.setdefault(trigger.name, trigger)
        if known != trigger or not trigger.name.startswith(f"{PREFIX}{trigger.table}"):
            raise ValueError(trigger.name)

    def append_only(self, table: str) -> None:
        """Let rows of the table be added and nothing else (security 4)."""
        self.append_only_tables.add(table)
        for act in ("UPDATE", "DELETE"):
            self.register(_refuse(table, act))
        self.register(_refuse_truncate(table))

    def of(self, tables: Iterable[str]) -> list[Trigger]:
        """The triggers of these tables, by name."""
        wanted = set(tables)
        return sorted((t for t in self._by_name.values() if t.table in wanted), key=lambda t: t.name)

    def restore(self, connection: Connection) -> None:
        """Drop whatever triggers of ours stand in the database, and make those of the tables that are there."""
        for name, table in standing(connection):
            connection.exec_driver_sql(_drop(connection, name, table))
        wanted = self.of(inspect(connection).get_table_names())
        if not is_sqlite(connection):
            connection.exec_driver_sql(_REFUSE_FUNCTION if wanted else "DROP FUNCTION IF EXISTS refuse_change")
        for trigger in wanted:
            statement = trigger.sqlite if is_sqlite(connection) else trigger.postgresql
            if statement:
                connection.exec_driver_sql(statement)


registry = Triggers()


def standing(connection: Connection) -> list[tuple[str, str]]:
    """Name and table of each trigger of ours now in the database."""
    query = _STANDING_SQLITE if is_sqlite(connection) else _STANDING_POSTGRESQL
    rows = connection.execute(text(query), {"like": PREFIX.replace("_", "\\_") + "%"})
    return sorted((str(name), str(table)) for name, table in rows)


_STANDING_SQLITE = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :like ESCAPE '\\'"
_STANDING_POSTGRESQL = (
    "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE :like"
)

_REFUSE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # the driver reads %% as %


def _drop(connection: Connection, name: str, table: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return f"DROP TRIGGER {quote(name)}" + ("" if is_sqlite(connection) else f" ON {quote(table)}")


def _refuse(table: str, act: str) -> Trigger:
    name = f"{PREFIX}{table}_no_{act.lower()}"
    return Trigger(
        name,
        table,
        sqlite=f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END",
        postgresql=f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    )


def _refuse_truncate(table: str) -> Trigger:
    """PostgreSQL empties tables without touching rows; SQLite has no TRUNCATE."""
    name = f"{PREFIX}{table}_no_truncate"
    statement = f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    return Trigger(name, table, sqlite="", postgresql=statement)


def _after_create(_metadata: MetaData, connection: Connection, **_options: Any) -> None:
    registry.restore(connection)


event.listen(Base.metadata, "after_create", _after_create)
