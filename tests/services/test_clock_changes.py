"""Days off by decree and new versions of rules: what they move, the trace of it, and what they leave alone. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from app.cases.models import Case
from app.clocks import lines, recount, sweeping
from app.clocks import services as clocks
from app.clocks.services import Waiver
from app.domain.clocks import Clock, ClockType, Move, State, Step, Unit
from app.domain.clocks.versions import Change, NewTerm
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused, Stale
from app.domain.zones import Zone, to_local
from app.reference import calendar, rule_acts, rulebook
from app.reference.causes import cause_words
from app.reference.models import CalendarYear, ClockChange, DayChange
from app.reference.rule_acts import Confirmation, NewDay
from app.referrals import news
from app.web.filters import code as called
from app.work import Work
from tests import case_factories as made
from tests import legal_office as law
from tests import referral_office as desk
from tests.factories import Office, Someone
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.own_office

THURSDAY = date(2026, 5, 21)  # the day after the office's first; the case is sent to the police on Wednesday
REGIONAL = NewDay("off", THURSDAY, "regional", "Hari jadi kabupaten", "SK Bupati 188.45/12/2026")


@pytest.fixture
def officer(office: Office) -> Someone:
    return office.somebody("KEPALA", password=False)


@pytest.fixture
def case(office: Office) -> UUID:
    """A case with one referral, sent on Wednesday: the answer is due on Friday."""
    case_id = desk.make_case(office, children=1)
    desk.make_referral(office, case_id, None, desk.make_institution(office))
    return case_id


def clock(office: Office, case_id: UUID, rule: str) -> Clock:
    return next(c for c in desk.clocks_of(office, case_id) if c.rule_id == rule)


def due(office: Office, case_id: UUID, rule: str) -> str:
    return f"{to_local(clock(office, case_id, rule).due_at, Zone.WITA):%m-%d %H:%M}"


def trace(office: Office, case_id: UUID) -> list[Move]:
    with office.work() as work:
        work.recorded("page:opened")
        return list(clocks.with_moves(work, work.session.get_one(clocks.CaseClocks, case_id))[1])


def enter(office: Office, officer: Someone, given: NewDay = REGIONAL) -> UUID:
    with office.work(officer.actor) as work:
        return rule_acts.enter_day(work, given).id


def count_again(office: Office) -> int:
    office.clock.pass_by(minutes=2)
    return recount.run(office.runtime, office.clock())


def hours(office: Office, amount: int, first: date, **changed: Any) -> Change:
    """The screening within so many hours, from that day on."""
    term = NewTerm((amount,), Unit.HOUR, ClockType.H)
    given = Change((term,), True, "URGENT", (), "S", "SK Kepala UPTD 3/2026", "", first)
    return replace(given, **changed)


def decide(
    office: Office,
    officer: Someone,
    change: Change,
    *,
    rule: str = "DEF-SCREEN",
    expected: int = 1,
    moves: bool = False,
) -> int:
    with office.work(officer.actor) as work:
        return rule_acts.decide(
            work, rule, change, reason="keputusan rapat", moves_running=moves, expected=expected
        ).number


DECISIONS = ("rule_versions", "rule_confirmations", "day_changes")


def asked(work: Work, ask: Callable[[], object]) -> list[str]:
    """The statements that ask for what units decided, in the order they are sent."""
    seen: list[str] = []
    listen = lambda *given: seen.append(given[2])  # noqa: E731 - one expression
    connection = work.session.connection()
    event.listen(connection, "before_cursor_execute", listen)
    ask()
    event.remove(connection, "before_cursor_execute", listen)
    return [statement for statement in seen if any(table in statement for table in DECISIONS)]


# --- how often it is asked -------------------------------------------------------------------------------------------


def test_where_nothing_was_decided_the_book_takes_one_query_and_otherwise_one_more_for_each_kind(
    office: Office, officer: Someone
) -> None:
    def queries() -> int:
        with office.runtime.looking(officer.actor) as work:
            first = asked(work, lambda: rulebook.books(work, [office.unit_id]))
            assert asked(work, lambda: rulebook.of_unit(work, office.unit_id)) == [], "once in a work"
            assert asked(work, lambda: rulebook.before(work, office.unit_id, 0)) == [], "nor to see what was before"
        return len(first)

    assert queries() == 1
    enter(office, officer)
    assert queries() == 2
    decide(office, officer, hours(office, 2, THURSDAY))
    assert queries() == 3


def test_a_batch_of_files_is_counted_again_with_as_many_queries_for_decisions_as_one(
    office: Office, officer: Someone
) -> None:
    cases = [desk.make_case(office) for _ in range(3)]
    for case_id in cases:
        desk.make_referral(office, case_id, None, desk.make_institution(office))
    enter(office, officer)

    def touch(work: Work, some: list[UUID]) -> None:
        for case_id in some:
            work.touched(case_id, "case:changed")
        clocks.refresh(work)

    def queries(some: list[UUID]) -> int:
        with office.work() as work:
            return len(asked(work, lambda: touch(work, some)))

    assert queries(cases[:1]) == queries(cases[1:]) == 2
    assert all(trace(office, case_id) for case_id in cases)


# --- days off --------------------------------------------------------------------------------------------------------


def test_a_day_off_by_decree_moves_working_day_clocks_and_leaves_a_trace(
    office: Office, officer: Someone, case: UUID
) -> None:
    assert due(office, case, "DEF-REF-ACK") == "05-22 23:59"
    before = {c.key: c.due_at for c in desk.clocks_of(office, case)}
    enter(office, officer)

    assert due(office, case, "DEF-REF-ACK") == "05-22 23:59", "the file is not counted again by looking at it"
    assert recount.run(office.runtime, office.clock()) == 0, "an act begun before the change may still be under way"
    assert count_again(office) == 1

    assert due(office, case, "DEF-REF-ACK") == "05-25 23:59", "Thursday is off: Friday and Monday"
    after = {c.key: c.due_at for c in desk.clocks_of(office, case)}
    moved = {move.key: move for move in trace(office, case)}
    assert set(moved) == {key for key in after if after[key] != before[key]}
    assert {move.rule_id for move in moved.values()} == {"DEF-REF-ACK", "DEF-REF-FU", "DEF-REF-ESC", "DEF-REF-SEND"}
    assert all((m.was_due, m.due) == (before[m.key], after[m.key]) and m.causes == (1,) for m in moved.values())
    with office.runtime.looking(officer.actor) as work:
        row = work.session.get_one(Case, case)
        assert row.due_at == min(c.due_at for c in desk.clocks_of(office, case) if c.is_running)
        change = work.session.scalars(select(ClockChange)).one()
        assert (change.handled, change.done_at is not None, recount.left(work, office.unit_id, change)) == (1, True, 0)
    told = [event for event in office.events() if event.event == "clock:recounted"]
    assert [(event.actor_roles, event.cases, event.result) for event in told] == [(recount.JOB, str(case), "ok")]

    assert count_again(office) == 0
    assert len(trace(office, case)) == len(moved), "counting again moves nothing again"


def test_a_withdrawn_day_moves_them_back_with_a_trace_of_its_own(office: Office, officer: Someone, case: UUID) -> None:
    before = {c.key: c.due_at for c in desk.clocks_of(office, case)}
    change_id = enter(office, officer)
    count_again(office)
    with office.work(officer.actor) as work:
        rule_acts.withdraw_day(work, change_id)
    with pytest.raises(Conflict), office.work(officer.actor) as work:
        rule_acts.withdraw_day(work, change_id)
    count_again(office)

    assert {c.key: c.due_at for c in desk.clocks_of(office, case)} == before
    ack = [(move.causes, move.due) for move in trace(office, case) if move.rule_id == "DEF-REF-ACK"]
    assert [causes for causes, _due in ack] == [(1,), (2,)]
    assert ack[1][1] == before[clock(office, case, "DEF-REF-ACK").key]


def test_a_file_touched_before_the_job_carries_the_trace_and_none_of_its_own_changes(
    office: Office, officer: Someone, case: UUID
) -> None:
    referral = clock(office, case, "DEF-REF-ACK").subject_id
    enter(office, officer)
    enter(office, officer, replace(REGIONAL, day=date(2026, 5, 22), scope="joint-leave", name="Cuti bersama"))
    with office.work() as work:
        work.session.get_one(Case, case).risk = "RK_TINGGI"  # halves the times of referrals, in the same act
        news.follow_up(work, referral, work.now)

    assert due(office, case, "DEF-REF-ACK") == "05-25 23:59", "one working day: Monday"
    ack = next(move for move in trace(office, case) if move.rule_id == "DEF-REF-ACK")
    assert (ack.causes, f"{to_local(ack.was_due, Zone.WITA):%m-%d}") == ((1, 2), "05-21"), (
        "halved before and after: only the days moved it"
    )
    seen = len(trace(office, case))
    assert count_again(office) == 1
    assert len(trace(office, case)) == seen


def test_what_is_new_is_counted_with_the_new_calendar_and_has_no_trace(office: Office, officer: Someone) -> None:
    enter(office, officer)
    case_id = desk.make_case(office, children=1)
    desk.make_referral(office, case_id, None, desk.make_institution(office))
    assert due(office, case_id, "DEF-REF-ACK") == "05-25 23:59"
    assert trace(office, case_id) == []
    stranger = office.somebody("KEPALA", unit_id=office.other_unit_id, password=False)
    with pytest.raises(NotFound), office.work(stranger.actor) as work:
        rule_acts.withdraw_day(work, work.session.scalars(select(DayChange.id)).one())
    with office.runtime.looking(stranger.actor) as work:
        assert rulebook.of_unit(work, office.other_unit_id).calendar.is_working_day(THURSDAY), (
            "each unit keeps its own days"
        )
    with pytest.raises(NotPermitted), office.work(office.somebody("SUPERVISOR", password=False).actor) as work:
        rule_acts.enter_day(work, REGIONAL)


def test_a_day_that_changes_nothing_is_refused(office: Office, officer: Someone) -> None:
    wrong = {
        replace(REGIONAL, day=date(2026, 5, 27)): "day.known-already",  # Idul Adha is off already
        replace(REGIONAL, kind="working"): "day.known-already",
        replace(REGIONAL, scope="village"): "code.unknown",
        replace(REGIONAL, kind="maybe"): "code.unknown",
    }
    for given, code in wrong.items():
        with pytest.raises(Refused) as refusal:
            enter(office, officer, given)
        assert [problem.code for problem in refusal.value.problems] == [code]
    enter(
        office,
        officer,
        replace(REGIONAL, kind="working", day=date(2026, 5, 28), scope="joint-leave", name="Cuti bersama dicabut"),
    )
    enter(office, officer, replace(REGIONAL, kind="complete", day=date(2027, 8, 9), scope="national", name="SKB 2027"))
    with office.runtime.looking(officer.actor) as work:
        calendar = rulebook.of_unit(work, office.unit_id).calendar
    assert calendar.is_working_day(date(2026, 5, 28))
    assert calendar.status(2027).value == "SURE"


def test_many_files_are_counted_in_batches_and_one_that_does_not_open_holds_up_nobody(
    office: Office, officer: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = sorted(desk.make_case(office, children=1) for _ in range(5))
    for case_id in cases:
        desk.make_referral(office, case_id, None, desk.make_institution(office))
    with office.work() as work:
        table = clocks.CaseClocks
        blob = work.session.get_one(table, cases[0]).clocks_sealed
        work.session.execute(update(table).where(table.case_id == cases[2]).values(clocks_sealed=blob))
        work.recorded("page:opened")
    monkeypatch.setattr(recount, "BATCH", 2)
    enter(office, officer)
    seen = len(office.events())

    assert count_again(office) == 4
    acts = [e for e in office.events()[seen:] if e.event == "clock:recounted"]
    assert all(len(e.cases.split()) <= 2 for e in acts)
    assert [due(office, case_id, "DEF-REF-ACK") for case_id in cases if case_id != cases[2]] == ["05-25 23:59"] * 4
    assert count_again(office) == 0


# --- versions of rules -----------------------------------------------------------------------------------------------


def test_a_version_from_tomorrow_leaves_what_runs_and_counts_what_begins_then(
    office: Office, officer: Someone, case: UUID
) -> None:
    number = decide(office, officer, hours(office, 2, THURSDAY))
    assert number == 1001
    count_again(office)
    old = clock(office, case, "DEF-SCREEN")
    assert (old.version, old.due_at - old.trigger_at, trace(office, case)) == (1, timedelta(hours=4), [])

    office.clock.pass_by(days=1)
    later = clock(office, desk.make_case(office, children=1), "DEF-SCREEN")
    assert (later.version, later.due_at - later.trigger_at) == (1001, timedelta(hours=2))
    with office.work() as work:
        work.touched(case, "case:changed")
    assert clock(office, case, "DEF-SCREEN") == replace(old, step=clock(office, case, "DEF-SCREEN").step)


def test_running_clocks_move_only_when_the_officer_says_so_and_keep_what_was_decided_and_told(
    office: Office, officer: Someone, case: UUID
) -> None:
    office.clock.at = clock(office, case, "DEF-REF-ACK").due_at + timedelta(minutes=30)
    sweeping.sweep(office.runtime, office.clock())
    told = clock(office, case, "DEF-REF-ACK").step
    assert told is Step.DUE
    with office.work(office.somebody("SUPERVISOR", password=False).actor) as work:
        clocks.waive(work, case, clock(office, case, "DEF-REF-FU").id, Waiver("WV_SUDAH"))
    ack = hours(office, 1, date(2026, 5, 20), terms=(NewTerm((1,), Unit.DAY, ClockType.WD),), ladder="WORK")
    follow_up = replace(ack, terms=(NewTerm((4,), Unit.DAY, ClockType.WD),))
    with pytest.raises(Refused, match="moves_running"):
        decide(office, officer, ack, rule="DEF-REF-ACK")
    decide(office, officer, ack, rule="DEF-REF-ACK", moves=True)
    decide(office, officer, follow_up, rule="DEF-REF-FU", moves=True)
    count_again(office)

    assert due(office, case, "DEF-REF-ACK") == "05-21 23:59"
    assert (clock(office, case, "DEF-REF-ACK").version, clock(office, case, "DEF-REF-ACK").step) == (1001, told)
    follow = clock(office, case, "DEF-REF-FU")
    assert (follow.version, follow.state) == (1001, State.WAIVED), (
        "waived under the old version, waived under the new one"
    )
    moved = {move.rule_id: (move.was_version, move.version) for move in trace(office, case)}
    assert moved == {"DEF-REF-ACK": (1, 1001), "DEF-REF-FU": (1, 1001)}


def test_a_rule_switched_off_or_on_for_what_runs_says_which_clocks_went_and_came(
    office: Office, officer: Someone, case: UUID
) -> None:
    today = desk.today(office)
    decide(office, officer, hours(office, 4, today, active=False), moves=True)
    decide(office, officer, hours(office, 6, today), rule="SVC-CRISIS", moves=True)
    count_again(office)
    rules = {c.rule_id for c in desk.clocks_of(office, case)}
    assert "SVC-CRISIS" in rules
    assert "DEF-SCREEN" not in rules
    moved = {move.rule_id: (move.was_due is None, move.due is None) for move in trace(office, case)}
    assert moved == {"DEF-SCREEN": (False, True), "SVC-CRISIS": (True, False)}


def test_a_clock_that_went_says_of_which_track_also_in_a_merged_file(office: Office, officer: Someone) -> None:
    boss = office.somebody("SUPERVISOR", password=False)
    stays, goes = (made.make_case(office, boss) for _ in range(2))
    track = law.open_track(office, goes)
    law.record(office, goes, track, "LG_SIDIK")
    made.merge(office, boss.actor, stays, goes)
    decide(office, officer, hours(office, 4, desk.today(office), active=False), rule="SPDP-7", moves=True)
    count_again(office)
    with office.app.test_request_context(), office.work() as work:
        work.recorded("page:opened")
        (went,) = lines.gone(work, work.session.get_one(Case, stays))
        assert went.about.startswith(f"{called('PIDANA', 'legal_track')}, ")


def test_what_the_engine_cannot_count_with_is_refused_and_changes_nothing(office: Office, officer: Someone) -> None:
    tomorrow = desk.today(office) + timedelta(days=1)
    plain = hours(office, 2, tomorrow)
    wrong: list[tuple[str, Change, str]] = [
        ("CLIN-72", plain, "clock_rule.fixed"),
        ("TPKS-41", replace(plain, active=False), "clock_rule.law_binds_us"),
        ("DEF-SCREEN", replace(plain, terms=()), "clock_rule.duration_missing"),
        (
            "DEF-SCREEN",
            replace(plain, terms=(NewTerm((4, 2), Unit.HOUR, ClockType.H),)),
            "clock_rule.amounts_not_rising",
        ),
        ("DEF-SCREEN", replace(plain, terms=(NewTerm((2,), Unit.HOUR, ClockType.WD),)), "clock_rule.unit_does_not_fit"),
        ("DEF-SCREEN", replace(plain, terms=(NewTerm((10**9,), Unit.HOUR, ClockType.H),)), "clock_rule.too_long"),
        (
            "DEF-REF-ACK",
            replace(plain, terms=(NewTerm((1,), Unit.MONTH, ClockType.MO),)),
            "clock_rule.cannot_be_halved",
        ),
        ("SVC-LOW", replace(plain, certainty="U"), "clock_rule.unknown_is_not_active"),
        ("DEF-SCREEN", replace(plain, ladder="STEEP"), "code.unknown"),
    ]
    for rule, change, code in wrong:
        with pytest.raises(Refused) as refusal:
            decide(office, officer, change, rule=rule)
        assert code in {problem.code for problem in refusal.value.problems}, rule
    with pytest.raises(NotFound):
        decide(office, officer, plain, rule="NO-RULE")
    decide(office, officer, plain)
    with pytest.raises(Stale):
        decide(office, officer, plain)
    with pytest.raises(NotPermitted), office.work(office.somebody("SUPERVISOR", password=False).actor) as work:
        rule_acts.confirm(work, "TPKS-41", 1, Confirmation("x", desk.today(office), "x"))
    with office.runtime.looking(officer.actor) as work:
        assert [row.number for row in rulebook.decided(work, [office.unit_id])[office.unit_id].versions] == [1001]


def test_a_confirmed_version_loses_its_badge_until_its_words_change(
    office: Office, officer: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checks(rule: str, version: int = 1) -> bool:
        with office.runtime.looking(officer.actor) as work:
            return rulebook.of_unit(work, office.unit_id).known[rule, version].needs_check

    given = Confirmation("Siti Contoh, S.H.", desk.today(office), "Nota 12/2026")
    with pytest.raises(Refused), office.work(officer.actor) as work:
        rule_acts.confirm(work, "TPKS-41", 1, replace(given, on=desk.today(office) + timedelta(days=1)))
    with office.work(officer.actor) as work:
        rule_acts.confirm(work, "TPKS-41", 1, given)
    assert (checks("TPKS-41"), checks("DEF-SCREEN")) == (False, True)
    number = decide(office, officer, hours(office, 2, THURSDAY))
    assert checks("DEF-SCREEN", number)
    with office.work(officer.actor) as work:
        rule_acts.confirm(work, "DEF-SCREEN", number, given)
    assert not checks("DEF-SCREEN", number)

    rows = tuple(
        dict(row) | ({"legal_basis": "UU baru"} if row["id"] == "TPKS-41" else {}) for row in rulebook.load_rows()
    )
    monkeypatch.setattr(rulebook, "load_rows", lambda: rows)
    assert checks("TPKS-41"), "what was read is no longer what stands there"
    assert not checks("DEF-SCREEN", number), "the office's own words are its own"


# --- days off that came with a new release of the program ------------------------------------------------------------


KNOWN = calendar.national_days


def release(monkeypatch: pytest.MonkeyPatch, *, off: tuple[date, ...] = (), name: str = "Cuti bersama") -> None:
    """From now on the program knows these days of 2026 too."""
    known = KNOWN(2026)
    days = calendar.YearDays(known.status, {**known.free, **dict.fromkeys(off, name)})
    monkeypatch.setattr(calendar, "national_days", lambda year: days if year == 2026 else KNOWN(year))
    rulebook._calendar.cache_clear()


@pytest.fixture
def _released(monkeypatch: pytest.MonkeyPatch):
    yield
    monkeypatch.undo()
    rulebook._calendar.cache_clear()


@pytest.mark.usefixtures("_released")
def test_days_off_of_a_new_release_move_running_clocks_with_a_trace(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_again(office)
    assert due(office, case, "DEF-REF-ACK") == "05-22 23:59"
    assert trace(office, case) == []

    release(monkeypatch, off=(THURSDAY,))
    count_again(office)  # notes it; a change must be a minute old
    assert count_again(office) == 1

    (move,) = [each for each in trace(office, case) if each.rule_id == "DEF-REF-ACK"]
    assert f"{to_local(move.was_due, Zone.WITA):%m-%d %H:%M}" == "05-22 23:59"
    assert due(office, case, "DEF-REF-ACK") == "05-25 23:59", "Thursday is off: Friday and Monday"
    with office.work() as work:
        book = rulebook.of_unit(work, office.unit_id)
        (words,) = cause_words(book, move.causes, move.rule_id)
    assert "21 Mei 2026" in words or "21 May 2026" in words
    assert count_again(office) == 0


@pytest.mark.usefixtures("_released")
def test_another_name_of_a_day_counts_nothing_again(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(monkeypatch, off=(THURSDAY,))
    count_again(office)
    release(monkeypatch, off=(THURSDAY,), name="Hari jadi")
    count_again(office)
    with office.work() as work:
        assert work.session.scalars(select(ClockChange)).all() == []
        assert "Hari jadi" in work.session.get_one(CalendarYear, 2026).days


@pytest.mark.usefixtures("_released")
def test_a_book_as_it_was_counts_by_the_days_of_its_release(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_again(office)
    for off in ((THURSDAY,), (THURSDAY, THURSDAY + timedelta(days=1)), (THURSDAY + timedelta(days=1),)):
        release(monkeypatch, off=off)
        count_again(office)
    with office.work() as work:
        books = [rulebook.before(work, office.unit_id, number).calendar for number in range(4)]
        free = [[bool(each.holiday(THURSDAY + timedelta(days=n))) for n in (0, 1)] for each in books]
    assert free == [[False, False], [True, False], [True, True], [False, True]]
