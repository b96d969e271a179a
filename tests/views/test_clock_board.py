"""*Pengawasan* on screen: what runs out, whose, where; waiving and taking up (design 5; product "Pengawasan")."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, update

from app.accounts.models import User
from app.cases.models import Case, Note
from app.clocks import board, load
from app.clocks.board import Wanted, When
from app.clocks.models import CaseClocks
from app.domain.clocks import State
from app.domain.zones import Zone
from tests import referral_office as desk
from tests.factories import START, Office, send


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = desk.english_office(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


@pytest.fixture
def worker(office: Office):
    return office.somebody("PENDAMPING", password=False)


@pytest.fixture
def supervisor(office: Office):
    return office.somebody("SUPERVISOR", password=False)


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def test_two_children_at_the_police_and_the_hospital_both_stand_on_the_supervisors_board(office: Office, supervisor):
    case = desk.make_case(office)
    first, second = desk.clients_of(office, case)
    police = desk.make_referral(office, case, first, desk.make_institution(office, "IN_UPPA", "Unit PPA Uji"))
    hospital = desk.make_referral(office, case, second, desk.make_institution(office, "IN_RS", "RSUD Uji"))
    page = text(office.browser(supervisor).get("/clocks"))
    assert page.count("Unit PPA Uji") >= 1
    assert f"/referrals/{police}" in page
    assert f"/referrals/{hospital}" in page
    assert "Anak Uji" not in page


def test_the_board_parts_overdue_today_this_week_and_later(office: Office, supervisor):
    moments = {
        When.OVERDUE: START - timedelta(minutes=1),
        When.TODAY: START,
        When.WEEK: START + timedelta(days=3),
        When.LATER: START + timedelta(days=20),
    }
    for moment in moments.values():
        case = desk.make_case(office)
        with office.work() as work:
            work.session.execute(update(Case).where(Case.id == case).values(due_at=moment))
            work.recorded("page:opened")
    with office.runtime.looking(supervisor.actor) as work:
        assert board.counts(work, Wanted()) == dict.fromkeys(When, 1)
        found = {each.due_at for when in When for each in board.find(work, Wanted(when=when), 1).cases}
        assert found == set(moments.values())
        for when, moment in moments.items():
            assert [each.due_at for each in board.find(work, Wanted(when=when), 1).cases] == [moment]


def test_the_due_minute_is_still_in_time():
    limits = board.bounds(START, Zone.WITA)
    assert limits[When.OVERDUE][1] <= START
    assert limits[When.TODAY][0] > START - timedelta(minutes=1)
    assert limits[When.TODAY][1].hour == 16  # midnight in WITA


def test_the_board_is_narrowed_by_worker_and_by_institution(office: Office, supervisor):
    worker = office.somebody("PENDAMPING")
    mine, other = desk.make_case(office, worker), desk.make_case(office)
    hospital = desk.make_institution(office, "IN_RS", "RSUD Uji")
    desk.make_referral(office, other, None, hospital)
    browser = office.browser(supervisor)
    by_worker = text(browser.get(f"/clocks?worker={worker.id}"))
    assert f"/cases/{mine}" in by_worker
    assert f"/cases/{other}" not in by_worker
    by_institution = text(browser.get(f"/clocks?institution={hospital}"))
    assert f"/cases/{other}" in by_institution
    assert f"/cases/{mine}" not in by_institution
    assert browser.get("/clocks?when=never").status_code == 422


def test_one_event_names_every_case_on_the_page(office: Office, supervisor):
    cases = {str(desk.make_case(office)) for _ in range(3)}
    office.browser(supervisor).get("/clocks")
    last = office.events()[-1]
    assert last.event == "clock:listed"
    assert set(last.cases.split()) == cases


def test_the_board_takes_the_same_number_of_queries_for_two_and_for_twenty(office: Office, supervisor):
    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - one expression
        browser = office.browser(supervisor)
        browser.get("/clocks")
        event.listen(office.runtime.engine, "before_cursor_execute", listen)
        assert browser.get("/clocks").status_code == 200
        event.remove(office.runtime.engine, "before_cursor_execute", listen)
        return len(seen)

    institution = desk.make_institution(office)
    for _ in range(2):
        desk.make_referral(office, desk.make_case(office), None, institution)
    few = queries()
    for _ in range(18):
        desk.make_referral(office, desk.make_case(office), None, institution)
    assert queries() == few


def test_a_caseworker_sees_own_deadlines_and_not_the_units(office: Office, worker):
    mine, other = desk.make_case(office, worker), desk.make_case(office)
    browser = office.browser(worker)
    assert browser.get("/clocks").status_code == 403
    page = text(browser.get("/clocks/own"))
    assert f"/cases/{mine}" in page
    assert f"/cases/{other}" not in page
    assert "/clocks/own" in text(browser.get("/"))


def test_the_home_page_counts_what_is_overdue_and_opens_nothing(office: Office, worker, supervisor):
    desk.make_case(office, worker)
    office.clock.pass_by(days=40)
    for who, address in ((worker, "/clocks/own?when=overdue"), (supervisor, "/clocks?when=overdue")):
        seen = len(office.events())
        page = text(office.browser(who).get("/"))
        assert address in page
        assert not [e for e in office.events()[seen:] if e.sections]


def test_clocks_that_do_not_open_say_so_and_the_board_stands(office: Office, supervisor):
    first, second = desk.make_case(office), desk.make_case(office)
    with office.work() as work:
        blob = work.session.get_one(CaseClocks, second).clocks_sealed
        work.session.execute(update(CaseClocks).where(CaseClocks.case_id == first).values(clocks_sealed=blob))
        work.recorded("page:opened")
    browser = office.browser(supervisor)
    for address in ("/clocks", f"/clocks/cases/{first}", f"/cases/{first}"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "cannot be opened" in text(answer)


# --- waiving ---------------------------------------------------------------------------------------------------------


def option(page: str, words: str) -> str:
    found = re.search(r'<option value="([^"]+)">[^<]*' + re.escape(words), page)
    assert found is not None, words
    return found.group(1)


def test_a_supervisor_waives_with_a_reason_and_takes_up_again(office: Office, supervisor):
    case = desk.make_case(office)
    desk.make_referral(office, case, None, desk.make_institution(office))
    browser, here = office.browser(supervisor), f"/clocks/cases/{case}"
    clock = option(text(browser.get(f"{here}/waive")), "Acknowledgement")
    assert send(browser, f"{here}/waive", f"{here}/waive", clock=clock, reason="").status_code == 422
    answer = send(browser, f"{here}/waive", f"{here}/waive", clock=clock, reason="WV_LAIN")
    assert answer.status_code == 422
    answer = send(browser, f"{here}/waive", f"{here}/waive", clock=clock, reason="WV_LAIN", words="sudah ditelepon")
    assert answer.status_code == 303, text(answer)
    assert desk.clock_states(office, case)["DEF-REF-ACK"] == {State.WAIVED}
    assert send(browser, here, f"{here}/take-up", clock=clock).status_code == 303
    assert desk.clock_states(office, case)["DEF-REF-ACK"] == {State.RUNNING}


def test_the_72_hours_ask_for_wish_and_advice_and_keep_them_sealed(office: Office, supervisor):
    case = desk.make_case(office, children=1, tpks=("TP_FISIK",))
    browser, here = office.browser(supervisor), f"/clocks/cases/{case}/waive"
    page = text(browser.get(here))
    assert "never files by itself" in page
    clock = option(page, "Report or information")
    given = {"clock": clock, "reason": "WV_KEHENDAK", "words": "disetujui supervisor"}
    assert send(browser, here, here, **given).status_code == 422
    answer = send(browser, here, here, client_wish="tidak mau melapor", advice="hak dijelaskan", **given)
    assert answer.status_code == 303, text(answer)
    with office.runtime.looking(supervisor.actor) as work:
        note = work.session.query(Note).filter_by(case_id=case).one()
        assert b"melapor" not in note.body_sealed
    assert desk.clock_states(office, case)["TPKS-41"] == {State.WAIVED}


def test_a_clock_nobody_offered_cannot_be_waived(office: Office, supervisor):
    case, other = desk.make_case(office), desk.make_case(office)
    browser, here = office.browser(supervisor), f"/clocks/cases/{case}/waive"
    foreign = option(text(browser.get(f"/clocks/cases/{other}/waive")), "Open case")
    assert send(browser, here, here, clock=foreign, reason="WV_SUDAH").status_code == 422


def test_no_rule_stands_in_an_address_or_a_title(office: Office, supervisor):
    case = desk.make_case(office, children=1, tpks=("TP_FISIK",))
    browser = office.browser(supervisor)
    for address in ("/clocks", f"/clocks/cases/{case}", f"/clocks/cases/{case}/waive", f"/cases/{case}", "/"):
        page = text(browser.get(address))
        for found in re.findall(r'(?:href|action|src)="([^"]*)"', page):
            assert "TPKS" not in found
            assert "DEF-" not in found
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title is not None
        assert "TPKS" not in title.group(1)


def test_strangers_and_companions_waive_nothing(office: Office, worker):
    case = desk.make_case(office, worker)
    companion = office.browser(worker)
    assert companion.get(f"/clocks/cases/{case}").status_code == 200
    assert companion.get(f"/clocks/cases/{case}/waive").status_code == 403
    stranger = office.browser(office.somebody("MANAJER", password=False))
    for address in (f"/clocks/cases/{case}", f"/clocks/cases/{case}/waive"):
        assert stranger.get(address).status_code == 404


def test_the_load_says_who_has_how_much_and_what_nobody_has(office: Office):
    busy = office.somebody("PENDAMPING", name="Budi Contoh")
    office.somebody("PENDAMPING", name="Cici Contoh")
    late = desk.make_case(office, busy)
    for _ in range(2):
        desk.make_case(office, busy)
    ended = desk.make_case(office, busy)
    desk.make_referral(office, ended, None, desk.make_institution(office))
    desk.make_referral(office, late, None, desk.make_institution(office))
    with office.work() as work:
        work.session.execute(update(Case).where(Case.id == late).values(due_at=work.now - timedelta(hours=1)))
        work.session.execute(update(Case).where(Case.id != late).values(due_at=work.now + timedelta(hours=1)))
        work.session.execute(update(Case).where(Case.id == ended).values(status="closed", closed_at=work.now))
    page = office.browser(office.somebody("SUPERVISOR", password=False)).get("/clocks/load").get_data(as_text=True)
    row = lambda name: re.findall(r">(\d+)<", page.split(name)[1].split("</tr>")[0])  # noqa: E731 - said twice
    assert row("Budi Contoh")[:4] == ["3", "0", "1", "2"]
    assert row("Cici Contoh")[:2] == ["0", "0"]
    assert f"/clocks?worker={busy.id}&amp;when=overdue" in page
    assert office.browser(busy).get("/clocks/load").status_code == 403


def test_the_load_names_who_left_with_a_referral_of_an_ended_file_under_way(office: Office):
    gone = office.somebody("PENDAMPING", name="Dodi Contoh")
    ended = desk.make_case(office, gone)
    desk.make_referral(office, ended, None, desk.make_institution(office))
    with office.work() as work:
        work.session.execute(update(Case).where(Case.id == ended).values(status="closed", closed_at=work.now))
        work.session.execute(update(User).where(User.id == gone.id).values(disabled_at=work.now))
    with office.work(office.somebody("SUPERVISOR", password=False).actor) as work:
        found = {each.name: each.referrals for each in load.load(work).workers}
    assert found["Dodi Contoh"] == 1
