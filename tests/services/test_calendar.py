"""Working days: what stops work, what a decree changes, and what is only an estimate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.workdays import YearStatus
from app.reference.calendar import Overrides, indonesian_calendar
from tests.examples import examples

CALENDAR = indonesian_calendar()


def test_weekends_holidays_and_joint_leave_stop_work():
    assert CALENDAR.is_working_day(date(2025, 4, 8))
    assert not CALENDAR.is_working_day(date(2025, 4, 5)), "Saturday"
    assert not CALENDAR.is_working_day(date(2025, 3, 31)), "Idul Fitri"
    assert not CALENDAR.is_working_day(date(2025, 4, 7)), "cuti bersama"
    assert CALENDAR.holiday(date(2025, 4, 7)) == "Cuti Bersama Hari Raya Idul Fitri"
    assert CALENDAR.holiday(date(2025, 4, 5)) is None


def test_a_clock_over_the_long_feast_skips_every_free_day():
    assert CALENDAR.add_working_days(date(2025, 3, 27), 1) == date(2025, 4, 8)
    assert CALENDAR.add_working_days(date(2025, 3, 27), 2) == date(2025, 4, 9)
    assert CALENDAR.add_working_days(date(2025, 4, 8), -1) == date(2025, 3, 27)
    assert CALENDAR.add_working_days(date(2025, 4, 5), 0) == date(2025, 4, 5)


def test_a_clock_runs_over_the_turn_of_the_year():
    assert CALENDAR.add_working_days(date(2024, 12, 30), 2) == date(2025, 1, 2)


@pytest.mark.parametrize(
    ("year", "status"),
    [
        (2024, YearStatus.SURE),
        (2025, YearStatus.SURE),
        (2026, YearStatus.SURE),
        (2040, YearStatus.MISSING),
        (1930, YearStatus.MISSING),
    ],
)
def test_a_year_says_how_well_it_is_known(year, status):
    assert CALENDAR.status(year) is status


def test_a_year_with_forecast_feasts_is_an_estimate():
    estimated = next(year for year in range(2026, 2040) if CALENDAR.status(year) is not YearStatus.SURE)
    assert CALENDAR.status(estimated) in {YearStatus.ESTIMATED, YearStatus.MISSING}
    assert CALENDAR.status_between(date(2025, 12, 1), date(estimated, 1, 5)) is not YearStatus.SURE
    assert CALENDAR.status_between(date(2025, 12, 1), date(2025, 3, 1)) is YearStatus.SURE


def test_the_office_may_add_and_remove_days_and_confirm_a_year():
    regional, moved = date(2025, 9, 29), date(2025, 8, 18)
    office = indonesian_calendar(Overrides({regional: "Hari jadi kabupaten"}, {moved}, {2040}))
    assert office.holiday(regional) == "Hari jadi kabupaten"
    assert not office.is_working_day(regional)
    assert CALENDAR.is_working_day(regional)
    assert office.is_working_day(moved)
    assert not CALENDAR.is_working_day(moved)
    assert office.status(2040) is YearStatus.SURE
    assert indonesian_calendar(Overrides({moved: "Cuti"}, {moved})).holiday(moved) == "Cuti"


days = st.dates(date(2023, 1, 1), date(2026, 12, 31))


@given(days, st.integers(min_value=1, max_value=40))
@examples(100)
def test_adding_lands_on_a_working_day_that_is_that_many_away(day, n):
    end = CALENDAR.add_working_days(day, n)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(day, end) == n
    assert CALENDAR.working_days_between(end, day) == -n
    assert end >= day + timedelta(days=n)


@given(days, st.integers(min_value=0, max_value=20), st.integers(min_value=0, max_value=20))
@examples(60)
def test_adding_in_two_steps_is_adding_at_once(day, first, second):
    in_two = CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second)
    assert in_two == CALENDAR.add_working_days(day, first + second)
