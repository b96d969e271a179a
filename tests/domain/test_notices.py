"""Who is told when: quiet hours, danger, telling again, the time of the digest. Expected values counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clocks import Step, load_rules
from app.domain.notices import (
    Audience,
    Kind,
    Quiet,
    again_at,
    digest_day,
    is_danger,
    is_weekly,
    may_leave_at,
    rules,
    usual_quiet,
)
from app.domain.zones import Zone, to_local
from app.reference.calendar import indonesian_calendar

MOMENTS = st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
CALENDAR = indonesian_calendar()


def test_every_step_has_its_people_and_each_higher_one_tells_more() -> None:
    assert rules().steps.keys() == set(Step)
    told = [set(rules().steps[step].tells) for step in Step]
    assert all(lower <= higher for lower, higher in zip(told, told[1:], strict=False))
    assert told[-1] == {Audience.HANDLERS, Audience.SUPERVISORS, Audience.HEADS}
    assert {telling.kind for telling in [*rules().steps.values(), *rules().acts.values()]} == set(Kind)


@given(now=MOMENTS, start=TIMES, end=TIMES, zone=st.sampled_from(Zone))
def test_a_message_leaves_outside_the_quiet_hours_at_the_first_moment_that_is(
    now: datetime, start: time, end: time, zone: Zone
) -> None:
    quiet = Quiet(start, end)
    leaves = may_leave_at(now, quiet, zone, danger=False)
    assert now <= leaves < now + timedelta(days=1)
    at = to_local(leaves, zone).time()
    inside = start <= at < end if start <= end else at >= start or at < end
    assert not inside
    assert leaves == now or at == end
    assert may_leave_at(now, quiet, zone, danger=True) == now


@pytest.mark.parametrize(
    ("local", "leaves"),
    [
        ((20, 59), (20, 20, 59)),
        ((21, 0), (21, 6, 0)),
        ((23, 59), (21, 6, 0)),
        ((0, 0), (20, 6, 0)),
        ((5, 59), (20, 6, 0)),
        ((6, 0), (20, 6, 0)),
    ],
)
def test_the_usual_quiet_hours_are_nine_to_six_where_the_unit_is(
    local: tuple[int, int], leaves: tuple[int, int, int]
) -> None:
    now = datetime(2026, 5, 20, *local, tzinfo=Zone.WITA.tz)
    day, hour, minute = leaves
    assert may_leave_at(now, usual_quiet(), Zone.WITA, danger=False) == datetime(
        2026, 5, day, hour, minute, tzinfo=Zone.WITA.tz
    )


def test_it_is_told_again_on_a_working_day_and_in_danger_on_any() -> None:
    friday = datetime(
        2024, 4, 5, 10, 0, tzinfo=Zone.WITA.tz
    )  # before Lebaran: the next working day is Tuesday 16 April
    assert again_at(Kind.DUE, friday, Zone.WITA, CALENDAR, danger=False) == datetime(
        2024, 4, 16, 10, tzinfo=Zone.WITA.tz
    )
    assert again_at(Kind.DUE, friday, Zone.WITA, CALENDAR, danger=True) == friday + timedelta(hours=4)
    for kind in (Kind.WARN, Kind.ASSIGNED, Kind.DECISION, Kind.HANDED_OVER, Kind.TRANSFER, Kind.ANSWER):
        assert again_at(kind, friday, Zone.WITA, CALENDAR, danger=True) is None


def test_the_rules_named_are_rules_of_this_deployment() -> None:
    known = {rule.id for rule in load_rules()}
    assert rules().danger_rules | rules().paperwork <= known
    assert not rules().danger_rules & rules().paperwork


def test_danger_is_high_risk_or_one_of_the_rules_of_hours() -> None:
    assert is_danger("RK_TINGGI", "DEF-SCREEN")
    assert not is_danger("RK_TINGGI", "DEF-SIMFONI")
    assert is_danger("RK_RENDAH", "CLIN-72")
    assert is_danger(None, "DEF-REF-HIGH")
    assert not is_danger("RK_SEDANG", "DEF-REF-ACK")
    assert not is_danger(None, "TPKS-41")


@given(now=MOMENTS, zone=st.sampled_from(Zone))
def test_the_digest_of_a_day_is_due_from_half_past_seven_to_midnight(now: datetime, zone: Zone) -> None:
    local = to_local(now, zone)
    wanted = local.date() if (local.hour, local.minute) >= (7, 30) else None
    assert digest_day(now, zone) == wanted


def test_the_weekly_digest_is_mondays() -> None:
    assert [is_weekly(date(2026, 6, day)) for day in range(22, 29)] == [True, *[False] * 6]
