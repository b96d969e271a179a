"""Copying PostgreSQL table by table from one snapshot, and putting the tables back, parents before children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, text

from app.backup import archive
from app.backup.errors import BackupRefused
from app.backup.manifest import FileEntry, Manifest, row_counts, table_names
from app.db.discovery import load_models
from app.db.engine import Access

_PREFIX: Final = "tables/"
Advance = Callable[..., None]


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One unchanging view of the database; writers go on."""
    options = engine.execution_options(access=Access.READ, isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with options.connect() as connection:
        _without_limits(connection)
        yield connection


def _without_limits(connection: Connection) -> None:
    """A copy of a large table takes longer than a page may."""
    connection.execute(text("SELECT set_config('statement_timeout', '0', true)"))
    connection.execute(text("SELECT set_config('idle_in_transaction_session_timeout', '0', true)"))


def copy_out(connection: Connection, folder: Path, advance: Advance) -> list[tuple[str, Path]]:
    """Every table as COPY text in a private file of the folder: archive name and path, parents first."""
    made = []
    for name in table_names():
        path = folder / f"{name}.copy"
        with (
            archive.new_file(path) as (stream, _path),
            _cursor(connection).copy(_statement(connection, name, "TO STDOUT")) as rows,
        ):
            for data in rows:
                stream.write(data)
                advance(len(data))
        made.append((f"{_PREFIX}{name}.copy", path))
    return made


def _statement(connection: Connection, name: str, direction: str) -> str:
    """COPY with its columns named: their order in the database says nothing."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in load_models().tables[name].columns)
    return f"COPY {quote(name)} ({columns}) {direction}"


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def copy_in(engine: Engine, path: Path, manifest: Manifest, advance: Advance) -> None:
    """Put every table back, in one transaction. BackupRefused where rows are missing afterwards."""
    with engine.connect() as connection, connection.begin():
        _without_limits(connection)
        archive.extract(path, manifest, lambda entry: _rows_in(connection, entry), advance)
        compare_counts(manifest, row_counts(connection))


def compare_counts(manifest: Manifest, found: dict[str, int]) -> None:
    """BackupRefused names the tables whose rows are not those the manifest counted."""
    wrong = sorted(name for name, rows in manifest.tables.items() if found.get(name) != rows)
    if wrong:
        raise BackupRefused("backup.rows", ", ".join(wrong))


@contextmanager
def _rows_in(connection: Connection, entry: FileEntry) -> Iterator[archive.Writable]:
    try:
        with _cursor(connection).copy(_statement(connection, _table(entry), "FROM STDIN")) as rows:
            yield rows
    except psycopg.Error:  # its text quotes the row
        raise BackupRefused("backup.rows", _table(entry)) from None


def _table(entry: FileEntry) -> str:
    name = entry.name.removeprefix(_PREFIX).removesuffix(".copy")
    if name not in load_models().tables:
        raise BackupRefused("backup.foreign", entry.name)
    return name
