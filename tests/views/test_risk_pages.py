"""The pages of the risk: who sees what, what an assessment asks, that nothing typed is lost."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from app.cases.models import Client
from app.cases.risk_trend import points
from app.domain.risk import prompts
from app.security.structs import safety
from tests import case_factories as made
from tests.factories import Office, Someone, fill
from tests.sharing import office

__all__ = ["office"]

ALL_NO = {f"prompts-{code}": "TIDAK" for code in prompts()}
WORDS = "parang di rumah"


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("PENDAMPING")


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


def level_of(office: Office, case_id: UUID) -> str:
    return made.case_row(office, case_id).risk


# --- what was found --------------------------------------------------------------------------------------------------


def test_the_team_sees_every_assessment_with_its_words_and_the_picture(office, worker, case_id, client_id):
    made.make_risk(office, case_id, client_id)

    page = text_of(office, worker, f"/cases/{case_id}/risk")

    assert WORDS in page
    assert "naik dari sebelumnya" in page
    assert page.count('class="trend__point') == 2
    assert 'role="img" aria-label="Risiko sejak' in page
    assert "Bunga Rekaan" not in page


@pytest.mark.parametrize("role", ["SUPERVISOR", "KEPALA"])
def test_who_reads_the_unit_sees_the_levels_and_no_words(office, case_id, client_id, role):
    made.make_risk(office, case_id, client_id)

    page = text_of(office, office.somebody(role), f"/cases/{case_id}/risk")

    assert "Ada senjata" in page
    assert WORDS not in page
    assert "risk.text" not in office.events()[-1].sections
    assert ("Nilai ulang" in page) == (role == "SUPERVISOR")


def test_the_case_file_shows_the_last_level_and_the_way_to_assess_again(office, worker, case_id, client_id):
    made.make_risk(office, case_id, client_id)

    page = text_of(office, worker, f"/cases/{case_id}")

    assert "Risiko tinggi" in page
    assert f"/cases/{case_id}/clients/{client_id}/risk" in page
    assert {"risk.coded", "risk.text"} <= set(office.events()[-1].sections.split())


def test_the_picture_lays_days_along_and_levels_up_and_a_single_day_is_no_division_by_nothing(office):
    day = made.today(office)
    high = safety.RiskAssessment(client_id=office.unit_id, on=day, level="RK_TINGGI")
    low = safety.RiskAssessment(client_id=office.unit_id, on=day, level="RK_RENDAH")
    first, last = points([high, low], day)
    assert first.x == last.x
    assert first.y < last.y
    assert points([], day) == []


# --- a new assessment ------------------------------------------------------------------------------------------------


def test_an_assessment_is_made_through_its_page(office, worker, case_id, client_id):
    browser = office.browser(worker)

    answer = fill(browser, f"/cases/{case_id}/clients/{client_id}/risk", **ALL_NO, level="RK_RENDAH", on="2026-05-20")

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}/risk")
    assert level_of(office, case_id) == "RK_RENDAH"


def test_the_page_shows_what_was_answered_the_last_time_but_answers_nothing_itself(office, worker, case_id, client_id):
    made.make_risk(office, case_id, client_id)

    page = text_of(office, worker, f"/cases/{case_id}/clients/{client_id}/risk")

    assert re.search(r'Sebelumnya \(<time datetime="2026-05-20">20 Mei 2026</time>\): Ya', page)
    assert "checked" not in page


def test_the_suggestion_can_be_asked_for_and_keeps_everything_as_typed(office, worker, case_id, client_id):
    answers = ALL_NO | {"prompts-DG_SENJATA": "YA"}

    answer = fill(
        office.browser(worker),
        f"/cases/{case_id}/clients/{client_id}/risk",
        **answers,
        words="sedang diketik",
        then="suggest",
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Disarankan: Risiko tinggi" in page
    assert "Ada tanda bahaya: Ada senjata" in page
    assert "sedang diketik" in page
    assert level_of(office, case_id) == "RK_SEDANG"


def test_another_level_asks_for_its_reason_and_loses_nothing(office, worker, case_id, client_id):
    answer = fill(
        office.browser(worker),
        f"/cases/{case_id}/clients/{client_id}/risk",
        **ALL_NO,
        level="RK_TINGGI",
        on="2026-05-20",
        words="sedang diketik",
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Tulis alasan Anda memilih tingkat ini" in page
    assert "sedang diketik" in page
    assert level_of(office, case_id) == "RK_SEDANG"


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "RK_ENTAH"},
        {"level": ""},
        {"prompts-DG_SENJATA": "MUNGKIN"},
        {"on": "31/02/2026"},
        {"on": "2026-05-21"},
        {"words": "a" * 5_001},
        {"basis": "RB_PENERIMAAN"},
    ],
)
def test_bad_input_is_told_and_changes_nothing(office, worker, case_id, client_id, wrong):
    given = ALL_NO | {"level": "RK_RENDAH", "on": "2026-05-20"} | wrong
    answer = fill(office.browser(worker), f"/cases/{case_id}/clients/{client_id}/risk", **given)
    assert answer.status_code == 422
    assert level_of(office, case_id) == "RK_SEDANG"


def test_who_was_overtaken_is_told_and_keeps_what_was_typed(office, worker, case_id, client_id):
    browser, path = office.browser(worker), f"/cases/{case_id}/clients/{client_id}/risk"
    given = ALL_NO | {"level": "RK_RENDAH", "on": "2026-05-20", "words": "sedang diketik", "etag": "0"}

    answer = fill(browser, path, **given)

    assert answer.status_code == 409
    assert "sedang diketik" in answer.get_data(as_text=True)
    assert level_of(office, case_id) == "RK_SEDANG"


def test_strangers_find_nothing_and_readers_get_no_form(office, case_id, client_id):
    stranger = office.somebody("PENDAMPING")
    text_of(office, stranger, f"/cases/{case_id}/risk", 404)
    text_of(office, stranger, f"/cases/{case_id}/clients/{client_id}/risk", 404)
    text_of(office, office.somebody("KEPALA"), f"/cases/{case_id}/clients/{client_id}/risk", 403)
