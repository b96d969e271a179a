"""The end of one client (F12): who proposes, what must stand in it, who decides, what follows for the case. On both databases."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.cases import plans, queries, records, terminations
from app.cases.casefile import coded_files
from app.cases.course import last_look as last
from app.cases.models import Client, Plan, Termination
from app.domain.clocks import State
from app.domain.course import doubted
from app.domain.errors import Conflict, NotFound, NotPermitted, Refused
from app.domain.zones import Zone
from app.security.sections import Section
from app.security.structs import people
from tests import case_factories as made
from tests import course_factories as course
from tests import referral_office as desk
from tests.factories import Office
from tests.sharing import office
from tests.stage_office import WHY, Stages, people_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Stages:
    return people_of(office)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


def profile_of(office: Office, client_id: UUID) -> people.ClientProfile:
    with office.work() as work:
        row = work.session.get_one(Client, client_id)
        work.recorded("page:opened")
        return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile)


def states(office: Office, case_id: UUID) -> list[str]:
    with office.runtime.looking(office.somebody("SUPERVISOR", password=False).actor) as work:
        return [row.state for row in queries.records(work.session, Termination, [case_id])]


def words_of(office: Office, termination_id: UUID):
    with office.work() as work:
        work.recorded("page:opened")
        return terminations.read(work, work.session.get_one(Termination, termination_id))


# --- proposing -------------------------------------------------------------------------------------------------------


def test_with_the_last_client_the_case_comes_into_termination(at):
    case_id = at.bring_to(at.case(clients=2), "ST6_MONITORING")
    first, second = at.clients(case_id)

    at.propose(case_id, first)
    assert at.row(case_id).stage == "ST6_MONITORING"
    at.propose(case_id, second)

    assert at.row(case_id).stage == "ST7_TERMINASI"
    assert profile_of(at.office, first).ended_on is None


def test_only_the_case_manager_proposes(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    companion = at.office.somebody("PENDAMPING")
    made.join_team(at.office, case_id, companion)

    for who in (companion, at.intake, at.supervisor):
        with pytest.raises(NotPermitted):
            at.propose(case_id, at.clients(case_id)[0], who)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reason": "AT_MUNDUR"}, ("ended.reason", "reason")),
        ({"reason": ""}, ("required", "reason")),
        ({"closure": ""}, ("required", "closure")),
        ({"reason_text": "  "}, ("required", "text")),
        ({"agreed": ""}, ("required", "agreed")),
        ({"agreed": "TIDAK"}, ("termination.disagreement", "disagreement")),
        ({"agreed_on": None}, ("required", "agreed_on")),
        ({"closure": "TM_LUPA"}, ("code.unknown", "closure")),
    ],
)
def test_a_proposal_holds_kind_reason_and_the_answer_of_the_client(at, changed, problem):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")

    with pytest.raises(Refused) as refusal:
        at.propose(case_id, at.clients(case_id)[0], **changed)

    assert problem in codes(refusal)
    assert made.row_ids(at.office, Termination, case_id) == []


@pytest.mark.parametrize(("days", "code"), [(1, "day.future"), (-1, "ended.before-report")])
def test_the_last_day_lies_between_report_and_today(at, days, code):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")

    with pytest.raises(Refused) as refusal:
        at.propose(case_id, at.clients(case_id)[0], on=made.today(at.office) + timedelta(days=days))

    assert {code for code, _field in codes(refusal)} == {code}


def test_open_goals_are_closed_first_or_left_with_a_reason(at):
    case_id = at.bring_to(at.case(), "ST5_INTERVENSI")
    client_id = at.clients(case_id)[0]

    with pytest.raises(Refused) as refusal:
        at.propose(case_id, client_id, goals=" ")
    assert codes(refusal) == {("termination.goals", "goals")}

    with at.office.work(at.manager.actor) as work:
        plan_id = made.row_ids(at.office, Plan, case_id)[0]
        goal = course.goals_of(work, plan_id)[0]
        step = plans.Step(goal, "GS_TERCAPAI", made.today(at.office))
        plans.move_goal(work, case_id, plan_id, step, expected=None)
    termination_id = at.propose(case_id, client_id, goals="")
    assert not words_of(at.office, termination_id)[0].goals_open


def test_a_report_that_was_not_registered_is_rejected_and_not_ended(at):
    case_id = at.case()
    made.join_team(at.office, case_id, at.manager, "MANAJER")

    with pytest.raises(Conflict):
        at.propose(case_id, at.clients(case_id)[0])


def test_an_end_is_proposed_once(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    client_id = at.clients(case_id)[0]
    at.propose(case_id, client_id)

    with pytest.raises(Conflict):
        at.propose(case_id, client_id)


# --- deciding --------------------------------------------------------------------------------------------------------


def test_one_client_ends_and_the_other_goes_on(at):
    case_id = at.bring_to(at.case(clients=2), "ST5_INTERVENSI")
    first, second = at.clients(case_id)

    at.approve_end(case_id, at.propose(case_id, first))

    assert profile_of(at.office, first).closure == "TM_SELESAI"
    assert profile_of(at.office, second).ended_on is None
    assert (at.row(case_id).stage, at.row(case_id).status) == ("ST5_INTERVENSI", "open")


def test_with_the_last_approval_the_case_closes(at):
    case_id = at.bring_to(at.case(clients=2), "ST5_INTERVENSI")
    ends = [at.propose(case_id, client_id) for client_id in at.clients(case_id)]

    for termination_id in ends:
        at.approve_end(case_id, termination_id)

    assert (at.row(case_id).stage, at.row(case_id).status) == ("ST8_PASCA", "closed")
    assert [e.event for e in at.office.events()][-4:].count("case:closed") == 1


@pytest.mark.parametrize("stage", ["ST2_REGISTRASI", "ST3_ASESMEN", "ST4_RENCANA", "ST5_INTERVENSI", "ST6_MONITORING"])
@pytest.mark.parametrize("way", ["return", "retract"])
def test_what_is_sent_or_taken_back_stands_where_it_stood(at, stage, way):
    case_id = at.bring_to(at.case(), stage)
    at.propose(case_id, at.clients(case_id)[0])

    at.step(case_id, way, at.supervisor if way == "return" else at.manager)

    assert at.row(case_id).stage == stage
    assert states(at.office, case_id) == ["returned" if way == "return" else "retracted"]


def test_one_of_two_is_sent_back_the_other_is_still_decided_on(at):
    case_id = at.bring_to(at.case(clients=2), "ST5_INTERVENSI")
    first, second = (at.propose(case_id, client_id) for client_id in at.clients(case_id))

    with at.office.work(at.supervisor.actor) as work:
        terminations.send_back(work, case_id, second, "rujukan belum dijawab")
    assert at.row(case_id).stage == "ST5_INTERVENSI"
    at.approve_end(case_id, first)

    assert at.row(case_id).status == "open"
    assert words_of(at.office, second)[1].decision == "rujukan belum dijawab"
    at.approve_end(case_id, at.propose(case_id, at.clients(case_id)[1]))
    assert at.row(case_id).status == "closed"


def test_sending_back_and_taking_back_need_their_reason(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination_id = at.propose(case_id, at.clients(case_id)[0])

    for who, act in ((at.supervisor, terminations.send_back), (at.manager, terminations.retract)):
        with pytest.raises(Refused) as refusal, at.office.work(who.actor) as work:
            act(work, case_id, termination_id, " ")
        assert codes(refusal) == {("required", "decision")}


def test_a_decision_is_made_once(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    termination_id = at.propose(case_id, at.clients(case_id)[0])
    at.approve_end(case_id, termination_id)

    with pytest.raises(Conflict):
        at.approve_end(case_id, termination_id)


def test_a_decision_of_another_case_is_not_found(at):
    case_id, other = (at.bring_to(at.case(), "ST2_REGISTRASI") for _ in range(2))
    termination_id = at.propose(case_id, at.clients(case_id)[0])

    with pytest.raises(NotFound):
        at.approve_end(other, termination_id)


def test_a_supervisor_who_manages_the_case_does_not_decide_on_the_own_proposal(at):
    case_id = at.case()
    at.step(case_id, "approve", at.head, manager_id=at.supervisor.id)
    termination_id = at.propose(case_id, at.clients(case_id)[0], at.supervisor)

    for decide in (lambda: at.approve_end(case_id, termination_id), lambda: at.step(case_id, "close", at.supervisor)):
        with pytest.raises(Refused) as refusal:
            decide()
        assert codes(refusal) == {("step.own-case", "")}
    at.approve_end(case_id, termination_id, at.head)
    assert not words_of(at.office, termination_id)[0].alone


@pytest.mark.own_office
def test_in_an_office_of_one_the_same_person_proposes_and_decides_and_the_record_says_so(office):
    alone = office.somebody("KEPALA", "MANAJER", "PENERIMA")
    at = Stages(office, alone, alone, alone, alone)
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination_id = at.propose(case_id, at.clients(case_id)[0])

    at.approve_end(case_id, termination_id)

    assert words_of(office, termination_id)[0].alone
    assert {e.event: e.purpose for e in office.events()}["termination:approved"] == "single-officer"
    assert {e.event: e.purpose for e in office.events()}["case:closed"] == "single-officer"


# --- helping again ---------------------------------------------------------------------------------------------------


def test_a_client_is_helped_again_and_both_decisions_stay_readable(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    client_id = at.clients(case_id)[0]
    termination_id = at.propose(case_id, client_id)
    with at.office.work(at.supervisor.actor) as work:
        terminations.approve(work, case_id, termination_id, "disetujui")

    with at.office.work(at.supervisor.actor) as work:
        terminations.help_again(work, case_id, client_id, "klien datang lagi")

    assert profile_of(at.office, client_id).ended_on is None
    head, text = words_of(at.office, termination_id)
    assert (text.decision, text.undone) == ("disetujui", "klien datang lagi")
    assert head.undone_by == at.supervisor.id
    assert at.propose(case_id, client_id)


def test_only_a_supervisor_helps_again_and_not_in_a_closed_case(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    client_id = at.clients(case_id)[0]
    at.approve_end(case_id, at.propose(case_id, client_id))

    with pytest.raises(NotPermitted), at.office.work(at.manager.actor) as work:
        terminations.help_again(work, case_id, client_id, "datang lagi")
    at.approve_end(case_id, at.propose(case_id, at.clients(case_id)[1]))
    with pytest.raises(Conflict), at.office.work(at.supervisor.actor) as work:
        terminations.help_again(work, case_id, client_id, "datang lagi")


def test_legal_clocks_run_on_after_the_end(at):
    case_id = at.bring_to(at.case(violence=("VK_SEKSUAL",), tpks=("TP2_ANAK",)), "ST2_REGISTRASI")

    termination_id = at.propose(case_id, at.clients(case_id)[0], legal_watch=True)
    at.step(case_id, "close", at.supervisor)

    assert words_of(at.office, termination_id)[0].legal_watch
    assert desk.clock_states(at.office, case_id)["TPKS-41"] == {State.RUNNING}


def test_the_step_into_termination_is_the_managers_alone_by_proposing(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")

    with pytest.raises(Refused) as refusal:
        at.step(case_id, "propose-end", reason=WHY)

    assert codes(refusal) == {("step.proposed", "")}


# --- whether somebody looked at the goals ----------------------------------------------------------------------------


def last_look(at: Stages, case_id: UUID) -> tuple[date, str] | None:
    with at.office.work() as work:
        work.recorded("page:opened")
        return last(coded_files(work, [case_id])[case_id], at.clients(case_id)[0], Zone.WITA)


def test_only_the_goals_wait_for_a_review_to_say_so():
    met = doubted("RO_TERCAPAI")
    assert met == ()
    assert doubted("") == doubted("RO_LANJUT") == doubted("RO_RENCANA") == ("AT_TUJUAN",)


def test_the_newest_monitoring_or_review_since_the_registration_says_how_far_the_goals_are(at):
    case_id = at.case()
    client_id = at.clients(case_id)[0]
    assert last_look(at, case_id) is None
    at.approve(case_id)
    registered = made.today(at.office)
    plan_id = at.plan(case_id, client_id)
    course.make_monitoring(at.office, case_id, client_id, on=registered - timedelta(days=1))
    assert last_look(at, case_id) is None  # before the registration

    at.office.clock.pass_by(days=10)
    with at.office.work() as work:
        plans.review(work, case_id, plan_id, made.today(at.office), "RO_TERCAPAI", "", expected=None)
    assert last_look(at, case_id) == (registered + timedelta(days=10), "RO_TERCAPAI")

    wrong = course.make_monitoring(at.office, case_id, client_id, outcome="RO_LANJUT")
    assert last_look(at, case_id) == (registered + timedelta(days=10), "RO_LANJUT")
    with at.office.work() as work:
        records.take_back(work, case_id, wrong)
    assert last_look(at, case_id) == (registered + timedelta(days=10), "RO_TERCAPAI")


def test_an_end_nobody_looked_at_is_proposed_and_approved_all_the_same(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    assert last_look(at, case_id) is None

    at.approve_end(case_id, at.propose(case_id, at.clients(case_id)[0]))

    assert at.row(case_id).status == "closed"
