"""The product's own revisions, whichever there are: one head, up and down, equal to the models (design 6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, ForeignKeyConstraint, select

from app.cases.models import Client, Consent, FollowUp, ReportedPerson
from app.db import migrate
from app.db.base import Base
from app.db.catalogue import Catalogue, catalogue
from app.db.discovery import load_models
from app.db.engine import make_engine
from tests import case_factories
from tests.factories import make_office

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


def before(name: str) -> str:
    """The revision before the one whose file has this name behind its number."""
    written = next(path for path in REVISIONS if path.stem.partition("_")[2] == name)
    found = ScriptDirectory.from_config(migrate.config()).get_revision(written.stem.partition("_")[0])
    return str(found.down_revision)


def test_what_was_recorded_before_mistakes_were_known_is_none(empty_database_url: str, tmp_path: Path) -> None:
    engine = make_engine(empty_database_url)
    migrate.upgrade(engine)
    office = make_office(empty_database_url, tmp_path / "data", pages=False)
    case_id = case_factories.make_case(office, clients=2)
    client_id = case_factories.row_ids(office, Client, case_id)[0]
    case_factories.make_consent(office, case_id, client_id)
    case_factories.make_follow_up(office, case_id, client_id)

    migrate.downgrade(engine, before("people_entered_by_mistake"))
    migrate.upgrade(engine)

    with engine.connect() as connection:
        for kind, number in ((Client, 2), (ReportedPerson, 1), (Consent, 1), (FollowUp, 1)):
            rows = connection.execute(select(kind.is_removed).where(kind.case_id == case_id)).scalars().all()
            assert rows == [False] * number
    engine.dispose()
    office.close()
