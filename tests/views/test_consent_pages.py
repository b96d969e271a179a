"""The pages of consent: the form F4, another legal basis, taking back; wrong input keeps what was typed and changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.cases.models import Client, Consent, ReportedPerson
from app.domain.codes import code_list
from tests import case_factories as made
from tests.factories import Office, Someone, send
from tests.sharing import office

__all__ = ["office"]

SIGNER = "Jumantan Sari"


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return made.make_case(office, worker)


def given(office: Office, case_id: UUID, **changed: Any) -> dict[str, Any]:
    """A parent signs for a child who agrees to everything."""
    fields: dict[str, Any] = {
        "client_id": made.row_ids(office, Client, case_id)[0],
        "on": "2026-05-20",
        "signer": "SG_ORTU",
        "conflict": "TIDAK",
        "language": "Bahasa Banjar",
        "aids": ["EA_BACA"],
        "truth": "y",
        "explained": "y",
        "procedure": "y",
        "child_agrees": "CA_SETUJU",
        "signer_name": SIGNER,
        "signer_phone": "081255500011",
    }
    fields |= {f"answers-{code.code}": "YA" for code in code_list("consent_service")}
    return {name: value for name, value in (fields | changed).items() if value is not None}


def record(office: Office, worker: Someone, case_id: UUID, **changed: Any) -> Any:
    at = f"/cases/{case_id}/consents"
    return send(office.browser(worker), f"{at}/new", at, **given(office, case_id, **changed))


def page_of(office: Office, worker: Someone, case_id: UUID) -> str:
    return office.browser(worker).get(f"/cases/{case_id}").get_data(as_text=True)


def test_the_form_is_recorded_and_shown(office, worker, case_id):
    answer = record(office, worker, case_id, **{"answers-CS_HUKUM": "TIDAK"})

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    page = page_of(office, worker, case_id)
    assert "Orang tua" in page
    assert "Layanan hukum" in page
    assert SIGNER not in page  # an identity: it opens on a deliberate act only
    opened = send(office.browser(worker), f"/cases/{case_id}", f"/cases/{case_id}/reveal").get_data(as_text=True)
    assert SIGNER in opened


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"conflict": "YA"}, "tidak dapat memberi persetujuan"),
        ({"conflict": None}, "Mohon diisi"),
        ({"signer": None}, "Pilih siapa yang menandatangani"),
        ({"signer": "SG_KLIEN"}, "Anak tidak menandatangani sendiri"),
        ({"signer": "SG_PEKSOS"}, "Mohon diisi"),
        ({"signer_name": "Terlapor Rekaan 0"}, "terlapor"),
        ({"explained": None}, "bukan persetujuan"),
        ({"answers-CS_RUJUKAN": None}, "Pilih ya atau tidak"),
        ({"child_agrees": None}, "Catat apa kata anak"),
        ({"child_agrees": "CA_TIDAK"}, "Mohon diisi"),
        ({"on": "2026-05-21"}, "belum tiba"),
        ({"on": "31/02/2026"}, "Isi tanggal"),
        ({"signer": "SG_RAJA"}, ""),
        ({"answers-CS_HUKUM": "MUNGKIN"}, ""),
        ({"signer_name": "x" * 300}, "200"),
        ({"client_id": "bukan-id"}, ""),
    ],
)
def test_what_is_wrong_is_said_what_was_typed_stays_and_nothing_is_recorded(office, worker, case_id, changed, sentence):
    answer = record(office, worker, case_id, **({"witness": "Bidan yang diketik"} | changed))

    text = answer.get_data(as_text=True)
    assert answer.status_code == 422, text
    assert "Bidan yang diketik" in text
    assert sentence in text
    assert made.row_ids(office, Consent, case_id) == []


def test_a_reported_person_may_be_chosen_and_is_refused(office, worker, case_id):
    reported = made.row_ids(office, ReportedPerson, case_id)[0]

    answer = record(office, worker, case_id, person=reported)

    assert answer.status_code == 422
    assert "Terlapor 1" in answer.get_data(as_text=True)
    assert "Terlapor Rekaan" not in answer.get_data(as_text=True)  # shown by age and relation, not by name


def test_the_box_for_a_namesake_appears_only_when_it_is_needed(office, worker, case_id):
    blank = office.browser(worker).get(f"/cases/{case_id}/consents/new").get_data(as_text=True)
    warned = record(office, worker, case_id, signer_name="Terlapor Rekaan 0").get_data(as_text=True)

    assert 'name="confirmed_other"' not in blank
    assert 'name="confirmed_other"' in warned
    assert record(office, worker, case_id, signer_name="Terlapor Rekaan 0", confirmed_other="y").status_code == 303


def test_another_legal_basis_has_a_page_of_its_own(office, worker, case_id):
    at, client = f"/cases/{case_id}/consents/basis", made.row_ids(office, Client, case_id)[0]
    fields = {"client_id": client, "on": "2026-05-20", "basis": "CB_BAHAYA"}

    without = send(office.browser(worker), at, at, **fields)
    recorded = send(office.browser(worker), at, at, **fields, reason="terancam malam ini")

    assert (without.status_code, recorded.status_code) == (422, 303)
    assert "terancam malam ini" in page_of(office, worker, case_id)


def test_a_consent_is_taken_back_in_part_and_what_stopped_is_recorded(office, worker, case_id):
    record(office, worker, case_id)
    at = f"/cases/{case_id}/consents/{made.row_ids(office, Consent, case_id)[0]}"
    browser = office.browser(worker)

    back = send(browser, f"{at}/withdraw", f"{at}/withdraw", on="2026-05-20", services=["CS_HUKUM"], effect="WE_HENTI")
    page = page_of(office, worker, case_id)
    stopped = send(browser, f"{at}/stopped", f"{at}/stopped", on="2026-05-20")

    assert (back.status_code, stopped.status_code) == (303, 303)
    assert "/stopped" in page
    assert "/stopped" not in page_of(office, worker, case_id)


@pytest.mark.parametrize(
    "fields",
    [
        {"on": "2026-05-20", "effect": ""},
        {"on": "2026-05-19", "effect": "WE_HENTI"},
        {"on": "2026-05-20", "effect": "WE_HUKUM", "text": "  "},
        {"on": "", "effect": "WE_HENTI"},
        {"on": "2026-05-20", "effect": "WE_HENTI", "services": ["CS_TERBANG"]},
    ],
)
def test_a_withdrawal_that_is_not_whole_changes_nothing(office, worker, case_id, fields):
    record(office, worker, case_id)
    at = f"/cases/{case_id}/consents/{made.row_ids(office, Consent, case_id)[0]}/withdraw"

    assert send(office.browser(worker), at, at, **fields).status_code == 422
    assert "/withdraw" in page_of(office, worker, case_id)
