from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.zones import Zone, at_local, day_range, day_start, days_range, local_day, to_local, to_utc
from tests.examples import examples

zones = st.sampled_from(Zone)
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract


@examples(60)
@given(moments, zones)
def test_the_fixed_offset_agrees_with_the_time_zone_database(moment: datetime, zone: Zone) -> None:
    assert to_local(moment, zone).replace(tzinfo=None) == moment.astimezone(ZoneInfo(zone.tz_name)).replace(tzinfo=None)


@examples(60)
@given(moments, zones)
def test_a_moment_lies_in_the_range_of_its_own_day_only(moment: datetime, zone: Zone) -> None:
    day = local_day(moment, zone)
    start, end = day_range(day, zone)
    assert start <= moment < end
    assert end == day_start(day + timedelta(days=1), zone)


@given(moments)
@examples(30)
def test_one_moment_is_the_same_in_all_three_zones(moment: datetime) -> None:
    assert len({to_utc(to_local(moment, zone)) for zone in Zone}) == 1


def test_midnight_in_jayapura_is_ten_in_the_evening_in_jakarta() -> None:
    moment = at_local(date(2026, 5, 20), time(0, 0), Zone.WIT)
    assert moment == datetime(2026, 5, 19, 15, tzinfo=UTC)
    assert to_local(moment, Zone.WIB).hour == 22
    assert local_day(moment, Zone.WIB) == date(2026, 5, 19)


def test_the_zone_is_named_and_not_numbered() -> None:
    assert f"{to_local(datetime(2026, 5, 20, 4, tzinfo=UTC), Zone.WITA):%H.%M %Z}" == "12.00 WITA"
    assert Zone.WITA.display_name == "Waktu Indonesia Tengah (WITA, UTC+8)"


def test_a_range_of_days_includes_both_ends() -> None:
    start, end = days_range(date(2026, 2, 27), date(2026, 3, 1), Zone.WIB)
    assert end - start == timedelta(days=3)


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        days_range(date(2026, 3, 1), date(2026, 2, 28), Zone.WIB)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_utc(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive value is the point
