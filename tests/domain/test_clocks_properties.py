"""Laws of the clock engine that hold for any case."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clocks import (
    Act,
    Decision,
    Event,
    EventKind,
    RuleKind,
    State,
    carry_steps,
    due_at,
    from_record,
    load_rules,
    mark,
    pending,
    remaining,
    status,
    to_record,
    watch_at,
)
from app.domain.zones import Zone, at_local, local_day, to_local
from tests.domain.clock_office import CASE, CASE_REFERRAL, CLIENT, OTHER_CLIENT, OTHER_REFERRAL, REFERRAL, Office
from tests.examples import examples

ALL = tuple(replace(rule, active=True) for rule in load_rules() if rule.terms)
EPOCH = datetime(2026, 1, 5, tzinfo=UTC)

kinds = st.sampled_from([kind for kind in EventKind if not kind.startswith(("BREACH", "DATA", "CASE_VOIDED"))])
subjects = st.sampled_from([CASE, CLIENT, OTHER_CLIENT, REFERRAL, OTHER_REFERRAL, CASE_REFERRAL])
moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes))
days = st.dates(date(2026, 1, 5), date(2027, 2, 8))
zones = st.sampled_from(Zone)


@st.composite
def event_lists(draw: st.DrawFn) -> list[Event]:
    parts = draw(st.lists(st.tuples(kinds, subjects, st.one_of(moments, days)), min_size=1, max_size=12))
    return [Event(kind, subject, at, ref=f"r{n}") for n, (kind, subject, at) in enumerate(parts)]


@st.composite
def offices(draw: st.DrawFn) -> Office:
    risk = draw(st.sampled_from(["RK_TINGGI", "RK_SEDANG", "RK_RENDAH"]))
    place = draw(st.sampled_from(["IN_UPPA", "IN_RS", "IN_SHELTER", "IN_DESA"]))
    flags = {"is_tpks": True, "kdrt": True, "child_case": True}
    return Office(
        {"risk": risk, "weight": "HARD"}, dict(flags), {"kdrt": True}, {"institution_type": place}, draw(zones)
    )


law = examples(60)


@law
@given(offices(), event_lists(), st.randoms(use_true_random=False))
def test_the_same_events_in_any_order_give_the_same_clocks(
    office: Office, events: list[Event], chance: random.Random
) -> None:
    shuffled = chance.sample(events, len(events))
    assert office.clocks(ALL, events) == office.clocks(ALL, shuffled) == office.clocks(reversed(ALL), events)


@law
@given(offices(), event_lists(), moments)
def test_an_event_no_rule_speaks_of_changes_nothing(office: Office, events: list[Event], when: datetime) -> None:
    rules = tuple(rule for rule in ALL if rule.id != "DEF-IDLE")
    spoken = {match.event for rule in rules for match in (*rule.trigger, *rule.fulfilled_by, *rule.closed_by)}
    quiet = [Event(kind, CASE, when, "quiet") for kind in EventKind if kind not in spoken]
    assert EventKind.NOTE_WRITTEN in {event.kind for event in quiet}
    assert office.clocks(rules, [*events, *quiet]) == office.clocks(rules, events)


@law
@given(offices(), event_lists())
def test_a_clock_is_due_after_its_trigger_or_before_the_expiry_it_leads(office: Office, events: list[Event]) -> None:
    for clock in office.clocks(ALL, events):
        assert (clock.due_at < clock.trigger_at) == (clock.kind is RuleKind.LEAD)
        assert clock.warn_at <= clock.due_at
        assert clock.ended_at is None or clock.kind is RuleKind.LEAD or clock.ended_at >= clock.trigger_at


@law
@given(offices(), event_lists())
def test_clocks_have_ids_of_their_own(office: Office, events: list[Event]) -> None:
    clocks = office.clocks(ALL, events)
    assert len({clock.id for clock in clocks}) == len(clocks)


@law
@given(offices(), event_lists())
def test_every_due_moment_counted_in_days_is_2359_local_time(office: Office, events: list[Event]) -> None:
    for clock in office.clocks(ALL, events):
        if clock.second_date is not None:
            assert to_local(clock.due_at, office.zone).time() == time(23, 59)
            assert office.book.calendar().is_working_day(clock.second_date)
            assert not office.book.calendar().is_working_day(local_day(clock.due_at, office.zone))


@law
@given(moments)
def test_an_hour_clock_ends_at_one_moment_whatever_the_zone(when: datetime) -> None:
    rules = [rule for rule in ALL if rule.id == "TPKS-41"]
    report = Event(EventKind.REPORT_RECEIVED, CASE, when)
    dues = {Office(client={"is_tpks": True}, zone=zone).clocks(rules, [report])[0].due_at for zone in Zone}
    assert dues == {when + timedelta(hours=72)}


@law
@given(days, zones)
def test_a_day_without_a_time_is_never_due_later_than_any_moment_of_that_day(day: date, zone: Zone) -> None:
    office, rules = Office({"risk": "RK_RENDAH"}, {"is_tpks": True}, zone=zone), ALL
    vague = {c.id: c.due_at for c in office.clocks(rules, [Event(EventKind.REPORT_RECEIVED, CASE, day, "r")])}
    noon = at_local(day, time(12), zone)
    exact = {c.id: c.due_at for c in office.clocks(rules, [Event(EventKind.REPORT_RECEIVED, CASE, noon, "r")])}
    assert vague.keys() == exact.keys()
    assert all(vague[key] <= exact[key] for key in exact)


@law
@given(offices(), event_lists(), days)
def test_a_new_holiday_moves_working_day_clocks_later_and_no_due_date_earlier(
    office: Office, events: list[Event], holiday: date
) -> None:
    before = {clock.id: clock.due_at for clock in office.clocks(ALL, events)}
    office.book.days_off.add(holiday)
    after = {clock.id: clock.due_at for clock in office.clocks(ALL, events)}
    assert before.keys() == after.keys()
    assert all(after[key] >= before[key] for key in before)


@law
@given(offices(), event_lists())
def test_a_clock_waived_and_taken_up_again_is_as_if_nobody_had_waived_it(office: Office, events: list[Event]) -> None:
    plain = office.clocks(ALL, events)
    waived = [Decision(clock.id, Act.WAIVE, clock.due_at, "CLIENT_WISH") for clock in plain]
    reopened = [Decision(clock.id, Act.REOPEN, clock.due_at + timedelta(hours=1)) for clock in plain]
    assert all(not clock.is_running for clock in office.clocks(ALL, events, waived))
    assert office.clocks(ALL, events, waived + reopened) == plain


@law
@given(offices(), event_lists())
def test_a_clock_comes_back_from_its_record_unchanged(office: Office, events: list[Event]) -> None:
    for clock in office.clocks(ALL, events):
        record = to_record(mark(clock, clock.due_at))
        assert from_record(record) == mark(clock, clock.due_at)
        assert all(type(value) in (str, int, bool, type(None)) for value in record.values())


@law
@given(offices(), event_lists(), moments)
def test_a_sweep_tells_each_step_once(office: Office, events: list[Event], now: datetime) -> None:
    clocks = office.clocks(ALL, events)
    told = tuple(mark(clock, now) for clock in clocks)
    assert all(not pending(clock, now) for clock in told)
    assert carry_steps(clocks, told, now) == told
    assert tuple(mark(clock, now) for clock in told) == told


@law
@given(offices(), event_lists(), moments)
def test_the_case_is_watched_at_a_full_hour_not_before_its_next_step(
    office: Office, events: list[Event], now: datetime
) -> None:
    told = [mark(clock, now) for clock in office.clocks(ALL, events)]
    watch = watch_at(told, now)
    if watch is not None:
        assert (watch.minute, watch.second, watch.microsecond) == (0, 0, 0)
        assert watch >= now
        assert any(pending(clock, watch) for clock in told)
        assert not any(pending(clock, watch - timedelta(hours=1)) for clock in told)


@law
@given(offices(), event_lists(), moments, moments)
def test_what_was_due_before_an_import_never_escalates(
    office: Office, events: list[Event], imported: datetime, now: datetime
) -> None:
    office.imported_at = imported
    for clock in office.clocks(ALL, events):
        if clock.due_at < imported:
            assert not clock.is_running
            assert not pending(clock, now)
            assert remaining(clock, now) is None
            assert status(clock, now).value == clock.state.value


@law
@given(offices(), event_lists())
def test_a_voided_case_has_no_running_clock(office: Office, events: list[Event]) -> None:
    last = Event(EventKind.CASE_VOIDED, CASE, datetime(2027, 6, 1, tzinfo=UTC))
    forwards = [rule for rule in ALL if rule.kind is not RuleKind.LEAD]
    assert due_at(office.clocks(forwards, [*events, last])) is None


def test_an_event_of_another_case_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the case"):
        Office().clocks(ALL, [Event(EventKind.SCREENED, UUID(int=99), EPOCH)])


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Event(EventKind.SCREENED, CASE, EPOCH.replace(tzinfo=None))


def test_a_waiver_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="reason"):
        Decision("x", Act.WAIVE, EPOCH)


def test_a_record_that_is_not_ours_is_refused_without_showing_it() -> None:
    clock = Office(client={"is_tpks": True}).clocks(ALL, [Event(EventKind.REPORT_RECEIVED, CASE, EPOCH)])[0]
    for damage in ({"due": "secret"}, {"due": "2026-01-01T00:00:00"}, {"version": True}, {"state": "secret"}):
        with pytest.raises(ValueError, match="not a clock record") as caught:
            from_record({**to_record(clock), **damage})
        assert "secret" not in str(caught.value)


def test_nothing_of_a_clock_shows_in_its_repr() -> None:
    office = Office(client={"is_tpks": True})
    event = Event(EventKind.REPORT_RECEIVED, CASE, EPOCH)
    clock = office.clocks(ALL, [event])[0]
    shown = repr((clock, event, office.context(), office.context().subjects, Decision(clock.id, Act.WAIVE, EPOCH, "R")))
    assert clock.rule_id not in shown
    assert "tpks" not in shown.lower()
    assert "REPORT" not in shown
    assert clock.state is not State.MET
