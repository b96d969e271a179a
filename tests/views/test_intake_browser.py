"""The whole way from Penerimaan to a registered case in a real browser: at most five screens, with scripting and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.cases.models import Case, Client
from app.db.session import read_session
from tests import case_factories
from tests import intake_support as given
from tests.factories import Office
from tests.views.test_accounts_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

SCREENS = 5
CONTROLS = 60
KEYS = 150
VISIBLE = """() => [...document.querySelectorAll("main :is(input, select, textarea, button, a, summary)")].filter((each) =>
  each.type !== "hidden" && !each.classList.contains("visually-hidden") && !each.closest(".contents") && each.checkVisibility()).length"""
"""Everything of the page that can be pressed or typed into, links and folds among them. What is folded away is not in sight; the
contents beside a long page name its parts a second time."""


@pytest.fixture(params=[(390, True), (390, False), (1280, True)], ids=["phone", "phone-script-free", "desktop"])
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scripting = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripting)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


class Screens:
    """Counts the screens of the way and the controls on each."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.controls: list[int] = []

    def look(self) -> None:
        """One more screen. Nothing of it is wider than the window."""
        self.controls.append(self.page.evaluate(VISIBLE))
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0

    def press(self, value: str) -> None:
        """Press the button of a form by what it does."""
        self.page.locator(f'main button[name=then][value="{value}"]:not(.visually-hidden)').click()


def test_five_screens_lead_from_penerimaan_to_a_registered_case(office: Office, address: str, page: Any) -> None:
    who = office.somebody("PENERIMA")
    sign_in(page, address, who.email)
    page.goto(f"{address}/intake")
    way = Screens(page)

    way.look()
    page.locator("#name").fill("Melati Sukma")
    page.locator("#name").press("Enter")
    page.wait_for_url("**/report")

    way.look()
    page.locator("#report-channel").select_option("CH_LANGSUNG")
    page.locator("#incident-first_on").fill("18052026")
    page.locator("#incident-area").select_option("63.03.05")
    way.press("next")
    page.wait_for_url("**/clients/*")

    assert page.locator("#identity-name").input_value() == "Melati Sukma"
    describe_people(way, page)

    assert "6303/2026/0001" in page.locator("main").inner_text()
    assert len(way.controls) == SCREENS
    assert max(way.controls) <= CONTROLS
    with read_session(office.runtime.engine) as session:
        assert len(session.scalars(select(Case)).all()) == 1


def describe_people(way: Screens, page: Any) -> None:
    """The screens from the client to the registered case, with the minimum."""
    way.look()
    page.locator("input[name=profile-sex][value=P]").check()
    page.locator("#profile-stated_age").fill("9")
    page.locator("input[name=profile-violence][value=VK_FISIK]").check(force=True)
    page.locator("input[name=identity-contact-call][value=TIDAK]").check()
    way.press("next")
    page.wait_for_url("**/reported/*")

    way.look()
    page.locator("#identity-name").fill("Bahar Contoh")
    page.locator("#relations-0-relationship").select_option("RD_AYAH")
    way.press("next")
    page.wait_for_url("**/screening")

    way.look()
    page.locator("input[name=prompts_asked]").check()
    page.locator("input[name=risk][value=RK_SEDANG]").check()
    way.press("register")
    page.wait_for_url("**/cases/*")


def test_five_screens_are_enough_where_people_of_that_name_are_known(office: Office, address: str, page: Any) -> None:
    """The hits and the report are one screen; eight people of the name are in the office already."""
    who = office.somebody("PENERIMA")
    for _turn in range(8):
        given.register(office, who, given.an_intake(given.a_client("Melati Sukma")))
    sign_in(page, address, who.email)
    page.goto(f"{address}/intake")
    way = Screens(page)

    way.look()
    page.locator("#name").fill("Melati Sukma")
    page.locator("#name").press("Enter")
    page.wait_for_url("**/search")

    way.look()
    page.locator("#report-channel").select_option("CH_LANGSUNG")
    page.locator("#incident-first_on").fill("18052026")
    page.locator("#incident-area").select_option("63.03.05")
    page.locator("main .action-bar .btn-primary").click()
    page.wait_for_url("**/clients/*")
    describe_people(way, page)

    assert "6303/2026/0009" in page.locator("main").inner_text()
    assert len(way.controls) == SCREENS
    assert max(way.controls) <= CONTROLS, way.controls


