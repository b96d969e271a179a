"""An office set up by the commands themselves, on either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.commands.main import main
from tests.set_up import SetUp

Run = Callable[..., tuple[int, str, str]]


INIT = ("init", "--unit-area", "64.02", "--unit-name", "UPTD PPA Contoh", "--zone", "WITA")


@pytest.fixture(scope="session")
def set_up(database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SetUp:
    """The office as the command sets it up, to be copied."""
    return SetUp.by_command(database_kind, request, tmp_path_factory.mktemp("set-up"), INIT)


@pytest.fixture
def naungan(
    set_up: SetUp,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `naungan …` in an office of Kutai Kartanegara: exit code, standard output, standard error."""
    monkeypatch.setenv("NAUNGAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    set_up.copy_to(tmp_path / "data", empty_database_url)
    return run


@pytest.fixture
def naungan_json(naungan: Run) -> Callable[..., tuple[int, Any]]:
    """Run with `--json`: exit code and the document, which must be all of standard output."""

    def run(*arguments: str) -> tuple[int, Any]:
        code, out, _ = naungan(*arguments, "--json")
        return code, json.loads(out)

    return run
