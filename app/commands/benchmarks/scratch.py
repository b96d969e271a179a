"""A throw-away office: its own folder, keys and database, gone when the block ends, whatever happened in it."""

from __future__ import annotations

import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, text

from app.commands.context import make_runtime
from app.commands.refusals import Declined
from app.commands.setup import FirstUnit, set_up
from app.commands.words import gettext as _
from app.db.engine import make_engine, normal_url
from app.domain.zones import Zone
from app.work import Runtime
from config import Settings, load_config

AREA: Final = "64.02"

_HELD: Final = text("""
    WITH ours AS (
        SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_(catalog|toast|temp_|toast_temp_)' AND nspname <> 'information_schema'
    )
    SELECT (SELECT count(*) FROM pg_class WHERE relnamespace IN (SELECT oid FROM ours))
         + (SELECT count(*) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM ours))
         + (SELECT count(*) FROM pg_type WHERE typnamespace IN (SELECT oid FROM ours))
         + (SELECT count(*) FROM pg_namespace WHERE nspname <> 'public' AND oid IN (SELECT oid FROM ours))
         + (SELECT count(*) FROM pg_extension WHERE extname <> 'plpgsql')
         + (SELECT count(*) FROM pg_largeobject_metadata)
""")
"""How much a PostgreSQL database holds that somebody put there: tables, views and sequences, functions, types, schemas, extensions, large
objects. What is emptied afterwards goes whole, so not even an empty schema of somebody's may stand in it."""


@dataclass(frozen=True)
class Scratch:
    """The office of one part, and its folder."""

    settings: Settings
    engine: Engine
    runtime: Runtime
    unit_id: UUID


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that what was made for it is taken away. Does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # once: a second one must not stop the clearing away
    raise SystemExit(128 + number)


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
        with engine.connect() as connection:
            held = connection.scalar(_HELD)
        if held:
            raise Declined(_("The database named for the measurement is not empty. Nothing was done."))
    finally:
        engine.dispose()


def _empty(database_url: str) -> None:
    """The database held nothing of anybody's before (`_HELD`), so everything in its schema is ours."""
    engine = make_engine(database_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    finally:
        engine.dispose()
