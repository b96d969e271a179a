"""The database: schema, settings, guards, audit head (security 4, 6 #76, 10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.orm import Session

from app.audit import chain
from app.audit.models import AuditEntry, AuditHead
from app.commands.checks.finding import Finding, failed, ok, warning
from app.commands.words import gettext as _
from app.db.engine import SQLITE_PRAGMAS, Access, is_sqlite
from app.db.triggers import registry, standing

TAIL: Final = 500  # newest audit events looked at; `naungan audit verify` looks at all of them
_AS_READ: Final[Mapping[str, Mapping[str, str]]] = {
    "synchronous": {"FULL": "2"},
    "temp_store": {"MEMORY": "2"},
    "journal_mode": {"WAL": "wal"},
}


def check(engine: Engine, session: Session) -> Iterator[Finding]:
    """Everything about a database whose schema is right."""
    with engine.connect().execution_options(access=Access.READ) as connection:
        yield from settings(connection)
        yield guards(connection)
        yield _wholeness(connection) if is_sqlite(connection) else _privileges(connection)
    yield audit_tail(session)


def settings(connection: Connection) -> Iterator[Finding]:
    """Whether the database works the way no commit is lost."""
    if not is_sqlite(connection):
        zone = str(connection.execute(text("SHOW timezone")).scalar_one())
        durable = str(connection.execute(text("SHOW fsync")).scalar_one())
        if durable != "on":
            yield warning(
                "database.not-durable", _("PostgreSQL runs with fsync off: a power cut can lose the database.")
            )
        yield ok("database.settings", _("PostgreSQL answers in %(zone)s.", zone=zone))
        return
    wrong = [name for name, wanted in SQLITE_PRAGMAS.items() if _pragma(connection, name) != _expected(name, wanted)]
    if wrong:
        says = _("SQLite does not keep its settings: %(names)s.", names=", ".join(wrong))
        yield failed("database.settings", says, _("Use a local disk and this program's own SQLite."), stops=True)
    else:
        yield ok("database.settings", _("SQLite keeps every commit (WAL, synchronous FULL)."))


def _pragma(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _expected(name: str, wanted: str) -> str:
    plain = {"ON": "1", "OFF": "0"}.get(wanted, wanted)
    return _AS_READ.get(name, {}).get(wanted, plain)


def guards(connection: Connection) -> Finding:
    """Whether the triggers stand that keep the audit log append-only."""
    there = {name for name, _table in standing(connection)}
    tables = inspect(connection).get_table_names()
    wanted = {t.name for t in registry.of(tables) if not is_sqlite(connection) or t.sqlite}
    missing = sorted(wanted - there)
    if missing:
        says = _("Guards of the database are missing: %(names)s.", names=", ".join(missing))
        return failed("database.guards", says, _("Somebody changed the database. Restore from a backup."))
    return ok("database.guards", _("The audit log cannot be edited through the database."))


def _wholeness(connection: Connection) -> Finding:
    verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if verdict != "ok" or orphans is not None:
        return failed("database.damaged", _("The database file is damaged."), _("Restore from a backup."), stops=True)
    return ok("database.whole", _("The database file is whole."))


def _privileges(connection: Connection) -> Finding:
    """On PostgreSQL the running program should have rows and neither the schema nor the past (security 6 #76)."""
    row = connection.execute(
        text(
            "SELECT has_schema_privilege(current_schema(), 'CREATE') OR has_table_privilege('audit_events', 'UPDATE')"
            " OR has_table_privilege('audit_events', 'DELETE')"
        )
    )
    if row.scalar_one():
        says = _("The program's database role may change the schema and the audit log.")
        return warning("database.role", says, _("Let it run under a role of its own: see docs/deploy.md."))
    return ok("database.role", _("The program's database role has rows, not the schema and not the past."))


def audit_tail(session: Session) -> Finding:
    """Whether the newest events link up to the head."""
    head = session.get(AuditHead, 1)
    rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(TAIL)))
    bad = _broken(head, rows)
    if head is None or bad is not None:
        says = _("The audit log is broken at event %(number)s.", number=bad or 0)
        return failed("audit.broken", says, _("Run `naungan audit verify`, and ask who had access to the database."))
    return ok("audit", _("The audit log is whole up to event %(number)s.", number=head.seq))


def _broken(head: AuditHead | None, rows: list[AuditEntry]) -> int | None:
    """The number of the newest event that does not fit, or None."""
    if head is None:
        return 0
    wanted_seq, wanted_hash = head.seq, head.hash
    for row in rows:
        if row.seq != wanted_seq or row.hash != wanted_hash or chain.entry_hash(row) != row.hash:
            return wanted_seq
        wanted_seq, wanted_hash = row.seq - 1, row.prev_hash
    at_start = wanted_seq == 0 and wanted_hash == chain.GENESIS
    return None if at_start or len(rows) == TAIL else wanted_seq
