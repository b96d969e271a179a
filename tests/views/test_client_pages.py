"""The long pages about a client: everything can be recorded on both, little of it is in sight, and the folds say what they hold."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import msgspec
import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from msgspec import Struct

from app.cases import queries
from app.cases.coded_fields import LISTS
from app.cases.forms.client import ClientForm
from app.cases.forms.reported import ReportedForm
from app.cases.labels import LABELS
from app.cases.models import Client, ReportedPerson
from app.cases.sealing import seal_into
from app.domain.codes import code_list
from app.security.sections import Section
from app.security.structs import people
from app.web.forms import walk
from tests import case_factories, intake_support
from tests.contracts.controls import Form, forms_of
from tests.factories import Office, Someone, send
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="about pages, not about the database")
NO_QUESTION = {"csrf_token", "submit_id", "etag"}


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA", "MANAJER", "PSIKOLOG")


@pytest.fixture
def browser(office: Office, who: Someone) -> FlaskClient:
    return office.browser(who)


def questions(office: Office, kind: type[ClientForm] | type[ReportedForm]) -> set[str]:
    """The names of everything a form asks; rows of lists by their first."""
    with office.app.test_request_context():
        form = ClientForm("63.03") if kind is ClientForm else ReportedForm()
        return {field.name for field in walk(form)} - NO_QUESTION


def longest(browser: FlaskClient, page: str) -> tuple[Form, str]:
    text = browser.get(page).get_data(as_text=True)
    return max(forms_of(text), key=lambda form: len(form.controls)), text


def page_of(office: Office, who: Someone, kind: type[Client] | type[ReportedPerson], **profile: object) -> str:
    case_id = case_factories.make_case(office, who, **profile)
    row_id = case_factories.row_ids(office, kind, case_id)[0]
    return f"/cases/{case_id}/{'clients' if kind is Client else 'reported'}/{row_id}"


def held(text: str) -> list[str]:
    """What the folds say they hold."""
    return re.findall(r'class="fold__held">([^<]*)<', text)


def test_every_question_about_a_client_stands_on_both_pages(office: Office, browser: FlaskClient, who: Someone) -> None:
    wanted = questions(office, ClientForm)
    assert len(wanted) > 60
    draft = intake_support.begin(office, who, intake_support.an_intake())
    intake_page = browser.get(f"/intake/{draft}/clients").get_data(as_text=True)
    first = re.search(rf"/intake/{draft}/clients/[0-9a-f-]{{36}}", intake_page)
    assert first
    for page in (first[0], page_of(office, who, Client)):
        form, _text = longest(browser, page)
        assert wanted - {each.name for each in form.controls} == set(), page


def test_every_question_about_a_reported_person_stands_on_both_pages(
    office: Office, browser: FlaskClient, who: Someone
) -> None:
    draft = intake_support.begin(office, who, intake_support.an_intake())
    first = browser.get(f"/intake/{draft}/reported").location
    for page in (first, page_of(office, who, ReportedPerson)):
        form, _text = longest(browser, page)
        assert questions(office, ReportedForm) - {each.name for each in form.controls} == set(), page


def test_a_page_of_the_case_file_sent_as_it_was_shown_changes_nothing(
    office: Office, browser: FlaskClient, who: Someone
) -> None:
    page = page_of(
        office,
        who,
        Client,
        education="ED_SD",
        disability=("DS_FISIK",),
        kdrt="YA",
        residence="63.03.05",
        in_school="SH_SEKOLAH",
    )
    form, _text = longest(browser, page)
    assert browser.post(page, data=form.sent()).status_code == 303
    again, _text = longest(browser, page)
    assert again.answers() == form.answers()


def test_a_fold_says_what_it_holds_and_keeps_identities_to_itself(
    office: Office, browser: FlaskClient, who: Someone
) -> None:
    page = page_of(office, who, Client, education="ED_SD", disability=("DS_FISIK",), tppo="YA")
    form, text = longest(browser, page)
    lines = held(text)
    assert any("SD" in line for line in lines)
    assert any("Fisik" in line for line in lines)
    assert any("NIK" in line for line in lines)
    assert any("TPPO" in line and ": Ya" in line for line in lines), "yes and no stand with their question"
    assert form.value("identity-nik") not in " ".join(lines)
    assert form.value("identity-contact-cover_phrase") not in " ".join(lines)


def test_nothing_answered_says_nothing(office: Office, browser: FlaskClient, who: Someone) -> None:
    case_id: UUID = case_factories.make_case(office, who)
    assert held(browser.get(f"/cases/{case_id}/clients/new").get_data(as_text=True)) == []


# --- what was recorded can be found again -------------------------------------------------------------------------------

TAGS = {"kdrt": "KDRT", "tppo": "TPPO", "kbgo": "KBGO", "pregnant": "hamil", "child_marriage": "perkawinan anak"}
UNSEEN = {"mask", "label", "village", "unborn", "stated_on", "psychology", "victim_ref", "person_ref", "perp_ref"}
"""Made by the program, references of an import, or told in other words."""


def filled_in(kind: type[Struct], path: str) -> tuple[dict[str, Any], set[str]]:
    """A value for every coded or written attribute of a record, and the words by which a page tells it."""
    values: dict[str, Any] = {}
    words: set[str] = set()
    for field in kind.__struct_fields__:
        before, codes = getattr(kind(), field), LISTS.get(kind, {}).get(field)  # type: ignore[call-overload]
        if field in UNSEEN or not isinstance(before, str | tuple):
            continue
        if codes == "yes_no_unknown":
            values[field] = "YA"
            words.add(TAGS.get(field) or str(LABELS[f"{path}.{field}"]))
        elif codes:
            listed = code_list(codes)
            last = [code for code in listed if code.code != listed.unknown and code.active][-1]
            values[field] = (last.code,) if isinstance(before, tuple) else last.code
            words.add(last.id)
        elif isinstance(before, str):
            values[field] = f"kata-{path}-{field}"
            words.add(values[field])
    return values, words


def test_whatever_is_recorded_of_a_person_stands_on_the_page_of_the_file(
    office: Office, browser: FlaskClient, who: Someone
) -> None:
    case_id = case_factories.make_case(office, who)
    wanted: set[str] = set()
    parts: list[tuple[type[Any], str, Section, type[Struct], str]] = [
        (Client, "profile_sealed", Section.CLIENT_PROFILE, people.ClientProfile, "client.profile"),
        (Client, "identity_sealed", Section.CLIENT_IDENTITY, people.ClientIdentity, "client.identity"),
        (ReportedPerson, "profile_sealed", Section.REPORTED_PROFILE, people.ReportedProfile, "reported.profile"),
        (ReportedPerson, "identity_sealed", Section.REPORTED_IDENTITY, people.ReportedIdentity, "reported.identity"),
    ]
    with office.app.test_request_context(), force_locale("id"), office.work(who.actor) as work:
        for kind, column, section, record, path in parts:
            row = queries.records(work.session, kind, [case_id])[0]
            held = work.vault.open(row.place(section), getattr(row, column), record)
            values, words = filled_in(record, path)
            seal_into(work, row, {column: (section, msgspec.structs.replace(held, **values))})
            wanted |= words
        work.recorded("case:opened", case_id)
    shown = html.unescape(send(browser, f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True))
    assert {word for word in wanted if word not in shown} == set()
    assert {"Dieksploitasi secara ekonomi selain dengan bekerja?", "kata-client.identity-guardian_name"} <= wanted
