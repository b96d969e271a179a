"""The team on screen: declaring before the words open, handing on, ticking cases in the list, leave (security 3)."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases import queries
from tests import case_factories as made
from tests.factories import Office, Someone, fill, hidden, send
from tests.sharing import office

__all__ = ["office"]
WORDS = "janji bertemu hari Kamis di puskesmas"


@pytest.fixture
def boss(office: Office) -> Someone:
    return office.somebody("SUPERVISOR", name="Wati Contoh")


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Hasan Contoh")


def text_of(office: Office, who: Someone, path: str) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def tick(office: Office, who: Someone, act: str, *case_ids: UUID) -> tuple[object, str]:
    """Tick cases in the list and press a button below it."""
    browser = office.browser(who)
    led = send(browser, "/cases", "/cases/selected", cases=[str(each) for each in case_ids], act=act)
    return browser, browser.get(led.headers["Location"]).get_data(as_text=True)


def posted(page: str, **fields: object) -> dict[str, object]:
    return {name: hidden(page, name) for name in ("csrf_token", "submit_id")} | fields


# --- declaring -------------------------------------------------------------------------------------------------------


def test_the_file_asks_before_it_opens_the_words(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    page = text_of(office, worker, f"/cases/{case_id}")
    assert made.STORY not in page
    assert f"/cases/{case_id}/declaration" in page
    assert office.events()[-1].purpose == "undeclared"
    for closed in ("/chronology", "/notes/new"):
        assert office.browser(worker).get(f"/cases/{case_id}{closed}").status_code == 403
    fill(office.browser(worker), f"/cases/{case_id}/declaration", has_part="no")
    assert made.STORY in text_of(office, worker, f"/cases/{case_id}")


def test_an_undeclared_member_opens_no_identity_either(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    answer = send(office.browser(worker), f"/cases/{case_id}/declaration", f"/cases/{case_id}/reveal")
    assert answer.status_code == 403
    assert made.NAMES[0] not in answer.get_data(as_text=True)


def test_a_yes_leads_off_the_case_and_stands_on_the_supervisors_home_page(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    number = made.case_row(office, case_id).register_no
    answer = fill(
        office.browser(worker), f"/cases/{case_id}/declaration", has_part="yes", words="terlapor itu ipar saya"
    )
    assert answer.status_code == 303
    assert office.browser(worker).get(f"/cases/{case_id}").status_code == 404
    assert number in text_of(office, boss, "/")
    team = text_of(office, boss, f"/cases/{case_id}/team")
    assert "/declarations/" in team
    assert "terlapor itu ipar saya" not in team


def test_the_words_of_a_declared_part_are_for_those_who_assign(office, boss, worker):
    case_id, colleague = made.make_case(office), office.somebody("PENDAMPING")
    made.join_team(office, case_id, colleague)
    made.put_on_case(office, case_id, boss, worker)
    declared = made.declare(office, case_id, worker, has_part=True)
    path = f"/cases/{case_id}/declarations/{declared}"
    assert "saudara sepupu" in text_of(office, boss, path)
    assert office.browser(colleague).get(path).status_code == 403
    assert "saudara sepupu" not in text_of(office, colleague, f"/cases/{case_id}")
    answer = fill(office.browser(boss), path, may_work="yes", words="")
    assert answer.status_code == 422
    assert fill(office.browser(boss), path, may_work="no", words="").status_code == 303


def test_what_was_typed_stays_when_an_answer_is_missing(office, boss, worker):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, worker)
    answer = fill(office.browser(worker), f"/cases/{case_id}/declaration", words="mungkin tetangga saya")
    assert answer.status_code == 422
    assert "mungkin tetangga saya" in answer.get_data(as_text=True)


def test_a_supervisor_with_a_part_does_not_open_the_words_with_a_reason(office, boss):
    case_id = made.make_case(office)
    made.put_on_case(office, case_id, boss, boss)
    made.declare(office, case_id, boss, has_part=True)
    answer = fill(
        office.browser(boss), f"/cases/{case_id}/open", reason="quality", words="ingin tahu", level="identity"
    )
    assert answer.status_code == 403
    assert made.NAMES[0] not in answer.get_data(as_text=True)


# --- names that sound alike ------------------------------------------------------------------------------------------


def test_the_team_page_asks_about_a_name_without_showing_one(office, boss):
    case_id, brother = made.make_case(office), office.somebody("PENDAMPING", name="Terlapoor")
    browser, path = office.browser(boss), f"/cases/{case_id}/team"
    asked = fill(browser, path, user_id=brother.id, role="PENDAMPING")
    page = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert 'name="knowingly"' in page
    assert "Terlapor Rekaan" not in page
    assert fill(browser, path, user_id=brother.id, role="PENDAMPING", knowingly="y").status_code == 303


# --- several cases ---------------------------------------------------------------------------------------------------


def test_ticked_cases_are_put_on_a_person_in_one_act(office, boss, worker):
    cases = [made.make_case(office) for _ in range(3)]
    browser, page = tick(office, boss, "assign", *cases)
    assert all(made.case_row(office, each).register_no in page for each in cases)
    two = [str(each) for each in cases[:2]]
    sent = posted(page, cases=two, user_id=worker.id, role="PENDAMPING")
    assert browser.post("/cases/assign", data=sent).status_code == 303
    with office.runtime.looking(worker.actor) as work:
        assert queries.assigned_among(work, cases) == set(cases[:2])


def test_without_a_person_the_choice_and_the_ticks_stay(office, boss):
    case_id = made.make_case(office)
    browser, page = tick(office, boss, "assign", case_id)
    answer = browser.post("/cases/assign", data=posted(page, cases=[str(case_id)], user_id="", role="PENDAMPING"))
    again = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert str(case_id) in again


def test_nothing_ticked_leads_back_to_the_list_and_no_case_is_said(office, boss, worker):
    case_id = made.make_case(office)
    browser, page = tick(office, boss, "assign", case_id)
    assert send(browser, "/cases", "/cases/selected", act="assign").headers["Location"] == "/cases"
    answer = browser.post("/cases/assign", data=posted(page, user_id=worker.id, role="PENDAMPING"))
    assert answer.status_code == 422


def test_the_list_offers_assigning_to_those_who_may_only(office, worker):
    made.make_case(office, worker)
    page = text_of(office, worker, "/cases")
    assert 'value="hand-over"' in page
    assert 'value="assign"' not in page


def test_a_case_nobody_showed_cannot_be_ticked_in(office, boss):
    foreign = made.make_case(office, unit_id=office.other_unit_id)
    browser, page = tick(office, boss, "assign", foreign)
    assert "PPA" not in page
    assert send(browser, "/cases", "/cases/selected", cases=["kucing"], act="assign").status_code == 400
    assert browser.get("/cases/assign?cases=kucing").status_code == 400
    assert browser.get("/cases/assign").headers["Location"] == "/cases"


# --- hand-over -------------------------------------------------------------------------------------------------------


def test_cases_are_handed_on_with_words_and_taken_over(office, worker):
    cases = [made.make_case(office, worker) for _ in range(2)]
    receiver = office.somebody("PENDAMPING", name="Sari Contoh")
    browser, page = tick(office, worker, "hand-over", *cases)
    sent = posted(page, cases=[str(each) for each in cases], user_id=receiver.id, text=WORDS)
    sent["from_id"] = hidden(page, "from_id")
    assert browser.post("/cases/hand-over", data=sent).headers["Location"] == "/hand-overs"
    assert all(made.case_row(office, each).register_no in text_of(office, worker, "/hand-overs") for each in cases)
    home = text_of(office, receiver, "/")
    assert made.case_row(office, cases[0]).register_no in home
    assert WORDS not in home
    path = next(part for part in home.split('"') if part.startswith("/hand-overs/"))
    assert WORDS not in text_of(office, receiver, path)
    for each in cases:
        fill(office.browser(receiver), f"/cases/{each}/declaration", has_part="no")
    assert WORDS in text_of(office, receiver, path)
    assert send(office.browser(receiver), path, f"{path}/seen").status_code == 303
    assert path not in text_of(office, receiver, "/")
    assert all(WORDS in text_of(office, receiver, f"/cases/{each}") for each in cases)


def test_a_hand_over_is_closed_to_others_of_the_unit(office, worker):
    case_id, receiver = made.make_case(office, worker), office.somebody("PENDAMPING")
    row_id = made.hand_over(office, case_id, worker, receiver, WORDS)
    assert office.browser(office.somebody("PENDAMPING")).get(f"/hand-overs/{row_id}").status_code == 404
    boss = office.somebody("SUPERVISOR")
    assert WORDS not in text_of(office, boss, f"/hand-overs/{row_id}")


# --- leave -----------------------------------------------------------------------------------------------------------


def test_somebody_names_a_stand_in_who_then_finds_the_cases(office, worker):
    case_id, friend = made.make_case(office, worker), office.somebody("PENDAMPING", name="Sari Contoh")
    day = made.today(office).isoformat()
    answer = fill(office.browser(worker), "/leave", absent_id=worker.id, stand_in_id=friend.id, first=day, last=day)
    assert answer.status_code == 303
    assert "Sari Contoh" in text_of(office, worker, "/leave")
    assert "Hasan Contoh" in text_of(office, friend, "/")
    assert f"/cases/{case_id}" in text_of(office, friend, "/cases")
    fill(office.browser(friend), f"/cases/{case_id}/declaration", has_part="no")
    assert made.STORY in text_of(office, friend, f"/cases/{case_id}")
    assert office.events()[-1].purpose == "cover"


def test_a_cover_is_refused_with_the_days_still_typed(office, worker):
    friend = office.somebody("PENDAMPING")
    answer = fill(
        office.browser(worker),
        "/leave",
        absent_id=worker.id,
        stand_in_id=friend.id,
        first="2031-02-03",
        last="2031-02-01",
    )
    assert answer.status_code == 422
    assert "2031-02-01" in answer.get_data(as_text=True)


def test_a_worker_cannot_send_somebody_else_on_leave(office, worker):
    friend, day = office.somebody("PENDAMPING"), made.today(office).isoformat()
    answer = fill(office.browser(worker), "/leave", absent_id=friend.id, stand_in_id=worker.id, first=day, last=day)
    assert answer.status_code == 422


def test_a_cover_ends_on_its_page(office, worker):
    friend = office.somebody("PENDAMPING")
    cover_id = made.cover(office, worker, friend)
    assert send(office.browser(worker), "/leave", f"/leave/{cover_id}/end").status_code == 303
    assert str(cover_id) not in text_of(office, worker, "/leave")
