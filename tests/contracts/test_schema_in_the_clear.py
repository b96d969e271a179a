"""What stands in the clear (design 2): every column of the live database is sealed bytes, or on the list with its reason.

The list is `clear_columns.json`. A new column fails here until somebody has written down why a thief may read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary, inspect, text

from app.db.base import Base
from app.db.discovery import load_models

LIST: Mapping[str, Any] = json.loads((Path(__file__).parent / "clear_columns.json").read_text(encoding="utf-8"))
SEALED_ENDINGS = ("_sealed", "_hash", "_tag")
SEALED_NAMES = frozenset({"wrapped", "mac", "hash", "salt", "tag", "tags", "seal", "fingerprint"})
MACHINERY = frozenset({"alembic_version", "sqlite_sequence"})


def is_hidden(name: str, kind: object) -> bool:
    """Bytes under a key, or a keyed or one-way value: by type and by name."""
    return isinstance(kind, LargeBinary) and (name.endswith(SEALED_ENDINGS) or name in SEALED_NAMES)


def clear_columns(engine: Engine) -> Iterator[tuple[str, str]]:
    """Table and column of everything in the live schema that is not hidden."""
    seen = inspect(engine)
    for table in seen.get_table_names():
        if table in MACHINERY:
            continue
        for column in seen.get_columns(table):
            if not is_hidden(column["name"], column["type"]):
                yield table, column["name"]


def unlisted(engine: Engine) -> set[str]:
    """What stands in the clear without a reason."""
    return {f"{table}.{name}" for table, name in clear_columns(engine) if name not in LIST["columns"].get(table, {})}


def test_every_column_in_the_clear_is_on_the_list_with_its_reason(engine: Engine) -> None:
    assert unlisted(engine) == set()


def test_the_list_names_no_column_that_is_gone_and_gives_every_reason(engine: Engine) -> None:
    listed = {f"{table}.{name}" for table, names in LIST["columns"].items() for name in names}
    assert listed - {f"{table}.{name}" for table, name in clear_columns(engine)} == set()
    given = {reason for names in LIST["columns"].values() for reason in names.values()}
    assert given == LIST["reasons"].keys()
    assert all(len(reason) > 20 for reason in LIST["reasons"].values())


@pytest.mark.parametrize(
    "column",
    [
        "ALTER TABLE cases ADD COLUMN kind VARCHAR",
        "ALTER TABLE clients ADD COLUMN note_sealed VARCHAR",
        "CREATE TABLE facts (id INTEGER PRIMARY KEY, village VARCHAR)",
    ],
)
def test_a_new_column_without_a_reason_is_seen(engine: Engine, column: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(column))
    assert unlisted(engine) != set()


def test_no_index_is_made_of_an_expression_over_sealed_bytes(engine: Engine) -> None:
    seen = inspect(engine)
    for table in seen.get_table_names():
        kinds = {column["name"]: column["type"] for column in seen.get_columns(table)}
        for index in seen.get_indexes(table):
            for name in index["column_names"]:
                assert name in kinds, f"{index['name']} is made of an expression"
                assert name is not None
                assert not name.endswith("_sealed"), index["name"]


def test_every_text_in_the_clear_has_a_shape_or_is_free_for_a_reason() -> None:
    load_models()
    texts = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is str
    }
    assert texts == LIST["texts"].keys() | set(LIST["free_texts"])
