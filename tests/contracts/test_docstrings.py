"""Docstrings say what one must know to call: which errors a function raises itself, and on what the rules of a module rest.

That every public function has one at all holds ruff (D).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
ERRORS = {"Refused", "Conflict", "NotFound", "NotPermitted", "Stale", "Unavailable", "Unreadable"}
SOURCE = re.compile(
    r"case-management|kla-cluster|design \d|security \d|product|exchange|SIMFONI|docs/\w+\.md|\bUU \d|\bPP \d|Pasal|Permen|KUHAP|\bS:|E\.164"
)
"""How a source is named: the law and its article, a section of the domain files or of the design, or S where it is our own suggestion."""

Function = ast.FunctionDef
MODULES = sorted(
    path for path in APP.rglob("*.py") if not path.name.endswith("views.py")
)  # a page turns errors into answers
RULES = sorted(path for path in (APP / "domain").rglob("*.py") if path.read_text(encoding="utf-8").strip())


def _name(path: Path) -> str:
    return str(path.relative_to(APP))


def _public(tree: ast.Module) -> Iterator[Function]:
    """Functions others call: of the module, and methods of its classes."""
    bodies = [tree.body, *(each.body for each in tree.body if isinstance(each, ast.ClassDef))]
    for body in bodies:
        yield from (each for each in body if isinstance(each, Function) and not each.name.startswith("_"))


def _raised(function: Function) -> set[str]:
    found = (each.exc for each in ast.walk(function) if isinstance(each, ast.Raise) and each.exc is not None)
    named = (each.func if isinstance(each, ast.Call) else each for each in found)
    return {each.id for each in named if isinstance(each, ast.Name)} & ERRORS


def test_what_a_function_raises_stands_in_its_docstring() -> None:
    silent = [
        f"{_name(path)}: {function.name} says nothing of {error}"
        for path in MODULES
        for function in _public(ast.parse(path.read_text(encoding="utf-8")))
        for error in sorted(_raised(function))
        if error.lower() not in (ast.get_docstring(function) or "").lower()
    ]
    assert silent == []


@pytest.mark.parametrize("path", RULES, ids=_name)
def test_a_module_of_rules_names_its_source(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert SOURCE.search(told), told


@pytest.mark.parametrize("path", sorted((APP / "domain" / "data").rglob("*.json")), ids=_name)
def test_a_table_of_rules_names_its_source(path: Path) -> None:
    table = json.loads(path.read_text(encoding="utf-8"))
    rules = table.get("rules", [])
    assert table.get("source") or (rules and all(rule.get("legal_basis") or rule.get("source") for rule in rules))
