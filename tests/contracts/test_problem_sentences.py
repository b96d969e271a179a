"""Every code a `Problem` can carry has a sentence, and the sentence's places are filled by the problem (issue: bad input says what is wrong)."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from flask_babel import force_locale

from app.commands import refusals
from app.domain.errors import Problem
from app.domain.stages import Need
from app.web import problems
from tests.factories import Office

APP = Path(__file__).resolve().parents[2] / "app"
CODE = re.compile(r"[a-z_]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?")
FROM_RULE_FILES = "clock_rule."
"""Faults of the rule files themselves: read once at the start and shown to whoever edits them, never on a form."""

PASSED_ON: Mapping[str, str] = {
    "app/referrals/ground_forms.py": "hands the problems of the case room to the fields of this form",
    "app/referrals/basis.py": "hands the problems of a consent to the field of the referral",
    "app/exchange/checking.py": "hands the problems of an intake to the column they stand in",
    "app/domain/clocks/reading.py": "faults of the rule files",
    "app/documents/reader.py": "hands on what the reader refused",
    "app/cases/needs.py": "step.{need}, read from Need below",
}
"""Where a problem is made of another one or of a closed set: no code of its own."""

CARRIERS = frozenset({"Problem", "Fault", "Refusal"})
"""Calls whose first argument is a code."""


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (f"app/{path.relative_to(APP)}", ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(APP.rglob("*.py"))
    )


def calls(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Every call that makes a problem, with the function it stands in."""

    def walk(node: ast.AST, here: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
        here = node if isinstance(node, ast.FunctionDef) else here
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CARRIERS:
            yield here, node
        for child in ast.iter_child_nodes(node):
            yield from walk(child, here)

    yield from walk(tree, tree)


def literals(node: ast.AST) -> set[str]:
    """Texts that look like a code of two parts."""
    texts = {
        child.value for child in ast.walk(node) if isinstance(child, ast.Constant) and isinstance(child.value, str)
    }
    return {text for text in texts if is_code(text)}


def is_code(text: str) -> bool:
    """Two parts, and no name of a file or a module."""
    return (
        "." in text and CODE.fullmatch(text) is not None and not text.startswith("app.") and not text.endswith(".json")
    )


@cache
def codes_in_source() -> tuple[dict[str, set[str]], set[str]]:
    """Codes with the files that raise them, and calls whose code could not be read."""
    found: dict[str, set[str]] = {}
    unread: set[str] = set()
    for name, tree in sources():
        for function, call in calls(tree):
            first = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "code"), None)
            given = _codes_of(first, function, tree)
            if name in PASSED_ON and not isinstance(first, ast.Constant):
                continue
            if given is None:
                unread.add(f"{name}:{call.lineno}")
            for code in given or ():
                found.setdefault(code, set()).add(name)
    return found, unread


def _codes_of(node: ast.AST | None, function: ast.AST, tree: ast.Module) -> set[str] | None:
    """The codes an expression can be: its own texts; for a name, the texts of its function, else of its module."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if node is None or isinstance(node, ast.JoinedStr):
        return None
    own = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return own or literals(function) or literals(tree) or None


def exchange_codes() -> set[str]:
    """Codes that readers of packages name as `report(row, code, …)` and `_refuse(…, code, …)`."""
    found: set[str] = set()
    for name, tree in sources():
        if name.startswith("app/exchange/") and not name.endswith("models.py"):
            calls_here = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
            texts = [a.value for node in calls_here for a in node.args if isinstance(a, ast.Constant)]
            found |= {text for text in texts if isinstance(text, str) and is_code(text)}
    return found


def wanted() -> set[str]:
    found, _unread = codes_in_source()
    return (
        {c for c in found if not c.startswith(FROM_RULE_FILES)}
        | {f"step.{need.value}" for need in Need}
        | exchange_codes()
    )


def test_every_code_of_a_problem_can_be_read_from_the_source() -> None:
    assert codes_in_source()[1] == set()


def test_the_scan_sees_codes_of_every_kind() -> None:
    assert {"required", "referral.before-last", "nik.length", "incident.after-report", "step.consent"} <= wanted()


def test_every_code_has_a_sentence_on_the_pages(office: Office) -> None:
    for path in sorted(APP.glob("*/labels.py")):  # registered by the rooms; the pages of some are made by later wiring
        problems.register(getattr(importlib.import_module(f"app.{path.parent.name}.labels"), "SENTENCES", {}))
    assert wanted() - problems.codes() == set()


def test_every_code_has_a_sentence_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "_SENTENCES", {})
    refusals._register_sentences()
    assert wanted() - problems.codes() == set()


def test_a_sentence_without_its_values_would_break_a_page(office: Office) -> None:
    """Places in a sentence are filled by what the code's problems carry: no literal call leaves one empty."""
    refusals._register_sentences()
    missing = []
    for name, tree in sources():
        for _function, call in calls(tree):
            if not (call.args and isinstance(call.args[0], ast.Constant)):
                continue
            places = set(re.findall(r"%\((\w+)\)s", problems.str_of(problems._SENTENCES.get(str(call.args[0].value)))))
            params = next((k.value for k in call.keywords if k.arg == "params"), None)
            if params is None and len(call.args) > 3:
                params = call.args[3]
            keys = {getattr(k, "value", None) for k in params.keys} if isinstance(params, ast.Dict) else None
            if places and (params is None or (keys is not None and not places <= keys)):
                missing.append((name, call.lineno, sorted(places)))
    assert missing == []


def test_an_unknown_code_still_gives_a_sentence_that_names_it(office: Office) -> None:
    with office.app.test_request_context(), force_locale("en"):
        assert "no.such-code" in problems.sentence(Problem("no.such-code"))
