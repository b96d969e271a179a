"""The schema as the database itself tells it: columns, keys, CHECKs, indexes and triggers, as text that can be compared.

Alembic's own comparison sees neither CHECKs nor triggers. The order of columns is left out: a column added later stands last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

from app.db.engine import is_sqlite

Catalogue = dict[str, tuple[str, ...]]
_LEFT_OUT = "alembic_version"


def catalogue(connection: Connection) -> Catalogue:
    """Object name -> its sorted lines. Equal catalogues mean equal schemas."""
    lines = _sqlite(connection) if is_sqlite(connection) else _postgresql(connection)
    found: dict[str, set[str]] = {}
    for name, line in lines:
        found.setdefault(name, set()).add(line)
    return {name: tuple(sorted(found[name])) for name in sorted(found) if name != _LEFT_OUT}


def _sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    for kind, name, table, statement in rows:
        if table == _LEFT_OUT:
            continue
        if kind == "table":
            yield from ((name, line) for line in table_lines(statement))
        else:
            yield f"{kind} {name}", _plain(statement)


def table_lines(statement: str) -> Iterable[str]:
    """The columns and constraints of a CREATE TABLE statement, one each, in one spelling."""
    plain = _plain(statement)
    body, _, options = plain[plain.index("(") + 1 :].rpartition(")")
    return [*_split(body), *([f"options:{options.strip()}"] if options.strip() else [])]


def _plain(statement: str) -> str:
    """One space between words, none inside brackets, no quotes around simple names."""
    text_ = re.sub(r"\s+", " ", statement.strip())
    text_ = re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", text_)
    return re.sub(r"\s*([(),])\s*", r"\1", text_)


def _split(body: str) -> Iterator[str]:
    """Split at commas outside brackets and quotes."""
    depth, quoted, start = 0, False, 0
    for place, sign in enumerate(body):
        quoted ^= sign == "'"
        if quoted:
            continue
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            yield body[start:place].strip()
            start = place + 1
    yield body[start:].strip()


_POSTGRESQL = """
SELECT c.relname, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT r.relname, 'constraint ' || o.conname || ' ' || pg_get_constraintdef(o.oid)
  FROM pg_constraint o JOIN pg_class r ON r.oid = o.conrelid
 WHERE o.connamespace = current_schema()::regnamespace
UNION ALL
SELECT i.tablename, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema()
UNION ALL
SELECT c.relname, pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'function ' || p.proname, p.prosrc FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
UNION ALL
SELECT 'sequence ' || s.sequencename, s.data_type::text FROM pg_sequences s WHERE s.schemaname = current_schema()
"""


def _postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    for name, line in connection.execute(text(_POSTGRESQL)):
        yield str(name), re.sub(r"\s+", " ", str(line)).strip()
