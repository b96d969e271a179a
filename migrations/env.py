"""How a migration runs: one transaction, all or nothing, with the checks SQLite's batch mode needs (design 6).

The program hands over its engine in `config.attributes`; the alembic command at a desk takes it from the environment.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine
from sqlalchemy.types import TypeDecorator

from app.db.discovery import load_models
from app.db.engine import Access, is_sqlite, make_engine
from app.db.migrate import RowCounts, check_foreign_keys, lock
from app.db.triggers import registry
from config import load_config


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they stand for: a revision must outlive the code it was made beside."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__.startswith("app."):
        return f"sa.{item.impl_instance!r}"
    return False


def run(engine: Engine) -> None:
    """Open the one transaction and everything around it."""
    with engine.connect().execution_options(access=Access.MIGRATE) as connection, connection.begin():
        lock(connection)
        counts = RowCounts(connection)
        configure(connection, counts)
        with context.begin_transaction():
            context.run_migrations()
        context.config.attributes.get("triggers", registry).restore(connection)
        check_foreign_keys(connection)
        counts.compare()


def configure(connection: Connection, counts: RowCounts) -> None:
    """Tell alembic how to compare, how to write and whom to tell of each step."""
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata") or load_models(),
        render_as_batch=is_sqlite(connection),
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=False,
        transactional_ddl=True,  # true of SQLite as well, since the driver never begins by itself
        on_version_apply=counts.note_step,
    )


def engine_from_environment() -> Engine:
    """The configured database, when alembic is called as a command."""
    return make_engine(load_config(os.environ).database_url)


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database, not into a file.")
run(context.config.attributes.get("engine") or engine_from_environment())
