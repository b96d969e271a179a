"""Typing in a real browser: the page keeps it by itself, says so, and gives it back after the window was closed (security 7.4)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.db.session import read_session
from app.web.models import FormDraft
from tests import case_factories
from tests.factories import PASSWORD, Office, Someone
from tests.views.test_accounts_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

WORDS = "Ibu bercerita di teras belakang."
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER")


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport=PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def kept(page: Any) -> Any:
    """The line that says so, once it does."""
    line = page.locator("[data-kept]")
    line.wait_for()
    return line


def arrived(office: Office) -> None:
    """Wait for a draft: what a page sends while it is left comes when it comes."""
    for _turn in range(100):
        with read_session(office.runtime.engine) as session:
            if session.scalars(select(FormDraft)).all():
                return
        time.sleep(0.05)
    raise AssertionError("nothing was kept")


def test_what_was_typed_is_there_after_the_window_was_closed(
    office: Office, address: str, page: Any, who: Someone
) -> None:
    note = f"{address}/cases/{case_factories.make_case(office, who)}/notes/new"
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, address, who.email)
    page.goto(note)
    page.locator("#text").fill(WORDS)
    assert re.search(r"09\.00 WITA", kept(page).inner_text())
    page.close(run_before_unload=False)

    again = page.context.new_page()
    again.goto(note)
    assert again.locator("#text").input_value() == ""
    again.locator(".unsaved a.btn").click()
    again.locator(".unsaved--back").wait_for()
    assert again.locator("#text").input_value() == WORDS
    again.locator(".action-bar .btn-primary").click()
    again.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    again.goto(note)
    assert again.locator(".unsaved").count() == 0, "saved once, nothing is left over"
    assert complaints == []


def test_a_page_that_is_left_keeps_the_last_words_too(office: Office, address: str, page: Any, who: Someone) -> None:
    note = f"{address}/cases/{case_factories.make_case(office, who)}/notes/new"
    sign_in(page, address, who.email)
    page.goto(note)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#text").fill(WORDS)
    page.goto(f"{address}/cases")
    arrived(office)
    page.goto(note)
    page.locator(".unsaved a.btn").click()
    assert page.locator("#text").input_value() == WORDS


def test_a_page_says_when_nothing_can_be_kept(office: Office, address: str, page: Any, who: Someone) -> None:
    sign_in(page, address, who.email)
    page.goto(f"{address}/cases/{case_factories.make_case(office, who)}/notes/new")
    page.route("**/unsaved", lambda route: route.abort())
    page.locator("#text").fill(WORDS)
    assert "kept-line--failed" in kept(page).get_attribute("class")
    assert page.locator("#text").input_value() == WORDS


# --- the lock --------------------------------------------------------------------------------------------------------


def unlock(page: Any) -> None:
    """Enter the password on the lock screen."""
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form[action^='/unlock'] button.btn-primary").click()


def test_a_page_left_alone_locks_itself_and_loses_nothing(
    office: Office, address: str, page: Any, who: Someone
) -> None:
    note = f"{address}/cases/{case_factories.make_case(office, who)}/notes/new"
    page.clock.install()
    sign_in(page, address, who.email)
    page.goto(note)
    page.locator("#text").fill(WORDS)
    page.clock.run_for(4_000)
    kept(page)
    office.clock.pass_by(minutes=16)
    page.clock.fast_forward("16:00")
    page.wait_for_url("**/sign-in?**")
    page.locator(".notice--success").wait_for()
    assert WORDS not in page.content()
    unlock(page)
    page.locator(".unsaved--back").wait_for()
    assert page.locator("#text").input_value() == WORDS


def test_words_typed_on_a_page_that_slept_past_the_lock_are_kept(
    office: Office, address: str, page: Any, who: Someone
) -> None:
    """The lid was closed: no timer ran. The first words typed afterwards find the session locked."""
    note = f"{address}/cases/{case_factories.make_case(office, who)}/notes/new"
    sign_in(page, address, who.email)
    page.goto(note)
    office.clock.pass_by(minutes=16)
    page.locator("#text").fill(WORDS)
    page.wait_for_url("**/sign-in?**")
    assert WORDS not in page.content()
    unlock(page)
    page.locator(".unsaved--back").wait_for()
    assert page.locator("#text").input_value() == WORDS


def test_a_locked_page_whose_server_is_away_keeps_its_text_and_shows_nothing(
    office: Office, address: str, page: Any, who: Someone
) -> None:
    note = f"{address}/cases/{case_factories.make_case(office, who)}/notes/new"
    page.clock.install()
    sign_in(page, address, who.email)
    page.goto(note)
    page.route("**/unsaved", lambda route: route.abort())
    page.locator("#text").fill(WORDS)
    office.clock.pass_by(minutes=16)
    page.clock.fast_forward("16:00")
    page.locator("[data-lock-waits]").wait_for()
    assert not page.locator("#text").is_visible()
    page.unroute("**/unsaved")
    page.clock.run_for(11_000)
    page.wait_for_url("**/sign-in?**")
    unlock(page)
    page.locator(".unsaved--back").wait_for()
    assert page.locator("#text").input_value() == WORDS


def test_without_scripting_a_form_sent_too_late_comes_back_after_unlocking(
    office: Office, address: str, chromium: Any, who: Someone
) -> None:
    case = f"{address}/cases/{case_factories.make_case(office, who)}"
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, address, who.email)
    page.goto(f"{case}/notes/new")
    page.locator("#text").fill(WORDS)
    office.clock.pass_by(minutes=16)
    page.locator(".action-bar .btn-primary").click()
    page.wait_for_url("**/sign-in?**")
    assert WORDS not in page.content()
    unlock(page)
    page.locator(".unsaved--back").wait_for()
    assert page.locator("#text").input_value() == WORDS
    page.locator(".action-bar .btn-primary").click()
    page.wait_for_url(case)
    context.close()


def test_going_back_from_the_lock_screen_shows_nothing(office: Office, address: str, page: Any, who: Someone) -> None:
    case = f"{address}/cases/{case_factories.make_case(office, who)}"
    page.clock.install()
    sign_in(page, address, who.email)
    page.goto(case)
    page.goto(f"{case}/notes/new")
    office.clock.pass_by(minutes=16)
    page.clock.fast_forward("16:00")
    page.wait_for_url("**/sign-in?**")
    page.go_back()
    page.wait_for_url("**/sign-in?**")
    assert "6303/2026" not in page.content()
