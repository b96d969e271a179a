"""An office set up by the commands themselves, on either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.commands.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def naungan(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run `naungan …` in an office of Kutai Kartanegara: exit code, standard output, standard error."""
    monkeypatch.setenv("NAUNGAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, _, errors = run("init", "--unit-area", "64.02", "--unit-name", "UPTD PPA Contoh", "--zone", "WITA")
    assert code == 0, errors
    return run


@pytest.fixture
def naungan_json(naungan: Run) -> Callable[..., tuple[int, Any]]:
    """Run with `--json`: exit code and the document, which must be all of standard output."""

    def run(*arguments: str) -> tuple[int, Any]:
        code, out, _ = naungan(*arguments, "--json")
        return code, json.loads(out)

    return run
