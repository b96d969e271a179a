"""What every command is given: the settings, the opened office with a system actor, and one way to print (design 7).

Loads everything; `app.commands.main` alone stays light, and loads a command's module when it is called.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask, has_app_context
from flask_babel import Babel
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from app import boot
from app.audit import chain
from app.boot import StartRefused
from app.commands import words
from app.commands.words import gettext as _
from app.db.discovery import load_models
from app.db.engine import make_engine, normal_url
from app.domain.access import Actor, system
from app.logs import configure_logging
from app.retention import writing
from app.security.filestore import FOLDER, FileStore
from app.security.vault import Crypt
from app.steps import BEFORE_COMMIT, utc_now
from app.work import Outside, Runtime
from config import Settings, load_config

_APP: Final = Path(__file__).resolve().parents[1]
Advance = Callable[..., None]

json_option = click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))


@dataclass(frozen=True)
class OpenOffice:
    """An office that passed the essential checks: settings and the runtime every act begins from."""

    settings: Settings
    runtime: Runtime


def load_settings() -> Settings:
    """The settings from the environment; ConfigError in plain words."""
    return load_config(os.environ)


def operator(name: str = "") -> Actor:
    """The operator of this machine as the actor: every capability, named after the command in the audit log."""
    found = click.get_current_context(silent=True)
    return system(name or (found.command_path if found else "naungan"))


@contextmanager
def open_office(settings: Settings | None = None) -> Iterator[OpenOffice]:
    """The office of this machine, checked as the server checks it. StartRefused, ConfigError; the engine ends with the block."""
    settings = settings or load_settings()
    quiet_log(settings)
    engine, runtime = make_runtime(settings)
    try:
        with room_language():
            yield OpenOffice(settings, runtime)
    finally:
        engine.dispose()


def make_runtime(settings: Settings) -> tuple[Engine, Runtime]:
    """Engine and runtime of the office, with the steps before commit that the pages have. StartRefused."""
    load_models()
    ring = boot.load_keyring(settings.keyring)
    if not is_there(settings.database_url):
        raise StartRefused("schema.missing")
    engine = make_engine(settings.database_url)
    try:
        office = boot.check_database(engine, ring)
    except BaseException:
        engine.dispose()
        raise
    files = FileStore(settings.data_dir / FOLDER, ring.deployment)
    outside = Outside(settings.mail, settings.public_url)
    erasures = writing.path_beside(settings.keyring)
    crypt = Crypt(ring, office.id)
    return engine, Runtime(engine, crypt, utc_now, chain.append, BEFORE_COMMIT, files, outside, erasures)


def is_there(database_url: str) -> bool:
    """Whether there is anything to open: looking must not make an empty SQLite file."""
    url = normal_url(database_url)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()


def quiet_log(settings: Settings) -> None:
    """Technical log lines go to the configured file or nowhere: standard error is for sentences."""
    sink = None if settings.log_file else _nowhere
    configure_logging(settings.log_level, settings.log_file, sink=sink)


def _nowhere(_line: str) -> None:
    return


@contextmanager
def room_language() -> Iterator[None]:
    """Lets lazy sentences of the rooms (Flask-Babel) be read outside a request, in the language asked for."""
    if has_app_context():
        yield
        return
    app = Flask("app", root_path=str(_APP), static_folder=None)
    Babel(app, default_locale=words.locale())
    with app.app_context():
        yield


# --- printing --------------------------------------------------------------------------------------------------------


def print_json(document: object) -> None:
    """The one JSON document of a command, in UTF-8 on standard output. Moments in ISO 8601, ids as text."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def say(line: str = "") -> None:
    """A line of the answer, on standard output."""
    click.echo(line)


def note(line: str) -> None:
    """A line beside the answer, on standard error."""
    click.echo(line, err=True)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Aligned columns, headers first; nothing but spaces between them, so that it can be copied anywhere."""
    lines = [[str(header) for header in headers], *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _no_bar(_steps: float = 1, **_changes: Any) -> None:
    return


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Advance]:
    """A bar on standard error while long work runs at a terminal; nothing elsewhere. `advance(n)` and `advance(total=n)`."""
    if not sys.stderr.isatty():
        yield _no_bar
        return

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def advance(steps: float = 1, **changes: Any) -> None:
            bar.update(task, advance=steps, **changes)

        yield advance


def read_secret() -> str:
    """The first line of standard input, for passwords and passphrases: never on the command line, never echoed."""
    line = sys.stdin.readline()
    return line.rstrip("\r\n")
