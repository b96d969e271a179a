"""Special needs: asked at intake, on the head of the file, on the forms where they matter, told to an institution only when ticked."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.cases import validation
from app.cases.models import Client
from app.referrals import queries
from app.referrals import services as referrals
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.security.structs.intake import Intake
from tests import case_factories as made
from tests import referral_office
from tests.factories import Office, Someone, fill
from tests.sharing import office

__all__ = ["office"]

NEED = "Juru bahasa isyarat"


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker, needs=("KB_ISYARAT", "KB_ANTAR"))


def text_of(office: Office, who: Someone, path: str) -> str:
    return str(office.browser(who).get(path).get_data(as_text=True))


@pytest.mark.parametrize("page", ["", "/consents/new"])
def test_needs_stand_on_the_head_of_the_file_and_before_the_consent(office, worker, case_id, page):
    assert NEED in text_of(office, worker, f"/cases/{case_id}{page}")


@pytest.mark.parametrize("needs", [("KB_TIDAK",), ("KB_NA",), ()])
def test_none_and_not_known_are_no_needs(office, worker, needs):
    case_id = made.make_case(office, worker, needs=needs)
    for page in ("", "/consents/new"):
        text = text_of(office, worker, f"/cases/{case_id}{page}")
        assert "tag--info" not in text.partition("case-acts")[0]
        assert "Sebelum memberi penjelasan" not in text


def test_none_beside_a_need_is_refused_like_none_beside_a_disability(office):
    intake = Intake(clients=(made.client(0, needs=("KB_TIDAK", "KB_ANTAR")),))
    assert "needs.contradiction" in {p.code for p in validation.errors(validation.check(intake, made.today(office)))}


def referral_of(office: Office, case_id: UUID) -> work_structs.Referral:
    with office.work() as work:
        work.recorded("page:opened")
        (row,) = queries.of_cases(work, [case_id])
        return referrals.read(work, row)


@pytest.mark.parametrize("told", [(), ("KB_ISYARAT",)])
def test_an_institution_is_told_of_the_needs_that_are_ticked_and_of_no_other(office, worker, case_id, told):
    client_id = made.row_ids(office, Client, case_id)[0]
    institution = referral_office.make_institution(office)
    made.make_consent(office, case_id, client_id)
    browser, page = office.browser(worker), f"/referrals/for/{case_id}"
    assert NEED in browser.get(page).get_data(as_text=True)

    answer = fill(
        browser,
        page,
        client_id=str(client_id),
        institution_id=str(institution),
        reason="Mohon pendampingan",
        needs=list(told),
        on="2026-05-20",
        at="09:00",
        act="draft",
    )

    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert referral_of(office, case_id).needs == told
    assert (NEED in browser.get(answer.location).get_data(as_text=True)) == bool(told)


def test_the_language_is_a_word_of_the_identity_and_the_codes_are_coded(office, worker, case_id):
    client_id = made.row_ids(office, Client, case_id)[0]
    answer = fill(
        office.browser(worker),
        f"/cases/{case_id}/clients/{client_id}",
        **{
            "identity-name": "Bunga Rekaan",
            "identity-language": "Bahasa Dayak Ngaju",
            "identity-contact-call": "TIDAK",
            "profile-sex": "P",
            "profile-stated_age": "9",
            "profile-violence": "VK_FISIK",
            "profile-needs": ["KB_JURUBAHASA"],
            "profile-capacity": "KORBAN",
        },
    )
    assert answer.status_code == 303
    page = text_of(office, worker, f"/cases/{case_id}")
    assert "Juru bahasa" in page
    assert "Dayak" not in page
    assert Section.CLIENT_IDENTITY.value not in office.events()[-1].sections
