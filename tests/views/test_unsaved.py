"""Typed text on its way: kept while somebody types, offered again, put back, dropped once saved, never acted upon (security 7.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit import chain
from app.audit.events import Event
from app.cases import records, team
from app.cases.models import Client, Note, TeamMember
from app.db.session import read_session
from app.domain.errors import Unavailable
from app.security.structs.intake import Intake
from app.web import form_drafts
from app.web.form_sheets import FIELD
from app.web.models import FormDraft
from tests import case_factories, intake_support
from tests.contracts.controls import Form, forms_of
from tests.factories import Office, Someone

WORDS = "Ibu bercerita di teras belakang."


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER")


@pytest.fixture
def browser(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


@pytest.fixture
def case_id(office: Office, who: Someone) -> UUID:
    return case_factories.make_case(office, who)


def form_on(browser: FlaskClient, page: str, action: str = "") -> Form:
    """The form of a page that keeps what is typed."""
    text = browser.get(page).get_data(as_text=True)
    return next(form for form in forms_of(text) if form.value(FIELD) and form.action in (action, form.action))


def sent(form: Form, **typed: Any) -> dict[str, Any]:
    """What a browser sends for it with this typed."""
    return form.sent() | typed


def sheet_of(form: Form) -> UUID:
    return UUID(form.value(FIELD).split(" ")[0])


def drafts(office: Office) -> list[FormDraft]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(FormDraft)))


def notes(office: Office) -> int:
    with read_session(office.runtime.engine) as session:
        return len(session.scalars(select(Note)).all())


# --- keeping and putting back ----------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_offered_when_the_form_is_opened_again(
    office: Office, browser: FlaskClient, case_id: UUID
) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    answer = browser.post("/unsaved", data=sent(form, text=WORDS))
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert "09.00 WITA" in answer.get_data(as_text=True)
    assert notes(office) == 0, "nothing was done with it"

    later = browser.get(page).get_data(as_text=True)
    assert WORDS not in later, "it is offered, not shown"
    restore = f"{page}?draft={sheet_of(form)}"
    assert f'href="{restore}"' in later
    assert WORDS in browser.get(restore).get_data(as_text=True)
    assert office.events()[-2].event == Event.FORM_DRAFT_OPENED


def test_saving_the_form_ends_its_draft(office: Office, browser: FlaskClient, case_id: UUID) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    browser.post("/unsaved", data=sent(form, text=WORDS))
    restored = form_on(browser, f"{page}?draft={sheet_of(form)}")
    assert browser.post(restored.action, data=sent(restored)).status_code == 303
    assert notes(office) == 1
    assert drafts(office) == []


def test_what_arrives_after_the_form_was_saved_does_not_come_back_as_unsaved(
    office: Office, browser: FlaskClient, case_id: UUID
) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    assert browser.post(form.action, data=sent(form, text=WORDS)).status_code == 303
    assert browser.post("/unsaved", data=sent(form, text=WORDS)).status_code == 204
    assert drafts(office) == []


def test_saving_one_sheet_leaves_what_was_typed_on_another(office: Office, browser: FlaskClient, case_id: UUID) -> None:
    page = f"/cases/{case_id}/notes/new"
    one, other = form_on(browser, page), form_on(browser, page)
    browser.post("/unsaved", data=sent(one, text="yang pertama"))
    browser.post("/unsaved", data=sent(other, text="yang kedua"))
    browser.post(one.action, data=sent(one, text="yang pertama"))
    assert [row.id for row in drafts(office)] == [sheet_of(other)]


def test_a_draft_is_discarded_on_purpose(office: Office, browser: FlaskClient, case_id: UUID) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    browser.post("/unsaved", data=sent(form, text=WORDS))
    text = browser.get(page).get_data(as_text=True)
    discard = next(each for each in forms_of(text) if each.action == f"/unsaved/{sheet_of(form)}/discard")
    answer = browser.post(discard.action, data=discard.sent())
    assert (answer.status_code, answer.location) == (303, page)
    assert drafts(office) == []
    assert browser.get(f"{page}?draft={sheet_of(form)}").status_code == 200, "the old address is just the form"


def test_a_draft_leads_to_its_form(browser: FlaskClient, case_id: UUID) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    browser.post("/unsaved", data=sent(form, text=WORDS))
    answer = browser.get(f"/unsaved/{sheet_of(form)}")
    assert answer.location == f"/cases/{case_id}/notes/new?draft={sheet_of(form)}"


def test_a_restored_draft_is_compared_with_what_somebody_saved_meanwhile(
    office: Office, browser: FlaskClient, case_id: UUID
) -> None:
    page = f"/cases/{case_id}/chronology"
    form, other = form_on(browser, page), form_on(browser, page)
    browser.post("/unsaved", data=sent(form, text=WORDS))
    browser.post(page, data=sent(other, text="Versi yang disimpan lebih dulu"))
    restored = form_on(browser, f"{page}?draft={sheet_of(form)}")
    answer = browser.post(page, data=sent(restored))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert WORDS in text
    assert "Versi yang disimpan lebih dulu" in text


def test_more_rows_than_the_page_shows_come_back(browser: FlaskClient, case_id: UUID, office: Office) -> None:
    page = f"/cases/{case_id}/clients/{case_factories.row_ids(office, Client, case_id)[0]}"
    form = form_on(browser, page)
    more = {f"profile-categories-{n}-item": "4" for n in range(5)}
    browser.post("/unsaved", data=sent(form, **more))
    again = form_on(browser, f"{page}?draft={sheet_of(form)}")
    assert [again.sent()[name] for name in more] == [["4"]] * 5


@pytest.mark.parametrize("people", ["clients", "reported"])
def test_the_first_person_of_an_intake_is_found_again(
    office: Office, browser: FlaskClient, who: Someone, people: str
) -> None:
    draft = intake_support.begin(office, who, Intake())
    page = browser.get(f"/intake/{draft}/{people}").location
    form = form_on(browser, page)
    browser.post("/unsaved", data=sent(form, **{"identity-name": "Melati Sukma"}))
    assert browser.get(f"/intake/{draft}/{people}").location == page
    assert str(sheet_of(form)) in browser.get(page).get_data(as_text=True)


# --- what is never kept ----------------------------------------------------------------------------------------------


def test_tokens_and_one_time_ids_are_not_kept(
    office: Office, browser: FlaskClient, who: Someone, case_id: UUID
) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    browser.post("/unsaved", data=sent(form, text=WORDS))
    with office.work(who.actor) as work:
        row = form_drafts.get(work, sheet_of(form))
        work.recorded("form-draft:opened", row.id)
        names = {field.name for field in form_drafts.read(work, row).fields}
    assert "text" in names
    assert not names & {"csrf_token", "submit_id", FIELD}


def test_only_the_fields_of_the_form_are_put_back(browser: FlaskClient, case_id: UUID) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    browser.post("/unsaved", data=sent(form, text=WORDS, case_id=str(uuid4()), stranger="ditambah orang lain"))
    again = browser.get(f"{page}?draft={sheet_of(form)}").get_data(as_text=True)
    assert WORDS in again
    assert "ditambah orang lain" not in again


def test_a_form_with_a_password_keeps_nothing(browser: FlaskClient) -> None:
    assert f'name="{FIELD}"' not in browser.get("/account").get_data(as_text=True)


@pytest.mark.parametrize("field", ["", "bukan lembar", "00 00 / /"])
def test_what_stands_on_no_sheet_of_ours_is_refused(
    office: Office, browser: FlaskClient, case_id: UUID, field: str
) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    assert browser.post("/unsaved", data=sent(form, text=WORDS) | {FIELD: field}).status_code == 400
    assert drafts(office) == []


def test_the_sheet_of_another_person_is_refused(office: Office, browser: FlaskClient, case_id: UUID) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    colleague = office.somebody("PENERIMA", "MANAJER")
    case_factories.join_team(office, case_id, colleague)
    theirs = office.browser(colleague)
    own = form_on(theirs, f"/cases/{case_id}/notes/new")
    mixed = sent(own, text=WORDS) | {FIELD: form.value(FIELD)}
    assert theirs.post("/unsaved", data=mixed).status_code == 400
    assert drafts(office) == []


def test_whoever_left_the_team_keeps_and_finds_nothing_of_the_case(
    office: Office, browser: FlaskClient, who: Someone, case_id: UUID
) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    browser.post("/unsaved", data=sent(form, text=WORDS))
    case_factories.join_team(office, case_id, office.somebody("MANAJER"))
    with office.work() as work:
        mine = work.session.scalars(select(TeamMember.id).where(TeamMember.user_id == who.id)).all()
        for member_id in mine:
            team.unassign(work, case_id, member_id)
    assert browser.post("/unsaved", data=sent(form, text=WORDS + " lagi")).status_code == 403
    assert browser.get(f"{page}?draft={sheet_of(form)}").status_code == 404


def test_a_draft_of_one_form_does_not_fill_another(browser: FlaskClient, case_id: UUID) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")
    browser.post("/unsaved", data=sent(form, text=WORDS))
    assert WORDS not in browser.get(f"/cases/{case_id}/follow-ups/new?draft={sheet_of(form)}").get_data(as_text=True)


# --- refused forms, faults -------------------------------------------------------------------------------------------


def test_a_refused_form_is_kept_until_it_is_saved(office: Office, browser: FlaskClient, case_id: UUID) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)
    answer = browser.post(form.action, data=sent(form, text=WORDS, on="2030-01-01"))
    assert answer.status_code == 422
    again = next(each for each in forms_of(answer.get_data(as_text=True)) if each.value(FIELD))
    assert again.value(FIELD) == form.value(FIELD), "the page shown again goes on under the same sheet"
    assert [row.id for row in drafts(office)] == [sheet_of(form)]
    assert browser.post(again.action, data=sent(again, on="2026-05-20")).status_code == 303
    assert drafts(office) == []


def test_a_form_that_met_a_fault_is_kept(
    office: Office, browser: FlaskClient, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/cases/{case_id}/notes/new"
    form = form_on(browser, page)

    def fails(*_args: object, **_kwargs: object) -> None:
        raise Unavailable("database: busy")

    with monkeypatch.context() as patched:
        patched.setattr(records, "write_note", fails)
        assert browser.post(form.action, data=sent(form, text=WORDS)).status_code == 503
    assert WORDS in browser.get(f"{page}?draft={sheet_of(form)}").get_data(as_text=True)


def test_where_nothing_can_be_written_the_fault_itself_is_told(
    office: Office, browser: FlaskClient, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_on(browser, f"/cases/{case_id}/notes/new")

    def fails(*_args: object, **_kwargs: object) -> int:
        raise Unavailable("audit")

    monkeypatch.setattr(chain, "append", fails)
    object.__setattr__(office.runtime, "append", fails)
    assert browser.post(form.action, data=sent(form, text=WORDS)).status_code == 503


def test_a_search_that_was_answered_leaves_no_draft(office: Office, browser: FlaskClient) -> None:
    form = form_on(browser, "/intake", "/intake/search")
    browser.post("/unsaved", data=sent(form, name="Melati"))
    assert len(drafts(office)) == 1
    assert browser.post(form.action, data=sent(form, name="Melati", then="look")).status_code == 200
    assert drafts(office) == []
