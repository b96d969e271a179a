"""How long a stay may last and how many days are left (case-management 9.7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.shelter import STANDARDS, Ground, Nearness, days_of, end_of, standard_for, standard_rule

IN_ON = date(2026, 4, 17)


@pytest.mark.parametrize(
    ("expected", "until", "standard", "on", "ground"),
    [
        (None, (), "", None, Ground.NONE),
        (date(2026, 4, 20), (), "", date(2026, 4, 20), Ground.EXPECTED),
        (date(2026, 4, 20), (), "SVC-SHELTER-14", date(2026, 5, 1), Ground.STANDARD),
        (None, (), "SVC-SHELTER-7", date(2026, 4, 24), Ground.STANDARD),
        (None, (date(2026, 5, 10), date(2026, 5, 4)), "SVC-SHELTER-7", date(2026, 5, 10), Ground.EXTENSION),
        (date(2026, 4, 20), (), "TPKS-41", date(2026, 4, 20), Ground.EXPECTED),
    ],
)
def test_an_extension_counts_before_the_standard_and_the_standard_before_what_is_expected(
    expected, until, standard, on, ground
) -> None:
    end = end_of(IN_ON, expected, until, standard)
    assert (end.on, end.ground) == (on, ground)


@given(st.integers(-40, 40))
def test_days_left_fall_by_one_a_day_and_the_end_is_near_two_days_before(days: int) -> None:
    end = end_of(IN_ON, IN_ON + timedelta(days=20), (), "")
    today = IN_ON + timedelta(days=20 - days)
    assert end.days_left(today) == days
    wanted = Nearness.OVER if days < 0 else (Nearness.SOON if days <= 2 else Nearness.RUNNING)
    assert end.nearness(today) is wanted


def test_without_an_end_nothing_is_near() -> None:
    end = end_of(IN_ON, None, (), "")
    assert (end.days_left(IN_ON), end.nearness(IN_ON)) == (None, Nearness.OPEN)


def test_the_standards_are_regional_and_wait_for_a_unit_to_take_them_over() -> None:
    for code in STANDARDS:
        rule = standard_rule(code)
        assert rule
        assert not rule.active
        assert standard_for(days_of(code)) == code
    assert standard_for(None) == standard_for(9) == ""
