"""What the engine does for people: whose clock, when somebody is told, what a late entry or a changed list does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.domain.clocks import (
    Act,
    Clock,
    Decision,
    EventKind,
    State,
    Status,
    Step,
    carry_steps,
    due_at,
    is_overdue,
    mark,
    next_step,
    pending,
    reached,
    remaining,
    status,
    steps,
    watch_at,
)
from tests.domain.clock_office import (
    CASE,
    CASE_REFERRAL,
    CLIENT,
    OTHER_CLIENT,
    OTHER_REFERRAL,
    REFERRAL,
    TRACK,
    Office,
    at,
    event,
    seeded,
)

K = EventKind


def _of(clocks: tuple[Clock, ...], subject: object) -> list[Clock]:
    return [clock for clock in clocks if clock.subject_id == subject]


def _tpks() -> Office:
    return Office(client={"is_tpks": True}, other_client={"is_tpks": True})


def test_each_victim_has_a_police_clock_of_her_own() -> None:
    clocks = _tpks().clocks(
        seeded("TPKS-41"),
        [event(K.REPORT_RECEIVED, "2026-03-02T14:30"), event(K.POLICE_REPORT, "2026-03-03T09:00", REFERRAL)],
    )
    assert [clock.state for clock in _of(clocks, CLIENT)] == [State.MET]
    assert [clock.state for clock in _of(clocks, OTHER_CLIENT)] == [State.RUNNING]


def test_a_police_report_on_a_referral_of_the_whole_case_speaks_for_every_victim() -> None:
    clocks = _tpks().clocks(
        seeded("TPKS-41"),
        [event(K.REPORT_RECEIVED, "2026-03-02T14:30"), event(K.POLICE_REPORT, "2026-03-03T09:00", CASE_REFERRAL)],
    )
    assert [clock.state for clock in clocks] == [State.MET, State.MET]


def test_a_client_who_came_with_a_later_report_is_counted_from_that_report() -> None:
    clocks = _tpks().clocks(
        seeded("TPKS-41"),
        [event(K.REPORT_RECEIVED, "2026-03-02T14:30"), event(K.REPORT_RECEIVED, "2026-04-10T08:00", OTHER_CLIENT)],
    )
    assert _of(clocks, OTHER_CLIENT)[0].due_at == at("2026-04-13T08:00")
    assert _of(clocks, CLIENT)[0].due_at == at("2026-03-05T14:30")


def test_a_step_of_one_referral_does_not_touch_another() -> None:
    clocks = Office().clocks(
        seeded("DEF-REF-ACK"),
        [
            event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL),
            event(K.REFERRAL_SENT, "2026-04-13T08:00", OTHER_REFERRAL),
            event(K.REFERRAL_ACKNOWLEDGED, "2026-04-14T08:00", REFERRAL),
        ],
    )
    assert [clock.state for clock in _of(clocks, OTHER_REFERRAL)] == [State.RUNNING]
    assert [clock.state for clock in _of(clocks, REFERRAL)] == [State.MET]


def test_the_end_of_one_client_ends_the_referral_clocks_of_that_client_only() -> None:
    clocks = Office().clocks(
        seeded("DEF-REF-ACK"),
        [
            event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL),
            event(K.REFERRAL_SENT, "2026-04-13T08:00", OTHER_REFERRAL),
            event(K.CLIENT_ENDED, "2026-04-14T08:00", CLIENT),
        ],
    )
    assert [clock.state for clock in _of(clocks, REFERRAL)] == [State.NOT_APPLICABLE]
    assert [clock.state for clock in _of(clocks, OTHER_REFERRAL)] == [State.RUNNING]


def test_a_record_entered_late_meets_the_clock_on_its_own_day() -> None:
    office, report = _tpks(), event(K.REPORT_RECEIVED, "2026-03-02T14:30")
    now = at("2026-03-20T08:00")
    overdue = _of(office.clocks(seeded("TPKS-41"), [report]), CLIENT)[0]
    assert status(overdue, now) is Status.ESCALATED

    entered = event(K.POLICE_REPORT, "2026-03-04T10:00", REFERRAL)
    after = _of(office.clocks(seeded("TPKS-41"), [report, entered]), CLIENT)[0]
    assert after.id == overdue.id
    assert status(after, now) is Status.MET


def test_a_corrected_report_time_moves_the_clock_and_keeps_its_waiver() -> None:
    office, rules = _tpks(), seeded("TPKS-41")
    first = _of(office.clocks(rules, [event(K.REPORT_RECEIVED, "2026-03-02T14:30")]), CLIENT)[0]
    waiver = Decision(first.id, Act.WAIVE, at("2026-03-03T09:00"), "CLIENT_WISH")
    moved = _of(office.clocks(rules, [event(K.REPORT_RECEIVED, "2026-03-01T10:00")], [waiver]), CLIENT)[0]
    assert (moved.state, moved.reason, moved.due_at) == (State.WAIVED, "CLIENT_WISH", at("2026-03-04T10:00"))


def test_what_came_first_stands_when_a_clock_was_met_and_waived() -> None:
    office, rules = _tpks(), seeded("TPKS-41")
    events = [
        event(K.REPORT_RECEIVED, "2026-03-02T14:30"),
        event(K.POLICE_REPORT, "2026-03-03T12:00", CASE_REFERRAL),
    ]
    clock_id = _of(office.clocks(rules, events), CLIENT)[0].id
    for moment, state in (("2026-03-03T11:00", State.WAIVED), ("2026-03-03T12:00", State.MET)):
        waiver = Decision(clock_id, Act.WAIVE, at(moment), "CLIENT_WISH")
        assert _of(office.clocks(rules, events, [waiver]), CLIENT)[0].state is state


def test_a_referral_raised_to_high_risk_has_half_the_time() -> None:
    office, sent = Office({"risk": "RK_SEDANG"}), event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    rules = seeded("DEF-REF-ACK", "DEF-REF-HIGH")
    assert office.clocks(rules, [sent])[0].due_at == at("2026-04-15T23:59")
    office.case["risk"] = "RK_TINGGI"
    assert office.clocks(rules, [sent])[0].due_at == at("2026-04-14T23:59")


def test_a_risk_stamped_on_the_event_stands_before_the_present_risk() -> None:
    office = Office({"risk": "RK_TINGGI"})
    sent = event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL, risk="RK_RENDAH")
    assert office.clocks(seeded("DEF-REF-ACK", "DEF-REF-HIGH"), [sent])[0].due_at == at("2026-04-15T23:59")


def test_nothing_is_halved_while_the_high_risk_rule_is_switched_off() -> None:
    sent = event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    assert Office({"risk": "RK_TINGGI"}).clocks(seeded("DEF-REF-ACK"), [sent])[0].due_at == at("2026-04-15T23:59")


def test_the_ladder_climbs_from_warning_to_head() -> None:
    clock = _of(_tpks().clocks(seeded("TPKS-41"), [event(K.REPORT_RECEIVED, "2026-03-02T14:30")]), CLIENT)[0]
    seen = [
        status(clock, at(moment))
        for moment in ("2026-03-04T14:29", "2026-03-04T14:30", "2026-03-05T14:30", "2026-03-05T14:31")
    ]
    assert seen == [Status.RUNNING, Status.WARN, Status.WARN, Status.ESCALATED]
    assert [rung.step for rung in steps(clock)] == [Step.WARN, Step.DUE, Step.SUPERVISOR, Step.HEAD]
    assert reached(clock, at("2026-03-06T02:31")) is Step.HEAD
    ahead = next_step(clock, at("2026-03-05T15:00"))
    assert ahead is not None
    assert (ahead.step, ahead.at) == (Step.HEAD, at("2026-03-06T02:31"))
    assert next_step(clock, at("2026-03-07T00:00")) is None


def test_a_clock_is_overdue_only_after_its_due_minute() -> None:
    sent = event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    clock = Office().clocks(seeded("DEF-REF-ACK"), [sent])[0]
    assert not is_overdue(clock, at("2026-04-15T23:59") + timedelta(seconds=59))
    assert is_overdue(clock, at("2026-04-16T00:00"))
    assert status(clock, at("2026-04-16T00:00")) is Status.OVERDUE
    assert remaining(clock, at("2026-04-16T23:59")) == timedelta(days=-1)


def test_a_case_is_watched_at_the_hour_after_its_next_step() -> None:
    clocks = _tpks().clocks(seeded("TPKS-41"), [event(K.REPORT_RECEIVED, "2026-03-02T14:30")])
    now = at("2026-03-02T15:00")
    assert watch_at(clocks, now) == at("2026-03-04T15:00")
    assert due_at(clocks) == at("2026-03-05T14:30")
    told = [mark(clock, at("2026-03-04T15:00")) for clock in clocks]
    assert watch_at(told, at("2026-03-04T15:00")) == at("2026-03-05T15:00")


def test_steps_missed_by_a_stopped_scheduler_are_told_at_the_next_hour() -> None:
    clocks = _tpks().clocks(seeded("TPKS-41"), [event(K.REPORT_RECEIVED, "2026-03-02T14:30")])
    now = at("2026-04-01T08:20")
    assert watch_at(clocks, now) == at("2026-04-01T09:00")
    assert pending(clocks[0], now) == tuple(Step)
    assert mark(clocks[0], now).step is Step.HEAD


def test_ended_clocks_are_neither_watched_nor_due() -> None:
    clocks = _tpks().clocks(
        seeded("TPKS-41"),
        [event(K.REPORT_RECEIVED, "2026-03-02T14:30"), event(K.POLICE_REPORT, "2026-03-09T14:30", CASE)],
    )
    assert {clock.state for clock in clocks} == {State.LATE}
    assert watch_at(clocks, at("2026-03-03T00:00")) is None
    assert due_at(clocks) is None
    assert steps(clocks[0]) == ()


def test_a_holiday_decreed_later_moves_the_date_and_its_steps_are_told_anew() -> None:
    office, sent = Office(), event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    before = office.clocks(seeded("DEF-REF-ACK"), [sent])
    now = at("2026-04-16T09:00")
    told = [mark(clock, now) for clock in before]
    assert told[0].step is Step.DUE

    office.book.days_off |= {date(2026, 4, 14), date(2026, 4, 15)}
    after = carry_steps(office.clocks(seeded("DEF-REF-ACK"), [sent]), told, now)
    assert after[0].due_at == at("2026-04-17T23:59")
    assert after[0].step is None
    assert pending(after[0], at("2026-04-18T00:00")) == (Step.WARN, Step.DUE)


def test_an_estimate_becomes_sure_when_the_list_of_the_year_is_known() -> None:
    office, decided = Office(), event(K.REFERRAL_DECIDED, "2026-12-31T10:00", REFERRAL)
    assert office.clocks(seeded("DEF-REF-SEND"), [decided])[0].estimated
    office.book.everything_sure = True
    assert not office.clocks(seeded("DEF-REF-SEND"), [decided])[0].estimated


def test_a_year_without_any_list_is_an_estimate_too() -> None:
    office, decided = Office(), event(K.REFERRAL_DECIDED, "2030-05-06T10:00", REFERRAL)
    assert office.clocks(seeded("DEF-REF-SEND"), [decided])[0].estimated


def test_a_clock_due_before_the_import_is_history_and_one_due_later_runs() -> None:
    office, sent = Office(imported_at=at("2026-04-17T08:00")), event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    clocks = office.clocks(seeded("DEF-REF-ACK", "DEF-REF-ESC"), [sent])
    assert {clock.rule_id: clock.state for clock in clocks} == {
        "DEF-REF-ACK": State.HISTORY,
        "DEF-REF-ESC": State.RUNNING,
    }


def test_an_answer_entered_after_the_import_leaves_history_as_it_was() -> None:
    office = Office(imported_at=at("2026-04-17T08:00"))
    events = [
        event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL),
        event(K.REFERRAL_ACKNOWLEDGED, "2026-04-20T08:00", REFERRAL),
    ]
    assert office.clocks(seeded("DEF-REF-ACK"), events)[0].state is State.HISTORY


def test_a_new_version_of_a_rule_leaves_older_cases_under_the_old_one() -> None:
    (old,) = seeded("DEF-SCREEN")
    ended = replace(old, valid_to=date(2026, 4, 30))
    term = replace(old.terms[0], amounts=(2,))
    new = replace(old, version=2, valid_from=date(2026, 5, 1), terms=(term,))
    for day, version, due in (("2026-04-30", 1, "13:00"), ("2026-05-01", 2, "11:00")):
        (clock,) = Office().clocks([ended, new], [event(K.REPORT_RECEIVED, f"{day}T09:00")])
        assert (clock.version, clock.due_at) == (version, at(f"{day}T{due}"))


def test_several_codes_satisfy_a_condition_when_one_of_them_does() -> None:
    (rule,) = seeded("TPKS-41")
    rule = replace(rule, when={"tpks": ("TP2_ANAK",)})
    office = Office(client={"tpks": ("TP_FISIK", "TP2_ANAK")}, other_client={"tpks": ("TP_FISIK",)})
    clocks = office.clocks([rule], [event(K.REPORT_RECEIVED, "2026-03-02T14:30")])
    assert [clock.subject_id for clock in clocks] == [CLIENT]


def test_a_further_follow_up_after_the_answer_starts_nothing() -> None:
    clocks = Office().clocks(
        seeded("DEF-REF-FU"),
        [
            event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL),
            event(K.REFERRAL_ACKNOWLEDGED, "2026-04-14T08:00", REFERRAL),
            event(K.REFERRAL_FOLLOWED_UP, "2026-04-20T08:00", REFERRAL),
        ],
    )
    assert [clock.state for clock in clocks] == [State.NOT_APPLICABLE]


def test_inactive_rules_give_no_clock() -> None:
    (rule,) = seeded("TPKS-41")
    assert _tpks().clocks([replace(rule, active=False)], [event(K.REPORT_RECEIVED, "2026-03-02T14:30")]) == ()


def test_of_two_follow_ups_on_one_day_the_later_one_still_runs() -> None:
    events = [event(K.REFERRAL_SENT, "2026-04-13", REFERRAL)]
    events += [event(K.REFERRAL_FOLLOWED_UP, "2026-04-16", REFERRAL, ref=ref) for ref in ("a", "b")]
    states = {clock.occurrence: clock.state for clock in Office().clocks(seeded("DEF-REF-FU"), events)}
    assert states == {
        "REFERRAL_SENT:1": State.MET,
        "REFERRAL_FOLLOWED_UP:a": State.MET,
        "REFERRAL_FOLLOWED_UP:b": State.RUNNING,
    }


def test_two_early_letters_do_not_stand_for_the_letters_to_come() -> None:
    events = [event(K.INVESTIGATION_STARTED, "2026-09-01", TRACK)]
    events += [event(K.PROGRESS_LETTER, day, TRACK) for day in ("2026-09-05", "2026-09-08")]
    clocks = Office(track={"weight": "LIGHT", "track": "PIDANA"}).clocks(seeded("SP2HP-INV"), events)
    assert [clock.state for clock in clocks] == [State.MET, State.RUNNING, State.RUNNING]


def test_a_clock_met_before_it_started_ended_when_it_started() -> None:
    events = [event(K.POLICE_REPORT, "2026-02-20T10:00"), event(K.REPORT_RECEIVED, "2026-03-02T14:30")]
    clock = _tpks().clocks(seeded("TPKS-41"), events)[0]
    assert clock.ended_at == clock.trigger_at


def test_a_share_of_the_time_is_warned_of_at_a_whole_minute() -> None:
    sent = event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    assert Office().clocks(seeded("DEF-REF-ACK"), [sent])[0].warn_at == at("2026-04-15T08:00")


def test_of_a_moved_clock_the_steps_that_hold_again_stay_told() -> None:
    office, sent = Office(), event(K.REFERRAL_SENT, "2026-04-13T08:00", REFERRAL)
    told = [mark(clock, at("2026-04-16T09:00")) for clock in office.clocks(seeded("DEF-REF-ACK"), [sent])]
    office.book.days_off |= {date(2026, 4, 14), date(2026, 4, 15)}
    moved = office.clocks(seeded("DEF-REF-ACK"), [sent])
    assert carry_steps(moved, told, at("2026-04-17T12:00"))[0].step is Step.WARN


def test_a_clock_that_ended_and_runs_again_keeps_what_was_told() -> None:
    office, rules, report = _tpks(), seeded("TPKS-41"), event(K.REPORT_RECEIVED, "2026-03-02T14:30")
    now = at("2026-03-05T15:00")
    told = [mark(clock, now) for clock in office.clocks(rules, [report])]
    waivers = [Decision(clock.id, Act.WAIVE, now, "CLIENT_WISH") for clock in told]
    waived = carry_steps(office.clocks(rules, [report], waivers), told, now)
    again = carry_steps(office.clocks(rules, [report]), waived, now)
    assert not any(pending(clock, now) for clock in again)


def test_steps_of_one_day_are_ordered_the_same_however_they_come_in() -> None:
    office, rules = Office(), seeded("DEF-REF-FU", "DEF-IDLE")
    events = [event(K.REFERRAL_SENT, "2026-04-16", REFERRAL), event(K.NOTE_WRITTEN, "2026-04-16", ref="n")]
    events += [event(K.REFERRAL_FOLLOWED_UP, "2026-04-16", REFERRAL, ref=ref) for ref in ("a", "b")]
    assert office.clocks(rules, events) == office.clocks(rules, reversed(events))
