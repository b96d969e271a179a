"""Letter numbers: what a template may hold and the number it gives."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import letters
from app.domain.letters import DEFAULT_TEMPLATE, NumberParts, number, template_problem

ON = date(2026, 9, 3)
PARTS = NumberParts(7, "463", "UPTD-PPA", ON)


@pytest.mark.parametrize(
    ("template", "written"),
    [
        (DEFAULT_TEMPLATE, "007/463/UPTD-PPA/IX/2026"),
        ("{code}/{no}-{unit}/{month}.{day}/{year}", "463/007-UPTD-PPA/09.03/2026"),
        ("B.{no} ({year})", "B.007 (2026)"),
    ],
)
def test_a_template_gives_the_number_of_the_day(template: str, written: str) -> None:
    assert template_problem(template) is None
    assert number(template, PARTS) == written


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{no}/{nama}/{year}", "letter.template"),
        ("{no}/{year", "letter.template"),
        ("{no}/{}/{year}", "letter.template"),
        ("{no}/{year}<b>", "letter.template"),
        ("{no}/#read/{year}", "letter.template"),
        ("{code}/{year}", "letter.template-number"),
        ("{no}/{no}/{year}", "letter.template-number"),
        ("{no}/{code}", "letter.template-number"),
        ("{no}/{year}" + "x" * 80, "text.too-long"),
    ],
)
def test_a_template_that_cannot_number_letters_is_refused(template: str, code: str) -> None:
    problem = template_problem(template)
    assert problem is not None
    assert problem.code == code
    with pytest.raises(ValueError, match="template"):
        number(template, PARTS)


@given(st.integers(1, 99_999), st.integers(1, 99_999), st.dates(date(2020, 1, 1), date(2090, 12, 31)))
def test_two_letters_of_a_year_never_have_one_number(first: int, second: int, on: date) -> None:
    numbers = {number(DEFAULT_TEMPLATE, NumberParts(no, "463", "PPA", on)) for no in (first, second)}
    assert len(numbers) == len({first, second})


@given(st.text(max_size=90))
def test_any_text_is_either_a_template_or_refused(template: str) -> None:
    if template_problem(template) is None:
        assert "007" in number(template, PARTS)


def test_every_month_has_its_roman_number() -> None:
    roman = [
        number("{no}{month_roman}{year}", NumberParts(1, "", "", date(2026, month, 1)))[3:-4] for month in range(1, 13)
    ]
    assert roman == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
    assert set(letters.NUMBERED) == {"F3", "F7", "F12", "PELIMPAHAN", "BALASAN"}
