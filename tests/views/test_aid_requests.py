"""The request for help (F3): prepared from the report, recorded, corrected by two people, read by the team."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.cases import aid_requests
from app.cases.models import AidRequest, Client
from app.domain.errors import NotFound, Refused
from app.security.structs import handling
from tests import case_factories as made
from tests.factories import Office, Someone, hidden, send
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENERIMA")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def record(office: Office, who: Someone, case_id: UUID, **changed: Any) -> Any:
    at = f"/cases/{case_id}/aid-requests"
    given = {"on": "2026-05-20", "name": "Pelapor Rekaan", "act": "diduga dianiaya tetangga"} | changed
    browser = office.browser(who)
    page = browser.get(f"{at}/new").get_data(as_text=True)
    return browser.post(at, data=given | {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")})


def test_the_form_comes_with_what_the_report_knows(office, worker, case_id):
    page = office.browser(worker).get(f"/cases/{case_id}/aid-requests/new").get_data(as_text=True)

    assert "Pelapor Rekaan" in page
    assert "081200000003" in page
    chosen = [tag for tag in re.findall(r"<option[^>]*>", page) if "selected" in tag]
    assert any('value="PR_KELUARGA"' in tag for tag in chosen)


def test_a_request_is_recorded_and_the_name_opens_with_the_identities(office, worker, case_id):
    answer = record(office, worker, case_id, services=["CS_HUKUM"])
    browser = office.browser(worker)

    page = browser.get(f"/cases/{case_id}").get_data(as_text=True)
    opened = send(browser, f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True)

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    assert "diduga dianiaya tetangga" in page
    assert "Pelapor Rekaan" not in page
    assert "Pelapor Rekaan" in opened


@pytest.mark.parametrize(
    "changed",
    [{"name": " "}, {"act": ""}, {"on": "2026-05-21"}, {"on": "kemarin"}, {"asked_by": "PR_RAJA"}, {"name": "x" * 201}],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(office, worker, case_id, changed):
    answer = record(office, worker, case_id, **({"address": "Gang Kenanga yang diketik"} | changed))

    assert answer.status_code == 422
    assert "Gang Kenanga yang diketik" in answer.get_data(as_text=True)
    assert made.row_ids(office, AidRequest, case_id) == []


def test_the_second_of_two_who_correct_it_sees_both_texts(office, worker, case_id):
    record(office, worker, case_id)
    browser, row_id = office.browser(worker), made.row_ids(office, AidRequest, case_id)[0]
    path = f"/cases/{case_id}/aid-requests/{row_id}"
    page = browser.get(path).get_data(as_text=True)
    mine = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    mine |= {"on": "2026-05-20", "name": "Pelapor Rekaan", "act": "versi saya"}
    send(browser, path, path, on="2026-05-20", name="Pelapor Rekaan", act="versi dia")

    both = browser.post(path, data=mine)

    assert both.status_code == 409
    assert "versi saya" in both.get_data(as_text=True)
    assert "versi dia" in both.get_data(as_text=True)


def test_a_supervisor_outside_the_team_sees_the_codes_and_no_words(office, worker, case_id):
    record(office, worker, case_id)
    supervisor = office.browser(office.somebody("SUPERVISOR"))

    page = supervisor.get(f"/cases/{case_id}").get_data(as_text=True)

    assert 'id="aid-requests"' in page
    assert "dianiaya tetangga" not in page
    assert supervisor.get(f"/cases/{case_id}/aid-requests/new").status_code == 403


def test_a_request_is_for_a_client_of_this_case(office, worker, case_id):
    other = made.row_ids(office, Client, made.make_case(office))[0]
    text = handling.AidRequestText(name="Pelapor", act="dugaan")
    with pytest.raises(NotFound), office.work() as work:
        aid_requests.record(work, case_id, handling.AidRequest(on=made.today(office), client_id=other), text)
    with pytest.raises(Refused), office.work() as work:
        aid_requests.record(work, case_id, handling.AidRequest(on=made.today(office)), handling.AidRequestText())
