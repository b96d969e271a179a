"""*Beranda*: each person's own work, by number and never by name."""

from __future__ import annotations

import re

import pytest

from app.security.structs.drafts import DraftField
from app.web import form_drafts, form_sheets
from tests import intake_support as given
from tests.factories import Office, Someone

pytestmark = pytest.mark.sqlite_only(reason="the queries are those of the lists, which are tried on both")


def home(office: Office, who: Someone) -> str:
    page = office.browser(who).get("/").get_data(as_text=True)
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])


def test_a_caseworker_sees_drafts_and_own_open_cases(office: Office) -> None:
    worker, stranger = office.somebody("PENERIMA"), office.somebody("PENERIMA")
    given.register(office, worker, given.an_intake())
    given.begin(office, worker, given.an_intake())
    page = home(office, worker)
    number = next(word for word in page.split() if word.startswith("6303/"))
    assert "Melati" not in page
    assert number not in home(office, stranger)


def test_a_supervisor_sees_reports_that_wait_for_a_decision(office: Office) -> None:
    worker, supervisor = office.somebody("PENERIMA"), office.somebody("SUPERVISOR")
    assert "6303/" not in home(office, supervisor)
    given.register(office, worker, given.an_intake())
    assert "6303/" in home(office, supervisor)


def test_unsaved_text_is_listed_by_case_and_leads_to_its_form(office: Office) -> None:
    worker = office.somebody("PENERIMA")
    case_id = given.register(office, worker, given.an_intake())
    sheet = form_sheets.new(worker.id, f"/cases/{case_id}/notes", f"/cases/{case_id}/notes/new")
    with office.work(worker.actor) as work:
        form_drafts.keep(work, sheet, [DraftField(name="text", values=("Ibu bercerita",))], case_id)
    page = office.browser(worker).get("/").get_data(as_text=True)
    assert f'href="/unsaved/{sheet.id}"' in page
    assert "Ibu bercerita" not in page
    assert str(sheet.id) not in office.browser(office.somebody("PENERIMA")).get("/").get_data(as_text=True)


def test_whoever_has_no_work_here_is_shown_where_to_go(office: Office) -> None:
    page = office.browser(office.somebody("ADMIN")).get("/").get_data(as_text=True)
    main = page[page.index("<main") : page.index("</main>")]
    assert 'href="/users"' in main
