"""Days and times as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.typed import BadDay, DayFault, read_clock, read_day


@pytest.mark.parametrize(
    "typed",
    ["20/05/2026", "20-5-2026", "20.05.2026", "20 5 2026", "20052026", "2026-05-20", "20 Mei 2026", "20 may 2026"],
)
def test_one_day_in_many_spellings(typed: str) -> None:
    assert read_day(typed) == date(2026, 5, 20)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("31/02/2026", DayFault.NO_SUCH_DAY),
        ("00/01/2026", DayFault.NO_SUCH_DAY),
        ("29022025", DayFault.NO_SUCH_DAY),
        ("20/13/2026", DayFault.MONTH),
        ("20 Foo 2026", DayFault.MONTH),
        ("20/05/26", DayFault.YEAR),
        ("20/05/1899", DayFault.YEAR),
        ("kemarin", DayFault.SHAPE),
        ("2026", DayFault.SHAPE),
        ("20/05", DayFault.SHAPE),
    ],
)
def test_what_is_no_day_says_why(typed: str, fault: DayFault) -> None:
    read = read_day(typed)
    assert isinstance(read, BadDay)
    assert read.fault is fault


def test_the_last_day_of_the_month_is_told() -> None:
    read = read_day("31/02/2024")
    assert isinstance(read, BadDay)
    assert (read.month, read.year, read.last) == (2, 2024, 29)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y"]))
def test_every_day_is_read_as_it_was_written(day: date, shape: str) -> None:
    assert read_day(f"  {day.strftime(shape)} ") == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_day(text)
    assert read_clock(text) is None or len(read_clock(text) or "") in (0, 5)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [("13.30", "13:30"), ("1330", "13:30"), ("930", "09:30"), ("9", "09:00"), ("13:30 WITA", "13:30"), ("", "")],
)
def test_a_time_in_many_spellings(typed: str, clock: str) -> None:
    assert read_clock(typed) == clock


@pytest.mark.parametrize("typed", ["24:00", "12:60", "siang", "12:3", "1.2.3"])
def test_what_is_no_time_is_not_read(typed: str) -> None:
    assert read_clock(typed) is None
