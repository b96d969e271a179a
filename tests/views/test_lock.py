"""The idle lock: nothing is shown, nobody else gets in, and what was typed is there after unlocking (security 7.4; issue 3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import services
from app.accounts.models import SignedInSession
from app.audit.events import Event
from app.cases.models import Note
from app.db.session import read_session
from app.security.structs.intake import Intake
from app.web.form_sheets import FIELD
from app.web.models import FormDraft
from tests import case_factories, intake_support
from tests.contracts.controls import Form, forms_of
from tests.factories import PASSWORD, Office, Someone, fill, hidden, send

WORDS = "Ibu bercerita di teras belakang."


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER", name="Rahma Contoh")


@pytest.fixture
def browser(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


@pytest.fixture
def note(office: Office, who: Someone) -> str:
    """The page of a blank note."""
    return f"/cases/{case_factories.make_case(office, who)}/notes/new"


def form_on(browser: FlaskClient, page: str) -> Form:
    text = browser.get(page).get_data(as_text=True)
    return next(form for form in forms_of(text) if form.value(FIELD))


def typed(form: Form, **words: Any) -> dict[str, Any]:
    return form.sent() | words


def locked(office: Office) -> None:
    office.clock.pass_by(minutes=16)


def unlock(browser: FlaskClient, page: str, password: str = PASSWORD) -> Any:
    """Open the lock screen that was led to, and enter the password."""
    text = browser.get(page).get_data(as_text=True)
    form = next(each for each in forms_of(text) if each.action.startswith("/unlock"))
    return browser.post(form.action, data=form.sent() | {"password": password})


def rows(office: Office, kind: type[Any]) -> list[Any]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(kind)))


# --- the screen ------------------------------------------------------------------------------------------------------


def test_the_lock_screen_names_the_person_and_shows_nothing_else(
    office: Office, browser: FlaskClient, note: str
) -> None:
    locked(office)
    answer = browser.get(note)
    assert answer.status_code == 303
    text = browser.get(answer.location).get_data(as_text=True)
    assert "Rahma Contoh" in text
    assert 'name="email"' not in text
    assert "UPTD PPA Contoh" not in text
    assert text.index('action="/quick-exit"') < text.index("<main")


def test_the_password_opens_it_and_leads_back(office: Office, browser: FlaskClient, who: Someone, note: str) -> None:
    locked(office)
    answer = unlock(browser, browser.get(note).location)
    assert (answer.status_code, answer.location) == (303, note)
    assert browser.get(note).status_code == 200
    ended = [row.ended_at is not None for row in rows(office, SignedInSession)]
    assert sorted(ended) == [False, True], "the locked session gives way to the new one"
    assert office.events()[-2].event == Event.SIGNED_IN


def test_a_wrong_password_leaves_it_locked_and_guessing_is_slowed(
    office: Office, browser: FlaskClient, note: str
) -> None:
    locked(office)
    back = browser.get(note).location
    first = unlock(browser, back, "tebakan pertama")
    assert first.status_code == 422
    assert "Rahma Contoh" in first.get_data(as_text=True)
    statuses = [unlock(browser, back, f"tebakan {turn}").status_code for turn in range(12)]
    assert statuses[-1] == 429
    assert browser.get("/account").status_code == 303


def test_somebody_else_signs_in_at_the_lock_screen(office: Office, browser: FlaskClient, who: Someone) -> None:
    locked(office)
    assert send(browser, "/sign-in", "/sign-out").location == "/sign-in"
    other = office.somebody("PENERIMA")
    assert fill(browser, "/sign-in", email=other.email, password=PASSWORD).status_code == 303
    assert browser.get("/account").status_code == 200


def test_an_ended_session_meets_the_sign_in_page(office: Office, browser: FlaskClient) -> None:
    send(browser, "/account", "/sign-out")
    assert 'name="email"' in browser.get("/sign-in").get_data(as_text=True)


def test_the_language_of_the_lock_screen_is_changed_without_losing_the_way_back(
    office: Office, browser: FlaskClient, note: str
) -> None:
    locked(office)
    text = browser.get(browser.get(note).location).get_data(as_text=True)
    form = next(each for each in forms_of(text) if each.action == "/language")
    answer = browser.post("/language", data=form.sent() | {"language": "en"})
    assert "Unlock" in browser.get(answer.location).get_data(as_text=True)
    assert unlock(browser, answer.location).location == note


# --- what was typed --------------------------------------------------------------------------------------------------


def test_a_form_sent_too_late_is_kept_and_stands_there_after_unlocking(
    office: Office, browser: FlaskClient, note: str
) -> None:
    form = form_on(browser, note)
    locked(office)
    answer = browser.post(form.action, data=typed(form, text=WORDS))
    assert answer.status_code == 303
    assert rows(office, Note) == [], "nothing was done"
    assert WORDS not in browser.get(answer.location).get_data(as_text=True)

    back = unlock(browser, answer.location).location
    again = form_on(browser, back)
    assert again.sent()["text"] == [WORDS]
    assert browser.post(again.action, data=again.sent()).status_code == 303
    assert len(rows(office, Note)) == 1
    assert rows(office, FormDraft) == []


@pytest.mark.parametrize(
    ("page", "name", "words"),
    [
        ("report", "incident-chronology-text", WORDS),
        ("clients", "identity-name", "Melati Sukma"),
        ("reported", "identity-name", "Bahar Contoh"),
        ("screening", "risk", "RK_TINGGI"),
    ],
)
def test_a_page_of_an_intake_sent_too_late_is_kept(
    office: Office, browser: FlaskClient, who: Someone, page: str, name: str, words: str
) -> None:
    draft = intake_support.begin(office, who, Intake())
    asked = browser.get(f"/intake/{draft}/{page}")
    address = asked.location if asked.status_code == 303 else f"/intake/{draft}/{page}"
    form = form_on(browser, address)
    locked(office)
    answer = browser.post(form.action, data=typed(form, **{name: words}))
    back = unlock(browser, answer.location).location
    assert form_on(browser, back).sent()[name] == [words]
    assert intake_support.held(office, who, draft) == Intake()


def test_a_search_sent_too_late_is_kept(office: Office, browser: FlaskClient) -> None:
    form = form_on(browser, "/intake")
    locked(office)
    answer = browser.post("/intake/search", data=typed(form, name="Bunga Rekaan", then="begin"))
    back = unlock(browser, answer.location).location
    assert form_on(browser, back).sent()["name"] == ["Bunga Rekaan"]


def test_a_report_written_beneath_the_hits_comes_back_with_the_hits(
    office: Office, browser: FlaskClient, who: Someone
) -> None:
    case_factories.make_case(office, who)
    form = form_on(browser, "/intake")
    hits = browser.post("/intake/search", data=typed(form, name="Bunga Rekaan", then="look")).get_data(as_text=True)
    going_on = next(each for each in forms_of(hits) if each.action == "/intake/new")
    locked(office)
    answer = browser.post("/intake/new", data=typed(going_on, **{"incident-chronology-text": WORDS}))
    back = unlock(browser, answer.location).location
    text = browser.get(back).get_data(as_text=True)
    assert "6303/2026/0001" in text
    again = next(each for each in forms_of(text) if each.action == "/intake/new")
    assert again.sent()["name"] == ["Bunga Rekaan"]
    assert again.sent()["incident-chronology-text"] == [WORDS]
    assert browser.post("/intake/new", data=again.sent()).status_code == 303
    assert rows(office, FormDraft) == []


def test_what_the_script_sends_to_a_locked_session_is_kept_and_the_page_is_told(
    office: Office, browser: FlaskClient, note: str
) -> None:
    form = form_on(browser, note)
    locked(office)
    words = typed(form, text=WORDS)
    answer = browser.post("/unsaved", data=words, headers={"X-CSRF-Token": words.pop("csrf_token")[0]})
    assert answer.status_code == 401
    back = unlock(browser, answer.headers["X-Sign-In"]).location
    assert form_on(browser, back).sent()["text"] == [WORDS]


def test_a_form_that_was_saved_already_leads_to_where_it_led(office: Office, browser: FlaskClient, note: str) -> None:
    form = form_on(browser, note)
    assert browser.post(form.action, data=typed(form, text=WORDS)).status_code == 303
    locked(office)
    answer = browser.post(form.action, data=typed(form, text=WORDS))
    assert unlock(browser, answer.location).location == note.removesuffix("/notes/new")
    assert rows(office, FormDraft) == []
    assert len(rows(office, Note)) == 1


def test_after_ten_hours_it_is_kept_too(office: Office, browser: FlaskClient, note: str) -> None:
    form = form_on(browser, note)
    office.clock.pass_by(hours=11)
    answer = browser.post(form.action, data=typed(form, text=WORDS))
    assert form_on(browser, unlock(browser, answer.location).location).sent()["text"] == [WORDS]


# --- nobody's words are kept for anybody -----------------------------------------------------------------------------


def test_without_the_token_of_the_session_nothing_is_kept(office: Office, browser: FlaskClient, note: str) -> None:
    form = form_on(browser, note)
    locked(office)
    for token in ("", "bukan-token", hidden(office.stranger().get("/activate").data, "csrf_token")):
        assert browser.post(form.action, data=typed(form, text=WORDS, csrf_token=token)).status_code == 400
    assert rows(office, FormDraft) == []


def test_an_unknown_or_ended_session_keeps_nothing(office: Office, browser: FlaskClient, note: str) -> None:
    form = form_on(browser, note)
    data = typed(form, text=WORDS)
    with browser.session_transaction() as cookie:
        before = cookie["token"]
        cookie["token"] = "token-yang-tidak-dikenal"
    assert browser.post(form.action, data=data).status_code == 401
    with browser.session_transaction() as cookie:
        cookie["token"] = before
    with office.work() as work:
        for row in work.session.scalars(select(SignedInSession)):
            row.ended_at = work.now
    assert browser.post(form.action, data=data).status_code == 401
    assert rows(office, FormDraft) == []


def test_a_disabled_person_keeps_nothing(office: Office, browser: FlaskClient, who: Someone, note: str) -> None:
    form = form_on(browser, note)
    with office.work() as work:
        services.disable(work, who.id)
    locked(office)
    assert browser.post(form.action, data=typed(form, text=WORDS)).status_code == 401
    assert rows(office, FormDraft) == []


def test_the_sheet_of_somebody_else_keeps_nothing(office: Office, browser: FlaskClient, who: Someone) -> None:
    colleague = office.somebody("PENERIMA", "MANAJER")
    case_id = case_factories.make_case(office, who, colleague)
    page = f"/cases/{case_id}/notes/new"
    theirs, own = form_on(office.browser(colleague), page), form_on(browser, page)
    locked(office)
    assert browser.post(own.action, data=typed(own, text=WORDS) | {FIELD: theirs.value(FIELD)}).status_code == 401
    assert rows(office, FormDraft) == []


def test_whoever_may_no_longer_edit_the_case_keeps_nothing(
    office: Office, browser: FlaskClient, who: Someone, note: str
) -> None:
    form = form_on(browser, note)
    office.somebody("ADMIN")
    with office.work() as work:
        services.set_roles(work, who.id, ["PENERIMA", "MANAJER", "AUDITOR"])
        row = work.session.scalars(select(SignedInSession)).one()
        assert row.ended_at is None, "a role more ends no session"
    locked(office)
    other_case = UUID(int=7)
    forged = typed(form, text=WORDS) | {FIELD: form.value(FIELD).replace(note.split("/")[2], str(other_case))}
    assert browser.post(form.action, data=forged).status_code == 401
    assert rows(office, FormDraft) == []


def test_another_person_at_the_lock_screen_does_not_see_the_words(
    office: Office, browser: FlaskClient, who: Someone, note: str
) -> None:
    colleague = office.somebody("PENERIMA", "MANAJER")
    case_factories.join_team(office, UUID(note.split("/")[2]), colleague)
    form = form_on(browser, note)
    locked(office)
    location = browser.post(form.action, data=typed(form, text=WORDS)).location
    send(browser, location, "/sign-out")
    fill(browser, "/sign-in", email=colleague.email, password=PASSWORD)
    draft = rows(office, FormDraft)[0].id
    text = browser.get(f"{note}?draft={draft}").get_data(as_text=True)
    assert WORDS not in text
    assert f'href="{note}?draft=' not in text
    assert browser.get(f"/unsaved/{draft}").status_code == 404
    assert WORDS in office.browser(who).get(f"{note}?draft={draft}").get_data(as_text=True)


def test_a_form_that_keeps_nothing_is_told_that_nothing_was_saved(office: Office, browser: FlaskClient) -> None:
    page = browser.get("/account").get_data(as_text=True)
    locked(office)
    answer = browser.post(
        "/account/password",
        data={"csrf_token": hidden(page, "csrf_token"), "current": PASSWORD, "password": "x", "again": "x"},
    )
    assert answer.status_code == 401
    assert rows(office, FormDraft) == []


def test_words_of_a_page_that_opens_from_a_list_only_are_shown_by_themselves(
    office: Office, browser: FlaskClient, who: Someone, note: str
) -> None:
    """A hand-over of several cases is the answer to a choice, so no address leads back to it."""
    chosen = {"cases": note.split("/")[2], "act": "hand-over"}
    chosen["csrf_token"] = hidden(browser.get("/cases").data, "csrf_token")
    form = next(
        each
        for each in forms_of(browser.post("/cases/selected", data=chosen, follow_redirects=True).get_data(as_text=True))
        if each.action == "/cases/hand-over"
    )
    locked(office)
    answer = browser.post(form.action, data=typed(form, text=WORDS))
    back = unlock(browser, answer.location).location
    assert WORDS in browser.get(back).get_data(as_text=True)
