"""The long pages about a client: everything can be recorded on both, little of it is in sight, and the folds say what they hold."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.cases.forms.client import ClientForm
from app.cases.forms.reported import ReportedForm
from app.cases.models import Client, ReportedPerson
from app.web.forms import walk
from tests import case_factories, intake_support
from tests.contracts.controls import Form, forms_of
from tests.factories import Office, Someone
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
