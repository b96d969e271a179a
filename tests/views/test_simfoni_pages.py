"""The SIMFONI pages: what waits, the sheet of a case, the note of an entry; masks until it is opened, and closed afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.cases import progress
from app.cases.models import Client
from app.security.structs.case import StepReason
from app.simfoni import services as simfoni
from app.simfoni.models import Standing
from tests import case_factories as made
from tests import simfoni_support as sim
from tests.factories import Office, Someone, hidden, send
from tests.simfoni_support import office

__all__ = ["office"]

NAME = "Bunga Rekaan"
NIK = "6303055204140001"


@pytest.fixture
def unit_id(office: Office) -> UUID:
    return sim.make_unit(office)


@pytest.fixture
def data(office: Office, unit_id: UUID) -> Someone:
    return office.somebody("DATA", name="Arif Contoh", unit_id=unit_id, password=False)


@pytest.fixture
def worker(office: Office, unit_id: UUID) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh", unit_id=unit_id, password=False)


@pytest.fixture
def case_id(office: Office, worker: Someone, unit_id: UUID) -> UUID:
    return sim.make_waiting(office, worker, unit_id=unit_id)


def text_of(office: Office, who: Someone, path: str, status: int = 200) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.get_data(as_text=True))


def opened(office: Office, who: Someone, case_id: UUID):  # type: ignore[no-untyped-def]
    """The browser of this person and the open sheet in it."""
    browser = office.browser(who)
    answer = send(browser, "/account", f"/simfoni/cases/{case_id}/open")
    return browser, answer


def last_event(office: Office):  # type: ignore[no-untyped-def]
    return office.events()[-1]


def entered(office: Office, who: Someone, case_id: UUID, **typed: str):  # type: ignore[no-untyped-def]
    """Open the sheet, fill in the note of the entry and send it."""
    browser, answer = opened(office, who, case_id)
    page = answer.get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    given = {"number": sim.number(), "on": made.today(office).isoformat()} | typed
    return browser.post(f"/simfoni/cases/{case_id}/entries", data=fields | given)


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_by_mask_and_says_how_many(office, data, case_id):
    sim.enter(office, sim.make_waiting(office, unit_id=data.unit_id))
    page = text_of(office, data, "/simfoni")

    number = made.case_row(office, case_id).register_no
    assert number in page
    assert "B••• R•••" in page
    assert NAME not in page
    assert "1 baris" in page
    event = last_event(office)
    assert (event.event, event.cases) == ("simfoni:listed", str(case_id))
    assert "client.identity" not in event.sections


def test_what_waited_longest_stands_first(office, data):
    first = sim.make_waiting(office, unit_id=data.unit_id)
    office.clock.pass_by(days=2)
    second = sim.make_waiting(office, unit_id=data.unit_id)
    page = text_of(office, data, "/simfoni")
    numbers = [made.case_row(office, each).register_no for each in (first, second)]
    assert page.index(numbers[0]) < page.index(numbers[1])


def test_an_empty_list_says_when_a_case_appears(office, data):
    assert "Semua sudah dicatat" in text_of(office, data, "/simfoni")


def test_the_list_narrows_to_a_month_and_to_what_changed(office, data, case_id):
    changed = sim.make_waiting(office, unit_id=data.unit_id)
    sim.enter(office, changed)
    made.make_service(office, changed, made.row_ids(office, Client, changed)[0])
    waiting_no, changed_no = (made.case_row(office, each).register_no for each in (case_id, changed))

    again = text_of(office, data, "/simfoni?show=again")
    assert changed_no in again
    assert waiting_no not in again
    assert "berubah sejak dicatat" in again
    today = made.today(office)
    assert waiting_no in text_of(office, data, f"/simfoni?month={today:%Y-%m}")
    before = today.replace(day=1) - timedelta(days=1)
    assert waiting_no not in text_of(office, data, f"/simfoni?month={before:%Y-%m}")


@pytest.mark.parametrize("nonsense", ["month=2026-13", "month=x", "show=semua", "page=-3", "page=99999"])
def test_a_nonsense_filter_is_refused_or_shows_an_empty_page(office, data, nonsense):
    assert office.browser(data).get(f"/simfoni?{nonsense}").status_code in (200, 422)


def test_the_months_say_by_when_their_cases_are_to_be_in(office, data, case_id):
    assert f"month={made.today(office):%Y-%m}" in text_of(office, data, "/simfoni")
    assert re.search(r">5 \w+ 2026</time>", text_of(office, data, "/simfoni"))


def test_a_worker_sees_own_cases_only_and_another_unit_none(office, worker, case_id):
    other = sim.make_waiting(office, unit_id=worker.unit_id)
    page = text_of(office, worker, "/simfoni")
    assert made.case_row(office, case_id).register_no in page
    assert made.case_row(office, other).register_no not in page
    neighbour = office.somebody("DATA", unit_id=sim.make_unit(office), password=False)
    assert "Semua sudah dicatat" in text_of(office, neighbour, "/simfoni")


def test_a_case_is_found_by_its_number_in_simfoni(office, data, case_id):
    number = sim.number()
    sim.enter(office, case_id, number=number)
    answer = send(office.browser(data), "/simfoni", "/simfoni/find", number=f" {number.lower()} ")
    assert answer.headers["Location"] == f"/simfoni/cases/{case_id}"
    for nobodys in ("SIM-9999-1", "bukan nomor", ""):
        answer = send(office.browser(data), "/simfoni", "/simfoni/find", number=nobodys)
        assert answer.headers["Location"] == "/simfoni"


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_the_sheet_is_coded_until_it_is_opened(office, data, case_id):
    page = text_of(office, data, f"/simfoni/cases/{case_id}")
    assert "Jenis kelamin" in page
    assert "Perempuan" in page
    assert NAME not in page
    assert made.STORY not in page
    assert NIK not in page
    event = last_event(office)
    assert (event.event, event.purpose) == ("simfoni:opened", "simfoni-entry")
    assert not {"client.identity", "case.chronology"} & set(event.sections.split())


def test_an_opened_sheet_holds_everything_to_copy_in_the_order_of_the_print(office, data, case_id):
    _browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    order = ["Nomor register", "Tanggal kejadian", "Deskripsi", "Alamat TKP", "Provinsi TKP", NAME, NIK, "Fisik"]
    order += ["Layanan yang diberikan", "Terlapor Rekaan 0", "Tetangga"]
    places = [page.index(each) for each in order]
    assert places == sorted(places)
    assert f"{made.today(office) - timedelta(days=3):%d/%m/%Y}" in page
    assert "0812" not in page
    assert "6–12 tahun" in page
    event = last_event(office)
    assert (event.event, event.purpose, event.cases) == ("simfoni:opened", "simfoni-entry", str(case_id))
    assert {"client.identity", "reported.identity", "case.chronology"} <= set(event.sections.split())


def test_every_value_to_type_has_a_copy_button_that_names_it(office, data, case_id):
    _browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)
    targets = re.findall(r'data-copy="(v\d+)"', page)
    assert len(targets) > 15
    assert targets == re.findall(r'id="(v\d+)"', page)


def test_what_the_form_needs_is_listed_with_links_for_the_team_and_names_for_others(office, data, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    own = text_of(office, worker, f"/simfoni/cases/{case_id}")
    assert f'href="/cases/{case_id}/clients/{client_id}#profile-education"' in own
    theirs = text_of(office, data, f"/simfoni/cases/{case_id}")
    assert f"/clients/{client_id}" not in theirs
    assert "Wulan Contoh" in theirs


def test_the_team_opens_its_own_case_and_a_supervisor_does_not(office, worker, case_id):
    _browser, answer = opened(office, worker, case_id)
    assert NAME in answer.get_data(as_text=True)
    assert last_event(office).purpose == "team"
    supervisor = office.somebody("SUPERVISOR", unit_id=worker.unit_id, password=False)
    _browser, answer = opened(office, supervisor, case_id)
    assert answer.status_code == 403
    assert NAME not in answer.get_data(as_text=True)


def test_a_case_that_waits_for_another_unit_is_not_there(office, case_id):
    neighbour = office.somebody("DATA", unit_id=sim.make_unit(office), password=False)
    assert office.browser(neighbour).get(f"/simfoni/cases/{case_id}").status_code == 404
    _browser, answer = opened(office, neighbour, case_id)
    assert answer.status_code == 404


# --- noting the entry ------------------------------------------------------------------------------------------------


def test_after_the_entry_a_data_officer_cannot_open_the_identity_again(office, data, case_id):
    answer = entered(office, data, case_id, number="SIM/2026/99")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/simfoni/cases/{case_id}")
    assert sim.standing(office, case_id) is Standing.ENTERED

    page = text_of(office, data, f"/simfoni/cases/{case_id}")
    assert "SIM/2026/99" in page
    assert "Jenis kelamin" not in page
    assert set(last_event(office).sections.split()) == {"simfoni.entry", "simfoni.text"}
    _browser, answer = opened(office, data, case_id)
    assert answer.status_code == 403
    assert NAME not in answer.get_data(as_text=True)
    assert last_event(office).event == "access:refused"


def test_it_opens_again_when_a_service_comes_and_shows_what_is_new(office, data, case_id):
    entered(office, data, case_id)
    made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0])
    sim.correct(office, case_id, education="ED_SD")
    _browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("sheet-line--changed") >= 5
    assert "berjalan baik" in page


def test_what_was_typed_wrong_keeps_everything_and_notes_nothing(office, data, case_id):
    answer = entered(office, data, case_id, number="tanpa angka", remark="sinyal putus")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "tanpa angka" in page
    assert "sinyal putus" in page
    assert NAME in page
    assert sim.standing(office, case_id) is Standing.WAITING
    for typed in ({"on": ""}, {"on": "32/13/2026"}, {"on": "2030-01-01"}, {"number": ""}, {"remark": "x" * 1001}):
        assert entered(office, data, case_id, **typed).status_code == 422
    assert sim.standing(office, case_id) is Standing.WAITING


def test_a_number_of_another_case_asks_once_more_and_is_taken_then(office, data, case_id):
    number = sim.number()
    sim.enter(office, sim.make_waiting(office, unit_id=data.unit_id), number=number)
    answer = entered(office, data, case_id, number=number)
    assert answer.status_code == 422
    assert 'name="shared"' in answer.get_data(as_text=True)
    assert entered(office, data, case_id, number=number, shared="y").status_code == 303


def test_a_change_while_the_sheet_lay_open_is_shown_before_the_entry_is_noted(office, data, case_id):
    browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    made.make_service(office, case_id, made.row_ids(office, Client, case_id)[0])
    typed = {"number": "SIM-2026-4711", "on": made.today(office).isoformat()}
    answer = browser.post(f"/simfoni/cases/{case_id}/entries", data=fields | typed)
    again = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "SIM-2026-4711" in again
    assert "berjalan baik" in again
    assert sim.standing(office, case_id) is Standing.WAITING


def test_a_double_click_notes_one_entry(office, data, case_id):
    browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    typed = {"number": sim.number(), "on": made.today(office).isoformat()}
    first, second = (browser.post(f"/simfoni/cases/{case_id}/entries", data=fields | typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert sum(each.event == "simfoni:entered" and each.cases == str(case_id) for each in office.events()) == 1


def test_somebody_else_who_entered_first_wins_and_the_second_is_told(office, data, case_id):
    browser, answer = opened(office, data, case_id)
    page = answer.get_data(as_text=True)
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    sim.enter(office, case_id)
    typed = {"number": "SIM-2026-4712", "on": made.today(office).isoformat()}
    answer = browser.post(f"/simfoni/cases/{case_id}/entries", data=fields | typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert NAME not in page


# --- taking back, asking, the file -----------------------------------------------------------------------------------


def test_an_entry_is_taken_back_with_a_reason(office, data, case_id):
    entry_id = sim.enter(office, case_id, data.actor)
    address = f"/simfoni/cases/{case_id}/entries/{entry_id}/take-back"
    browser = office.browser(data)
    assert send(browser, address, address, reason=" ").status_code == 422
    assert send(browser, address, address, reason="nomor keliru").status_code == 303
    assert "nomor keliru" in text_of(office, data, f"/simfoni/cases/{case_id}")
    assert sim.standing(office, case_id) is Standing.WAITING
    assert send(browser, address, address, reason="sekali lagi").status_code == 409


def test_a_data_officer_is_not_offered_to_take_back_an_entry_of_yesterday(office, data, case_id):
    entry_id = sim.enter(office, case_id, data.actor)
    office.clock.pass_by(days=1)
    assert "take-back" not in text_of(office, data, f"/simfoni/cases/{case_id}")
    address = f"/simfoni/cases/{case_id}/entries/{entry_id}/take-back"
    answer = send(office.browser(data), address, address, reason="agar terbuka")
    assert answer.status_code == 403
    assert sim.standing(office, case_id) is Standing.ENTERED


def test_the_team_asks_for_a_further_entry(office, worker, data, case_id):
    sim.enter(office, case_id)
    assert "/ask" in text_of(office, worker, f"/simfoni/cases/{case_id}")
    assert "/ask" not in text_of(office, data, f"/simfoni/cases/{case_id}")
    address = f"/simfoni/cases/{case_id}/ask"
    assert send(office.browser(worker), address, address, reason="").status_code == 422
    assert send(office.browser(worker), address, address, reason="alamat keliru").status_code == 303
    assert sim.standing(office, case_id) is Standing.ASKED
    assert "alamat keliru" in text_of(office, worker, f"/cases/{case_id}")


def test_the_case_file_says_how_the_case_stands_and_leads_to_the_sheet(office, worker, case_id):
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "belum dicatat" in page
    assert f"/simfoni/cases/{case_id}" in page
    sim.enter(office, case_id, number="SIM-2026-81")
    assert "SIM-2026-81" in text_of(office, worker, f"/cases/{case_id}")
    supervisor = office.somebody("SUPERVISOR", unit_id=worker.unit_id, password=False)
    assert "SIM-2026-81" not in text_of(office, supervisor, f"/cases/{case_id}")


def test_a_voided_case_asks_to_be_taken_out_there(office, data, case_id):
    sim.enter(office, case_id)
    with office.work() as work:
        progress.void(work, case_id, StepReason(text="salah catat"))
    number = made.case_row(office, case_id).register_no
    assert number in text_of(office, data, "/simfoni?show=withdrawn")
    page = text_of(office, data, f"/simfoni/cases/{case_id}")
    assert "Hapus di SIMFONI" in page
    assert NAME not in page


def test_the_home_page_counts_what_waits_for_whoever_enters_it(office, data, case_id):
    assert "1 kasus perlu dicatat" in text_of(office, data, "/")
    sim.enter(office, case_id)
    assert "perlu dicatat" not in text_of(office, data, "/")


def test_the_number_of_an_old_case_from_elsewhere_is_noted_on_its_closed_page(office, data):
    case_id = sim.make_imported(office, made.today(office) - timedelta(days=90), data.unit_id)
    browser = office.browser(data)
    page = browser.get(f"/simfoni/cases/{case_id}").get_data(as_text=True)
    assert NAME not in page
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    typed = {"number": "SIM-2024-7", "on": made.today(office).isoformat()}
    assert browser.post(f"/simfoni/cases/{case_id}/entries", data=fields | typed).status_code == 303
    assert simfoni.Reach.ENTRY is not sim.reach(office, data, case_id)


def test_the_room_is_complete_in_english(office, data, case_id):
    browser = office.browser(data)
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    page = browser.get(f"/simfoni/cases/{case_id}").get_data(as_text=True)
    assert "SIMFONI sheet" in page
    assert "Kinds of violence" in page
    assert '<span lang="id">Jenis kekerasan</span>' in page
