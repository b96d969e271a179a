"""The drawing of the house holds: who may import whom (design 1, contracts in pyproject.toml)."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
ROOMS = sorted(path.parent.name for path in APP.glob("*/__init__.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def test_every_import_contract_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_rules_import_the_standard_library_and_each_other_only() -> None:
    allowed = sys.stdlib_module_names | {"app"}
    found = {f"{path.relative_to(ROOT)}: {name}" for path in (APP / "domain").rglob("*.py") for name in imported(path)}
    assert {line for line in found if line.split(": ")[1].split(".")[0] not in allowed} == set()


def test_rules_do_not_look_at_the_clock() -> None:
    clocks = {"now", "utcnow", "today"}
    readings = [
        f"{path.name}:{node.lineno}"
        for path in (APP / "domain").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and not node.args
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert readings == []


def test_nobody_imports_from_the_top_of_the_program() -> None:
    rooms = {*ROOMS, *(path.stem for path in APP.glob("*.py"))}
    taken = {
        f"{path.relative_to(ROOT)}: {alias.name}"
        for path in APP.rglob("*.py")
        if path.parent.name != "commands"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "app"
        for alias in node.names
        if alias.name not in rooms
    }
    assert taken == set()


@pytest.mark.parametrize(
    "name", ["Cryptography has one home", "The environment is read once, by create_app and the commands"]
)
def test_a_new_room_falls_under_the_contracts_that_name_rooms(name: str) -> None:
    listed = set(next(contract for contract in CONTRACTS if contract["name"] == name)["source_modules"])
    exempt = {"app.security", "app.commands", "app.jobs"}
    assert {f"app.{room}" for room in ROOMS} - exempt <= listed


def test_migrations_use_nothing_of_the_program() -> None:
    revisions = (ROOT / "migrations" / "versions").glob("*.py")
    assert [
        path.name for path in revisions if {"app", "config"} & {name.split(".")[0] for name in imported(path)}
    ] == []
