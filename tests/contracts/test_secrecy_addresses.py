"""Addresses and titles name nobody (security 6 #51, 7.2): ids, small numbers and fixed words in paths; neutral titles everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.referrals import steps as referral_steps
from app.domain.stages import steps as case_steps
from app.factory import ROOT
from tests import referral_office
from tests.factories import Office, make_office

TEMPLATES = ROOT / "app" / "templates"
FIXED_WORDS = frozenset({"code", "filename", "letter", "paper", "rule"})
"""Parameters that are no ids: the step of a status table, the file of a static asset, a kind of paper, a deadline rule; a word outside the table is not found."""


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = make_office(database_url, tmp_path, blueprints=referral_office.pages())
    yield made
    made.runtime.engine.dispose()


def test_paths_hold_ids_numbers_and_fixed_words(office: Office) -> None:
    odd = []
    for rule in office.app.url_map.iter_rules():
        for name, converter in rule._converters.items():
            kind = type(converter).__name__
            if kind not in {"UUIDConverter", "IntegerConverter", "TokenConverter"} and name not in FIXED_WORDS:
                odd.append(f"{rule.rule} {name}: {kind}")
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z/.-]*", fixed), rule.rule
    assert odd == []


def test_steps_in_paths_are_words_of_the_status_tables() -> None:
    for code in (*(step.code for step in case_steps()), *(step.code for step in referral_steps())):
        assert re.fullmatch(r"[a-z-]+", code), code


def titles() -> Iterator[tuple[str, str]]:
    """What each template puts into the title of its page."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        for block in re.findall(r"\{% block title %\}(.*?)\{% endblock %\}", path.read_text(encoding="utf-8"), re.S):
            yield path.relative_to(TEMPLATES).as_posix(), block


def test_no_title_is_made_of_a_value() -> None:
    """A title is a fixed sentence, nothing else."""
    found = {
        (name, value.strip())
        for name, block in titles()
        for value in re.findall(r"\{\{(.*?)\}\}", block, re.S)
        if not re.fullmatch(r'\s*_\("[^"%]*"\)\s*', value)
    }
    assert found == set()
    assert len(list(titles())) > 20
