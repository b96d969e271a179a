"""A throw-away office: its own folder, keys and database, gone when the block ends, whatever happened in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, inspect, text

from app.commands.context import make_runtime
from app.commands.refusals import Declined
from app.commands.setup import FirstUnit, set_up
from app.commands.words import gettext as _
from app.db.engine import make_engine, normal_url
from app.domain.zones import Zone
from app.work import Runtime
from config import Settings, load_config

AREA: Final = "64.02"


@dataclass(frozen=True)
class Scratch:
    """The office of one part, and its folder."""

    settings: Settings
    engine: Engine
    runtime: Runtime
    unit_id: UUID


@contextmanager
def scratch(database_url: str | None = None) -> Iterator[Scratch]:
    """An office without cases: on SQLite in a folder of its own, or in the PostgreSQL database named, which must be empty.

    Declined where that database holds anything: what stands there is somebody's.
    """
    if database_url is not None:
        _refuse_filled(database_url)
    with tempfile.TemporaryDirectory(prefix="naungan-bench-") as folder:
        settings = replace(load_config({"NAUNGAN_DATA_DIR": str(Path(folder) / "office")}), demo=False)
        if database_url is not None:
            settings = replace(settings, database_url=database_url)
        try:
            made = set_up(settings, FirstUnit(AREA, "UPTD PPA Ukur", Zone.WITA))
            engine, runtime = make_runtime(settings)
            try:
                yield Scratch(settings, engine, runtime, made.unit_id)
            finally:
                engine.dispose()
        finally:
            if database_url is not None:
                _empty(database_url)


def _refuse_filled(database_url: str) -> None:
    if normal_url(database_url).get_backend_name() == "sqlite":
        raise Declined(_("SQLite is measured in a folder of its own. Name a PostgreSQL database, or none."))
    engine = make_engine(database_url)
    try:
        if inspect(engine).get_table_names():
            raise Declined(_("The database named for the measurement is not empty. Nothing was done."))
    finally:
        engine.dispose()


def _empty(database_url: str) -> None:
    """The database was empty before, so everything in its schema is ours."""
    engine = make_engine(database_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    finally:
        engine.dispose()
