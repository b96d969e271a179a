"""An office of the test's own, and a way to call `naungan` in this process or as a process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.commands.context import make_runtime
from app.commands.main import main
from app.work import Runtime
from config import Settings, load_config
from tests.set_up import SetUp

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "naungan.py"
PASSPHRASE = "jambu merah tujuh belas"
INIT = ("init", "--unit-area", "63.03", "--unit-name", "UPTD PPA Uji")


@dataclass(frozen=True)
class Said:
    """What a command gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document."""
        return json.loads(self.out)


Naungan = Callable[..., Said]


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own configuration reaches a test."""
    for name in [name for name in os.environ if name.startswith("NAUNGAN_") and name != "NAUNGAN_CHROMIUM"]:
        monkeypatch.delenv(name)


@pytest.fixture
def english(no_settings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language the sentences are written in, so that a test does not hang on a catalogue being compiled."""
    monkeypatch.setenv("NAUNGAN_LOCALE", "en")


@pytest.fixture
def settings(
    no_settings: None, empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Where the office will be: a folder and a database with nothing in them."""
    monkeypatch.setenv("NAUNGAN_DATA_DIR", str(tmp_path / "office"))
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    monkeypatch.setenv(
        "NAUNGAN_LOCALE", "en"
    )  # the language the sentences are written in: tests do not hang on a catalogue
    before = os.umask(0o022)
    yield load_config(os.environ)
    os.umask(before)


@pytest.fixture
def naungan(settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Naungan:
    """Calls a command in this process."""

    def call(*arguments: object, stdin: str = "") -> Said:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = main([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def process(settings: Settings) -> Naungan:
    """Calls a command as people do, in a process of its own."""

    def call(*arguments: object, stdin: str = "", **variables: str) -> Said:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | variables,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def set_up(database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SetUp:
    """An office that `naungan init` has set up, to be copied: running every revision takes longer than most tests."""
    return SetUp.by_command(database_kind, request, tmp_path_factory.mktemp("set-up"), INIT)


@pytest.fixture
def office(set_up: SetUp, settings: Settings) -> Settings:
    """An office that has been set up."""
    set_up.copy_to(settings.data_dir, settings.database_url)
    return settings


@pytest.fixture
def key_copy(office: Settings, naungan: Naungan, tmp_path: Path) -> Path:
    """A copy of the keys that was read back."""
    file = tmp_path / "keys.copy"
    assert naungan("keys", "export", file, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    assert naungan("keys", "verify", file, "--passphrase-stdin", stdin=PASSPHRASE).code == 0
    return file


@contextmanager
def opened(settings: Settings) -> Iterator[Runtime]:
    """The office as a command opens it."""
    engine, runtime = make_runtime(settings)
    try:
        yield runtime
    finally:
        engine.dispose()
