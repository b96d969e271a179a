"""A crash between typing and saving: what was typed is there again (issue 3, "restored after a crash")."""

from __future__ import annotations

import pytest

from tests.browser import office as offices
from tests.browser.conftest import Window
from tests.browser.office import Office
from tests.browser.people import PHONE, Caseworker
from tests.browser.test_journey import REPORT

pytestmark = pytest.mark.browser

WORDS = "Ibu bercerita di teras belakang."


def test_what_was_typed_outlives_a_server_that_was_killed(office: Office, window: Window) -> None:
    worker = window(office, Caseworker, size=PHONE)
    worker.signs_in("PENERIMA")
    worker.records_a_case(REPORT)
    note = f"{worker.page.url.removeprefix(office.url)}/notes/new"
    worker.opens(note)
    worker.types("Note", WORDS)
    worker.page.locator("[data-kept]").wait_for()
    office.process.kill()
    office.process.wait()

    with offices.running(office.premises) as again:
        worker.office = again
        worker.opens(note)
        worker.follows("Put it back")
        worker.page.locator(".unsaved--back").wait_for()
        assert worker.page.get_by_label(worker.say.label("Note")).first.input_value() == WORDS
        worker.checks_the_page()
        worker.presses("Keep the note")
        worker.page.wait_for_url("**/cases/*")
        assert worker.unreachable == []
