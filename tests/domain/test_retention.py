"""How long a file is kept: what is not known keeps it longer, and nothing is due by itself (case-management 12)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.retention import Age, File, Hold, Period, adult_on, is_due, keep_until, later

ENDED = date(2020, 3, 10)
FIVE = Period(5, date(2021, 1, 1))
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
years = st.integers(1, 60)


def age_at(born: date, on: date) -> int:
    """Completed years, as anybody counts them."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, number: int) -> date:
    """The day somebody is so many years old; who was born on 29 February waits for 1 March."""
    return later(born, number)


@given(days, st.integers(0, 9000), years, days)
def test_a_child_is_an_adult_for_the_whole_period_before_the_file_is_due(
    born: date, lived: int, kept: int, ended: date
) -> None:
    noted = born + timedelta(days=lived)
    until = keep_until(Period(kept, ended), File(ended, [[Age(noted, age_at(born, noted))]]))
    assert until is not None
    assert until >= later(ended, kept)
    if age_at(born, noted) < 18:
        assert until >= later(birthday(born, 18), kept)


@given(days, st.lists(st.integers(0, 40), min_size=1, max_size=4), st.integers(0, 40), years)
def test_one_more_age_recorded_never_makes_a_file_due_earlier(
    ended: date, ages: list[int], more: int, kept: int
) -> None:
    fewer = keep_until(Period(kept, ended), File(ended, [[Age(ended, age)] for age in ages]))
    own = keep_until(Period(kept, ended), File(ended, [[Age(ended, age), Age(ended, more)] for age in ages]))
    wider = keep_until(Period(kept, ended), File(ended, [[Age(ended, age)] for age in (*ages, more)]))
    assert fewer is not None
    assert own is not None
    assert wider is not None
    assert fewer <= own
    assert fewer <= wider
    assert own == wider == keep_until(Period(kept, ended), File(ended, [[Age(ended, min(*ages, more))]]))


@given(st.sets(st.sampled_from(list(Hold)), min_size=1), days)
def test_what_is_held_is_never_due(holds: set[Hold], today: date) -> None:
    assert not is_due(FIVE, File(ENDED), holds, today)


@given(days, years)
def test_nothing_is_due_without_a_rule_before_its_day_or_while_the_file_is_worked_on(today: date, kept: int) -> None:
    assert not is_due(None, File(ENDED), (), today)
    assert not is_due(Period(kept, today + timedelta(days=1)), File(ENDED), (), today)
    assert not is_due(Period(kept, ENDED), File(None), (), today)


@pytest.mark.parametrize(
    ("ages", "until"),
    [
        ((), date(2025, 3, 10)),
        ((Age(ENDED, 40),), date(2025, 3, 10)),
        ((Age(ENDED, 17),), date(2026, 3, 10)),
        ((Age(date(2019, 6, 1), 9), Age(ENDED, 10)), date(2033, 6, 1)),
        ((Age(ENDED, 9), Age(ENDED, 30)), date(2034, 3, 10)),
        ((Age(ENDED),), date(2043, 3, 10)),
        ((Age(ENDED, unborn=True),), date(2044, 3, 10)),
    ],
)
def test_the_youngest_age_recorded_counts_and_an_unknown_one_as_newborn(ages: tuple[Age, ...], until: date) -> None:
    assert keep_until(FIVE, File(ENDED, [ages])) == until
    assert not is_due(FIVE, File(ENDED, [ages]), (), until - timedelta(days=1))
    assert is_due(FIVE, File(ENDED, [ages]), (), until)


def test_a_file_that_was_opened_again_counts_from_its_new_end() -> None:
    first, again = keep_until(FIVE, File(ENDED)), keep_until(FIVE, File(ENDED + timedelta(days=400)))
    assert first is not None
    assert again is not None
    assert again > first


def test_a_leap_day_moves_to_the_day_after_never_before() -> None:
    assert later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert later(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert later(date(9990, 1, 1), 100) == date.max
    assert adult_on(()) is None
