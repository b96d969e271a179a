"""Every form of the case file keeps what is typed into it and gives it back, control by control (issue 3, "typed text is never lost").

Walked over the routes, so a new form page is held to it without a test of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.domain.access import roles
from app.web import form_drafts
from app.web.form_sheets import FIELD
from tests.contracts.controls import Form, forms_of
from tests.contracts.walking import objects, routes
from tests.factories import Office, Someone, hidden
from tests.sharing import office_of_the_module as office

__all__ = ["office"]
pytestmark = pytest.mark.sqlite_only(reason="about pages, not about the database")

NO_CASE_FILE = frozenset({"accounts", "users", "units", "institutions", "answer"})
"""Rooms in which nobody types about a client, and the door of institutions without an account, whose words nobody here may keep. Whoever adds
one here says why."""
UNKEPT = frozenset({"/cases/find", "/simfoni/find", "/intake/search", "/contacts"})
"""Forms of one short box that is not worth an offer; what is sent from a locked session is kept all the same."""

TICKS_OF_A_LIST = frozenset({"/cases/selected"})
"""Which rows of a list an act is about: nothing is typed, and the form that follows keeps its own words."""


@pytest.fixture(autouse=True)
def room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person leaves every form of the product half filled in here."""
    monkeypatch.setattr(form_drafts, "MAX_OWN", 1_000)


def pages(office: Office, client: FlaskClient, mine: Mapping[str, UUID]) -> Iterator[tuple[str, str]]:
    """Address and text of every page of the case file."""
    for route in routes(office):
        if route.method == "GET" and route.endpoint.partition(".")[0] not in NO_CASE_FILE:
            answer = client.get(route.address(office, mine), follow_redirects=True)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield answer.request.path, answer.get_data(as_text=True)


def typing_forms(page: str) -> list[Form]:
    """Forms of a page that somebody types into or chooses from."""
    main = page[page.index("<main") :] if "<main" in page else page
    return [
        form for form in forms_of(main) if form.typed and not form.asks_password and form.action not in TICKS_OF_A_LIST
    ]


def put_back(client: FlaskClient, address: str, form: Form) -> Form:
    """The form once more, after it was kept and its page opened again with the draft."""
    answer = client.post("/unsaved", data=form.sent())
    assert answer.status_code == 200, (address, form.action, answer.status_code)
    sheet = form.value(FIELD).split(" ")[0]
    page = client.get(f"{address}?draft={sheet}").get_data(as_text=True)
    return next(each for each in typing_forms(page) if each.action == form.action)


def faults(client: FlaskClient, address: str, form: Form) -> Iterator[str]:
    """What is wrong with the way a form keeps."""
    if not form.value(FIELD):
        yield "keeps nothing"
        return
    if not form.keeps and form.action not in UNKEPT:
        yield "keeps nothing while somebody types"
    form.fill_in()
    again = put_back(client, address, form)
    typed, back = form.answers(), again.answers()
    yield from (f"lost {name}" for name, values in typed.items() if back.get(name) != values)
    yield from (f"added {name}" for name in back.keys() - typed.keys())
    if again.value("etag") != form.value("etag"):
        yield "forgot which state it was typed on"
    if form.value("submit_id") and again.value("submit_id") == form.value("submit_id"):
        yield "comes back under its old one-time id"


@dataclass(frozen=True)
class Walk:
    """Somebody with every role went through the whole case file: their objects, and each form with the page it was first seen on."""

    who: Someone
    client: FlaskClient
    mine: Mapping[str, UUID]
    forms: Mapping[str, tuple[str, Form]]


@pytest.fixture(scope="module")
def walk(office: Office) -> Walk:
    who = office.somebody(*roles())
    client, mine = office.browser(who), objects(office, who)
    forms: dict[str, tuple[str, Form]] = {}
    for address, page in pages(office, client, mine):
        for form in typing_forms(page):
            forms.setdefault(form.action, (address, form))
    return Walk(who, client, mine, forms)


def test_every_form_gives_back_what_was_typed_into_it(walk: Walk) -> None:
    wrong = [
        f"{address} {form.action}: {fault}"
        for address, form in walk.forms.values()
        for fault in faults(walk.client, address, form)
    ]
    assert wrong == []
    assert len(walk.forms) > 20, sorted(walk.forms)


def test_every_form_sent_from_a_locked_session_is_kept(office: Office, walk: Walk) -> None:
    office.clock.pass_by(minutes=16)
    fresh = office.browser(walk.who)
    wrong: list[str] = []
    for action, (_, form) in walk.forms.items():
        form.fill_in()
        answer = walk.client.post(action, data=form.sent())
        back = parse_qs(urlsplit(answer.location or "").query).get("next", [""])[0]
        if answer.status_code != 303 or "draft=" not in back:
            wrong.append(f"{action}: {answer.status_code} {answer.location}")
            continue
        again = next(each for each in typing_forms(fresh.get(back).get_data(as_text=True)) if each.action == action)
        wrong += [f"{action}: other answers"] if again.answers() != form.answers() else []
    assert wrong == []


def test_the_field_of_the_sheet_tells_nothing(office: Office, walk: Walk) -> None:
    case = f"/cases/{walk.mine['case_id']}"
    page = office.browser(walk.who).get(f"{case}/notes/new").get_data(as_text=True)
    sheet, proof, action, address = hidden(page, FIELD).split(" ")
    assert {len(sheet), len(proof)} == {32}
    assert (action, address) == (f"{case}/notes", f"{case}/notes/new")
