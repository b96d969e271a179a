"""The pages of a safety plan: the team alone, versions side by side, nothing typed is lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases.models import Client
from app.safety.models import SafetyPlan
from tests import case_factories as made
from tests import safety_office as safe
from tests.factories import Office, Someone, fill, send
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


@pytest.fixture
def client_id(office: Office, case_id: UUID) -> UUID:
    return made.row_ids(office, Client, case_id)[0]


def text_of(office: Office, who: Someone, path: str, status: int = 200) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def test_a_plan_is_written_read_and_written_again(office, worker, case_id, client_id):
    page = f"/cases/{case_id}/clients/{client_id}/safety-plan"
    assert "Belum ada rencana keselamatan" in text_of(office, worker, page)
    first = _save(office, worker, page, code_word="kunyit", safe_places="rumah nenek")
    assert (first.status_code, first.location) == (303, page)
    assert "kunyit" in text_of(office, worker, f"{page}/edit")
    _save(office, worker, page, code_word="jahe")

    now, before = text_of(office, worker, page), text_of(office, worker, f"{page}?version=1")

    assert "jahe" in now
    assert "kunyit" not in now
    assert "kunyit" in before
    assert "versi lama" in before
    text_of(office, worker, f"{page}?version=7", 404)


def _save(office: Office, who: Someone, page: str, **words: str):
    given = {"with_client": "YA", "on": "2026-05-20"} | words
    return send(office.browser(who), f"{page}/edit", page, **given)


@pytest.mark.parametrize("role", ["SUPERVISOR", "KEPALA"])
def test_no_role_reads_a_plan_and_no_reason_opens_it(office, worker, case_id, client_id, role):
    safe.write_plan(office, worker, case_id, client_id)
    boss = office.somebody(role)
    page = f"/cases/{case_id}/clients/{client_id}/safety-plan"

    text_of(office, boss, page, 403)
    file = fill(
        office.browser(boss), f"/cases/{case_id}/open", reason="emergency", words="darurat", level="identity"
    ).get_data(as_text=True)

    assert "Bunga Rekaan" in file
    assert safe.CODE_WORD not in file
    assert not any("safety-plan.text" in event.sections for event in office.events() if event.actor_id == boss.id)
    text_of(office, office.somebody("PENDAMPING"), page, 404)


def test_the_case_file_says_that_there_is_a_plan_and_not_what_it_says(office, worker, case_id, client_id):
    safe.write_plan(office, worker, case_id, client_id)
    file = text_of(office, worker, f"/cases/{case_id}")
    assert "versi 1" in file
    assert safe.CODE_WORD not in file


def test_bad_input_keeps_what_was_typed_and_changes_nothing(office, worker, case_id, client_id):
    page = f"/cases/{case_id}/clients/{client_id}/safety-plan"
    for wrong in ({"with_client": ""}, {"on": "31/02/2026"}, {"on": "2026-05-21"}, {"people": "a" * 2_001}):
        answer = _save(office, worker, page, **({"other": "sedang diketik"} | wrong))
        assert answer.status_code == 422, wrong
        assert "sedang diketik" in answer.get_data(as_text=True)
    assert _save(office, worker, page).status_code == 422
    assert made.row_ids(office, SafetyPlan, case_id) == []


def test_who_was_overtaken_sees_both_texts(office, worker, case_id, client_id):
    page = f"/cases/{case_id}/clients/{client_id}/safety-plan"
    safe.write_plan(office, worker, case_id, client_id)

    answer = _save(office, worker, page, etag="none", code_word="sedang diketik")

    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert safe.CODE_WORD in text
    assert "sedang diketik" in text
