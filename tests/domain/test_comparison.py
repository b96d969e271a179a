"""A period beside earlier ones: which days stand against which, counted equally far, and never 0 where nobody recorded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.comparison import as_far_along, comparison
from app.reports.counting.settings import Period, Settings
from app.reports.facts import CaseFacts
from app.reports.ledger_format import pack, read_period
from app.reports.periods import previous, year_before
from app.reports.recap import recap
from app.reports.recap_paper import change
from tests.domain.counting_support import UNIT, arrays_of, case, client, offices

MARCH = Period.month(2025, 3)


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        (Period.month(2025, 1), Period.month(2024, 12), Period.month(2024, 1)),
        (Period.month(2024, 2), Period.month(2024, 1), Period.month(2023, 2)),
        (Period.quarter(2025, 1), Period.quarter(2024, 4), Period.quarter(2024, 1)),
        (Period.year(2025), Period.year(2024), Period.year(2024)),
        (
            Period(date(2024, 2, 20), date(2024, 2, 29)),
            Period(date(2024, 2, 10), date(2024, 2, 19)),
            Period(date(2023, 2, 20), date(2023, 2, 28)),
        ),
    ],
)
def test_each_period_knows_the_one_before_and_the_one_of_last_year(
    period: Period, before: Period, last_year: Period
) -> None:
    assert (previous(period), year_before(period)) == (before, last_year)


@pytest.mark.parametrize(
    ("cut_off", "expected"),
    [
        (date(2025, 3, 31), date(2025, 2, 28)),  # all of it
        (date(2025, 4, 10), date(2025, 3, 10)),  # ten days of late services
        (date(2025, 3, 12), date(2025, 2, 12)),  # it still runs
        (date(2025, 3, 30), date(2025, 2, 28)),  # never past the end of a shorter month
        (date(2025, 2, 1), date(2025, 2, 1)),  # a cut-off before the period
    ],
)
def test_earlier_periods_are_counted_as_far_along(cut_off: date, expected: date) -> None:
    assert as_far_along(MARCH, cut_off, Period.month(2025, 2)).cut_off == expected


def test_a_running_month_stands_against_the_same_days_of_the_last() -> None:
    reported = [date(2025, 2, 3), date(2025, 2, 20), date(2025, 3, 5)]
    arrays = arrays_of(*(case(client(), report_day=day) for day in reported))

    found = comparison(arrays, MARCH, date(2025, 3, 12))

    assert found["this"]["totals"]["cases"] == 1
    assert found["previous"]["totals"]["cases"] == 1
    assert found["previous"]["totals"]["victims_child"] == found["previous"]["totals"]["victims"] == 1


def test_a_time_before_the_office_recorded_has_no_numbers_and_a_quiet_month_has_0() -> None:
    arrays = arrays_of(case(client(), report_day=date(2025, 1, 9)))

    found = comparison(arrays, MARCH, MARCH.last)

    assert found["year_before"]["totals"] is None
    assert found["previous"]["totals"]["cases"] == 0
    assert found["previous"]["recorded_from"] is None
    assert comparison(arrays, Period.month(2025, 2), date(2025, 2, 28))["previous"]["recorded_from"] == "2025-01-09"
    assert comparison(arrays_of(), MARCH, MARCH.last)["this"]["totals"] is None


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(5, 4, "+1 (+25,0%)"), (3, 4, "−1 (−25,0%)"), (4, 4, "0 (0,0%)"), (2, 0, "+2"), (2, None, "")],
)
def test_a_change_is_said_with_its_sign(now: int, before: int | None, words: str) -> None:
    assert change(now, before) == words


@given(offices(), st.integers(1, 12), st.sampled_from([2024, 2025]))
def test_what_was_read_for_the_period_counts_as_everything_would(cases: list[CaseFacts], month: int, year: int) -> None:
    period = Period.month(year, month)
    first = year_before(period).first
    part = read_period([pack([each], []) for each in cases], first, period.last)
    earlier = any(each.report_day.replace(day=1) < first for each in cases)
    told = [
        recap(arrays, UNIT, period, period.last, Settings(), has_earlier=known)
        for arrays, known in ((part, earlier), (arrays_of(*cases), False))
    ]
    assert told[0] == told[1]
