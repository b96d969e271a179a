"""What the running program may do on PostgreSQL: rows, never the schema, and of append-only tables additions alone (security 6 #76)."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from app.db.triggers import Triggers, registry


def grant_runtime(connection: Connection, role: str, triggers: Triggers = registry) -> None:
    """Give an existing role the rights of the running program, and take every other. Run by the owner, after each migration."""
    quote = connection.dialect.identifier_preparer.quote
    tables = inspect(connection).get_table_names()
    name, schema = quote(role), quote(str(connection.exec_driver_sql("SELECT current_schema()").scalar_one()))
    connection.exec_driver_sql(f"REVOKE ALL ON SCHEMA {schema} FROM {name}, PUBLIC")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}, PUBLIC")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
    for table in tables:
        connection.exec_driver_sql(f"GRANT {rights(table, triggers)} ON {quote(table)} TO {name}")


def rights(table: str, triggers: Triggers) -> str:
    """The rights to one table, as GRANT spells them."""
    if table == "alembic_version":
        return "SELECT"
    return "SELECT, INSERT" if table in triggers.append_only_tables else "SELECT, INSERT, UPDATE, DELETE"
