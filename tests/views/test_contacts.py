"""*Kontak*: recorded in four answers, listed, taken out after a question."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.events import Event
from app.cases import contact_views, contacts
from app.cases.models import Contact
from app.db.session import read_session
from app.domain.errors import Refused
from app.security.structs.office import Contact as Document
from tests.factories import Office, Someone, send
from tests.intake_support import fill_in, form_of

pytestmark = pytest.mark.sqlite_only(reason="the pages stand on services that are tried on both")

CALL = {"on": "19/05/2026", "channel": "CH_TELEPON", "topic": "KT_HUKUM", "referred_to": "IN_LBH"}


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def browser(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


def rows(office: Office) -> list[Contact]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(Contact)))


def held(office: Office, who: Someone, row: Contact) -> Document:
    with office.work(who.actor) as work:
        work.recorded(Event.CONTACTS_LISTED)
        return contacts.read(work, row)


def test_a_contact_is_recorded_sealed_and_listed(office: Office, who: Someone, browser: FlaskClient) -> None:
    assert fill_in(browser, "/contacts", **CALL).headers["Location"] == "/contacts"
    (row,) = rows(office)
    assert held(office, who, row) == Document(
        on=date(2026, 5, 19), channel="CH_TELEPON", topic="KT_HUKUM", referred_to="IN_LBH"
    )
    assert b"KT_HUKUM" not in row.contact_sealed
    assert "Pertanyaan hukum" in browser.get("/contacts").get_data(as_text=True)
    assert (office.events()[-1].event, office.events()[-1].sections) == (Event.CONTACTS_LISTED, "contact.coded")


def test_today_stands_in_the_form_already(browser: FlaskClient) -> None:
    assert form_of(browser.get("/contacts").get_data(as_text=True))["on"] == ["20/05/2026"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": "31/02/2026"}, "on"),
        ({"on": ""}, "on"),
        ({"on": "21/05/2026"}, "on"),
        ({"on": "01/01/1980"}, "on"),
        ({"channel": ""}, "channel"),
        ({"channel": "CH_LIMPAH"}, "channel"),
        ({"topic": "KT_X"}, "topic"),
        ({"referred_to": "IN_X"}, "referred_to"),
    ],
)
def test_a_wrong_contact_is_refused_on_its_field_and_nothing_changes(
    office: Office, browser: FlaskClient, changed: dict[str, str], field: str
) -> None:
    answer = fill_in(browser, "/contacts", **(CALL | changed))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert rows(office) == []
    if changed.get("on"):
        assert f'value="{changed["on"]}"' in page


def test_a_double_click_records_once(office: Office, browser: FlaskClient) -> None:
    fields = form_of(browser.get("/contacts").get_data(as_text=True)) | CALL
    for _ in range(2):
        assert browser.post("/contacts", data=fields).status_code == 303
    assert len(rows(office)) == 1


def test_a_contact_is_taken_out_after_a_question(office: Office, browser: FlaskClient) -> None:
    fill_in(browser, "/contacts", **CALL)
    (row,) = rows(office)
    question = browser.get(f"/contacts/{row.id}/remove")
    assert "Pertanyaan hukum" in question.get_data(as_text=True)
    assert not rows(office)[0].is_removed
    send(browser, f"/contacts/{row.id}/remove", f"/contacts/{row.id}/remove")
    assert rows(office)[0].is_removed
    assert "/remove" not in browser.get("/contacts").get_data(as_text=True)
    assert browser.get(f"/contacts/{row.id}/remove").status_code == 404


def test_another_units_contacts_are_not_there(office: Office, browser: FlaskClient) -> None:
    stranger = office.browser(office.somebody("PENERIMA", unit_id=office.other_unit_id))
    fill_in(stranger, "/contacts", **CALL)
    (row,) = rows(office)
    assert str(row.id) not in browser.get("/contacts").get_data(as_text=True)
    assert browser.get(f"/contacts/{row.id}/remove").status_code == 404


def test_a_long_list_is_paged(office: Office, who: Someone, browser: FlaskClient, monkeypatch: Any) -> None:
    monkeypatch.setattr(contact_views, "PAGE_SIZE", 2)
    with office.work(who.actor) as work:
        for day in range(1, 6):
            contacts.record(work, Document(on=date(2026, 5, day), channel="CH_WA", topic="KT_INFO"))
    pages = [browser.get(f"/contacts?page={number}").get_data(as_text=True) for number in (1, 2, 3)]
    listed = [re.findall(r"/contacts/([0-9a-f-]{36})/remove", page) for page in pages]
    assert [len(each) for each in listed] == [2, 2, 1]
    assert len({each for page in listed for each in page}) == 5
    for beyond in ("0", "99", "-3", "abc"):
        assert browser.get(f"/contacts?page={beyond}").status_code == 200


def test_a_contact_that_does_not_open_says_so_and_the_page_stands(office: Office, browser: FlaskClient) -> None:
    fill_in(browser, "/contacts", **CALL)
    fill_in(browser, "/contacts", **(CALL | {"topic": "KT_INFO"}))
    with office.work() as work:
        row = work.session.scalars(select(Contact).order_by(Contact.id)).first()
        assert row is not None
        row.contact_sealed = row.contact_sealed[:-1] + bytes([row.contact_sealed[-1] ^ 1])
    page = browser.get("/contacts")
    assert page.status_code == 200
    assert "unopened" in page.get_data(as_text=True)


def test_the_services_know_no_code_that_is_not_listed(office: Office, who: Someone) -> None:
    with pytest.raises(Refused, match="code.unknown"), office.work(who.actor) as work:
        contacts.record(work, Document(on=date(2026, 5, 1), channel="CH_X", topic="KT_INFO"))


def test_a_contact_that_is_not_there_is_not_found(browser: FlaskClient) -> None:
    assert browser.get(f"/contacts/{uuid4()}/remove").status_code == 404
