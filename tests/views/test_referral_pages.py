"""The referral desk on screen: one flow from the case file to the answer, and what each reader sees (issue items 8, 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event

from app.cases.models import Client
from app.domain import disclosures
from app.referrals import board, pairs, services
from app.referrals.models import Referral
from app.referrals.services import Answer
from app.security.sections import Section
from app.security.structs.people import ClientProfile
from tests import referral_office as desk
from tests.factories import Office, send


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


@pytest.fixture
def case(office: Office, worker):
    return desk.make_case(office, worker)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def fields(office: Office, institution, client, **changed):
    given = {
        "institution_id": str(institution),
        "client_id": str(client),
        "requested": "SV_KESEHATAN",
        "reason": "perlu visum",
        "basis": "new",
        "consent_basis": "CB_WALI",
        "consent_conflict": "TIDAK",
        "consent_on": "2026-05-20",
        "on": "2026-05-20",
        "at": "09:00",
        "act": "send",
    }
    return {name: value for name, value in (given | changed).items() if value is not None}


def refer(office: Office, browser, case, **given):
    return send(browser, f"/referrals/for/{case}", f"/referrals/for/{case}", **given)


def test_a_worker_refers_with_consent_in_one_go(office: Office, worker, case):
    browser = office.browser(worker)
    institution = desk.make_institution(office, "IN_RS", "RSUD Uji")
    answer = refer(office, browser, case, **fields(office, institution, desk.clients_of(office, case)[0]))
    assert answer.status_code == 303, text(answer)
    page = text(browser.get(answer.location))
    assert "RSUD Uji" in page
    assert "Sent" in page
    assert "perlu visum" in page
    assert "RSUD Uji" in text(browser.get(f"/cases/{case}"))


def test_one_form_refers_to_several_and_a_refused_one_is_followed(office: Office, worker, case):
    browser = office.browser(worker)
    hospital = desk.make_institution(office, "IN_RS", "RSUD Uji")
    police = desk.make_institution(office, "IN_UPPA", "Polres Uji")
    client = desk.clients_of(office, case)[0]
    given = fields(office, hospital, client, others=str(police), tell="proposed")
    assert refer(office, browser, case, **given).status_code == 303
    with office.work() as work:
        rows = {doc.institution_type: (row.id, doc) for row, doc in pairs.pairs_of(work, [case])[case]}
        work.recorded("page:opened")
    assert {kind: doc.disclosed for kind, (_, doc) in rows.items()} == {
        "IN_RS": disclosures.proposed("IN_RS"),
        "IN_UPPA": disclosures.proposed("IN_UPPA"),
    }
    first = rows["IN_RS"][0]
    page = text(browser.get(f"/referrals/{first}"))
    assert "What was disclosed" in page
    assert "Anak Uji 0" in page

    here = f"/referrals/{first}/steps/decline"
    assert send(browser, here, here, on="2026-05-20", at="09:00", text="penuh").status_code == 303
    again = f"/referrals/for/{case}?after={first}"
    assert "perlu visum" in text(browser.get(again))
    given = fields(
        office, police, client, basis="other", other_basis="CB_BAHAYA", other_reason="darurat", follows=str(first)
    )
    answer = send(browser, again, f"/referrals/for/{case}", **given)
    assert answer.status_code == 303
    assert f'href="/referrals/{first}"' in text(browser.get(answer.location))
    assert f'href="{answer.location}"' in text(browser.get(f"/referrals/{first}"))


def test_the_page_shows_of_an_unborn_child_what_the_letter_tells(office: Office, worker, case):
    client = desk.clients_of(office, case)[0]
    with office.work() as work:
        row = work.session.get_one(Client, client)
        place = row.place(Section.CLIENT_PROFILE)
        profile = work.vault.open(place, row.profile_sealed, ClientProfile)
        row.profile_sealed = work.vault.seal(place, msgspec.structs.replace(profile, unborn=True, age_at_report=None))
        draft = desk.draft(desk.make_institution_in(work), client, basis="CB_BAHAYA", disclosed=("DC_IDENTITAS",))
        referral = services.refer(work, case, draft, Answer(work.now)).id
    assert "unborn" in text(office.browser(worker).get(f"/referrals/{referral}"))


def test_an_unanswered_referral_is_taken_to_somebody_above(office: Office, worker, case):
    browser = office.browser(worker)
    here = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office, 'IN_RS'))}"
    news = f"{here}/news"
    given = {"what": "escalated", "on": "2026-05-20", "at": "09:00", "how": "WY_TELEPON", "text": "minta dibantu"}
    refused = send(browser, news, news, **given)
    assert refused.status_code == 422
    assert "minta dibantu" in text(refused)
    assert send(browser, news, news, **given, to="ES_SUPERVISOR").status_code == 303
    page = text(browser.get(here))
    assert "Escalated: Supervisor of this unit" in page
    assert "minta dibantu" in page
    assert "Supervisor of this unit" in text(browser.get(f"/cases/{case}/story"))


def test_a_draft_needs_no_ground_and_sending_it_asks_for_one(office: Office, worker, case):
    browser = office.browser(worker)
    institution = desk.make_institution(office)
    answer = refer(
        office, browser, case, **fields(office, institution, "all", basis=None, consent_basis=None, act="draft")
    )
    here = answer.location
    refused = send(browser, f"{here}/steps/send", f"{here}/steps/send", on="2026-05-20", at="09:00")
    assert refused.status_code == 422
    assert "Nothing may be disclosed yet" in text(refused)
    page, given = (
        f"{here}/steps/send",
        {"on": "2026-05-20", "at": "09:00", "basis": "other", "other_basis": "CB_BAHAYA"},
    )
    given |= {"consent_on": "2026-05-20"}
    silent = send(browser, page, page, **given)
    assert (silent.status_code, 'href="#other_reason"' in text(silent)) == (422, True), (
        "the field that shows for this ground"
    )
    sent = send(browser, page, page, **given, other_reason="terancam malam ini")
    assert sent.status_code == 303, text(sent)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"basis": None}, "Nothing may be disclosed yet"),
        ({"reason": " "}, "Write in one or two sentences"),
        ({"client_id": None}, "Choose the client"),
        ({"institution_id": ""}, "Choose the institution"),
        ({"at": "23:59"}, "This moment has not come yet"),
        ({"consent_refused": "SV_KESEHATAN"}, "does not cover a service"),
        ({"consent_basis": "CB_WALI_LAIN"}, "Please fill this in"),
        ({"basis": "other", "other_basis": "CB_HUKUM"}, "Please fill this in"),
        ({"on": "", "at": ""}, "Enter the day"),
        ({"consent_on": ""}, "Enter the day"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office, worker, case, changed, sentence):
    browser = office.browser(worker)
    institution = desk.make_institution(office)
    client = desk.clients_of(office, case)[0]
    given = fields(office, institution, client, letter_no="400/1/UPTD", **changed)
    answer = refer(office, browser, case, **given)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "400/1/UPTD" in text(answer)
    with office.runtime.looking(worker.actor) as work:
        assert work.session.query(Referral).count() == 0


def test_a_double_click_makes_one_referral(office: Office, worker, case):
    browser = office.browser(worker)
    page = f"/referrals/for/{case}"
    given = fields(office, desk.make_institution(office), desk.clients_of(office, case)[0])
    given["submit_id"] = "0b7d0f5e-8a41-4a8e-9d52-1f3f0f0c6a10"
    first, second = (send(browser, page, page, **given) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    with office.runtime.looking(worker.actor) as work:
        assert work.session.query(Referral).count() == 1


def test_without_an_institution_the_form_says_who_adds_one(office: Office, worker, supervisor, case):
    assert "The supervisor or the administrator adds institutions" in text(
        office.browser(worker).get(f"/referrals/for/{case}")
    )
    assert "/institutions/new" in text(office.browser(supervisor).get(f"/referrals/for/{case}"))


def test_the_answers_are_recorded_step_by_step(office: Office, worker, case):
    browser = office.browser(worker)
    here = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office))}"
    for code, words in (("acknowledge", ""), ("accept", ""), ("serve", ""), ("close", "hasil visum diterima")):
        page = text(browser.get(here))
        assert f"{here}/steps/{code}" in page
        answer = send(
            browser, f"{here}/steps/{code}", f"{here}/steps/{code}", on="2026-05-20", at="09:00", text=words, how="WY_SURAT"
        )  # fmt: skip
        assert answer.status_code == 303, text(answer)
    page = text(browser.get(here))
    assert "hasil visum diterima" in page
    assert "/steps/" not in page


def test_a_step_that_the_table_does_not_have_is_a_conflict(office: Office, worker, case):
    here = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office))}"
    browser = office.browser(worker)
    assert browser.get(f"{here}/steps/close").status_code == 409
    assert browser.get(f"{here}/steps/fly").status_code == 409


def test_who_answers_second_is_told_and_keeps_the_words(office: Office, worker, case):
    browser = office.browser(worker)
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    here = f"/referrals/{referral}"
    page = text(browser.get(f"{here}/steps/accept"))
    with office.work() as work:
        services.take_step(work, referral, "acknowledge", Answer(work.now))
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|submit_id|etag)"[^>]*value="([^"]*)"', page))
    answer = browser.post(
        f"{here}/steps/accept", data=hidden | {"on": "2026-05-20", "at": "09:00", "text": "besok pagi"}
    )
    assert answer.status_code == 409
    assert "besok pagi" in text(answer)


def test_papers_of_the_police_are_noted_on_referrals_to_the_police_alone(office: Office, worker, case):
    browser = office.browser(worker)
    police = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office))}/news"
    hospital = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office, 'IN_RS'))}/news"
    assert 'value="report"' in text(browser.get(police))
    assert 'value="report"' not in text(browser.get(hospital))
    moment = {"on": "2026-05-20", "at": "09:00"}
    refused = send(browser, hospital, hospital, what="report", number="LP/1", **moment)
    assert refused.status_code == 422
    missing = send(browser, police, police, what="report", number="", **moment)
    assert missing.status_code == 422
    assert send(browser, police, police, what="report", number="LP/1", **moment).status_code == 303
    assert send(browser, police, police, what="protection", **moment).status_code == 303
    assert send(browser, hospital, hospital, what="follow-up", text="ditelepon", **moment).status_code == 303
    assert "LP/1" in text(browser.get(police.removesuffix("/news")))


def test_urgent_help_is_noted_for_victims_of_trafficking_at_health_and_social_agencies_alone(office: Office, worker):
    browser, moment = office.browser(worker), {"on": "2026-05-20", "at": "09:00"}
    trafficked = desk.make_case(office, worker, children=1, tppo="YA")
    other = desk.make_case(office, worker, children=1)
    social = desk.make_institution(office, "IN_DINSOS", "Dinsos Uji")
    here = f"/referrals/{desk.make_referral(office, trafficked, None, social)}"
    elsewhere = [
        desk.make_referral(office, other, None, social),
        desk.make_referral(office, trafficked, None, desk.make_institution(office)),
    ]
    for referral in elsewhere:
        assert 'value="help-asked"' not in text(browser.get(f"/referrals/{referral}/news"))
    assert "UU 21/2007 Pasal 53" in text(browser.get(f"{here}/news"))
    early = send(browser, f"{here}/news", f"{here}/news", what="help-given", **moment)
    assert early.status_code == 422
    assert "Record first when urgent help was asked for." in text(early)
    assert send(browser, f"{here}/news", f"{here}/news", what="help-asked", **moment).status_code == 303
    assert send(browser, f"{here}/news", f"{here}/news", what="help-given", **moment).status_code == 303
    page = text(browser.get(here))
    assert "Urgent help asked for" in page
    assert "First aid given" in page


def test_the_words_are_the_teams_and_others_give_a_reason(office: Office, worker, supervisor, case):
    here = f"/referrals/{desk.make_referral(office, case, None, desk.make_institution(office))}"
    assert "perlu pemeriksaan" in text(office.browser(worker).get(here))
    other = office.browser(supervisor)
    closed = text(other.get(here))
    assert "perlu pemeriksaan" not in closed
    assert send(other, here, f"{here}/open", reason="", words="").status_code == 422
    opened = send(other, here, f"{here}/open", reason="supervision", words="memeriksa jawaban")
    assert "perlu pemeriksaan" in text(opened)
    last = office.events()[-1]
    assert (last.event, last.purpose) == ("case:revealed", "supervision")
    assert "referral.text" in last.sections


def test_strangers_find_nothing(office: Office, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    for who in (
        office.somebody("PENDAMPING", password=False),
        office.somebody("SUPERVISOR", unit_id=office.other_unit_id, password=False),
    ):
        browser = office.browser(who)
        for address in (f"/referrals/{referral}", f"/referrals/{referral}/news", f"/referrals/for/{case}"):
            assert browser.get(address).status_code == 404, address
        assert "Lembaga IN_UPPA" not in lanes(browser)


# --- the board -------------------------------------------------------------------------------------------------------


def test_the_board_stands_by_status_without_names(office: Office, worker, supervisor, case):
    first, second = desk.clients_of(office, case)
    desk.make_referral(office, case, first, desk.make_institution(office, "IN_RS", "RSUD Uji"))
    desk.make_referral(office, case, second, desk.make_institution(office), sent=False)
    page = text(office.browser(supervisor).get("/referrals"))
    assert 'id="RF_SENT"' in page
    assert 'id="RF_DRAFT"' in page
    assert "RSUD Uji" in page
    assert "Anak Uji" not in page
    assert 'class="masked"' not in page
    assert 'class="masked"' in text(office.browser(worker).get("/referrals"))


def lanes(browser, query: str = "") -> str:
    """The board below its filters, which offer the names of all institutions."""
    return text(browser.get(f"/referrals?{query}")).split("filters__form")[-1].split("</form>")[-1]


def lane(page: str, status: str) -> str:
    return page.split(f'id="{status}"')[1].split("</section>", maxsplit=1)[0]


def test_the_board_is_filtered_by_status_type_and_what_is_overdue(office: Office, supervisor, case):
    late = desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS", "RSUD Lama"))
    office.clock.pass_by(days=10)
    browser = office.browser(supervisor)
    fresh = desk.make_case(office)
    desk.make_referral(office, fresh, None, desk.make_institution(office, "IN_UPPA", "Polres Baru"))
    assert f"/referrals/{late}" in lanes(browser, "overdue=y")
    assert "Polres Baru" not in lanes(browser, "overdue=y")
    assert "RSUD Lama" not in lanes(browser, "type=IN_UPPA")
    assert "RSUD Lama" not in lanes(browser, "status=RF_CLOSED")
    assert browser.get("/referrals?status=RF_X").status_code == 422


def test_the_board_is_filtered_by_institution_and_by_worker(office: Office, supervisor):
    worker = office.somebody("PENDAMPING")
    case = desk.make_case(office, worker)
    lama, baru = (desk.make_institution(office, "IN_RS", f"RSUD {name}") for name in ("Lama", "Baru"))
    desk.make_referral(office, case, None, lama)
    desk.make_referral(office, desk.make_case(office), None, baru)
    browser = office.browser(supervisor)
    assert "RSUD Baru" in lanes(browser, f"institution={baru}")
    assert "RSUD Lama" not in lanes(browser, f"institution={baru}")
    of_worker = lanes(browser, f"worker={worker.id}")
    assert "RSUD Lama" in of_worker
    assert "RSUD Baru" not in of_worker
    assert 'lane__count">1<' in lane(of_worker, "RF_SENT")
    assert browser.get("/referrals?worker=nobody").status_code == 422
    assert 'name="worker"' not in text(office.browser(worker).get("/referrals"))


def test_a_card_leads_to_the_form_of_its_next_step_for_those_who_may_take_it(office: Office, worker, supervisor, case):
    sent = desk.make_referral(office, case, None, desk.make_institution(office))
    assert f"/referrals/{sent}/steps/accept" in lane(lanes(office.browser(worker)), "RF_SENT")
    assert "/steps/" not in lanes(office.browser(supervisor))


def test_every_status_under_way_has_its_column_and_what_ended_is_folded(office: Office, supervisor, case):
    assert "No referral under way" in lanes(office.browser(supervisor))
    institution = desk.make_institution(office)
    for _ in range(board.IN_SECTION + 1):
        desk.make_referral(office, case, None, institution)
    gone = desk.make_referral(office, case, None, institution)
    with office.work() as work:
        services.take_step(work, gone, "cancel", Answer(at=work.now, text="tidak perlu lagi"))
    page = lanes(office.browser(supervisor))
    for status in board.OPEN_STATUSES:
        assert 'lane__count">0<' in lane(page, status) or status == "RF_SENT"
    assert lane(page, "RF_SENT").count("<li ") == board.IN_SECTION
    assert "Show all 11" in lane(page, "RF_SENT")
    assert "1 referral has ended" in page
    assert f"/referrals/{gone}" not in page
    assert f"/referrals/{gone}" in lanes(office.browser(supervisor), "status=RF_CANCELLED")


def test_the_board_takes_the_same_number_of_queries_for_two_and_for_twenty(office: Office, supervisor):
    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - one expression
        browser = office.browser(supervisor)
        browser.get("/referrals")
        event.listen(office.runtime.engine, "before_cursor_execute", listen)
        assert browser.get("/referrals").status_code == 200
        event.remove(office.runtime.engine, "before_cursor_execute", listen)
        return len(seen)

    institution = desk.make_institution(office)
    for _ in range(2):
        desk.make_referral(office, desk.make_case(office), None, institution)
    few = queries()
    for _ in range(18):
        desk.make_referral(office, desk.make_case(office), None, institution)
    assert queries() == few


def test_the_page_of_a_referral_takes_the_same_number_of_queries_beside_one_other_and_beside_ten(
    office: Office, worker, case
):
    institution = desk.make_institution(office)
    browser = office.browser(worker)
    page = f"/referrals/{desk.make_referral(office, case, None, institution)}"

    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - one expression
        browser.get(page)
        event.listen(office.runtime.engine, "before_cursor_execute", listen)
        assert browser.get(page).status_code == 200
        event.remove(office.runtime.engine, "before_cursor_execute", listen)
        return len(seen)

    desk.make_referral(office, case, None, institution)
    few = queries()
    for _ in range(9):
        desk.make_referral(office, case, None, institution)
    assert queries() == few


def test_one_event_names_the_cases_of_the_board(office: Office, supervisor, case):
    desk.make_referral(office, case, None, desk.make_institution(office))
    office.browser(supervisor).get("/referrals")
    last = office.events()[-1]
    assert (last.event, last.cases.split()) == ("referral:listed", [str(case)])


def test_no_title_and_no_address_names_anybody(office: Office, worker, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS", "RSUD Uji"))
    browser = office.browser(worker)
    for address in (
        "/referrals",
        f"/referrals/{referral}",
        f"/referrals/{referral}/steps/accept",
        f"/referrals/for/{case}",
    ):
        title = re.search(r"<title>(.*?)</title>", text(browser.get(address)), re.DOTALL)
        assert title is not None
        assert "RSUD" not in title.group(1)
        assert "63" not in title.group(1)


def test_a_referral_that_does_not_open_says_so_and_the_page_stands(office: Office, worker, case):
    referral = desk.make_referral(office, case, None, desk.make_institution(office))
    other = desk.make_referral(office, case, None, desk.make_institution(office, "IN_RS"))
    with office.work() as work:
        row, wrong = (work.session.get_one(Referral, key) for key in (referral, other))
        row.referral_sealed = wrong.referral_sealed
        work.recorded("page:opened")
    browser = office.browser(worker)
    for address in ("/referrals", f"/referrals/{referral}", f"/cases/{case}"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "cannot be opened" in text(answer)
