"""Pages of the stages: what is missing stands as a list with the way to it; ends are proposed, decided on, taken back on pages."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.cases.models import Termination
from app.security.structs.case import StepReason
from tests import case_factories as made
from tests import course_factories
from tests.factories import Office, Someone, send
from tests.sharing import office
from tests.stage_office import Stages, people_of

__all__ = ["office"]


@pytest.fixture
def at(office: Office) -> Stages:
    return people_of(office)


def page(at: Stages, who: Someone, path: str, status: int = 200) -> str:
    answer = at.office.browser(who).get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.get_data(as_text=True))


def post(at: Stages, who: Someone, path: str, **fields: Any) -> Any:
    return send(at.office.browser(who), path, path, **fields)


def ends(case_id: UUID, client_id: UUID) -> str:
    return f"/cases/{case_id}/clients/{client_id}/end"


GIVEN = {
    "on": "2026-05-20",
    "closure": "TM_SELESAI",
    "reason": "AT_TUJUAN",
    "text": "tujuan tercapai",
    "goals": "diteruskan di sekolah",
    "agreed": "YA",
    "agreed_on": "2026-05-20",
}


# --- what is missing -------------------------------------------------------------------------------------------------

WAYS = [
    ("ST2_REGISTRASI", "/consents/new"),
    ("ST3_ASESMEN", "/assessments/new"),
    ("ST4_RENCANA", "/plans/new"),
    ("ST5_INTERVENSI", "/services/new"),
    ("ST6_MONITORING", "/end"),
]


@pytest.mark.parametrize(("stage", "way"), WAYS)
def test_what_is_missing_for_the_next_step_leads_to_where_it_is_done(at, stage, way):
    case_id = at.bring_to(at.case(), stage)

    text = page(at, at.manager, f"/cases/{case_id}")

    todo = re.findall(r'checklist__item--todo">.*?<a href="([^"]+)"', text, re.S)
    assert any(url.endswith(way) for url in todo), todo
    assert at.office.browser(at.manager).get(todo[0]).status_code == 200


def test_after_an_emergency_the_file_reminds_of_the_consent_until_it_is_there(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    at.step(case_id, "assess-emergency")
    assert "Persetujuan tetap harus diminta" in page(at, at.manager, f"/cases/{case_id}")

    at.consent(case_id, at.clients(case_id)[0])

    assert "Persetujuan tetap harus diminta" not in page(at, at.manager, f"/cases/{case_id}")


# --- registration ----------------------------------------------------------------------------------------------------


@pytest.mark.own_office
def test_the_approval_names_the_manager_and_the_file_shows_the_client_number(at):
    case_id = at.case()
    path = f"/cases/{case_id}/steps/approve"

    without = post(at, at.supervisor, path, text="")
    approved = post(at, at.supervisor, path, text="", manager_id=at.manager.id)

    assert (without.status_code, approved.status_code) == (422, 303)
    made.declare(at.office, case_id, at.manager)
    assert "6303-K/2026/0001" in page(at, at.manager, f"/cases/{case_id}")
    assert "6303-K/2026/0001" in page(at, at.manager, "/cases")


def test_a_person_of_another_unit_cannot_be_named_manager(at):
    foreign = at.office.somebody("MANAJER", unit_id=at.office.other_unit_id)
    case_id = at.case()

    answer = post(at, at.supervisor, f"/cases/{case_id}/steps/approve", manager_id=foreign.id)

    assert answer.status_code == 422
    assert at.row(case_id).stage == "ST1_PENGADUAN"


def test_rejecting_asks_for_reason_and_advice_and_the_file_keeps_them(at):
    case_id, path = at.case(), "steps/reject"
    full = f"/cases/{case_id}/{path}"

    half = post(at, at.supervisor, full, text="alasan yang diketik", advice=" ")
    whole = post(at, at.supervisor, full, text="bukan kewenangan", advice="Dinas Sosial")

    assert (half.status_code, whole.status_code) == (422, 303)
    assert "alasan yang diketik" in half.get_data(as_text=True)
    assert "Dinas Sosial" in page(at, at.intake, f"/cases/{case_id}")


def test_a_rejection_is_taken_back_on_the_page_of_the_case(at):
    case_id = at.case()
    way = f"/cases/{case_id}/steps/take-up"
    assert way not in page(at, at.supervisor, f"/cases/{case_id}")
    at.step(case_id, "reject", at.supervisor, StepReason(text="bukan kewenangan", advice="Dinas Sosial"))

    assert way in page(at, at.supervisor, f"/cases/{case_id}")
    assert way not in page(at, at.intake, f"/cases/{case_id}")
    assert post(at, at.supervisor, way, text=" ").status_code == 422
    assert post(at, at.supervisor, way, text="salah tekan").status_code == 303

    assert at.row(case_id).status == "open"
    told = page(at, at.intake, f"/cases/{case_id}/story")
    assert "Batalkan penolakan" in told
    assert "salah tekan" in told


def test_who_received_the_report_is_told_that_somebody_else_decides(at):
    case_id = made.make_case(at.office, received_by=at.supervisor)
    path = f"/cases/{case_id}/steps/approve"

    before = page(at, at.supervisor, path)
    answer = post(at, at.supervisor, path, manager_id=at.manager.id)

    assert "Orang lain yang memutuskan" in before
    assert answer.status_code == 422


# --- the end of a client ---------------------------------------------------------------------------------------------


def test_an_end_is_proposed_decided_and_shown(at):
    case_id = at.bring_to(at.case(), "ST5_INTERVENSI")
    client_id = at.clients(case_id)[0]

    proposed = post(at, at.manager, ends(case_id, client_id), **GIVEN)
    termination = made.row_ids(at.office, Termination, case_id)[0]
    decided = post(
        at, at.supervisor, f"/cases/{case_id}/terminations/{termination}", what="approve", decision="disetujui"
    )

    assert (proposed.status_code, decided.status_code) == (303, 303)
    assert at.row(case_id).status == "closed"
    text = page(at, at.manager, f"/cases/{case_id}")
    assert "tujuan tercapai" in text
    assert "disetujui" in text


@pytest.mark.parametrize(
    "changed",
    [
        {"text": ""},
        {"closure": None},
        {"reason": "AT_MUNDUR"},
        {"reason": "AT_LIMPAH"},
        {"agreed": "TIDAK"},
        {"agreed": None},
        {"agreed": "YA", "agreed_on": ""},
        {"on": "2026-05-21"},
        {"on": "besok"},
        {"goals": " "},
        {"text": "x" * 5001},
    ],
)
def test_a_proposal_that_is_not_whole_keeps_what_was_typed_and_changes_nothing(at, changed):
    case_id = at.bring_to(at.case(), "ST5_INTERVENSI")
    fields = {
        k: v for k, v in (GIVEN | {"disagreement": "", "text": "kata yang diketik"} | changed).items() if v is not None
    }

    answer = post(at, at.manager, ends(case_id, at.clients(case_id)[0]), **fields)

    assert answer.status_code == 422
    assert fields["text"][:50] in answer.get_data(as_text=True)
    assert made.row_ids(at.office, Termination, case_id) == []


ASKED = "Apakah tujuannya tercapai?"


def test_who_proposes_and_decides_is_told_that_nobody_looked_at_the_goals(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    client_id = at.clients(case_id)[0]

    asked = page(at, at.manager, ends(case_id, client_id))
    assert ASKED in asked
    assert 'data-show-values="AT_TUJUAN"' in asked
    proposal = at.propose(case_id, client_id)
    decide, close = f"/cases/{case_id}/terminations/{proposal}", f"/cases/{case_id}/steps/close"
    assert ASKED in page(at, at.supervisor, decide)
    assert ASKED in page(at, at.supervisor, close)

    course_factories.make_monitoring(at.office, case_id, client_id, outcome="RO_LANJUT")
    told = page(at, at.supervisor, decide)
    assert "Lanjutkan layanan" in told[told.index(ASKED) :]

    at.office.clock.pass_by(minutes=1)
    course_factories.make_monitoring(at.office, case_id, client_id, outcome="RO_TERCAPAI")
    assert ASKED not in page(at, at.supervisor, decide)
    assert ASKED not in page(at, at.supervisor, close)
    assert post(at, at.supervisor, decide, what="approve").status_code == 303


def test_an_end_for_another_reason_waits_for_no_review(at):
    case_id = at.bring_to(at.case(), "ST6_MONITORING")
    proposal = at.propose(case_id, at.clients(case_id)[0], closure="TM_DITUTUP", reason="AT_PINDAH")

    assert ASKED not in page(at, at.supervisor, f"/cases/{case_id}/terminations/{proposal}")
    assert ASKED not in page(at, at.supervisor, f"/cases/{case_id}/steps/close")


def test_sending_back_without_words_is_refused_and_with_words_the_manager_reads_them(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination = at.propose(case_id, at.clients(case_id)[0])
    path = f"/cases/{case_id}/terminations/{termination}"

    assert post(at, at.supervisor, path, what="return", decision="").status_code == 422
    assert post(at, at.supervisor, path, decision="tanpa pilihan").status_code == 422
    assert post(at, at.supervisor, path, what="return", decision="lengkapi rujukan").status_code == 303
    assert "lengkapi rujukan" in page(at, at.manager, f"/cases/{case_id}")


def test_the_manager_takes_a_proposal_back(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination = at.propose(case_id, at.clients(case_id)[0])
    path = f"/cases/{case_id}/terminations/{termination}/retract"

    assert post(at, at.manager, path, decision="salah klien").status_code == 303
    assert at.row(case_id).stage == "ST2_REGISTRASI"


def test_a_decision_made_meanwhile_is_a_conflict_and_keeps_the_words(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination = at.propose(case_id, at.clients(case_id)[0])
    path = f"/cases/{case_id}/terminations/{termination}"
    browser = at.office.browser(at.supervisor)
    form = browser.get(path).get_data(as_text=True)
    at.step(case_id, "retract")
    hidden = dict(re.findall(r'name="(csrf_token|submit_id)"[^>]*value="([^"]*)"', form))

    answer = browser.post(path, data=hidden | {"what": "return", "decision": "kata yang ditulis"})

    assert answer.status_code == 409
    assert "kata yang ditulis" in answer.get_data(as_text=True)


def test_the_decision_opens_the_words_for_who_decides_and_says_so_in_the_log(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    termination = at.propose(case_id, at.clients(case_id)[0])

    assert "tujuan tercapai" in page(at, at.head, f"/cases/{case_id}/terminations/{termination}")
    opened = at.office.events()[-1]
    assert (opened.event, opened.purpose) == ("case:revealed", "supervision")
    assert "termination.text" in opened.sections


def test_a_client_is_helped_again_on_its_page_and_a_closed_case_is_reopened_with_a_choice(at):
    case_id = at.bring_to(at.case(clients=2), "ST2_REGISTRASI")
    first, second = at.clients(case_id)
    at.approve_end(case_id, at.propose(case_id, first))

    assert post(at, at.supervisor, f"/cases/{case_id}/clients/{first}/reopen", decision="").status_code == 422
    assert (
        post(at, at.supervisor, f"/cases/{case_id}/clients/{first}/reopen", decision="datang lagi").status_code == 303
    )
    at.close(case_id)
    reopen = f"/cases/{case_id}/steps/reopen"
    assert str(first) in page(at, at.supervisor, reopen)
    assert post(at, at.supervisor, reopen, text="laporan baru", clients=[str(second)]).status_code == 303
    assert (at.row(case_id).stage, at.row(case_id).status) == ("ST2_REGISTRASI", "open")


def test_a_closed_case_offers_notes_and_follow_ups_and_nothing_that_belongs_to_handling(at):
    case_id = at.close(at.bring_to(at.case(), "ST2_REGISTRASI"))

    text = page(at, at.manager, f"/cases/{case_id}")

    assert f"/cases/{case_id}/notes/new" in text
    assert f"/cases/{case_id}/follow-ups/new" in text
    for path in ("services/new", "consents/new", "aid-requests/new"):
        assert f"/cases/{case_id}/{path}" not in text
        assert at.office.browser(at.manager).get(f"/cases/{case_id}/{path}").status_code == 409
    assert at.office.browser(at.manager).get(f"/cases/{case_id}/notes/new").status_code == 200


def test_english_says_it_too(at):
    case_id = at.bring_to(at.case(), "ST2_REGISTRASI")
    browser = at.office.browser(at.manager)
    send(browser, "/", "/language", language="en", next=f"/cases/{case_id}")

    text = browser.get(f"/cases/{case_id}").get_data(as_text=True)

    assert "For the next step: Start assessment" in text
    assert "Every client consents to be assessed" in text
