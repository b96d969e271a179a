"""NIK checks: warn, never block, never repeat the number, never guess a century. All numbers are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import nik
from app.domain.errors import Severity
from tests.examples import examples

TODAY = date(2025, 6, 1)
GIRL = "6402065205120001"  # 12 May, year 12
BOY = "6402061205120001"


def codes(*args):
    return [problem.code for problem in nik.check(*args)]


def test_a_nik_that_fits_has_nothing_odd():
    assert codes(GIRL, "P", date(2012, 5, 12), TODAY) == []
    assert codes("6402.0612.0512.0001", "L", date(2012, 5, 12), TODAY) == []
    assert codes("", "P", None, TODAY) == codes("  ", None, None, TODAY) == []


def test_a_nik_says_its_parts():
    parts = nik.parse(GIRL)
    assert parts is not None
    assert (parts.province, parts.kabupaten, parts.kecamatan, parts.sex) == ("64", "02", "06", "P")
    assert (parts.day, parts.month, parts.year, parts.serial) == (12, 5, 12, "0001")
    assert nik.parse("123") is nik.parse("640206520512000X") is None


@pytest.mark.parametrize(
    ("number", "sex", "birth", "odd"),
    [
        ("640206520512000", "P", None, ["nik.length"]),
        ("64020652051200011", "P", None, ["nik.length"]),
        ("64020652O5120001", "P", None, ["nik.digits"]),
        ("٦٤٠٢٠٦٥٢٠٥١٢٠٠٠١", "P", None, ["nik.digits"]),
        ("0002065205120001", "P", None, ["nik.province"]),
        ("6402067205120001", "P", None, ["nik.day"]),
        ("6402060005120001", "L", None, ["nik.day"]),
        ("6402064005120001", "L", None, ["nik.day"]),
        ("6402063102120001", "L", None, ["nik.day"]),
        ("6402061213120001", "L", None, ["nik.month"]),
        (BOY, "P", None, ["nik.sex"]),
        (GIRL, "L", date(2012, 5, 13), ["nik.sex", "nik.birth"]),
        (GIRL, "P", date(2012, 12, 5), ["nik.birth"]),
    ],
)
def test_what_is_odd_is_named(number, sex, birth, odd):
    assert codes(number, sex, birth, TODAY) == odd


def test_the_century_is_not_guessed():
    assert codes(GIRL, "P", date(1912, 5, 12), TODAY) == []
    assert codes(GIRL, "P", date(2012, 5, 12), TODAY) == []
    assert codes(GIRL, "P", date(2013, 5, 12), TODAY) == ["nik.birth"]


def test_a_leap_day_is_possible_where_one_of_the_centuries_had_it():
    assert codes("6402062902000001", "L", None, TODAY) == []
    assert codes("6402062902010001", "L", None, TODAY) == ["nik.day"]


def test_sex_not_known_is_not_compared():
    assert codes(BOY, "X", None, TODAY) == codes(BOY, None, None, TODAY) == []


def test_parts_do_not_show_a_birth_date_when_printed():
    assert "12" not in repr(nik.parse(GIRL)).replace("0x", "").split(" at ")[0]


@given(st.text(max_size=24), st.sampled_from(["L", "P", None]), st.none() | st.dates(date(1930, 1, 1), TODAY))
@examples(100)
def test_every_finding_is_a_warning_without_the_number(text, sex, birth):
    for problem in nik.check(text, sex, birth, TODAY):
        assert problem.severity is Severity.WARNING
        assert not problem.params


@given(st.dates(date(1926, 1, 1), TODAY), st.sampled_from(["L", "P"]))
@examples(100)
def test_a_number_made_from_a_birth_date_fits_it(birth, sex):
    number = f"640206{birth.day + (40 if sex == 'P' else 0):02}{birth.month:02}{birth.year % 100:02}0003"
    assert codes(number, sex, birth, TODAY) == []
