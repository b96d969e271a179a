"""Assessment, plan, monitoring, conference: what is refused, what stays readable, what counts now. On both databases."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import event

from app.cases import assessments, conferences, course, monitorings, plans, progress, records
from app.cases.casefile import COURSE, CodedFile, coded_files
from app.cases.models import Assessment, Case, Client, Conference, Monitoring, Plan
from app.clocks import services as clocks
from app.db.base import new_id
from app.domain.errors import Conflict, NotFound, Refused, Stale
from app.security.structs import course as structs
from app.security.structs import work as work_structs
from app.security.structs.case import StepReason
from app.security.vault import etag
from app.work import Work
from tests import case_factories as made
from tests import course_factories as course_made
from tests.examples import examples
from tests.factories import OPERATOR, Office
from tests.sharing import office

__all__ = ["office"]


def problems(refusal: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


def case_with_client(office: Office, clients: int = 1) -> tuple[UUID, list[UUID]]:
    case_id = made.make_case(office, clients=clients)
    return case_id, made.row_ids(office, Client, case_id)


def file_of(work: Work, case_id: UUID) -> CodedFile:
    work.recorded("page:opened")
    return coded_files(work, [case_id])[case_id]


# --- assessment ------------------------------------------------------------------------------------------------------


def test_an_assessment_is_saved_unfinished_and_finished_later(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    row_id = course_made.make_assessment(office, case_id, client, finish=False, conclusion="")
    with office.work() as work:
        assert not course.all_assessed(file_of(work, case_id))

    with office.work() as work:
        head = course_made.assessment(office, client)
        text = structs.AssessmentText(**course_made.COMPLETE)
        assert assessments.save(work, case_id, row_id, head, text, expected=None, finish=True).id == row_id
    with office.work() as work:
        assert course.all_assessed(file_of(work, case_id))


def test_what_an_assessment_lacks_to_be_finished_is_said_field_by_field(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    head = course_made.assessment(office, client, risk="")
    text = structs.AssessmentText(hopes="sekolah", conclusion=" ")
    with pytest.raises(Refused) as refusal, office.work() as work:
        assessments.start(work, case_id, head, text, finish=True)
    fields = {"risk", "physical", "psychological", "social", "conclusion"}
    assert problems(refusal) == {("assessment.incomplete", name) for name in fields}


def test_a_correction_of_a_finished_assessment_leaves_both_readable(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    first = course_made.make_assessment(office, case_id, client, conclusion="yang lama")
    with office.work() as work:
        text = structs.AssessmentText(**(course_made.COMPLETE | {"conclusion": "yang benar"}))
        head = course_made.assessment(office, client)
        second = assessments.save(work, case_id, first, head, text, expected=None, finish=True).id

    with office.work() as work:
        file = file_of(work, case_id)
        texts = {row.id: assessments.read_text(work, row).conclusion for row, _ in file.assessments}
        standing = course.assessment_of(file, client)
    assert texts == {first: "yang lama", second: "yang benar"}
    assert standing is not None
    assert standing[0].id == second
    assert standing[1].corrects == first


def test_while_a_correction_is_unfinished_the_assessment_as_it_was_counts(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    first = course_made.make_assessment(office, case_id, client)
    with office.work() as work:
        head = course_made.assessment(office, client)
        assessments.save(work, case_id, first, head, structs.AssessmentText(), expected=None)
    with office.work() as work:
        file = file_of(work, case_id)
        standing = course.assessment_of(file, client)
        assert standing is not None
        assert standing[0].id == first
    with pytest.raises(Conflict), office.work() as work:
        assessments.save(work, case_id, first, head, structs.AssessmentText(), expected=None)


def test_a_client_has_one_unfinished_assessment_at_a_time(office: Office) -> None:
    case_id, [client, other] = case_with_client(office, clients=2)
    course_made.make_assessment(office, case_id, client, finish=False)
    course_made.make_assessment(office, case_id, other, finish=False)
    with pytest.raises(Refused) as refusal:
        course_made.make_assessment(office, case_id, client, finish=False)
    assert problems(refusal) == {("assessment.unfinished", "client_id")}


def test_only_people_of_the_case_stand_as_officers_of_an_assessment(office: Office) -> None:
    worker, stranger = office.somebody("PSIKOLOG"), office.somebody("PSIKOLOG")
    case_id = made.make_case(office)
    client = made.row_ids(office, Client, case_id)[0]
    made.join_team(office, case_id, worker, "PSIKOLOG")
    with office.work() as work:
        known = course_made.assessment(office, client, officers=(structs.Officer(worker.id, "PSIKOLOG"),))
        assessments.start(work, case_id, known, structs.AssessmentText())
    for officer in (structs.Officer(stranger.id, "PSIKOLOG"), structs.Officer(worker.id, "ADVOKAT")):
        head = course_made.assessment(office, client, officers=(officer,))
        with pytest.raises(Refused) as refusal, office.work() as work:
            assessments.start(work, case_id, head, structs.AssessmentText(), finish=False)
        assert ("team.unknown", "officers") in problems(refusal)


# --- plan ------------------------------------------------------------------------------------------------------------


def test_the_horizon_of_a_goal_follows_from_its_target_day(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    on = made.today(office)
    plan, text = course_made.a_plan(office, client, "satu", "dua", "tiga")
    targets = (on + timedelta(days=31), on + timedelta(days=32), on + timedelta(days=400))
    goals = tuple(structs.Goal(goal.id, target_on=day) for goal, day in zip(plan.goals, targets, strict=True))
    with office.work() as work:
        row = plans.start(work, case_id, structs.Plan(client_id=client, on=on, goals=goals), text)
        assert [goal.horizon for goal in plans.read(work, row).goals] == ["HZ_SEGERA", "HZ_PENDEK", "HZ_PANJANG"]


def test_a_goal_without_words_or_without_an_end_is_refused_where_it_stands(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    on = made.today(office)
    goals = (
        structs.Goal(new_id()),
        structs.Goal(new_id(), target_on=on - timedelta(days=1)),
        structs.Goal(new_id(), horizon="HZ_SEGERA", target_on=on + timedelta(days=60), responsible=new_id()),
    )
    words = tuple(structs.GoalText(goal.id, goal=word) for goal, word in zip(goals, (" ", "a", "b"), strict=True))
    plan = structs.Plan(client_id=client, on=on, goals=goals)
    with pytest.raises(Refused) as refusal, office.work() as work:
        plans.start(work, case_id, plan, structs.PlanText(goals=words))
    assert problems(refusal) == {
        ("required", "goals.0.goal"),
        ("goal.until-when", "goals.0.horizon"),
        ("goal.target-before-plan", "goals.1.target_on"),
        ("goal.beyond-horizon", "goals.2.target_on"),
        ("team.unknown", "goals.2.responsible"),
    }


def test_a_plan_the_client_agreed_to_is_changed_by_a_new_version_that_waits_for_its_own_answer(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    first = course_made.make_plan(office, case_id, client, "kembali sekolah", "tempat tinggal aman", agreed=True)
    with office.work() as work:
        kept, new = course_made.goals_of(work, first), new_id()
        goals = (structs.Goal(kept[0], horizon="HZ_PENDEK"), structs.Goal(new, horizon="HZ_PANJANG"))
        words = (structs.GoalText(kept[0], "x", "kembali sekolah"), structs.GoalText(new, "y", "usaha ibu"))
        plan = structs.Plan(client_id=client, on=made.today(office), goals=goals)
        second = plans.save(work, case_id, first, plan, structs.PlanText(goals=words), expected=None).id

    with office.work() as work:
        file = file_of(work, case_id)
        current = course.plan_of(file, client)
        assert current is not None
        assert current[0].id == second
        assert [goal.id for goal in current[1].goals] == [kept[0], new, kept[1]]  # not given: carried on
        assert not course.is_agreed(current[1])
        assert not course.all_agreed(file)
        before = plans.read(work, work.session.get_one(Plan, first))
    assert course.is_agreed(before)
    assert [goal.id for goal in before.goals] == kept


def test_saving_an_answered_plan_without_a_change_makes_no_version(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    plan_id = course_made.make_plan(office, case_id, client, agreed=True)
    with office.work() as work:
        row = work.session.get_one(Plan, plan_id)
        work.recorded("page:opened")
        same = plans.save(work, case_id, plan_id, plans.read(work, row), plans.read_text(work, row), expected=None)
        assert same.id == plan_id
        assert course.is_agreed(plans.read(work, same))


def test_an_unanswered_plan_is_changed_in_place_and_may_lose_a_goal(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    plan_id = course_made.make_plan(office, case_id, client, "satu", "dua")
    with office.work() as work:
        plan, text = course_made.a_plan(office, client, "hanya ini")
        assert plans.save(work, case_id, plan_id, plan, text, expected=None).id == plan_id
        assert len(plans.read(work, work.session.get_one(Plan, plan_id)).goals) == 1


def test_a_goal_is_dropped_with_a_reason_and_its_changes_stay_with_their_days(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    plan_id = course_made.make_plan(office, case_id, client, agreed=True)
    on = made.today(office)
    with office.work() as work:
        [goal] = course_made.goals_of(work, plan_id)
    with pytest.raises(Refused) as refusal, office.work() as work:
        plans.move_goal(work, case_id, plan_id, plans.Step(goal, "GS_BATAL", on), expected=None)
    assert problems(refusal) == {("required", "reason")}

    with office.work() as work:
        plans.move_goal(work, case_id, plan_id, plans.Step(goal, "GS_BATAL", on, "klien pindah"), expected=None)
        plans.move_goal(work, case_id, plan_id, plans.Step(goal, "GS_TERBUKA", on), expected=None)
        plans.move_goal(work, case_id, plan_id, plans.Step(goal, "GS_TERCAPAI", on), expected=None)
    with office.work() as work:
        file = file_of(work, case_id)
        row, plan = course.current_plans(file.plans)[client]
        assert [change.state for change in plan.goals[0].changes] == ["GS_BATAL", "GS_TERBUKA", "GS_TERCAPAI"]
        assert [remark.text for remark in plans.read_text(work, row).goals[0].remarks] == ["klien pindah"]
        assert course.all_goals_closed(file)
        assert course.is_agreed(plan)  # carrying out is no new version
    with pytest.raises(Conflict), office.work() as work:
        plans.move_goal(work, case_id, plan_id, plans.Step(goal, "GS_TERCAPAI", on), expected=None)


def test_a_replaced_plan_takes_no_acts_any_more(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    first = course_made.make_plan(office, case_id, client, agreed=True)
    with office.work() as work:
        [goal] = course_made.goals_of(work, first)
        plan, text = course_made.a_plan(office, client, "tambahan")
        plans.save(work, case_id, first, plan, text, expected=None)
    on = made.today(office)
    for act in (
        lambda work: plans.save(work, case_id, first, plan, text, expected=None),
        lambda work: plans.answer(work, case_id, first, plans.Answer("YA", on), expected=None),
        lambda work: plans.move_goal(work, case_id, first, plans.Step(goal, "GS_TERCAPAI", on), expected=None),
        lambda work: plans.review(work, case_id, first, on, "RO_LANJUT", "", expected=None),
    ):
        with pytest.raises(Conflict), office.work() as work:
            act(work)


def test_a_client_has_one_plan(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    course_made.make_plan(office, case_id, client)
    with pytest.raises(Refused) as refusal:
        course_made.make_plan(office, case_id, client)
    assert problems(refusal) == {("plan.exists", "client_id")}


def test_a_taken_back_version_lets_the_one_before_count_again(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    first = course_made.make_plan(office, case_id, client, agreed=True)
    with office.work() as work:
        plan, text = course_made.a_plan(office, client, "salah klien")
        second = plans.save(work, case_id, first, plan, text, expected=None).id
    with office.work() as work:
        records.take_back(work, case_id, second)
    with office.work() as work:
        current = course.plan_of(file_of(work, case_id), client)
    assert current is not None
    assert current[0].id == first


ACTS = st.lists(
    st.sampled_from(["add", "change", "agree", "refuse", "met", "drop", "reopen", "review"]), min_size=4, max_size=8
)


@examples(8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_done_to_a_plan_no_answered_version_and_no_goal_of_one_is_ever_lost(
    office: Office, acts: list[str]
) -> None:
    case_id, [client] = case_with_client(office)
    course_made.make_plan(office, case_id, client)
    answered: dict[UUID, tuple[str, set[UUID]]] = {}
    for act in acts:
        with office.work() as work:
            row, held = course.current_plans(file_of(work, case_id).plans)[client]
            with suppress(Conflict):
                _do(work, office, case_id, row, held, act)
        with office.work() as work:
            file = file_of(work, case_id)
            versions = {row.id: plan for row, plan in file.plans}
            for plan_id, (agreement, goals) in answered.items():
                assert versions[plan_id].agreement == agreement
                assert {goal.id for goal in versions[plan_id].goals} == goals
            current = course.current_plans(file.plans)[client][1]
            assert set().union(*(goals for _, goals in answered.values())) <= {goal.id for goal in current.goals}
            for row_id, plan in versions.items():
                if plan.agreement:
                    answered.setdefault(row_id, (plan.agreement, {goal.id for goal in plan.goals}))
            for goal in current.goals:
                assert goal.state == (goal.changes[-1].state if goal.changes else "GS_TERBUKA")


def _do(work: Work, office: Office, case_id: UUID, row: Plan, held: structs.Plan, act: str) -> None:
    on, text = made.today(office), plans.read_text(work, row)
    states = {"met": "GS_TERCAPAI", "drop": "GS_BATAL", "reopen": "GS_TERBUKA"}
    if act in {"add", "change"}:
        more, words = course_made.a_plan(office, held.client_id, act)
        goals = (*held.goals, *more.goals) if act == "add" else more.goals
        goal_words = (*text.goals, *words.goals) if act == "add" else words.goals
        plan = structs.Plan(client_id=held.client_id, on=on, goals=goals)
        plans.save(work, case_id, row.id, plan, structs.PlanText(goals=goal_words), expected=None)
    elif act in {"agree", "refuse"}:
        answer = plans.Answer("YA" if act == "agree" else "TIDAK", on)
        plans.answer(work, case_id, row.id, answer, expected=None)
    elif act == "review":
        plans.review(work, case_id, row.id, on, "RO_LANJUT", "tetap", expected=None)
    else:
        step = plans.Step(held.goals[0].id, states[act], on, "alasan")
        plans.move_goal(work, case_id, row.id, step, expected=None)


# --- monitoring ------------------------------------------------------------------------------------------------------


def test_a_monitoring_contact_names_goals_of_this_clients_plan_only(office: Office) -> None:
    case_id, [client, other] = case_with_client(office, clients=2)
    with office.work() as work:
        own = course_made.goals_of(work, course_made.make_plan(office, case_id, client))
    course_made.make_monitoring(office, case_id, client, open_goals=tuple(own))
    with pytest.raises(Refused) as refusal:
        course_made.make_monitoring(office, case_id, other, open_goals=tuple(own))
    assert problems(refusal) == {("goal.unknown", "open_goals")}


def test_a_monitoring_contact_without_its_way_condition_or_outcome_is_refused(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    head = structs.Monitoring(client_id=client, on=made.today(office))
    with pytest.raises(Refused) as refusal, office.work() as work:
        monitorings.record(work, case_id, head, structs.MonitoringText())
    assert problems(refusal) == {("required", "way"), ("required", "outcome"), ("required", "condition")}


# --- conference ------------------------------------------------------------------------------------------------------


def test_a_decision_is_marked_as_done_once_with_its_day_and_result(office: Office) -> None:
    case_id, _ = case_with_client(office)
    row_id = course_made.make_conference(office, case_id, "hubungi sekolah", "cari tempat aman")
    with office.work() as work:
        work.recorded("page:opened")
        first, second = conferences.read(work, work.session.get_one(Conference, row_id)).decisions
        done = conferences.Done(first.id, made.today(office), "sekolah menerima")
        conferences.mark_done(work, case_id, row_id, done, expected=None)
    with office.work() as work:
        file = file_of(work, case_id)
        assert [decision.id for _, decision in course.open_decisions(file.conferences)] == [second.id]
        words = conferences.read_text(work, file.conferences[0][0])
        assert [each.result for each in words.decisions] == ["sekolah menerima", ""]
    with pytest.raises(Conflict), office.work() as work:
        conferences.mark_done(work, case_id, row_id, done, expected=None)
    with pytest.raises(NotFound), office.work() as work:
        conferences.mark_done(work, case_id, row_id, conferences.Done(new_id(), done.on), expected=None)


def test_minutes_say_what_it_was_about_who_came_and_what_was_decided_until_when(office: Office) -> None:
    case_id, _ = case_with_client(office)
    on = made.today(office)
    decision = structs.Decision(new_id(), responsible=new_id(), due_on=on - timedelta(days=1))
    head = structs.Conference(on=on, decisions=(decision,))
    with pytest.raises(Refused) as refusal, office.work() as work:
        conferences.record(work, case_id, head, structs.ConferenceText())
    assert problems(refusal) == {
        ("required", "kind"),
        ("required", "issue"),
        ("conference.nobody", "staff"),
        ("required", "decisions.0.text"),
        ("team.unknown", "decisions.0.responsible"),
        ("decision.due-before", "decisions.0.due_on"),
    }


# --- all of them -----------------------------------------------------------------------------------------------------


MAKERS = {
    Assessment: course_made.make_assessment,
    Plan: course_made.make_plan,
    Monitoring: course_made.make_monitoring,
    Conference: lambda office, case_id, _client: course_made.make_conference(office, case_id, "rujuk"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_wrong_entry_is_taken_back_once_and_stands_in_no_coded_file(office: Office, kind: type[Assessment]) -> None:
    case_id, [client] = case_with_client(office)
    row_id = MAKERS[kind](office, case_id, client)
    with office.work() as work:
        records.take_back(work, case_id, row_id)
    with office.work() as work:
        file = file_of(work, case_id)
        assert [*file.assessments, *file.plans, *file.monitorings, *file.conferences] == []
        assert work.session.get_one(kind, row_id).is_removed
    with pytest.raises(Conflict), office.work() as work:
        records.take_back(work, case_id, row_id)


def test_people_off_the_team_and_records_of_other_cases_are_refused(office: Office) -> None:
    outsider = office.somebody("MANAJER")
    case_id, [client] = case_with_client(office)
    other_case, _ = case_with_client(office)
    plan_id = course_made.make_plan(office, case_id, client)
    answer = plans.Answer("YA", made.today(office))
    with pytest.raises(NotFound), office.work(outsider.actor) as work:
        plans.answer(work, case_id, plan_id, answer, expected=None)
    with pytest.raises(NotFound), office.work() as work:
        plans.answer(work, other_case, plan_id, answer, expected=None)


def test_the_second_of_two_who_change_the_same_plan_is_told(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    plan_id = course_made.make_plan(office, case_id, client)
    with office.work() as work:
        row = work.session.get_one(Plan, plan_id)
        seen = etag(row.head_sealed, row.text_sealed)
        work.recorded("page:opened")
        plan, text = course_made.a_plan(office, client, "yang pertama")
        plans.save(work, case_id, plan_id, plan, text, expected=seen)
    with pytest.raises(Stale), office.work() as work:
        plans.save(work, case_id, plan_id, plan, text, expected=seen)


def test_a_service_keeps_who_gave_it_its_result_and_the_next_step(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    on = made.today(office)
    service = work_structs.Service(client_id=client, on=on, activity="AK_KONSELING")
    text = work_structs.ServiceText(result="klien lebih tenang", next_step="sesi kedua")
    later = work_structs.Service(client_id=client, on=on, activity="AK_KONSELING", next_on=on - timedelta(days=1))
    with office.work() as work:
        records.record_service(work, case_id, service, text)
    with pytest.raises(Refused) as refusal, office.work() as work:
        records.record_service(work, case_id, later, text)
    assert problems(refusal) == {("service.next-before", "next_on")}


def test_the_course_of_many_cases_opens_in_as_many_queries_as_that_of_one(office: Office) -> None:
    ids = []
    for _ in range(3):
        case_id, [client] = case_with_client(office)
        course_made.make_plan(office, case_id, client)
        course_made.make_monitoring(office, case_id, client)
        ids.append(case_id)
    assert _queries(office, ids) == _queries(office, ids[:1])
    assert _queries(office, ids, course=False) == _queries(office, ids) - len(COURSE)


def _queries(office: Office, ids: list[UUID], *, course: bool = True) -> int:
    seen: list[str] = []
    office.runtime.crypt.cache.clear()
    with office.work() as work:
        work.recorded("page:opened")
        connection = work.session.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        coded_files(work, ids, course=course)
        return len(seen)


# --- clocks ----------------------------------------------------------------------------------------------------------


def _clocks(office: Office, case_id: UUID) -> dict[str, str]:
    with office.runtime.begin(OPERATOR) as work:
        work.recorded("page:opened")
        return {clock.rule_id: clock.state.value for clock in clocks.of_cases(work, [case_id])[case_id]}


def test_assessment_plan_monitoring_and_conference_run_and_meet_their_clocks(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    with office.work() as work:
        work.session.get_one(Case, case_id).risk = "RK_TINGGI"
        progress.take_step(work, case_id, "approve", StepReason())
    assert _clocks(office, case_id)["DEF-ASSESS"] == "RUNNING"
    assert _clocks(office, case_id)["DEF-CONF"] == "RUNNING"

    course_made.make_assessment(office, case_id, client, finish=False)
    assert _clocks(office, case_id)["DEF-ASSESS"] == "RUNNING"
    with office.work() as work:
        row = course.rows(work.session, Assessment, [case_id])[0]
        head, text = course_made.assessment(office, client), structs.AssessmentText(**course_made.COMPLETE)
        assessments.save(work, case_id, row.id, head, text, expected=None, finish=True)
    course_made.make_conference(office, case_id, "rujuk")
    states = _clocks(office, case_id)
    assert (states["DEF-ASSESS"], states["DEF-CONF"], states["DEF-PLAN"]) == ("MET", "MET", "RUNNING")

    course_made.make_plan(office, case_id, client, agreed=True)
    states = _clocks(office, case_id)
    assert (states["DEF-PLAN"], states["DEF-MON"], states["DEF-REVIEW"]) == ("MET", "RUNNING", "RUNNING")


def test_a_taken_back_assessment_meets_no_clock(office: Office) -> None:
    case_id, [client] = case_with_client(office)
    with office.work() as work:
        progress.take_step(work, case_id, "approve", StepReason())
    row_id = course_made.make_assessment(office, case_id, client)
    assert _clocks(office, case_id)["DEF-ASSESS"] == "MET"
    with office.work() as work:
        records.take_back(work, case_id, row_id)
    assert _clocks(office, case_id)["DEF-ASSESS"] == "RUNNING"
