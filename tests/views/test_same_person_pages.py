"""The same person on screen: pairs to decide, all files of a person, files alike, and two files of one matter merged."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from msgspec.structs import replace

from app.accounts.models import Unit
from app.cases import linking, merging
from app.cases.linking import CLIENTS, REPORTED
from app.cases.models import Client, ReportedPerson
from app.cases.registration import register_case
from app.security.structs.people import ReportedIdentity
from tests import case_factories as made
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Wati Contoh")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENERIMA", "PENDAMPING", name="Hasan Contoh")


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def number_of(office: Office, case_id: UUID) -> str:
    return made.case_row(office, case_id).register_no


def first(office: Office, kind: type, case_id: UUID) -> UUID:
    return made.row_ids(office, kind, case_id)[0]


def case_against(office: Office, *workers: Someone, phone: str) -> UUID:
    """A case whose reported person has this phone."""
    with office.work() as work:
        whole = made.intake(work, (made.client(),))
        accused = replace(whole.reported[0], identity=ReportedIdentity(name="Terlapor Sama", phone=phone))
        case_id = register_case(
            work, replace(whole, reported=(accused,)), work.session.get_one(Unit, office.unit_id)
        ).id
    for someone in workers:
        made.join_team(office, case_id, someone)
    return case_id


# --- pairs to decide -------------------------------------------------------------------------------------------------


def test_a_supervisor_finds_the_pairs_on_the_home_page_and_decides(office, boss, worker):
    ours, theirs = (case_against(office, phone="081355550101") for _ in range(2))
    assert "/cases/same" in text_of(office, boss, "/")
    assert "/cases/same" not in text_of(office, worker, "/")
    page = text_of(office, boss, "/cases/same")
    assert number_of(office, ours) in page
    link = next(
        each
        for each in re.findall(r'href="(/cases/[0-9a-f-]+/reported-links/[0-9a-f-]+)"', page)
        if str(ours) in each or str(theirs) in each
    )
    side = text_of(office, boss, link)
    assert "Terlapor Sama" not in side
    assert send(office.browser(boss), link, f"{link}/confirm").status_code == 303
    assert link not in text_of(office, boss, "/cases/same")
    header = text_of(office, boss, f"/cases/{ours}")
    assert "terlapor dalam 2 kasus" in header


def test_the_pairs_are_for_supervisors(office, worker):
    assert office.browser(worker).get("/cases/same").status_code == 403


# --- all files of a person -------------------------------------------------------------------------------------------


def test_the_header_counts_the_files_of_a_client_and_the_page_lists_them(office, boss, worker):
    own, foreign = made.make_case(office, worker), made.make_case(office)
    with office.work(boss.actor) as work:
        linking.confirm(work, CLIENTS, first(office, Client, own), first(office, Client, foreign))
    assert re.search("berkas ke-[12] dari 2", text_of(office, worker, f"/cases/{own}"))
    page = text_of(office, worker, f"/cases/{own}/clients/{first(office, Client, own)}/history")
    assert number_of(office, foreign) in page
    assert f'href="/cases/{foreign}"' not in page
    assert f'href="/cases/{foreign}"' in text_of(
        office, boss, f"/cases/{own}/clients/{first(office, Client, own)}/history"
    )
    assert made.NAMES[0] not in page


@pytest.mark.own_office
def test_a_worker_looks_for_other_files_and_asks_the_supervisor(office, boss, worker):
    own = made.make_case(office, worker)
    foreign = made.make_case(office)
    client = first(office, Client, own)
    history = f"/cases/{own}/clients/{client}/history"
    browser = office.browser(worker)
    found = send(browser, history, f"/cases/{own}/clients/{client}/alike")
    assert found.status_code == 200
    page = found.get_data(as_text=True)
    wanted = f"/cases/{own}/clients/{client}/same/{first(office, Client, foreign)}"
    assert wanted in page
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    assert browser.post(wanted, data=fields).status_code == 303
    assert number_of(office, foreign) in text_of(office, worker, history)
    assert number_of(office, foreign) in text_of(office, boss, "/cases/same")


def test_a_colleague_without_the_case_looks_for_nobody(office, worker):
    foreign = made.make_case(office)
    client = first(office, Client, foreign)
    answer = send(office.browser(worker), "/intake", f"/cases/{foreign}/clients/{client}/alike")
    assert answer.status_code == 404
    outsider = office.somebody("SUPERVISOR", "PENERIMA")
    answer = send(office.browser(outsider), "/intake", f"/cases/{foreign}/clients/{client}/alike")
    assert answer.status_code == 403


# --- recorded twice --------------------------------------------------------------------------------------------------


def two_files(office: Office, *workers: Someone) -> tuple[UUID, UUID]:
    stays, goes = made.make_case(office, *workers), made.make_case(office, *workers)
    made.make_note(office, goes, "catatan dari berkas kedua")
    return stays, goes


def test_two_files_are_compared_merged_read_together_and_parted(office, boss, worker):
    stays, goes = two_files(office, worker)
    browser = office.browser(boss)
    led = fill(browser, f"/cases/{stays}/merge", number=number_of(office, goes), stays="this")
    assert led.headers["Location"].endswith(f"/cases/{stays}/merge/{goes}")
    page = browser.get(f"/cases/{stays}/merge/{goes}").get_data(as_text=True)
    client, ours = first(office, Client, goes), first(office, Client, stays)
    assert f'<option selected value="{ours}"' in page, "who looks the same is taken to be the same first"
    answer = fill(
        browser, f"/cases/{stays}/merge/{goes}", **{f"client_{client.hex}": str(ours)}, text="dicatat dua kali"
    )
    assert answer.status_code == 303
    together = text_of(office, worker, f"/cases/{stays}")
    assert "catatan dari berkas kedua" in together
    assert number_of(office, goes) in together
    merged = text_of(office, worker, f"/cases/{goes}")
    assert number_of(office, stays) in merged
    assert "/merge" not in merged

    undo = re.search(rf'href="(/cases/{stays}/merges/[0-9a-f-]+/undo)"', text_of(office, boss, f"/cases/{stays}"))
    assert undo
    asked = text_of(office, boss, undo[1])
    assert "dicatat dua kali" in asked
    assert fill(browser, undo[1], text="ternyata dua perkara").status_code == 303
    assert "catatan dari berkas kedua" not in text_of(office, worker, f"/cases/{stays}")


def test_the_other_file_may_be_the_one_that_stays(office, boss):
    this, other = two_files(office)
    led = fill(office.browser(boss), f"/cases/{this}/merge", number=number_of(office, other), stays="other")
    assert led.headers["Location"].endswith(f"/cases/{other}/merge/{this}")


def test_an_unknown_number_is_said_so_and_kept(office, boss):
    this, _other = two_files(office)
    for number in ("999/2020", number_of(office, this)):
        answer = fill(office.browser(boss), f"/cases/{this}/merge", number=number, stays="this")
        assert answer.status_code == 422
        assert number in answer.get_data(as_text=True)


def test_a_merge_without_a_reason_keeps_what_was_chosen(office, boss):
    stays, goes = two_files(office)
    client = first(office, Client, goes)
    answer = fill(office.browser(boss), f"/cases/{stays}/merge/{goes}", **{f"client_{client.hex}": ""}, text="")
    assert answer.status_code == 422
    assert made.case_row(office, goes).status == "open"
    assert f'<option selected value="{first(office, Client, stays)}"' not in answer.get_data(as_text=True)


def test_files_with_the_same_client_are_offered(office, boss):
    stays, goes = two_files(office)
    with office.work(boss.actor) as work:
        linking.confirm(work, CLIENTS, first(office, Client, stays), first(office, Client, goes))
    page = text_of(office, boss, f"/cases/{stays}/merge")
    assert f"/cases/{stays}/merge/{goes}" in page
    assert f"/cases/{goes}/merge/{stays}" in page


def test_a_worker_is_not_asked_whether_a_file_was_recorded_twice(office, worker):
    stays, goes = two_files(office, worker)
    assert f"/cases/{stays}/merge" not in text_of(office, worker, f"/cases/{stays}")
    for path in (f"/cases/{stays}/merge", f"/cases/{stays}/merge/{goes}"):
        assert office.browser(worker).get(path).status_code == 403


def test_the_list_counts_a_merged_file_under_its_status_alone(office, boss):
    stays, goes = two_files(office)
    made.merge(office, boss.actor, stays, goes)
    listed = text_of(office, boss, "/cases?status=merged")
    assert number_of(office, goes) in listed
    assert number_of(office, stays) not in listed
    assert number_of(office, goes) not in text_of(office, boss, "/cases?status=open")


@pytest.mark.own_office
def test_a_reported_person_of_both_files_is_counted_once_on_the_page(office, boss):
    stays, goes = (case_against(office, phone=f"08135555020{n}") for n in range(2))
    pairs = {first(office, kind, goes): first(office, kind, stays) for kind in (Client, ReportedPerson)}
    clients, reported = ({key: value} for key, value in pairs.items())
    made.merge(office, boss.actor, stays, goes, clients, reported)
    page = text_of(office, boss, f"/cases/{stays}")
    assert page.count("orang yang sama") == 2
    with office.runtime.looking(boss.actor) as work:
        assert linking.component(work, REPORTED, first(office, ReportedPerson, stays)) >= set(pairs) - {
            first(office, Client, goes)
        }
        assert merging.suggestions(work, stays) == []
