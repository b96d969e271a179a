"""Clocks of cases: recomputed in the act and stored sealed, swept once per step, waived and taken up again (design 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Unit
from app.cases import progress
from app.cases.models import Case, Note
from app.cases.registration import Given as GivenStage
from app.cases.registration import register_case
from app.clocks import services as clocks
from app.clocks import sweeping
from app.clocks.models import CaseClocks
from app.clocks.services import Waiver
from app.db.base import new_id
from app.domain.clocks import State, Status, Step, status
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.stages import Status as CaseStatus
from app.referrals import news
from app.referrals import services as referrals
from app.referrals.services import Answer
from app.security.structs.case import StepReason
from tests import referral_office as desk
from tests.factories import OPERATOR, Office
from tests.sharing import office

__all__ = ["office"]

SEXUAL = {"tpks": ("TP_FISIK",)}
WISH = Waiver("WV_KEHENDAK", "keputusan", "tidak mau melapor", "hak dan akibat dijelaskan", "catatan lengkap")


@pytest.fixture
def supervisor(office: Office):
    return office.somebody("SUPERVISOR", password=False)


@pytest.fixture
def case(office: Office):
    return desk.make_case(office)


def clock(office: Office, case_id, rule):
    return next(c for c in desk.clocks_of(office, case_id) if c.rule_id == rule)


def row_of(office: Office, case_id) -> Case:
    with office.runtime.looking(OPERATOR) as work:
        return work.session.get_one(Case, case_id)


# --- in the act ------------------------------------------------------------------------------------------------------


def test_the_clocks_of_a_case_stand_when_the_act_is_done(office: Office, case):
    rules = {c.rule_id for c in desk.clocks_of(office, case)}
    assert {"DEF-SCREEN", "DEF-IDLE"} <= rules
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    subjects = {c.subject_id for c in desk.clocks_of(office, case) if c.rule_id.startswith("DEF-REF")}
    assert subjects == {referral}


def test_the_case_row_carries_the_next_due_moment_and_the_watch_rounded_to_the_hour(office: Office, case):
    desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS"))
    row, running = row_of(office, case), [c for c in desk.clocks_of(office, case) if c.is_running]
    assert row.due_at == min(c.due_at for c in running)
    assert (row.watch_at.minute, row.watch_at.second) == (0, 0)
    assert row.watch_at >= min(c.warn_at for c in running)


def test_clocks_are_sealed(office: Office, case):
    desk.make_referral(office, case, None, desk.make_institution(office))
    with office.runtime.looking(OPERATOR) as work:
        blob = work.session.get_one(CaseClocks, case).clocks_sealed
    assert b"DEF" not in blob


def test_two_children_at_two_institutions_have_their_own_clocks(office: Office, case):
    first, second = desk.clients_of(office, case)
    police = desk.make_referral(office, case, first, desk.make_institution(office, "IN_UPPA"))
    hospital = desk.make_referral(office, case, second, desk.make_institution(office, "IN_RS"))
    results = {c.subject_id: c for c in desk.clocks_of(office, case) if c.rule_id == "DEF-REF-RESULT"}
    assert set(results) == {police, hospital}
    assert results[police].due_at - results[hospital].due_at == timedelta(days=11)
    with office.work() as work:
        referrals.take_step(work, hospital, "accept", Answer(work.now))
        referrals.take_step(work, hospital, "serve", Answer(work.now))
        referrals.take_step(work, hospital, "close", Answer(work.now, text="hasil"))
    results = {c.subject_id: c.state for c in desk.clocks_of(office, case) if c.rule_id == "DEF-REF-RESULT"}
    assert results == {police: State.RUNNING, hospital: State.MET}


def test_a_voided_case_has_no_running_clock(office: Office, case):
    desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work() as work:
        progress.void(work, case, StepReason(text="salah masuk"))
    assert not any(c.is_running for c in desk.clocks_of(office, case))
    row = row_of(office, case)
    assert (row.due_at, row.watch_at) == (None, None)


def test_what_is_recorded_after_the_closing_starts_no_idle_clock(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.pass_by(hours=1)
    with office.work() as work:
        row = work.session.get_one(Case, case)
        row.status, row.closed_at = CaseStatus.CLOSED.value, work.now
        work.touched(case, "case:closed")
    office.clock.pass_by(hours=1)
    with office.work() as work:
        news.follow_up(work, referral, work.now)

    assert [c for c in desk.clocks_of(office, case) if c.rule_id == "DEF-IDLE" and c.is_running] == []


def test_an_imported_history_never_escalates(office: Office):
    old = office.clock() - timedelta(days=400)
    with office.work() as work:
        unit = work.session.get_one(Unit, office.unit_id)
        given = GivenStage(new_id(), new_id(), status=CaseStatus.OPEN)
        case = register_case(work, desk.intake(old, 1, **SEXUAL), unit, given=given)
        work.session.flush()
        case.is_hidden = False
    found = desk.clocks_of(office, case.id)
    assert {c.state for c in found if c.due_at < office.clock()} <= {State.HISTORY, State.MET, State.LATE}
    assert State.HISTORY in {c.state for c in found}
    office.clock.pass_by(hours=2)
    sweeping.sweep(office.runtime, office.clock())
    assert all(c.step is None for c in desk.clocks_of(office, case.id) if c.state is State.HISTORY)


# --- the sweep -------------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_the_sweep_marks_each_step_once(office: Office, case):
    desk.make_referral(office, case, None, desk.make_institution(office))
    assert sweeping.sweep(office.runtime, office.clock()) == 0
    office.clock.at = clock(office, case, "DEF-REF-ACK").due_at + timedelta(hours=2)
    assert sweeping.sweep(office.runtime, office.clock()) == 1
    told = {c.id: c.step for c in desk.clocks_of(office, case)}
    assert told[clock(office, case, "DEF-REF-ACK").id] in {Step.DUE, Step.SUPERVISOR}
    assert sweeping.sweep(office.runtime, office.clock()) == 0
    assert {c.id: c.step for c in desk.clocks_of(office, case)} == told


@pytest.mark.own_office
def test_a_sweep_that_ran_hours_late_tells_what_was_missed_once(office: Office, case):
    office.clock.at = clock(office, case, "DEF-IDLE").due_at + timedelta(days=3)
    assert sweeping.sweep(office.runtime, office.clock()) == 1
    assert clock(office, case, "DEF-IDLE").step is not None
    assert sweeping.sweep(office.runtime, office.clock()) == 0


def test_an_act_after_the_sweep_keeps_what_was_told(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    office.clock.at = clock(office, case, "DEF-REF-ACK").due_at + timedelta(hours=2)
    sweeping.sweep(office.runtime, office.clock())
    before = clock(office, case, "DEF-REF-ACK").step
    with office.work() as work:
        news.follow_up(work, referral, work.now)
    assert clock(office, case, "DEF-REF-ACK").step is before
    assert sweeping.sweep(office.runtime, office.clock()) == 0


@pytest.mark.own_office
def test_a_sweep_of_more_than_a_batch_takes_every_case_in_several_acts(office: Office):
    with office.work() as work:
        for _ in range(103):
            desk.new_case(work, office.unit_id, children=1)
    office.clock.pass_by(days=40)
    seen = len(office.events())
    assert sweeping.sweep(office.runtime, office.clock()) == 103
    swept = [e for e in office.events()[seen:] if e.event == "clock:swept"]
    assert [len(e.cases.split()) for e in swept] == [100, 3]
    assert sweeping.sweep(office.runtime, office.clock()) == 0


@pytest.mark.own_office
def test_a_case_whose_clocks_do_not_open_holds_up_nobody(office: Office, case):
    other = desk.make_case(office)
    with office.work() as work:
        blob = work.session.get_one(CaseClocks, other).clocks_sealed
        work.session.execute(update(CaseClocks).where(CaseClocks.case_id == case).values(clocks_sealed=blob))
        work.recorded("page:opened")
    office.clock.pass_by(days=40)
    assert sweeping.sweep(office.runtime, office.clock()) == 1
    assert row_of(office, case).watch_at is not None
    assert row_of(office, other).watch_at is None or row_of(office, other).watch_at > office.clock()


@pytest.mark.own_office
def test_a_hidden_import_is_not_swept(office: Office, case):
    with office.work() as work:
        work.session.get_one(Case, case).is_hidden = True
        work.recorded("page:opened")
    office.clock.pass_by(days=40)
    assert sweeping.sweep(office.runtime, office.clock()) == 0


# --- waiving ---------------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_a_waived_clock_rests_until_it_is_taken_up_again(office: Office, case, supervisor):
    desk.make_referral(office, case, None, desk.make_institution(office))
    wanted = clock(office, case, "DEF-REF-ACK").id
    with office.work(supervisor.actor) as work:
        clocks.waive(work, case, wanted, Waiver("WV_SUDAH"))
    waived = clock(office, case, "DEF-REF-ACK")
    assert (waived.state, waived.reason) == (State.WAIVED, "WV_SUDAH")
    office.clock.at = waived.due_at + timedelta(days=2)
    with office.work(supervisor.actor) as work:
        clocks.take_up(work, case, wanted)
    assert status(clock(office, case, "DEF-REF-ACK"), office.clock()) in {Status.OVERDUE, Status.ESCALATED}
    assert [e.event for e in office.events()].count("clock:waived") == 2


def test_a_waiver_outlives_every_later_act(office: Office, case, supervisor):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work(supervisor.actor) as work:
        clocks.waive(work, case, clock(office, case, "DEF-REF-ACK").id, Waiver("WV_DATA"))
    with office.work() as work:
        news.follow_up(work, referral, work.now)
    assert clock(office, case, "DEF-REF-ACK").state is State.WAIVED


@pytest.mark.parametrize(
    ("waiver", "fields"),
    [
        (Waiver(""), {"reason"}),
        (Waiver("WV_X"), {"reason"}),
        (Waiver("WV_LAIN"), {"words"}),
        (Waiver("WV_LAIN", " "), {"words"}),
    ],
)
def test_a_waiver_without_a_reason_is_refused(office: Office, case, supervisor, waiver, fields):
    desk.make_referral(office, case, None, desk.make_institution(office))
    wanted = clock(office, case, "DEF-REF-ACK").id
    with pytest.raises(Refused) as refusal, office.work(supervisor.actor) as work:
        clocks.waive(work, case, wanted, waiver)
    assert {p.field for p in refusal.value.problems} == fields


def test_the_72_hours_take_the_clients_wish_the_advice_and_a_supervisor(office: Office, supervisor):
    manager = office.somebody("MANAJER", password=False)
    case = desk.make_case(office, manager, children=1, **SEXUAL)
    wanted = clock(office, case, "TPKS-41").id
    with pytest.raises(NotPermitted), office.work(manager.actor) as work:
        clocks.waive(work, case, wanted, WISH)
    with pytest.raises(Refused) as refusal, office.work(supervisor.actor) as work:
        clocks.waive(work, case, wanted, Waiver("WV_KEHENDAK"))
    assert {p.field for p in refusal.value.problems} == {"words", "client_wish", "advice"}
    with office.work(supervisor.actor) as work:
        clocks.waive(work, case, wanted, WISH)
    assert clock(office, case, "TPKS-41").state is State.WAIVED
    with office.runtime.looking(OPERATOR) as work:
        note = work.session.scalars(select(Note).where(Note.case_id == case)).one()
        blob = work.session.get_one(CaseClocks, case).clocks_sealed
    assert b"catatan" not in note.body_sealed
    assert b"catatan" not in blob


def test_a_manager_waives_a_default_of_an_own_case(office: Office):
    manager = office.somebody("MANAJER", password=False)
    case = desk.make_case(office, manager)
    desk.make_referral(office, case, None, desk.make_institution(office))
    with office.work(manager.actor) as work:
        clocks.waive(work, case, clock(office, case, "DEF-REF-FU").id, Waiver("WV_SUDAH"))
    assert clock(office, case, "DEF-REF-FU").state is State.WAIVED


def test_an_ended_clock_cannot_be_waived_nor_a_running_one_taken_up(office: Office, case, supervisor):
    desk.make_referral(office, case, None, desk.make_institution(office))
    for act, rule in ((clocks.waive, "DEF-REF-SEND"), (lambda w, c, k, _: clocks.take_up(w, c, k), "DEF-REF-ACK")):
        with pytest.raises(Conflict), office.work(supervisor.actor) as work:
            act(work, case, clock(office, case, rule).id, Waiver("WV_SUDAH"))


def test_a_clock_of_another_case_is_not_found(office: Office, case, supervisor):
    other = desk.make_case(office)
    wanted = clock(office, other, "DEF-IDLE").id
    with pytest.raises(NotFound), office.work(supervisor.actor) as work:
        clocks.waive(work, case, wanted, Waiver("WV_SUDAH"))


def test_strangers_and_those_without_the_right_waive_nothing(office: Office, case):
    companion = office.somebody("PENDAMPING", password=False)
    foreign = office.somebody("SUPERVISOR", unit_id=office.other_unit_id, password=False)
    wanted = clock(office, case, "DEF-IDLE").id
    for who, error in ((companion, NotPermitted), (foreign, NotFound)):
        with pytest.raises(error), office.work(who.actor) as work:
            clocks.waive(work, case, wanted, Waiver("WV_SUDAH"))


@pytest.mark.own_office
def test_one_case_has_one_row_of_clocks_however_often_it_is_touched(office: Office, case):
    for _ in range(3):
        desk.make_referral(office, case, None, desk.make_institution(office, name=f"L {new_id()}"))
    with office.runtime.looking(OPERATOR) as work:
        assert work.session.scalar(select(func.count()).select_from(CaseClocks)) == 1
