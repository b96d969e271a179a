"""Laws of what changes under running clocks: zones, month ends, decrees, late and corrected entries, decisions, versions of rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.clocks import (
    Act,
    Clock,
    ClockType,
    Decision,
    Event,
    EventKind,
    RuleKind,
    State,
    Unit,
    carry_steps,
    load_rules,
    mark,
    move_of,
    move_record,
    moves,
)
from app.domain.clocks.clock import key_of
from app.domain.clocks.counting import Days, add_months, due_moment, second_date
from app.domain.clocks.preview import triggers
from app.domain.clocks.reading import load_rows
from app.domain.clocks.rules import Rule, Term
from app.domain.clocks.versions import Change, Local, NewTerm, changed, current, digest, in_force, program_row
from app.domain.zones import Zone, at_local, local_day, to_local
from tests.domain.clock_office import CLIENT, REFERRAL, Office, known_days
from tests.domain.test_clocks_properties import ALL, event_lists, offices
from tests.examples import examples

law = examples(60)

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(Zone)
day_terms = st.sampled_from(
    [Term((n,), Unit.DAY, clock) for n in (1, 3, 7, 14, 30) for clock in (ClockType.CD, ClockType.WD)]
    + [Term((n,), Unit.MONTH, ClockType.MO) for n in (1, 3, 6, 12)]
)
SCREEN = next(rule for rule in load_rules() if rule.id == "DEF-SCREEN")


def counted(zone: Zone, *more: date) -> Days:
    book = known_days()
    book.days_off |= set(more)
    return Days(book.calendar(), zone)


# --- zones and the calendar ------------------------------------------------------------------------------------------


@law
@given(days, times, day_terms)
def test_the_same_wall_clock_gives_the_same_local_due_day_in_every_zone(day: date, at: time, term: Term) -> None:
    due = {
        to_local(due_moment(at_local(day, at, zone), term.amounts[0], term, RuleKind.DUE, counted(zone)), zone).replace(
            tzinfo=None
        )
        for zone in Zone
    }
    assert len(due) == 1
    assert due.pop().time() == time(23, 59)


@law
@given(days, times, times, day_terms, zones)
def test_the_time_of_day_moves_no_clock_that_is_counted_in_days(
    day: date, one: time, other: time, term: Term, zone: Zone
) -> None:
    first, second = (
        due_moment(at_local(day, at, zone), term.amounts[0], term, RuleKind.DUE, counted(zone)) for at in (one, other)
    )
    assert first == second


@law
@given(days, st.integers(-24, 24))
def test_a_month_is_the_same_day_number_or_the_last_day_there_is(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@law
@given(st.dates(date(2024, 2, 1), date(2024, 2, 29)), times, zones)
def test_a_leap_day_is_a_day_like_any_other(day: date, at: time, zone: Zone) -> None:
    trigger = at_local(day, at, zone)
    month, thirty = Term((1,), Unit.MONTH, ClockType.MO), Term((30,), Unit.DAY, ClockType.CD)
    assert local_day(due_moment(trigger, 1, month, RuleKind.DUE, counted(zone)), zone) == date(2024, 3, day.day)
    assert (local_day(due_moment(trigger, 30, thirty, RuleKind.DUE, counted(zone)), zone) - day).days == 30


@law
@given(days, times, day_terms, zones, st.integers(1, 40))
def test_a_decree_moves_working_days_by_as_many_days_and_the_second_date_alone_of_the_others(
    day: date, at: time, term: Term, zone: Zone, ahead: int
) -> None:
    trigger, decreed = at_local(day, at, zone), day + timedelta(days=ahead)
    before, after = (
        due_moment(trigger, term.amounts[0], term, RuleKind.DUE, given)
        for given in (counted(zone), counted(zone, decreed))
    )
    was_free = not known_days().calendar().is_working_day(decreed)
    if term.clock is ClockType.WD and not was_free and decreed <= local_day(before, zone):
        following = counted(zone, decreed).calendar.add_working_days(local_day(before, zone), 1)
        assert local_day(after, zone) == following
    else:
        assert after == before
    shown = second_date(after, term, RuleKind.DUE, counted(zone, decreed))
    assert shown is None or (shown > local_day(after, zone) and shown != decreed)


# --- moves -----------------------------------------------------------------------------------------------------------


@law
@given(offices(), event_lists(), st.integers(0, 60))
def test_a_trace_says_exactly_what_a_decree_moved_and_is_kept_unchanged(
    office: Office, events: list[Event], which: int
) -> None:
    before = office.clocks(ALL, events)
    lasts = sorted({local_day(clock.due_at, office.zone) for clock in before}) or [date(2026, 3, 3)]
    decreed = lasts[
        which % len(lasts)
    ]  # the last day of one of them: the due moment moves, or the second date beside it
    office.book.days_off ^= {decreed}
    after = office.clocks(ALL, events)
    now = datetime.fromisoformat("2026-06-01T00:00:00+00:00")
    found = {move.key: move for move in moves(before, after, now, (4,))}
    old, new = {c.key: c for c in before}, {c.key: c for c in after}
    assert old.keys() == new.keys()
    changed_keys = {
        key for key in old if (old[key].due_at, old[key].second_date) != (new[key].due_at, new[key].second_date)
    }
    assert set(found) == changed_keys
    assert all((m.was_due, m.due) == (old[m.key].due_at, new[m.key].due_at) for m in found.values())
    assert [move_of(move_record(move)) for move in found.values()] == list(found.values())
    assert moves(after, after, now, (5,)) == ()
    office.book.days_off ^= {decreed}
    assert office.clocks(ALL, events) == before, "counted again without the decree, everything is as it was"


@law
@given(offices(), event_lists())
def test_at_most_one_clock_of_a_case_has_a_key(office: Office, events: list[Event]) -> None:
    clocks = office.clocks(ALL, events)
    assert len({clock.key for clock in clocks}) == len(clocks)
    assert all(key_of(clock.id) == clock.key for clock in clocks)


def test_a_record_that_is_no_move_is_refused_without_showing_it() -> None:
    clock = Office(client={"is_tpks": True}).clocks(ALL, [Event(EventKind.REPORT_RECEIVED, CLIENT, date(2026, 3, 2))])[
        0
    ]
    move = moves([clock], [], clock.due_at, (1,))[0]
    assert clock.rule_id not in repr(move)
    for damage in ({"at": "secret"}, {"subject": "secret"}, {"was": "secret"}):
        with pytest.raises(ValueError, match="not a record of a move") as caught:
            move_of({**move_record(move), **damage})
        assert "secret" not in str(caught.value)


# --- late, corrected, waived -----------------------------------------------------------------------------------------


def _ack(office: Office, events: list[Event], waivers: tuple[Decision, ...] = ()) -> Clock:
    return next(
        c for c in office.clocks(ALL, events, waivers) if c.rule_id == "DEF-REF-ACK" and c.subject_id == REFERRAL
    )


@law
@given(days, times, times, st.integers(0, 12), zones)
def test_an_answer_counts_by_its_own_day_and_a_correction_leaves_nothing_of_what_stood_before(
    day: date, sent: time, answered: time, after: int, zone: Zone
) -> None:
    office = Office(zone=zone)
    letter = Event(EventKind.REFERRAL_SENT, REFERRAL, at_local(day, sent, zone), "a")
    answer = Event(
        EventKind.REFERRAL_ACKNOWLEDGED, REFERRAL, at_local(day + timedelta(days=after), answered, zone), "b"
    )
    running = _ack(office, [letter])
    clock = _ack(office, [letter, answer])
    in_time = letter.at <= answer.at < running.lapses_at  # type: ignore[operator]
    assert (clock.state is State.MET) == in_time
    assert (clock.state is State.LATE) == (answer.at >= running.lapses_at)  # type: ignore[operator]
    corrected = replace(letter, at=at_local(day + timedelta(days=1), sent, zone))
    assert _ack(office, [corrected]).key == running.key
    assert _ack(office, [corrected]) == _ack(office, [replace(corrected)])
    assert office.clocks(ALL, [answer, letter]) == office.clocks(ALL, [letter, answer]), (
        "entered late or in time: the same"
    )


@law
@given(days, st.lists(st.sampled_from(Act), max_size=5), st.sampled_from([1, 1001, 1007]))
def test_the_last_decision_stands_whichever_version_it_was_made_under(day: date, acts: list[Act], version: int) -> None:
    office, letter = Office(), Event(EventKind.REFERRAL_SENT, REFERRAL, at_local(day, time(9), Zone.WITA), "a")
    plain = _ack(office, [letter])
    clock_id = replace(plain, version=version).id
    made = tuple(
        Decision(clock_id, act, plain.trigger_at + timedelta(minutes=n), "WV_SUDAH") for n, act in enumerate(acts, 1)
    )
    waived = bool(acts) and acts[-1] is Act.WAIVE
    assert (_ack(office, [letter], made).state is State.WAIVED) == waived
    told = mark(replace(plain, version=version), plain.lapses_at)
    assert carry_steps([plain], [told], plain.lapses_at)[0].step is told.step


# --- versions --------------------------------------------------------------------------------------------------------


def _version(number: int, first: date, amount: int = 2) -> Local:
    change = Change((NewTerm((amount,), Unit.HOUR, ClockType.H),), True, "URGENT", (), "C", "SK", "", first)
    _row, rule = changed(program_row("DEF-SCREEN"), number, change)
    return Local(rule, digest(program_row("DEF-SCREEN")))


@law
@given(st.lists(days, max_size=4), days)
def test_on_every_day_one_version_is_in_force_and_it_is_the_one_decided_last_for_it(
    firsts: list[date], day: date
) -> None:
    local = [_version(number, first) for number, first in enumerate(firsts, 1)]
    rules = in_force([SCREEN], local)
    assert sum(rule.valid_on(day) for rule in rules) == 1
    begun = [version.rule.version for version in local if version.rule.valid_from and version.rule.valid_from <= day]
    found = current(rules, "DEF-SCREEN", day)
    assert found is not None
    assert found.version == (begun[-1] if begun else 1)


@law
@given(st.lists(days, min_size=1, max_size=3), days)
def test_a_version_the_program_brings_later_ends_where_the_offices_own_begins(
    firsts: list[date], brought: date
) -> None:
    newer = replace(SCREEN, version=2, valid_from=brought)
    before = replace(SCREEN, valid_to=brought - timedelta(days=1))
    local = [_version(number, first) for number, first in enumerate(firsts, 1)]
    rules = in_force([before, newer], local)
    for day in (*firsts, brought, date(2026, 12, 31)):
        assert sum(rule.valid_on(day) for rule in rules) == 1
        found = current(rules, "DEF-SCREEN", day)
        assert found is not None
        assert (found.version > 1000) == any(first <= day for first in firsts)


@law
@given(days, days)
def test_a_new_version_touches_no_clock_that_began_before_its_first_day(began: date, first: date) -> None:
    report = Event(EventKind.REPORT_RECEIVED, CLIENT, at_local(began, time(10), Zone.WITA), "r")
    before = Office().clocks([SCREEN], [report])
    after = Office().clocks(in_force([SCREEN], [_version(1, first)]), [report])
    if began < first:
        assert after == before
    else:
        assert [clock.version for clock in after] == [1001]
    assert [clock.key for clock in after] == [clock.key for clock in before]


@given(st.sampled_from([rule for rule in load_rules() if rule.terms]), days, zones)
@examples(40)
def test_examples_can_be_shown_of_every_rule(rule: Rule, today: date, zone: Zone) -> None:
    tried = triggers(today, counted(zone))
    assert 1 <= len(tried) <= 4
    assert list(tried) == sorted(tried)
    assert all(local_day(trigger, zone) >= today for trigger in tried)


def test_what_stored_versions_name_never_goes_away() -> None:
    """A version of an office names ladders, bodies and events of the program's file; a release must keep them."""
    rows = load_rows()
    assert {"LAW_OURS", "LAW_HOURS", "LAW_DAYS", "LAPSE", "LAPSE_FAR", "URGENT", "WORK", "ANSWER", "SUPERVISOR"} <= {
        str(row["ladder"]) for row in rows
    }
    assert {"OB_UPTD", "OB_POLICE", "OB_TARGET", "OB_COURT", "OB_LPSK"} <= {str(row["obligated"]) for row in rows}
    assert len({row["id"] for row in rows}) >= 87
