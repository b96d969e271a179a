"""What only a browser shows: quick exit, pages that stay hidden, fields that come and go, no broken policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, request

from tests import serving
from tests.views.face_app import make_app

pytestmark = pytest.mark.browser


@dataclass
class Office:
    """The app on a port of its own, what it was asked, and one window that reports every complaint of the browser."""

    app: Flask
    url: str
    browser: Any
    asked: list[tuple[str, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def window(self, **options: Any) -> Any:
        page = self.browser.new_context(**options).new_page()
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@pytest.fixture
def office(chromium: Any) -> Iterator[Office]:
    app = make_app()
    app.add_url_rule("/away", "away", lambda: "<h1>Cuaca</h1>")
    with serving.running(serving.of_app(app)) as server:
        office = Office(app, server.url, chromium)
        app.config["QUICK_EXIT_URL"] = office.url + "/away"
        app.before_request(lambda: office.asked.append((request.method, request.path)))
        yield office
        for context in chromium.contexts:
            context.close()


@pytest.mark.parametrize("scripting", [True, False])
def test_quick_exit_ends_the_session_and_leaves(office: Office, scripting: bool) -> None:
    page = office.window(java_script_enabled=scripting)
    page.goto(office.url + "/cases")
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url("**/away")
    page.get_by_text("Cuaca").wait_for()
    assert ("POST", "/leave") in office.asked


def test_three_presses_of_escape_leave_and_two_do_not(office: Office) -> None:
    page = office.window()
    page.goto(office.url + "/cases")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    assert page.url.endswith("/cases")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/away")


def test_the_page_left_is_no_longer_in_the_history(office: Office) -> None:
    page = office.window()
    page.goto(office.url + "/plain")
    page.goto(office.url + "/cases")
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url("**/away")
    page.go_back()
    assert page.url.endswith("/plain")


def test_unsaved_words_do_not_hold_up_a_quick_exit(office: Office) -> None:
    page = office.window()
    page.on("dialog", lambda _dialog: pytest.fail("asked before leaving"))
    page.goto(office.url + "/form")
    page.get_by_label("Name").fill("typed")
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url("**/away")


def test_conditional_fields_follow_the_answer(office: Office) -> None:
    page = office.window()
    page.goto(office.url + "/form")
    assert not page.get_by_label("Story").is_visible()
    page.get_by_label("Female").check()
    assert page.get_by_label("Story").is_visible()


def test_conditional_fields_are_there_without_scripting(office: Office) -> None:
    page = office.window(java_script_enabled=False)
    page.goto(office.url + "/form")
    assert page.get_by_label("Story").is_visible()


def test_the_browser_has_nothing_to_complain_of(office: Office) -> None:
    page = office.window()
    for path in ("/", "/form", "/plain"):
        page.goto(office.url + path)
    assert office.complaints == []
    assert page.evaluate("document.fonts.ready.then(fonts => [...fonts].map(font => font.status))") == ["loaded"]


def test_nothing_is_kept_in_the_browser(office: Office) -> None:
    page = office.window()
    page.goto(office.url + "/form")
    page.get_by_label("Name").fill("typed")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/form", "/plain"])
def test_a_phone_shows_the_whole_width(office: Office, path: str, scheme: str) -> None:
    page = office.window(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page.goto(office.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_menu_of_a_phone_opens_without_scripting(office: Office) -> None:
    page = office.window(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(office.url + "/")
    assert page.get_by_role("navigation", name="Main menu, phone").get_by_role("link", name="Cases").is_visible()
    page.locator("summary.menu__open").click()
    assert page.get_by_role("button", name="Log out").is_visible()


def test_the_first_visit_weighs_less_than_120_kb(office: Office) -> None:
    page = office.window()
    page.goto(office.url + "/form", wait_until="networkidle")
    weighed = "performance.getEntries().filter(e => e.transferSize).reduce((sum, e) => sum + e.transferSize, 0)"
    assert 30_000 < page.evaluate(weighed) < 120_000
