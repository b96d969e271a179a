"""Assessment, plan, monitoring, conference and service as pages: nothing typed is lost, every version stays readable, words are the team's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from app.cases import plans
from app.cases.models import Assessment, Client, Conference, Plan, Service
from app.db.discovery import load_models
from app.db.engine import make_engine
from tests import case_factories as made
from tests import course_factories as course_made
from tests.contracts.controls import Form, forms_of
from tests.factories import Office, Someone, fill, make_office
from tests.referral_office import make_institution


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all tests here: each works on cases of its own, and an application's templates are compiled once."""
    folder = tmp_path_factory.mktemp("course")
    engine = make_engine(f"sqlite:///{folder}/pages.db")
    load_models().create_all(engine)
    engine.dispose()
    shared = make_office(f"sqlite:///{folder}/pages.db", folder)
    yield shared
    shared.runtime.engine.dispose()


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def supervisor(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Surya Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


@pytest.fixture
def client_id(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


class Desk:
    """A browser, and the form of the page it shows."""

    def __init__(self, office: Office, who: Someone, page: str) -> None:
        self.browser = office.browser(who)
        self.take(self.browser.get(page))

    def take(self, answer: Any) -> None:
        """Look at an answer."""
        self.status, self.text = answer.status_code, answer.get_data(as_text=True)
        main = self.text[self.text.index("<main") :] if "<main" in self.text else self.text
        self.form: Form | None = next((form for form in forms_of(main) if form.typed), None)

    def sends(self, **values: Any) -> int:
        """Send the form with these values typed into it."""
        assert self.form is not None, self.text
        sent: dict[str, Any] = self.form.sent() | {name.replace("__", "-"): value for name, value in values.items()}
        self.take(self.browser.post(self.form.action, data=sent))
        return self.status


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


# --- assessment ------------------------------------------------------------------------------------------------------


def test_an_assessment_is_kept_unfinished_by_enter_and_finished_when_it_is_complete(office, worker, case_id):
    desk = Desk(office, worker, f"/cases/{case_id}/assessments/new")
    assert desk.sends(hopes="ingin sekolah lagi", act="keep") == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "ingin sekolah lagi" in page
    row = made.row_ids(office, Assessment, case_id)[0]
    assert f"/cases/{case_id}/assessments/{row}/edit" in page

    desk = Desk(office, worker, f"/cases/{case_id}/assessments/{row}/edit")
    assert desk.sends(psychological="sulit tidur", act="finish") == 422
    assert "Isi bagian ini untuk menyelesaikan asesmen." in desk.text
    assert "sulit tidur" in desk.text
    assert desk.sends(**course_made.COMPLETE, risk="RK_TINGGI", act="finish") == 303
    assert "perlu konseling" in text_of(office, worker, f"/cases/{case_id}/assessments/{row}")


def test_a_corrected_assessment_says_so_and_leads_to_what_it_was(office, worker, case_id, client_id):
    first = course_made.make_assessment(office, case_id, client_id, conclusion="kesimpulan lama")
    desk = Desk(office, worker, f"/cases/{case_id}/assessments/{first}/edit")
    assert desk.sends(conclusion="kesimpulan baru", act="finish") == 303

    page = text_of(office, worker, f"/cases/{case_id}")
    assert "kesimpulan baru" in page
    assert "kesimpulan lama" not in page
    old = text_of(office, worker, f"/cases/{case_id}/assessments/{first}")
    assert "kesimpulan lama" in old
    assert "Asesmen ini sudah diperbaiki." in old


def test_two_who_write_one_assessment_see_both_texts_and_neither_is_lost(office, worker, case_id, client_id):
    row = course_made.make_assessment(office, case_id, client_id, finish=False)
    first, second = (Desk(office, worker, f"/cases/{case_id}/assessments/{row}/edit") for _ in range(2))
    assert first.sends(hopes="kata yang pertama", act="keep") == 303
    assert second.sends(hopes="kata yang kedua", act="keep") == 409
    assert "kata yang pertama" in second.text
    assert "kata yang kedua" in second.text
    assert second.sends(act="keep") == 303


# --- plan ------------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_goal_stands_at_that_goal_though_an_empty_one_lies_before_it(office, worker, case_id):
    desk = Desk(office, worker, f"/cases/{case_id}/plans/new")
    assert desk.sends(goals__1__goal="tempat tinggal aman") == 422
    assert 'id="goals-1-horizon-error"' in desk.text
    assert 'id="goals-0-horizon-error"' not in desk.text
    assert "tempat tinggal aman" in desk.text
    assert made.row_ids(office, Plan, case_id) == []
    assert desk.sends(goals__1__horizon="HZ_PENDEK") == 303
    assert "tempat tinggal aman" in text_of(office, worker, f"/cases/{case_id}")


def test_one_more_goal_keeps_what_was_typed_and_saves_nothing(office, worker, case_id):
    desk = Desk(office, worker, f"/cases/{case_id}/plans/new")
    desk.sends(goals__0__goal="satu", act="more")
    assert 'name="goals-2-goal"' in desk.text
    assert "satu" in desk.text
    assert made.row_ids(office, Plan, case_id) == []
    desk.sends(goals__0__horizon="HZ_SEGERA", goals__2__goal="tiga", goals__2__horizon="HZ_SEGERA", act="save")
    assert desk.status == 303


def test_a_goal_somebody_else_added_meanwhile_is_not_lost_by_saving_ones_own(office, worker, case_id, client_id):
    plan_id = course_made.make_plan(office, case_id, client_id, "yang lama")
    first, second = (Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/edit") for _ in range(2))
    first.sends(goals__1__goal="dari orang lain", goals__1__horizon="HZ_SEGERA", act="save")
    assert second.sends(goals__1__goal="dari saya", goals__1__horizon="HZ_SEGERA", act="save") == 409
    assert "dari orang lain" in second.text
    assert second.sends(act="save") == 303
    with office.work() as work:
        work.recorded("page:opened")
        words = plans.read_text(work, work.session.get_one(Plan, plan_id)).goals
    assert {goal.goal for goal in words} == {"yang lama", "dari saya", "dari orang lain"}


def test_the_answer_and_the_end_of_a_goal_stand_on_the_file_and_the_answered_version_stays(
    office, worker, case_id, client_id
):
    plan_id = course_made.make_plan(office, case_id, client_id, "kembali sekolah")
    assert "menunggu jawaban klien" in text_of(office, worker, f"/cases/{case_id}")
    assert Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/answer").sends(agreement="YA", note="mau") == 303
    with office.work() as work:
        [goal] = course_made.goals_of(work, plan_id)
    desk = Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/goals/{goal}")
    assert desk.sends(state="GS_BATAL") == 422
    assert desk.sends(reason="keluarga pindah ke luar kabupaten") == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "keluarga pindah ke luar kabupaten" in page
    assert "1 dari 1 tujuan selesai" in page

    desk = Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/edit")
    assert desk.sends(goals__1__goal="usaha rumahan", goals__1__horizon="HZ_PANJANG", act="save") == 303
    assert len(made.row_ids(office, Plan, case_id)) == 2
    old = text_of(office, worker, f"/cases/{case_id}/plans/{plan_id}")
    assert "Rencana ini sudah diganti versi yang lebih baru." in old
    assert "usaha rumahan" not in old


def test_a_goal_reached_without_a_remark_leaves_the_file_readable(office, worker, case_id, client_id):
    plan_id = course_made.make_plan(office, case_id, client_id, "kembali sekolah", agreed=True)
    with office.work() as work:
        [goal] = course_made.goals_of(work, plan_id)
    desk = Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/goals/{goal}")
    assert desk.sends(state="GS_TERCAPAI") == 303
    for page in (f"/cases/{case_id}", f"/cases/{case_id}/plans/{plan_id}"):
        assert "1 dari 1 tujuan selesai" in text_of(office, worker, page)


def test_a_review_stands_below_the_plan(office, worker, case_id, client_id):
    plan_id = course_made.make_plan(office, case_id, client_id, agreed=True)
    desk = Desk(office, worker, f"/cases/{case_id}/plans/{plan_id}/review")
    assert desk.sends(outcome="RO_LANJUT", text="tetap berjalan baik") == 303
    assert "tetap berjalan baik" in text_of(office, worker, f"/cases/{case_id}")


# --- monitoring and conference ---------------------------------------------------------------------------------------


def test_the_page_of_a_monitoring_shows_the_team_how_the_client_may_be_reached_and_the_open_goals(
    office, worker, case_id, client_id
):
    plan_id = course_made.make_plan(office, case_id, client_id, "kembali sekolah")
    desk = Desk(office, worker, f"/cases/{case_id}/monitorings/new")
    assert "dari perpustakaan" in desk.text
    assert "081200000001" not in desk.text
    with office.work() as work:
        [goal] = course_made.goals_of(work, plan_id)
    assert desk.sends(way="FU_RUMAH", condition="mulai tenang", open_goals=[str(goal)]) == 422
    assert desk.sends(outcome="RO_LANJUT", follow_up="kunjungan lagi") == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "mulai tenang" in page
    assert "kunjungan lagi" in page
    assert "Tujuan yang belum tercapai" in page


def test_a_decision_is_marked_as_done_and_leaves_the_list_of_what_waits(office, worker, case_id):
    row = course_made.make_conference(office, case_id, "hubungi kepala sekolah")
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "Sudah diputuskan, belum dilaksanakan" in page
    [address] = set(re.findall(rf"/cases/{case_id}/conferences/{row}/decisions/[0-9a-f-]+", page))
    assert Desk(office, worker, address).sends(result="sekolah menerima") == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "Sudah diputuskan, belum dilaksanakan" not in page
    assert "sekolah menerima" in text_of(office, worker, f"/cases/{case_id}/conferences/{row}")


def test_minutes_are_written_with_who_came_from_our_unit_and_from_elsewhere(office, worker, case_id):
    desk = Desk(office, worker, f"/cases/{case_id}/conferences/new")
    given = {"kind": "KK_KASUS", "issue": "tempat tinggal anak", "decisions__1__text": "cari wali"}
    assert desk.sends(**given) == 422
    assert "Isi siapa yang hadir." in desk.text
    assert desk.sends(staff=[str(worker.id)], outsiders="Kepala desa") == 303
    row = made.row_ids(office, Conference, case_id)[0]
    page = text_of(office, worker, f"/cases/{case_id}/conferences/{row}")
    assert "Wulan Contoh" in page
    assert "Kepala desa" in page
    assert "cari wali" in page


# --- all of them -----------------------------------------------------------------------------------------------------


def test_whoever_is_not_on_the_team_sees_that_there_is_a_plan_and_reads_it_with_a_reason_only(
    office, worker, supervisor, case_id, client_id
):
    course_made.make_assessment(office, case_id, client_id)
    plan_id = course_made.make_plan(office, case_id, client_id, "kembali sekolah")
    for path in (f"/cases/{case_id}", f"/cases/{case_id}/plans/{plan_id}"):
        page = text_of(office, supervisor, path)
        assert "menunggu jawaban klien" in page
        assert "kembali sekolah" not in page
        assert "perlu konseling" not in page
    opened = fill(
        office.browser(supervisor), f"/cases/{case_id}/open", reason="supervision", words="persetujuan", level="words"
    ).get_data(as_text=True)
    assert "kembali sekolah" in opened
    assert "perlu konseling" in opened
    assert office.browser(supervisor).get(f"/cases/{case_id}/plans/{plan_id}/edit").status_code == 403


def test_what_a_case_lacks_takes_one_line_and_nothing_before_it_is_taken_on(office, worker, supervisor, case_id):
    assert "Belum ada:" not in text_of(office, worker, f"/cases/{case_id}")
    fill(office.browser(supervisor), f"/cases/{case_id}/steps/approve", manager_id=worker.id)
    made.declare(office, case_id, worker)
    page = text_of(office, worker, f"/cases/{case_id}")
    assert page.count("Belum ada:") == 1
    assert 'id="plans"' not in page


def test_a_wrong_entry_is_taken_back_after_a_question(office, worker, case_id, client_id):
    row = course_made.make_monitoring(office, case_id, client_id)
    address = f"/cases/{case_id}/course/{row}/take-back"
    assert fill(office.browser(worker), address).status_code == 303
    assert "membaik" not in text_of(office, worker, f"/cases/{case_id}")
    assert fill(office.browser(worker), address).status_code == 409


def test_a_service_is_gone_on_with_and_shows_its_result_and_the_next_step(office, worker, case_id, client_id):
    row = made.make_service(office, case_id, client_id)
    first, second = (Desk(office, worker, f"/cases/{case_id}/services/{row}/edit") for _ in range(2))
    assert first.sends(result="klien lebih tenang", next_step="sesi kedua", next_on="2026-06-01") == 303
    assert second.sends(result="hasil lain") == 409
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "klien lebih tenang" in page
    assert "sesi kedua" in page
    assert len(made.row_ids(office, Service, case_id)) == 2  # the complaint, and this one


def test_a_partner_of_the_directory_and_a_colleague_stand_with_the_goal(office, worker, case_id, client_id):
    partner = make_institution(office, name="Puskesmas Martapura")
    desk = Desk(office, worker, f"/cases/{case_id}/plans/new")
    goal = {"goals__0__goal": "luka sembuh", "goals__0__target_on": "2026-06-01", "act": "save"}
    assert desk.sends(**goal, goals__0__responsible=str(worker.id), goals__0__institution_id=str(partner)) == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "Puskesmas Martapura" in page
    assert "Segera (sampai 1 bulan)" in page


def test_what_was_done_for_a_goal_stands_wherever_the_goal_does(office, worker, case_id, client_id):
    plan_id = course_made.make_plan(office, case_id, client_id, "kembali bersekolah", "tidur nyenyak", agreed=True)
    with office.work() as work:
        first, second = course_made.goals_of(work, plan_id)
    desk = Desk(office, worker, f"/cases/{case_id}/services/new")
    given = {"activity": "AK_KONSELING", "on": made.today(office).isoformat()}
    assert desk.sends(**given, goals=["0b7d0f5e-8a41-4a8e-9d52-1f3f0f0c6a10"]) == 422
    assert desk.sends(**given, goals=[str(first)]) == 303
    row = made.make_service(office, case_id, client_id, goals=(first,))
    plan = f"/cases/{case_id}/plans/{plan_id}"
    done = re.compile(r"<p class=\"record__meta\">2 [^<]*<time[^<]*</time>: [^<]* \(2×\)</p>")
    pages = {
        path: text_of(office, worker, path)
        for path in (f"/cases/{case_id}", plan, f"{plan}/review", f"{plan}/goals/{first}")
    }
    for path, text in pages.items():
        assert len(done.findall(text)) == 1, path
    assert pages[f"/cases/{case_id}"].count("kembali bersekolah") == 4  # the goal, its problem, both services
    assert "kembali bersekolah" in text_of(office, worker, f"/cases/{case_id}/story?kind=service")
    assert not done.search(text_of(office, worker, f"{plan}/goals/{second}"))

    edit = Desk(office, worker, f"/cases/{case_id}/services/{row}/edit")
    assert edit.form is not None
    assert str(first) in str(edit.form.sent()["goals"])
    assert fill(office.browser(worker), f"/cases/{case_id}/services/{row}/remove").status_code == 303
    assert not done.search(text_of(office, worker, plan))
    assert text_of(office, worker, f"/cases/{case_id}").count("kembali bersekolah") == 3
