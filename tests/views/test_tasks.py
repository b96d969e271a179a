"""*Tugas saya*: what waits for one person, and filters kept under a name."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.audit.events import Event
from app.cases import conferences, plans, records, team
from app.cases import queries as case_queries
from app.cases.models import Case
from app.cases.models import Service as ServiceRow
from app.clocks.lines import Line
from app.db.base import new_id
from app.domain.aftercare import due_days
from app.domain.errors import Conflict
from app.security.structs import course
from app.security.structs.work import FollowUp, Service, ServiceText
from app.tasks import gathering, queries, services
from app.tasks.gathering import Source, When
from app.tasks.models import OwnTask, SavedFilter
from app.work import Work
from tests import case_factories as made
from tests.factories import OPERATOR, Office, Someone, send

TODAY = date(2026, 5, 20)


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def gathered(office: Office, who: Someone) -> gathering.Gathered:
    looked = gathering.Looked()

    def plan(work):
        nonlocal looked
        looked = gathering.look(work)
        return gathering.opening(looked)

    with office.runtime.reading(who.actor, plan) as work:
        return gathering.gather(work, looked)


def of_source(found: gathering.Gathered, source: Source) -> list[gathering.Task]:
    return [task for tasks in found.groups.values() for task in tasks if task.source is source]


@pytest.mark.parametrize(
    ("due", "when"),
    [
        (TODAY - timedelta(days=1), When.OVERDUE),
        (TODAY, When.TODAY),
        (TODAY + timedelta(days=1), When.WEEK),
        (TODAY + timedelta(days=7), When.WEEK),
        (TODAY + timedelta(days=8), When.LATER),
        (None, When.UNDATED),
    ],
)
def test_a_task_stands_in_the_group_of_its_day(due, when):
    assert gathering.when_of(due, TODAY) is when


def test_a_task_of_ones_own_is_seen_by_its_owner_alone(office, worker, case_id):
    other = office.somebody("MANAJER")
    browser = office.browser(worker)
    answer = send(browser, "/tasks", "/tasks", text="telepon sekolah", due_on="2026-05-19", register_no="")
    page = browser.get("/tasks").get_data(as_text=True)

    assert answer.status_code == 303
    assert "telepon sekolah" in page
    assert "telepon sekolah" not in office.browser(other).get("/tasks").get_data(as_text=True)
    assert len(gathered(office, worker).groups[When.OVERDUE]) == 1
    assert gathered(office, other).total == 0


def test_what_was_typed_stays_when_the_case_is_not_found(office, worker):
    answer = send(office.browser(worker), "/tasks", "/tasks", text="jemput surat", due_on="", register_no="9999/XX")

    assert answer.status_code == 422
    assert "jemput surat" in answer.get_data(as_text=True)
    assert "9999/XX" in answer.get_data(as_text=True)
    with office.work() as work:
        assert work.session.query(OwnTask).count() == 0


def test_a_foreign_case_is_no_case_for_a_task(office, worker, case_id):
    stranger = office.somebody("MANAJER")
    with office.work() as work:
        number = work.session.get_one(Case, case_id).register_no
    given = {"text": "intip", "due_on": "", "register_no": number}

    assert send(office.browser(stranger), "/tasks", "/tasks", **given).status_code == 422
    assert send(office.browser(worker), "/tasks", "/tasks", **given).status_code == 303


def test_a_task_ticked_off_leaves_the_list_and_can_be_put_back(office, worker):
    with office.work(worker.actor) as work:
        task_id = services.set_down(work, "antar berkas", None).id
    browser = office.browser(worker)

    done = send(browser, "/tasks", f"/tasks/{task_id}/done")
    assert done.location == f"/tasks/{task_id}"
    assert gathered(office, worker).total == 0
    assert send(browser, f"/tasks/{task_id}", f"/tasks/{task_id}/done").status_code == 409

    send(browser, f"/tasks/{task_id}", f"/tasks/{task_id}/again")
    assert gathered(office, worker).total == 1


def test_another_persons_task_is_not_there(office, worker):
    with office.work(worker.actor) as work:
        task_id = services.set_down(work, "punya orang", None).id
    assert office.browser(office.somebody("MANAJER")).get(f"/tasks/{task_id}").status_code == 404


def test_a_goal_waits_for_whoever_is_responsible_until_it_is_closed(office, worker, case_id):
    with office.work() as work:
        helper = office.somebody("PENDAMPING")
        team.assign(work, work.session.get_one(Case, case_id), helper.id, "PENDAMPING")
        work.touched(case_id, Event.CASE_ASSIGNED)
    client_id = made.row_ids(office, made.Client, case_id)[0]
    goal = course.Goal(
        id=new_id(),
        horizon="HZ_SEGERA",
        services=("SV_KESEHATAN",),
        responsible=helper.id,
        target_on=TODAY + timedelta(days=3),
    )
    with office.work(worker.actor) as work:
        words = course.PlanText(goals=(course.GoalText(goal.id, "luka lama", "sembuh"),))
        plans.start(work, case_id, course.Plan(client_id=client_id, on=TODAY, goals=(goal,)), words)

    assert [task.due_on for task in of_source(gathered(office, helper), Source.GOAL)] == [TODAY + timedelta(days=3)]
    assert of_source(gathered(office, worker), Source.GOAL) == []


def test_a_decision_waits_until_it_is_done(office, worker, case_id):
    decision = course.Decision(id=new_id(), responsible=worker.id, due_on=TODAY)
    head = course.Conference(on=TODAY, kind="KK_KASUS", staff=(worker.id,), decisions=(decision,))
    words = course.ConferenceText(issue="pokok", decisions=(course.DecisionText(decision.id, "antar"),))
    with office.work(worker.actor) as work:
        row = conferences.record(work, case_id, head, words)
    assert len(gathered(office, worker).groups[When.TODAY]) >= 1
    assert len(of_source(gathered(office, worker), Source.DECISION)) == 1
    with office.work(worker.actor) as work:
        conferences.mark_done(work, case_id, row.id, conferences.Done(decision.id, TODAY), expected=None)
    assert of_source(gathered(office, worker), Source.DECISION) == []


def test_deadlines_that_bind_the_unit_wait_for_the_manager_and_not_for_the_companion(office, worker, case_id):
    companion = office.somebody("PENDAMPING")
    with office.work() as work:
        case = work.session.get_one(Case, case_id)
        for member in list(case_queries.team_of(work.session, [case_id])):
            member.role = "MANAJER"
            member.mac = case_queries.member_mac(work, member)
        team.assign(work, case, companion.id, "PENDAMPING")
        work.touched(case_id, Event.CASE_ASSIGNED)

    assert of_source(gathered(office, worker), Source.CLOCK)
    assert of_source(gathered(office, companion), Source.CLOCK) == []


def test_a_next_step_of_a_service_waits_for_whoever_gives_it_until_it_is_ticked_off(office, worker, case_id):
    helper = office.somebody("PENDAMPING")
    made.join_team(office, case_id, helper)
    client_id = made.row_ids(office, made.Client, case_id)[0]
    due = TODAY + timedelta(days=2)
    given = {"client_id": client_id, "on": TODAY, "activity": "AK_KONSELING", "next_on": due}
    words = ServiceText(next_step="antar ke sekolah")
    with office.work(worker.actor) as work:
        own = records.record_service(work, case_id, Service(**given), words).id
        records.record_service(work, case_id, Service(**given | {"officer": helper.id}), words)
        records.record_service(work, case_id, Service(**given | {"next_on": None}), words)
        wrong = records.record_service(work, case_id, Service(**given), words).id
        records.remove_service(work, case_id, wrong)

    for who in (worker, helper):
        assert [task.due_on for task in of_source(gathered(office, who), Source.NEXT_STEP)] == [due]
    page = office.browser(worker).get("/tasks").get_data(as_text=True)
    assert "Setelah: Konseling" in page
    assert f'/cases/{case_id}#services"' in page
    assert "antar ke sekolah" not in page

    step = f"/tasks/steps/{case_id}/{own}"
    browser = office.browser(worker)
    assert send(browser, "/tasks", f"{step}/done").location == step
    assert of_source(gathered(office, worker), Source.NEXT_STEP) == []
    assert "Konseling" in browser.get(step).get_data(as_text=True)
    assert send(browser, step, f"{step}/again").location == "/tasks"
    assert len(of_source(gathered(office, worker), Source.NEXT_STEP)) == 1

    file = f"/cases/{case_id}"
    entry = f"{file}/services/{own}/next-step"
    assert send(browser, file, f"{entry}/done").status_code == 303
    assert send(browser, file, f"{entry}/done").status_code == 409
    with office.work(worker.actor) as work:
        records.save_service(work, case_id, own, Service(**given | {"outcome": "HL_SELESAI"}), words, expected=None)
        held = read_service(work, own)
        assert (held.next_on, held.next_done_on, held.next_done_by) == (due, TODAY, worker.id)
    assert of_source(gathered(office, worker), Source.NEXT_STEP) == []
    assert f"{entry}/again" in browser.get(file).get_data(as_text=True)
    assert send(browser, file, f"{entry}/again").status_code == 303

    with office.work(worker.actor) as work:
        records.finish_next_step(work, case_id, own)
        later = Service(**given | {"next_on": due + timedelta(days=1)})
        records.save_service(work, case_id, own, later, words, expected=None)
        assert read_service(work, own).next_done_on is None
        with pytest.raises(Conflict):
            records.take_up_next_step(work, case_id, own)
        with pytest.raises(Conflict):
            records.finish_next_step(work, case_id, wrong)
    stranger = office.browser(office.somebody("PENDAMPING"))
    assert send(stranger, "/tasks", f"{step}/done").status_code == 404
    assert stranger.get(step).status_code == 404


def read_service(work: Work, service_id: UUID) -> Service:
    return records.read_service(work, work.session.get_one(ServiceRow, service_id))


def contacts_waited_for(office: Office, who: Someone) -> list[date | None]:
    return [
        task.due_on
        for task in of_source(gathered(office, who), Source.CLOCK)
        if isinstance(task.head, Line) and task.head.clock.rule_id == "DEF-POST"
    ]


def test_the_contacts_after_the_end_wait_for_those_who_were_on_the_team_of_a_closed_case(office, worker, case_id):
    client_id = made.row_ids(office, made.Client, case_id)[0]
    decision = course.Decision(id=new_id(), responsible=worker.id, due_on=TODAY)
    head = course.Conference(on=TODAY, kind="KK_KASUS", staff=(worker.id,), decisions=(decision,))
    words = course.ConferenceText(issue="pokok", decisions=(course.DecisionText(decision.id, "antar"),))
    with office.work(worker.actor) as work:
        conferences.record(work, case_id, head, words)
    assert of_source(gathered(office, worker), Source.DECISION)
    assert contacts_waited_for(office, worker) == []

    made.finish(office, case_id, "closed")

    assert contacts_waited_for(office, worker) == list(due_days(made.today(office)))
    assert contacts_waited_for(office, office.somebody("MANAJER")) == []
    assert of_source(gathered(office, worker), Source.DECISION) == []  # nothing is done about it before the reopening
    page = office.browser(worker).get("/tasks").get_data(as_text=True)
    assert "Kontak pascaterminasi bulan ke-1, 3, dan 6" in page

    office.clock.pass_by(days=31)
    with office.work(worker.actor) as work:
        contact = FollowUp(client_id=client_id, on=made.today(office), kind="FU_TELEPON")
        records.record_follow_up(work, case_id, contact, "baik")
    assert contacts_waited_for(office, worker) == list(due_days(TODAY)[1:])


@pytest.mark.parametrize("status", ["voided", "rejected"])
def test_a_case_that_is_none_waits_for_nothing(office, worker, case_id, status):
    assert of_source(gathered(office, worker), Source.CLOCK)
    made.finish(office, case_id, status)
    assert gathered(office, worker).total == 0


def test_the_list_names_every_case_it_opens_in_the_log(office, worker, case_id):
    office.browser(worker).get("/tasks")
    event = office.events()[-1]
    assert event.event == Event.TASKS_LISTED
    assert str(case_id) in event.cases


def test_a_record_that_does_not_open_is_counted_and_the_list_stands(office, worker):
    with office.work(worker.actor) as work:
        row = services.set_down(work, "rusak", None)
        services.set_down(work, "utuh", None)
        row.task_sealed = row.task_sealed[:-1] + bytes([row.task_sealed[-1] ^ 1])
    page = office.browser(worker).get("/tasks").get_data(as_text=True)
    assert "utuh" in page
    assert "1 catatan tidak dapat dibuka" in page


# --- filters ---------------------------------------------------------------------------------------------------------


def test_saved_filters_lead_to_the_list_under_the_same_filters(office, worker):
    browser = office.browser(worker)
    page = "/tasks/filters/new?stage=ST1_PENGADUAN&kind=VK_FISIK&page=3&intruder=1"
    criteria = "stage=ST1_PENGADUAN&kind=VK_FISIK"
    assert criteria.replace("&", "&amp;") in browser.get(page).get_data(as_text=True)

    answer = send(browser, page, "/tasks/filters", name="Baru, fisik", criteria=criteria)
    assert answer.status_code == 303
    with office.work(OPERATOR) as work:
        saved = work.session.query(SavedFilter).one()
    assert browser.get(f"/tasks/filters/{saved.id}").location == f"/cases?{criteria}"
    assert office.browser(office.somebody("MANAJER")).get(f"/tasks/filters/{saved.id}").status_code == 404

    send(browser, "/tasks/filters", f"/tasks/filters/{saved.id}/forget")
    with office.work(OPERATOR) as work:
        assert work.session.query(SavedFilter).count() == 0


@pytest.mark.parametrize(
    ("name", "criteria"), [("", "stage=ST1_PENGADUAN"), ("Kosong", ""), ("Asing", "nama=Bunga"), ("n" * 61, "stage=X")]
)
def test_filters_without_a_name_or_without_a_filter_are_refused(office, worker, name, criteria):
    answer = send(office.browser(worker), "/tasks/filters/new", "/tasks/filters", name=name, criteria=criteria)
    assert answer.status_code == 422
    with office.work(OPERATOR) as work:
        assert work.session.query(SavedFilter).count() == 0


def test_a_name_is_used_once(office, worker):
    with office.work(worker.actor) as work:
        services.save_filter(work, "Berisiko", {"risk": "RK_TINGGI"})
    answer = send(
        office.browser(worker), "/tasks/filters/new", "/tasks/filters", name="berisiko ", criteria="risk=RK_SEDANG"
    )
    assert answer.status_code == 422


# --- opened last -----------------------------------------------------------------------------------------------------


def test_the_cases_opened_last_stand_on_the_home_page_newest_first(office, worker, case_id):
    second = made.make_case(office, worker)
    browser = office.browser(worker)
    for each in (case_id, second, case_id):
        browser.get(f"/cases/{each}")
    with office.work(worker.actor) as work:
        assert [case.id for case in queries.recently_opened(work)] == [case_id, second]
    assert "Terakhir dibuka" in browser.get("/").get_data(as_text=True)


def test_a_case_one_may_no_longer_open_is_not_among_them(office, worker, case_id):
    office.browser(worker).get(f"/cases/{case_id}")
    with office.work() as work:
        for member in case_queries.team_of(work.session, [case_id]):
            member.until = work.now
            member.mac = case_queries.member_mac(work, member)
        work.touched(case_id, Event.CASE_UNASSIGNED)
    with office.work(worker.actor) as work:
        assert queries.recently_opened(work) == []
