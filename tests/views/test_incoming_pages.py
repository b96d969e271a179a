"""Referrals to us on screen: from the case file to the answer, and what each reader sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event, select

from app.referrals.models import IncomingReferral
from tests import referral_office as desk
from tests.factories import Office, send


@pytest.fixture(scope="module")
def office(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = desk.english_office(shared_url, tmp_path_factory.mktemp("incoming"))
    yield made
    made.runtime.engine.dispose()


@pytest.fixture(scope="module")
def worker(office: Office):
    return office.somebody("PENDAMPING", password=False)


@pytest.fixture
def case(office: Office, worker):
    return desk.make_case(office, worker)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def typed(sender, **changed):
    given = {
        "institution_id": str(sender),
        "client_id": "all",
        "letter_no": "440/7/PKM",
        "received_on": "2026-05-20",
        "requested": "SV_KESEHATAN",
        "asked": "mohon didampingi",
    }
    return given | changed


def record(office: Office, browser, case, **changed):
    page = f"/referrals/in/for/{case}"
    return send(browser, page, page, **typed(desk.make_institution(office, "IN_PUSKESMAS"), **changed))


def newest(office: Office, case):
    with office.work() as work:
        row = work.session.scalars(select(IncomingReferral.id).where(IncomingReferral.case_id == case)).one()
        work.recorded("page:opened")
        return row


def test_from_the_case_file_to_the_answer(office: Office, worker, case):
    browser = office.browser(worker)
    assert f"/referrals/in/for/{case}" in text(browser.get(f"/cases/{case}"))
    assert record(office, browser, case).status_code == 303
    row = newest(office, case)
    page = f"/referrals/in/{row}"
    assert "mohon didampingi" in text(browser.get(page))
    for code, more in (("acknowledge", {}), ("accept", {"text": "kami terima"})):
        step = f"{page}/steps/{code}"
        assert send(browser, step, step, on="2026-05-20", at="09:00", **more).status_code == 303
    step = f"{page}/steps/report"
    given = {"on": "2026-05-20", "at": "09:00", "text": "sudah didampingi"}
    assert send(browser, step, step, **given).status_code == 422  # nothing is told without a ground
    given |= {
        "basis": "other",
        "other_basis": "CB_HUKUM",
        "consent_on": "2026-05-20",
        "other_proof": "B/12/V/2026 tanggal 19 Mei",
    }
    assert 'href="#other_reason"' in text(send(browser, step, step, **given))
    given |= {"other_reason": "diminta penyidik"}
    assert send(browser, step, step, **given).status_code == 303
    shown = text(browser.get(page))
    assert "sudah didampingi" in shown
    assert "Result told" in shown
    assert "Letter of answer" in shown  # also when nothing is left to record
    file = text(browser.get(f"/cases/{case}"))
    assert page in file
    assert "B/12/V/2026 tanggal 19 Mei" in file  # the proof stands with the ground
    assert page in text(browser.get("/referrals/in"))
    assert "/referrals/in" in text(browser.get("/referrals"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"asked": ""}, "Write in one or two sentences what is asked."),
        ({"institution_id": ""}, "Choose the institution."),
        ({"letter_on": "2026-05-21"}, "Their letter is dated after the day it came."),
        ({"received_on": "2030-01-01"}, "This day has not come yet."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, worker, case, changed, sentence):
    answer = record(office, office.browser(worker), case, **changed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "440/7/PKM" in text(answer)


def test_a_step_the_table_does_not_have_is_a_conflict_and_an_unknown_one_is_not_found(office: Office, worker, case):
    browser = office.browser(worker)
    record(office, browser, case)
    page = f"/referrals/in/{newest(office, case)}/steps"
    assert browser.get(f"{page}/report").status_code == 409
    assert browser.get(f"{page}/rekaan").status_code == 404


def test_the_words_are_the_teams_and_strangers_find_nothing(office: Office, worker, case):
    record(office, office.browser(worker), case)
    page = f"/referrals/in/{newest(office, case)}"
    chief = office.browser(office.somebody("SUPERVISOR", password=False))
    assert "mohon didampingi" not in text(chief.get(page))
    assert "Closed to those outside the team." in text(chief.get(page))
    stranger = office.browser(office.somebody("PENDAMPING", password=False))
    assert stranger.get(page).status_code == 404
    assert page not in text(stranger.get("/referrals/in"))


def test_the_list_takes_the_same_number_of_queries_for_two_and_for_twenty(office: Office):
    chief = office.browser(office.somebody("SUPERVISOR", password=False))

    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - one expression
        chief.get("/referrals/in")
        event.listen(office.runtime.engine, "before_cursor_execute", listen)
        assert chief.get("/referrals/in").status_code == 200
        event.remove(office.runtime.engine, "before_cursor_execute", listen)
        return len(seen)

    sender = desk.make_institution(office)
    for _ in range(2):
        desk.receive(office, desk.make_case(office), None, sender)
    few = queries()
    for _ in range(18):
        desk.receive(office, desk.make_case(office), None, sender)
    assert queries() == few


def test_one_that_does_not_open_says_so_and_the_page_stands(office: Office, worker, case):
    browser = office.browser(worker)
    record(office, browser, case)
    row_id = newest(office, case)
    with office.work() as work:
        work.session.get_one(IncomingReferral, row_id).referral_sealed = b"rusak"
        work.recorded("test:damaged")
    for page in (f"/referrals/in/{row_id}", "/referrals/in", f"/cases/{case}", f"/cases/{case}/story"):
        assert browser.get(page).status_code == 200, page
