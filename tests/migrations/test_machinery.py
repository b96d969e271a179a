"""What surrounds a migration: one transaction, foreign keys, triggers, row counts (design 6, security 10)."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Column, DateTime, Engine, ForeignKey, Integer, MetaData, Table, text
from sqlalchemy.exc import IntegrityError

from app.db import migrate
from app.db.base import NAMING, UTCDateTime
from app.db.catalogue import catalogue
from app.db.engine import is_sqlite
from app.db.triggers import Triggers, standing
from tests.migrations.conftest import WriteRevision

ROOT = Path(__file__).parents[2]

TWO_TABLES = """
op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
op.create_table("children", sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("parent_id", sa.Integer, sa.ForeignKey("parents.id", ondelete="CASCADE", name="fk_children_parent")))
op.execute("INSERT INTO parents VALUES (1, 'a')")
op.execute("INSERT INTO children VALUES (10, 1)")
"""
DROP_BOTH = 'op.drop_table("children")\nop.drop_table("parents")'
REBUILD = 'with op.batch_alter_table("parents", recreate="auto") as batch:\n    batch.alter_column("name", nullable=True, type_=sa.String(50))'


@pytest.fixture
def guards() -> Triggers:
    made = Triggers()
    made.append_only("parents")
    return made


@pytest.fixture
def settings(empty_engine: Engine, versions: Path, guards: Triggers) -> Config:
    return migrate.config(empty_engine, versions=versions, triggers=guards, metadata=MetaData(naming_convention=NAMING))


def schema(engine: Engine) -> object:
    with engine.connect() as connection:
        return catalogue(connection)


def rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - a table of the test


def test_rebuilding_a_parent_keeps_its_children_and_its_triggers(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    revise(REBUILD)
    migrate.upgrade(empty_engine, settings=settings)
    assert (rows(empty_engine, "parents"), rows(empty_engine, "children")) == (1, 1)
    with empty_engine.connect() as connection:
        assert {name for name, _ in standing(connection)} >= {"tr_parents_no_update", "tr_parents_no_delete"}


@pytest.mark.parametrize("act", ["UPDATE parents SET name = 'b'", "DELETE FROM parents"])
def test_append_only_tables_refuse_changes_after_a_migration(
    empty_engine: Engine, settings: Config, revise: WriteRevision, act: str
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    with empty_engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.execute(text(act))


@pytest.mark.postgresql_only("TRUNCATE")
def test_append_only_tables_refuse_to_be_emptied(empty_engine: Engine, settings: Config, revise: WriteRevision) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    with empty_engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.execute(text("TRUNCATE parents CASCADE"))


def test_down_to_the_base_leaves_nothing(empty_engine: Engine, settings: Config, revise: WriteRevision) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    migrate.downgrade(empty_engine, settings=settings)
    assert schema(empty_engine) == {}
    assert migrate.current(empty_engine) is None


@pytest.mark.sqlite_only("row counts are compared where batch mode can lose rows")
def test_a_migration_that_loses_rows_unasked_is_undone_whole(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    before = schema(empty_engine)
    revise('op.create_table("extra", sa.Column("id", sa.Integer))\nop.execute("DELETE FROM children")')
    with pytest.raises(migrate.MigrationRefused, match="children 1 -> 0"):
        migrate.upgrade(empty_engine, settings=settings)
    assert (schema(empty_engine), rows(empty_engine, "children")) == (before, 1)
    assert migrate.current(empty_engine) == "0001"


def test_a_migration_may_remove_rows_when_it_says_so(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    revise('op.execute("DELETE FROM children")', rows_change=frozenset({"children"}))
    migrate.upgrade(empty_engine, settings=settings)
    assert rows(empty_engine, "children") == 0


@pytest.mark.sqlite_only("PostgreSQL keeps its foreign keys on")
def test_a_migration_that_leaves_orphans_is_undone_whole(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    revise('op.execute("INSERT INTO children VALUES (11, 99)")', rows_change=frozenset({"children"}))
    with pytest.raises(migrate.MigrationRefused, match="children"):
        migrate.upgrade(empty_engine, settings=settings)
    assert rows(empty_engine, "children") == 1


def test_an_error_in_the_second_revision_undoes_the_first(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    revise('op.create_table("third", sa.Column("id", sa.Integer))\nraise RuntimeError("half-way")')
    with pytest.raises(RuntimeError, match="half-way"):
        migrate.upgrade(empty_engine, settings=settings)
    assert schema(empty_engine) == {}


def test_a_second_run_changes_nothing(empty_engine: Engine, settings: Config, revise: WriteRevision) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    before = schema(empty_engine)
    migrate.upgrade(empty_engine, settings=settings)
    assert (schema(empty_engine), rows(empty_engine, "parents")) == (before, 1)


def test_a_migration_killed_half_way_leaves_nothing(
    empty_engine: Engine, settings: Config, revise: WriteRevision, versions: Path
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    migrate.upgrade(empty_engine, settings=settings)
    before = schema(empty_engine)
    revise(REBUILD + '\nop.create_table("third", sa.Column("id", sa.Integer))\nos.kill(os.getpid(), signal.SIGKILL)')
    script = (
        "import sys, pathlib\nfrom app.db import migrate\nfrom app.db.engine import make_engine\n"
        "engine = make_engine(sys.argv[1])\n"
        "migrate.upgrade(engine, settings=migrate.config(engine, versions=pathlib.Path(sys.argv[2])))\n"
    )
    url = empty_engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", script, url, str(versions)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (schema(empty_engine), rows(empty_engine, "children")) == (before, 1)
    assert migrate.current(empty_engine) == "0001"


def test_a_database_of_a_later_release_is_recognised(
    empty_engine: Engine, settings: Config, revise: WriteRevision
) -> None:
    revise(TWO_TABLES, DROP_BOTH)
    assert not migrate.is_newer(empty_engine, settings)
    migrate.upgrade(empty_engine, settings=settings)
    assert not migrate.is_newer(empty_engine, settings)
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert migrate.is_newer(empty_engine, settings)


def test_a_revision_is_written_without_the_programs_own_types(empty_engine: Engine, versions: Path) -> None:
    metadata = MetaData(naming_convention=NAMING)
    Table("parents", metadata, Column("id", Integer, primary_key=True), Column("made_at", UTCDateTime, nullable=False))
    Table("children", metadata, Column("parent_id", Integer, ForeignKey("parents.id")))
    settings = migrate.config(empty_engine, versions=versions, metadata=metadata, triggers=Triggers())
    written = migrate.make_revision(empty_engine, "Add parents", settings).read_text()
    assert "sa.DateTime(timezone=True)" in written
    assert "import app" not in written
    assert "app." not in written
    migrate.upgrade(empty_engine, settings=settings)
    by_migration = schema(empty_engine)
    migrate.downgrade(empty_engine, settings=settings)
    with empty_engine.begin() as connection:
        metadata.create_all(connection)
    assert schema(empty_engine) == by_migration


@pytest.mark.parametrize("change", ["check", "index", "trigger", "nullable", "type"])
def test_the_catalogue_sees_every_kind_of_difference(empty_engine: Engine, change: str) -> None:
    def build(*, changed: bool) -> object:
        rule = "" if changed and change == "check" else ", CONSTRAINT ck_t_positive CHECK (n > 0)"
        null = "" if changed and change == "nullable" else " NOT NULL"
        kind = "TEXT" if changed and change == "type" else "INTEGER"
        with empty_engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE t (n INTEGER, m {kind}{null}{rule})"))
            if not (changed and change == "index"):
                connection.execute(text("CREATE INDEX ix_t_m ON t (m)"))
            if not (changed and change == "trigger"):
                one = Triggers()
                one.append_only("t")
                one.restore(connection)
            found = catalogue(connection)
            connection.execute(text("DROP TABLE t" if is_sqlite(connection) else "DROP TABLE t CASCADE"))
        return found

    assert build(changed=False) == build(changed=False)
    assert build(changed=False) != build(changed=True)


def test_utc_moments_are_written_as_plain_moments_with_a_zone() -> None:
    assert repr(UTCDateTime().impl_instance) == repr(DateTime(timezone=True))
