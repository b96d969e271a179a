"""What a browser must do for the safety of people: nothing stays readable, nothing is lost, and everything works by keyboard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.domain.access import roles
from tests.browser.conftest import Window
from tests.browser.office import PASSWORD, Office, staff
from tests.browser.people import DESK, PHONE, Caseworker, Person, Supervisor
from tests.browser.test_journey import REPORT
from tests.browser.words import Tongue

pytestmark = pytest.mark.browser


@pytest.fixture
def office(shared_office: Office) -> Office:
    """Nothing is counted here, so one office serves all these tests."""
    return shared_office


@dataclass(frozen=True)
class Recorded:
    """A case in the office: its register number and the path of its page."""

    number: str
    path: str


@pytest.fixture(scope="module")
def recorded(shared_office: Office, chromium: Any) -> Recorded:
    """One case for all who only need that there is one."""
    context = chromium.new_context(viewport=DESK, bypass_csp=True, reduced_motion="reduce")
    worker = Caseworker(shared_office, context.new_page(), Tongue("en"))
    worker.signs_in("PENERIMA")
    number = worker.records_a_case(REPORT)
    path = worker.page.url.removeprefix(shared_office.url)
    context.close()
    return Recorded(number, path)


EITHER = pytest.mark.parametrize("scripting", [True, False], ids=["scripting", "script-free"])
MOSTLY = pytest.mark.parametrize(
    "scripting", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["scripting", "script-free"]
)
"""As EITHER; what the server answers without scripting is in the fast set by the tests of views."""


@MOSTLY
def test_a_changed_section_says_in_one_sentence_that_it_cannot_be_opened(
    office: Office, window: Window, scripting: bool
) -> None:
    worker = window(office, Caseworker, scripting=scripting)
    worker.signs_in("PENERIMA")
    worker.records_a_case(REPORT)
    case_id = UUID(worker.page.url.rsplit("/", 1)[-1])
    office.rows(
        "UPDATE clients SET profile_sealed = zeroblob(length(profile_sealed)) WHERE position = 1 AND case_id = ?",
        [case_id.hex],
    )
    worker.page.reload()
    assert worker.say("cannot be opened") in worker.words
    assert worker.page.get_by_role("heading", level=1).count() == 1
    assert "2." in worker.words or "B•••" in worker.words, "the other child stands where it stood"


@EITHER
def test_quick_exit_ends_the_session(office: Office, window: Window, scripting: bool) -> None:
    worker = window(office, Caseworker, scripting=scripting)
    worker.signs_in("PENERIMA")
    with worker.page.expect_request(re.compile(r"bmkg\.go\.id")):
        worker.leaves_quickly()
    other = worker.page.context.new_page()
    other.goto(f"{office.url}/cases")
    assert "/sign-in" in other.url


@EITHER
def test_going_back_after_logging_out_shows_nothing(
    office: Office, recorded: Recorded, window: Window, scripting: bool
) -> None:
    worker = window(office, Caseworker, scripting=scripting)
    worker.signs_in("PENERIMA")
    worker.opens(recorded.path)
    assert recorded.number in worker.page.content()
    worker.signs_out()
    worker.page.go_back()
    worker.page.get_by_role("button", name=worker.say("Sign in"), exact=True).wait_for()
    assert recorded.number not in worker.page.content()
    assert "Karangan" not in worker.page.content()


def test_signing_in_and_opening_a_case_need_no_mouse(office: Office, recorded: Recorded, window: Window) -> None:
    keys = window(office, Caseworker)
    keys.opens("/sign-in")
    _tab_to(keys, lambda at: at["name"] == "email")
    keys.page.keyboard.type(staff()["PENERIMA"])
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.type(PASSWORD)
    keys.page.keyboard.press("Enter")
    keys.reads(keys.say("Home"))  # the account kept the language chosen before
    _tab_to(keys, lambda at: at["text"] == keys.say("Cases"))
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url("**/cases")
    _tab_to(keys, lambda at: at["text"] == recorded.number)
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    assert keys.number_of_case() == recorded.number


def _tab_to(person: Person, found: object, most: int = 60) -> None:
    """Press Tab until the focused control is the one wanted; whoever cannot reach it fails."""
    assert callable(found)
    for _press in range(most):
        person.page.keyboard.press("Tab")
        at = person.page.evaluate(
            "(() => { const e = document.activeElement; return {name: e.name || '', text: e.innerText ? e.innerText.trim() : ''}; })()"
        )
        if found(at):
            return
    raise AssertionError("no way there by keyboard")


@EITHER
def test_the_language_is_switched_and_stays(office: Office, window: Window, scripting: bool) -> None:
    worker = window(office, Caseworker, scripting=scripting, language="id", size=PHONE)
    worker.signs_in("PENERIMA")
    assert worker.page.get_by_role("heading", level=1).inner_text() == worker.say("Home")
    worker.page.locator("summary.menu__open").click()
    worker.presses("English")
    worker.page.locator("html[lang=en]").wait_for(state="attached")
    worker.opens("/cases")
    assert worker.page.get_by_role("heading", level=1).inner_text() == "Cases"


@MOSTLY
def test_two_people_who_change_the_same_part_see_both_texts(office: Office, window: Window, scripting: bool) -> None:
    worker = window(office, Caseworker, scripting=scripting)
    worker.signs_in("PENERIMA")
    number = worker.records_a_case(REPORT)
    case = worker.page.url.removeprefix(office.url)
    _put_on_team(window(office, Supervisor), case)

    other = window(office, Caseworker, scripting=scripting)
    other.signs_in("MANAJER")
    _declares_no_part(other, case)
    worker.opens(f"{case}/chronology")
    other.opens(f"{case}/chronology")
    other.types("What happened", "Versi pengelola kasus.")
    other.presses("Save")
    other.page.wait_for_url(f"**{case}*")
    worker.types("What happened", "Versi penerima pengaduan.")
    worker.presses("Save")
    worker.page.get_by_role("alert").first.wait_for()
    assert "Versi pengelola kasus." in worker.words
    assert "Versi penerima pengaduan." in worker.page.content()
    worker.checks_the_page()
    worker.presses("Save this text")
    worker.page.wait_for_url(f"**{case}*")
    assert number in worker.words
    assert worker.unreachable == []


def _declares_no_part(person: Caseworker, case: str) -> None:
    """Whoever is put on a case says so before its words open."""
    person.opens(f"{case}/declaration")
    person.page.get_by_label(person.say("No, I have no part in this matter")).check()
    person.presses("Send the answer")
    person.page.wait_for_url(f"**{case}*")


def _put_on_team(supervisor: Supervisor, case: str) -> None:
    supervisor.signs_in("SUPERVISOR")
    supervisor.opens(f"{case}/team")
    supervisor.chooses("Person", "Hasan")
    supervisor.chooses("As", roles()["MANAJER"].en)
    supervisor.presses("Put on the team")
    supervisor.reads("Hasan Contoh")
