"""The product's own revisions, whichever there are: one head, up and down, equal to the models (design 6)."""

from __future__ import annotations

import re

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, ForeignKeyConstraint

from app.db import migrate
from app.db.base import Base
from app.db.catalogue import Catalogue, catalogue
from app.db.discovery import load_models

REVISIONS = sorted((migrate.MIGRATIONS / "versions").glob("*.py"))


def schema(engine: Engine) -> Catalogue:
    with engine.connect() as connection:
        return catalogue(connection)


def test_there_is_exactly_one_head() -> None:
    assert len(migrate.heads()) == 1


def test_revisions_are_numbered_in_order() -> None:
    chain = [script.revision for script in ScriptDirectory.from_config(migrate.config()).walk_revisions()]
    assert chain == [f"{number:04d}" for number in range(len(chain), 0, -1)]


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.name)
def test_a_revision_never_imports_the_program(path: object) -> None:
    written = getattr(path, "read_text")()  # noqa: B009 - a Path, seen as an object
    assert not re.search(r"^\s*(import|from)\s+(app|config)\b", written, re.MULTILINE)


def test_the_head_is_what_the_models_say(engine: Engine, empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    assert migrate.is_current(empty_engine)
    assert schema(empty_engine) == schema(engine)


def test_every_revision_goes_up_and_down_and_up_again(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    there = schema(empty_engine)
    migrate.downgrade(empty_engine)
    assert schema(empty_engine) == {}
    migrate.upgrade(empty_engine)
    assert schema(empty_engine) == there


def test_a_second_upgrade_is_no_change(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    there = schema(empty_engine)
    migrate.upgrade(empty_engine)
    assert schema(empty_engine) == there


def test_no_table_deletes_the_rows_of_another() -> None:
    keys = [
        key
        for table in load_models().tables.values()
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    ]
    assert [key.name for key in keys if (key.ondelete or "NO ACTION").upper() not in {"NO ACTION", "RESTRICT"}] == []


def test_every_constraint_has_a_name() -> None:
    tables = load_models().tables.values()
    assert [f"{table.name}: {rule}" for table in tables for rule in table.constraints if rule.name is None] == []
    assert Base.metadata.tables
