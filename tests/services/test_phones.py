"""Phone numbers: every usual spelling is one number. All numbers are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reference import phones
from tests.examples import examples


@pytest.mark.parametrize(
    "written",
    [
        "081234567890",
        "0812 3456 7890",
        "0812-3456-7890",
        "62812-3456-7890",
        "+62 812 3456 7890",
        "+62 (0)812 3456 7890",
        "0062 812 3456 7890",
        "81234567890",
        " (0812) 3456.7890 ",
    ],
)
def test_every_spelling_of_a_mobile_number_is_one_number(written):
    assert phones.to_e164(written) == "+6281234567890"


def test_landlines_and_foreign_numbers_are_numbers_too():
    assert phones.to_e164("(0541) 123456") == "+62541123456"
    assert phones.to_e164("+60 12-345 6789") == phones.to_e164("006012345 6789") == "+60123456789"


@pytest.mark.parametrize(
    "written", ["", "-", "12345", "0000000000", "08123", "129", "tidak punya", "0812345678901234", "08\x00", "9" * 400]
)
def test_what_is_no_number_is_none(written):
    assert phones.to_e164(written) is None


def test_numbers_are_shown_as_people_write_them():
    assert phones.display("+6281234567890") == "0812-3456-7890"
    assert phones.display("+62541123456") == "(0541) 123456"
    assert phones.display("+60123456789") == "+60 12-345 6789"
    assert phones.display("tidak punya") == "tidak punya"


@given(st.integers(min_value=10_000_000, max_value=99_999_999))
@examples(60)
def test_a_shown_number_is_read_back_as_itself(rest):
    number = f"+62812{rest}"
    assert phones.to_e164(phones.display(number)) == phones.to_e164(number) == number


@given(st.text(max_size=60))
@examples(100)
def test_no_text_breaks_the_reading(text):
    number = phones.to_e164(text)
    assert number is None or number.startswith("+")
