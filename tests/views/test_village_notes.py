"""Pages of village notes: a volunteer sends one and reads a word of it, the desk decides, the case keeps it for its team."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.events import Event
from app.db.base import new_id
from app.patbm import panel
from app.patbm.models import VillageNote
from tests import case_factories as made
from tests import patbm_support as support
from tests.factories import OPERATOR, Office, Someone, send
from tests.intake_support import fill_in
from tests.sharing import office, office_of_its_own, office_of_the_module, shared_url

__all__ = ["office", "office_of_its_own", "office_of_the_module", "shared_url"]

pytestmark = pytest.mark.sqlite_only(reason="the pages stand on services that are tried on both")

NOTE = {
    "danger": "YA",
    "violence": ["VK_FISIK", "VK_PSIKIS"],
    "sex": "P",
    "age": "9",
    "called": "Nini",
    "on": "2026-05-19",
    "village": support.VILLAGE,
    "help": "dibawa ke bidan desa",
    "informed": "kepala desa",
    "contact": "0812-9901-7734",
}
WORDS = ("Nini", "bidan desa", "kepala desa", "0812-9901-7734")


@pytest.fixture(scope="module")
def volunteer(office_of_the_module: Office) -> Someone:
    return office_of_the_module.somebody("PATBM", name="Relawan Contoh", password=False)


@pytest.fixture(scope="module")
def clerk(office_of_the_module: Office) -> Someone:
    return office_of_the_module.somebody("PENERIMA", password=False)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.headers.get("Location"))
    return str(answer.get_data(as_text=True))


def row(office: Office, note_id: UUID) -> VillageNote:
    with office.runtime.looking(OPERATOR) as work:
        return support.row_of(work, note_id)


def sent_by(office: Office, volunteer: Someone) -> list[UUID]:
    """The notes this volunteer sent, in no order."""
    with office.runtime.looking(OPERATOR) as work:
        return list(work.session.scalars(select(VillageNote.id).where(VillageNote.created_by == volunteer.id)))


def press(client: FlaskClient, note_id: UUID, act: str) -> Any:
    return send(client, f"/village-notes/{note_id}", f"/village-notes/{note_id}/{act}")


def test_a_volunteer_sends_a_note_corrects_it_and_reads_one_word_once_it_was_received(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    phone, desk = office.browser(volunteer), office.browser(clerk)
    before = sent_by(office, volunteer)
    page = fill_in(phone, "/own-notes/new", **NOTE).headers["Location"]
    [note_id] = set(sent_by(office, volunteer)) - set(before)
    assert page == f"/own-notes/{note_id}"
    assert all(word in text(phone.get(page)) for word in WORDS)
    assert fill_in(phone, f"{page}/edit", called="Upik").headers["Location"] == page
    assert "Upik" in text(phone.get(page))
    assert "Upik" not in text(phone.get("/own-notes"))
    assert office.events()[-1].sections == "village-note.fate"
    assert press(desk, note_id, "receive").status_code == 303
    shown = text(phone.get(page))
    assert not any(word in shown for word in (*WORDS, "Upik"))
    assert office.events()[-1].sections == "village-note.fate"
    assert phone.get(f"{page}/edit").headers["Location"] == page
    for lost in (
        phone.get("/village-notes"),
        phone.get(f"/village-notes/{note_id}"),
        phone.get("/cases"),
        phone.get("/intake"),
    ):
        assert lost.status_code == 403


def test_a_correction_that_comes_too_late_changes_nothing_and_says_so(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor)
    phone = office.browser(volunteer)
    page = text(phone.get(f"/own-notes/{note_id}/edit"))
    assert page.count('name="submit_id"') == 1
    press(office.browser(clerk), note_id, "receive")
    late = send(phone, "/own-notes/new", f"/own-notes/{note_id}/edit", **(NOTE | {"called": "Terlambat"}))
    assert late.status_code == 303
    assert "Kantor sudah menerima catatan ini" in text(phone.get(late.headers["Location"]))
    assert row(office, note_id).standing == "received"
    assert "Terlambat" not in text(office.browser(clerk).get(f"/village-notes/{note_id}"))


def test_wrong_numbers_are_refused_in_a_sentence_and_stay_typed(office: Office, volunteer: Someone) -> None:
    before = sent_by(office, volunteer)
    wrong = NOTE | {"called": "6303204507140098", "help": "telepon 081299017734", "on": "2031-01-01", "violence": []}
    page = text(fill_in(office.browser(volunteer), "/own-notes/new", **wrong), 422)
    assert re.findall(r'id="(\w+)-error"', page) == ["violence"]  # what the form sees by itself comes first
    page = text(fill_in(office.browser(volunteer), "/own-notes/new", **(wrong | {"violence": ["VK_FISIK"]})), 422)
    assert re.findall(r'id="(\w+)-error"', page) == ["called", "on", "help"]
    assert "6303204507140098" in page
    assert sorted(sent_by(office, volunteer)) == sorted(before)


def test_a_double_click_sends_one_note(office: Office, volunteer: Someone) -> None:
    phone = office.browser(volunteer)
    page = text(phone.get("/own-notes/new"))
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("csrf_token", "submit_id")}  # type: ignore[index]
    before = len(sent_by(office, volunteer))
    first, second = (phone.post("/own-notes/new", data=NOTE | hidden) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(sent_by(office, volunteer)) == before + 1


def test_strangers_find_nothing_and_a_wrong_id_looks_the_same(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor)
    other = office.browser(office.somebody("PATBM", password=False))
    foreign = office.browser(office.somebody("PENERIMA", unit_id=office.other_unit_id, password=False))
    for client, page in ((other, "/own-notes/{}"), (foreign, "/village-notes/{}")):
        theirs, nobodys = client.get(page.format(note_id)), client.get(page.format(new_id()))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
    for role in ("MANAJER", "PSIKOLOG", "DATA", "KEPALA", "ANALIS_KLA", "MITRA", "ADMIN"):
        assert office.browser(office.somebody(role, password=False)).get("/village-notes").status_code == 403


def test_the_desk_lists_without_words_opens_one_under_its_event_and_hands_it_to_an_intake(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, danger="YA")
    desk = office.browser(clerk)
    listed = text(desk.get("/village-notes"))
    assert (office.events()[-1].event, office.events()[-1].sections) == (
        Event.VILLAGE_NOTES_LISTED,
        "village-note.coded village-note.fate",
    )
    assert f"/village-notes/{note_id}" in listed
    assert not any(word in listed for word in WORDS)
    assert all(word in text(desk.get(f"/village-notes/{note_id}")) for word in WORDS)
    assert (office.events()[-1].event, office.events()[-1].object_id) == (Event.VILLAGE_NOTE_OPENED, note_id)
    draft = press(desk, note_id, "take-over").headers["Location"]
    assert re.fullmatch(r"/intake/[0-9a-f-]{36}/report", draft)
    assert draft in text(desk.get(f"/village-notes/{note_id}"))
    colleague = text(office.browser(office.somebody("PENERIMA", password=False)).get(f"/village-notes/{note_id}"))
    assert draft not in colleague
    assert text(press(desk, note_id, "take-over"), 409)
    case_id = support.finish_draft(office, clerk.actor, UUID(draft.split("/")[2]))
    settled = text(desk.get(f"/village-notes/{note_id}"))
    assert f"/cases/{case_id}" in settled
    assert not any(word in settled for word in WORDS)
    assert f"/cases/{case_id}" in text(desk.get("/village-notes?show=settled"))
    for page in (f"/village-notes/{note_id}/join", f"/village-notes/{note_id}/answer"):
        assert text(desk.get(page))


def test_danger_waits_on_top_of_home_tasks_and_board(office: Office, volunteer: Someone) -> None:
    support.send(office, volunteer.actor, danger="YA")
    office.clock.pass_by(minutes=42)
    boss = office.browser(office.somebody("SUPERVISOR", password=False))
    for page in ("/", "/tasks", "/clocks"):
        shown = text(boss.get(page))
        assert 'href="/village-notes?show=new"' in shown, page
        assert "panel--bad" in shown[: shown.index('href="/village-notes?show=new"')], page
    others = office.browser(office.somebody("MANAJER", password=False))
    assert not any("/village-notes" in text(others.get(page)) for page in ("/", "/tasks"))
    assert "/own-notes/new" in text(office.browser(volunteer).get("/"))


def test_the_case_shows_the_note_to_its_team_and_neither_to_the_psychologist_nor_unasked_to_the_head(
    office: Office, volunteer: Someone, clerk: Someone
) -> None:
    note_id = support.send(office, volunteer.actor, called="Ujung", help="dititipkan tetangga")
    case_id = support.finish_draft(office, clerk.actor, support.take_over(office, clerk.actor, note_id))
    team = text(office.browser(clerk).get(f"/cases/{case_id}"))
    assert 'id="village"' in team
    assert "dititipkan tetangga" in team
    assert "dititipkan tetangga" in text(office.browser(clerk).get(f"/cases/{case_id}/story"))
    assert "village-origin.text" in office.events()[-1].sections
    head = text(office.browser(office.somebody("KEPALA", password=False)).get(f"/cases/{case_id}"))
    assert 'id="village"' in head
    assert "dititipkan tetangga" not in head
    expert = made.put_expert(office, case_id, "PSIKOLOG")
    seen = office.browser(expert)
    for page in (f"/cases/{case_id}", f"/cases/{case_id}/story"):
        shown = text(seen.get(page))
        assert 'id="village"' not in shown
        assert "village-origin" not in office.events()[-1].sections
    plain = made.make_case(office, clerk)
    assert 'id="village"' not in text(office.browser(clerk).get(f"/cases/{plain}"))
    assert "village-origin" not in office.events()[-1].sections
    assert not any(teller.is_for_all for teller in panel.TELLERS)  # a sheet that is passed on tells nothing of it


def test_the_office_writes_down_a_call_answers_it_and_the_note_says_so(office: Office, clerk: Someone) -> None:
    desk = office.browser(clerk)
    brought = NOTE | {"contact": "", "brought_by": "Bu Ida"}
    page = fill_in(desk, "/village-notes/write-down", **brought).headers["Location"]
    assert "Bu Ida" in text(desk.get(page))
    assert text(fill_in(desk, f"{page}/answer", end="declined", advice="Datang Senin."), 422)
    assert (
        fill_in(
            desk, f"{page}/answer", end="declined", reason="VE_DESA", topic="KT_INFO", advice="Datang Senin."
        ).status_code
        == 303
    )
    assert "Datang Senin." in text(desk.get(page))


def test_a_note_joins_a_case_by_its_number(office: Office, volunteer: Someone, clerk: Someone) -> None:
    case_id, note_id = made.make_case(office, clerk), support.send(office, volunteer.actor)
    desk, page = office.browser(clerk), f"/village-notes/{note_id}/join"
    assert "PPA/1/1" in text(fill_in(desk, page, register_no="PPA/1/1"), 422)
    number = made.case_row(office, case_id).register_no
    assert fill_in(desk, page, register_no=number).headers["Location"] == f"/cases/{case_id}"


def test_lists_page_and_odd_filters_stand(office: Office, volunteer: Someone, clerk: Someone) -> None:
    desk, phone = office.browser(clerk), office.browser(volunteer)
    for query in ("?show=x", "?page=0", "?page=99", "?show=new&page=2"):
        assert text(desk.get(f"/village-notes{query}"))
        assert text(phone.get(f"/own-notes{query}"))