class Keyboard:
    """Works a page by keys alone and counts them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str, times: int = 1) -> None:
        for _turn in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def to(self, control: str) -> None:
        """Tab to a control; at most as far as a page is long."""
        for _turn in range(60):
            self.press("Tab")
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", control):
                return
        raise AssertionError(f"no way to {control} by keyboard")


def test_the_minimum_is_typed_without_a_mouse_in_few_keys(office: Office, address: str, chromium: Any) -> None:
    """design 6: the minimum. What the keys add up to stands in docs/face.md."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, address, office.somebody("PENERIMA").email)
    page.goto(f"{address}/intake")
    keys = Keyboard(page)

    page.locator("#main").focus()
    keys.to("#name")
    keys.write("Melati Sukma")
    keys.press("Enter")
    page.wait_for_url("**/report")

    page.locator("#main").focus()
    keys.to("#report-channel")
    keys.press("ArrowDown")
    keys.to("#incident-first_on")
    keys.write("18052026")
    keys.to("#incident-area")
    keys.write("Mar")
    keys.press("Shift+Tab")
    keys.press("Enter")
    page.wait_for_url("**/clients/*")

    page.locator("#main").focus()
    keys.to("input[name=profile-sex]")
    keys.press("ArrowRight")
    keys.to("#profile-stated_age")
    keys.write("9")
    keys.to("input[name=profile-violence]")
    keys.press("Space")
    keys.to("input[name=identity-contact-call]")
    keys.press("ArrowRight")
    keys.press("Enter")
    page.wait_for_url("**/reported/*")

    page.locator("#main").focus()
    keys.to("#identity-name")
    keys.write("Bahar")
    keys.to("#relations-0-relationship")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/screening")

    page.locator("#main").focus()
    keys.to("input[name=prompts_asked]")
    keys.press("Space")
    keys.to("input[name=risk]")
    keys.press("ArrowRight")
    keys.press("Enter")
    page.wait_for_url("**/cases/*")
    context.close()
    assert keys.pressed <= KEYS, keys.pressed


def test_the_page_that_corrects_a_client_is_calm(office: Office, address: str, page: Any) -> None:
    who = office.somebody("PENERIMA", "MANAJER")
    case_id = case_factories.make_case(office, who)
    client_id = case_factories.row_ids(office, Client, case_id)[0]
    sign_in(page, address, who.email)
    page.goto(f"{address}/cases/{case_id}/clients/{client_id}")
    way = Screens(page)
    way.look()
    assert way.controls[0] <= CONTROLS
    contents = page.locator("nav.contents")
    assert contents.is_visible() == (page.viewport_size["width"] > 1200)
    if contents.is_visible():
        contents.locator("a[href='#school-part']").click()
        assert page.locator("#profile-education").is_visible()
        assert contents.locator("a[href='#role']").is_visible(), "the contents stay in sight"


def test_a_day_that_does_not_exist_is_still_in_the_box(office: Office, address: str, page: Any) -> None:
    sign_in(page, address, office.somebody("PENERIMA").email)
    page.goto(f"{address}/intake")
    page.locator("#name").fill("Melati")
    page.locator("#name").press("Enter")
    page.wait_for_url("**/report")
    page.locator("#incident-first_on").fill("31/02/2026")
    page.locator("#incident-chronology-text").fill("Jangan hilang")
    Screens(page).press("next")
    page.locator(".error-summary").wait_for()
    assert page.locator("#incident-first_on").input_value() == "31/02/2026"
    assert page.locator("#incident-chronology-text").input_value() == "Jangan hilang"
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.id") in {"incident-first_on", ""}


def test_a_part_wanted_by_the_list_of_what_is_missing_opens_by_itself(office: Office, address: str, page: Any) -> None:
    sign_in(page, address, office.somebody("PENERIMA").email)
    page.goto(f"{address}/intake")
    page.locator("#name").fill("Melati")
    page.locator("#name").press("Enter")
    page.wait_for_url("**/report")
    page.goto(page.url.replace("/report", "/check"))
    page.locator("summary.filters__title").click()
    page.locator("main a[href*='identity-nik']").click()
    page.wait_for_url("**/clients/*")
    assert page.locator("#identity-nik").is_visible()
