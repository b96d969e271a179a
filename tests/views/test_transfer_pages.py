"""Pages of a transfer: written in one unit, answered in the other, and what each of them sees of it."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.models import Transfer
from app.documents import carrying
from app.documents.models import Document
from app.security.vault import ActGrant
from app.web.models import FormDraft
from tests import case_factories as made
from tests import document_office as docs
from tests import paper, pdfs, referral_office
from tests import safety_office as safe
from tests.factories import OPERATOR, Office, Someone, hidden, send
from tests.sharing import office
from tests.transfer_office import COVER, Units, units_of

__all__ = ["office"]

REASON = "Ibunya pindah ke kampung halaman."


@pytest.fixture
def at(office: Office) -> Units:
    return units_of(office)


def page(at: Units, who: Someone, path: str, status: int = 200) -> str:
    answer = at.office.browser(who).get(path)
    assert answer.status_code == status, answer.status_code
    return html.unescape(str(answer.get_data(as_text=True)))


def post(at: Units, who: Someone, path: str, **fields: Any) -> Any:
    return send(at.office.browser(who), path, path, **fields)


def given(at: Units, **changed: Any) -> dict[str, Any]:
    typed: dict[str, Any] = {
        "whereto": "inside",
        "unit_id": str(at.chief.unit_id),
        "on": "2026-05-20",
        "reason": "TL_PINDAH",
        "text": REASON,
        "agreed": "YA",
        "agreed_on": "2026-05-20",
        "parts": ["TB_KRONOLOGI", "TB_LAYANAN"],
        "cover": COVER,
    }
    return typed | changed


def transfer_of(at: Units, case_id: UUID) -> UUID:
    return made.row_ids(at.office, Transfer, case_id)[0]


def test_a_case_is_handed_over_page_by_page(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    supervisor, chief = at.ours.supervisor, at.chief
    assert f"/transfers/for/{case_id}" in page(at, supervisor, f"/cases/{case_id}")
    assert post(at, supervisor, f"/transfers/for/{case_id}", **given(at)).status_code == 303

    asked = page(at, chief, "/approvals")
    letter = f"/transfers/{transfer_of(at, case_id)}"
    assert letter in asked
    assert at.ours.row(case_id).register_no not in asked
    shown = page(at, chief, letter)
    assert COVER in shown
    for secret in (REASON, *made.NAMES, made.STORY, at.ours.row(case_id).register_no):
        assert secret not in shown
    page(at, chief, f"/cases/{case_id}", 404)

    done = post(at, chief, letter, what="accept", manager_id=str(at.theirs.id))
    assert done.status_code == 303
    copy = page(at, chief, done.location)
    assert "UPTD PPA Contoh" in copy
    assert "UPTD PPA Tetangga" in page(at, supervisor, f"/cases/{case_id}")
    page(at, supervisor, done.location, 404)
    page(at, chief, f"/cases/{case_id}", 404)
    page(at, chief, letter, 404)


def test_declined_the_sender_reads_why_and_may_ask_again(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at))
    letter = f"/transfers/{transfer_of(at, case_id)}"
    assert post(at, at.chief, letter, what="refuse", decision="").status_code == 422
    done = post(at, at.chief, letter, what="refuse", decision="Bukan wilayah kami.")

    assert done.location == "/approvals"
    assert letter not in page(at, at.chief, "/approvals")
    assert "Bukan wilayah kami." in page(at, at.ours.manager, f"/cases/{case_id}")
    assert post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at)).status_code == 303


def test_the_question_is_taken_back_from_the_file(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at))
    way = f"/transfers/{transfer_of(at, case_id)}/retract"
    assert way in page(at, at.ours.supervisor, f"/cases/{case_id}")
    assert way not in page(at, at.ours.manager, f"/cases/{case_id}")
    assert post(at, at.ours.supervisor, way, decision="keliru").location == f"/cases/{case_id}"
    page(at, at.chief, way.removesuffix("/retract"), 404)
    page(at, at.chief, way, 404)


@pytest.mark.parametrize(
    "changed",
    [
        {"unit_id": ""},
        {"cover": ""},
        {"agreed_on": ""},
        {"agreed": "TIDAK", "basis": "", "basis_text": "gawat"},
        {"agreed": "TIDAK", "basis": "CB_BAHAYA", "basis_text": ""},
        {"on": "2026-05-21"},
        {"whereto": "outside", "institution_id": "", "letter_no": "463"},
    ],
)
def test_what_was_typed_stays_and_nothing_is_handed_over(at, changed):
    case_id = at.ours.case()
    answer = post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at, **changed))
    text = html.unescape(answer.get_data(as_text=True))

    assert answer.status_code == 422
    assert REASON in text
    assert 'class="field__error"' in text
    assert not made.row_ids(at.office, Transfer, case_id)
    assert at.ours.row(case_id).status == "open"


def test_a_case_goes_to_an_institution_of_the_directory_by_letter(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    institution = referral_office.make_institution(at.office, "IN_UPTD", "UPTD PPA Jauh")
    typed = given(at, whereto="outside", institution_id=str(institution), letter_no="463/12")
    assert post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **typed).status_code == 303

    assert at.ours.row(case_id).status == "transferred"
    shown = page(at, at.ours.manager, f"/cases/{case_id}")
    assert "UPTD PPA Jauh" in shown
    assert "463/12" in shown
    post(at, at.ours.manager, f"/cases/{case_id}/notes/new", text="terlambat")
    assert not re.search("terlambat", page(at, at.ours.manager, f"/cases/{case_id}"))


def test_what_waits_for_a_decision_stands_on_one_page(at):
    reported, ending = at.ours.case(), at.ours.bring_to(at.ours.case(clients=2), "ST2_REGISTRASI")
    end = at.ours.propose(ending, at.ours.clients(ending)[0])
    shown = page(at, at.ours.supervisor, "/approvals")

    assert f"/cases/{reported}/steps/approve" in shown
    assert f"/cases/{ending}/terminations/{end}" in shown
    assert at.ours.row(reported).register_no not in page(at, at.chief, "/approvals")
    page(at, at.ours.manager, "/approvals", 403)


def test_the_safety_plan_is_read_there_by_who_accepts_and_who_manages_and_by_no_other(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    client_id = at.ours.clients(case_id)[0]
    safe.write_plan(at.office, at.ours.manager, case_id, client_id, code_word="kunyit")
    post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at, parts=["TB_AMAN"]))
    letter = f"/transfers/{transfer_of(at, case_id)}"
    assert "kunyit" not in page(at, at.chief, letter)
    done = post(at, at.chief, letter, what="accept", manager_id=str(at.theirs.id))
    copy_id = UUID(done.location.rpartition("/")[2])
    plan = f"/cases/{copy_id}/clients/{at.ours.clients(copy_id)[0]}/safety-plan"

    for who in (at.chief, at.theirs):
        page(at, who, plan, 403)
        made.declare(at.office, copy_id, who)
        assert "kunyit" in page(at, who, plan)
    there = at.chief.unit_id
    page(at, at.office.somebody("KEPALA", unit_id=there), plan, 403)
    page(at, at.office.somebody("PENDAMPING", unit_id=there), plan, 404)
    page(at, at.ours.manager, plan, 404)


# --- documents -------------------------------------------------------------------------------------------------------


def asked_with_a_document(at: Units) -> tuple[UUID, UUID, str]:
    """A case with a letter in it, which another unit is asked to take over; the page of the answer."""
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    document_id = docs.make_document(at.office, case_id)
    post(at, at.ours.supervisor, f"/transfers/for/{case_id}", **given(at, parts=["TB_DOKUMEN"]))
    return case_id, document_id, f"/transfers/{transfer_of(at, case_id)}"


def test_a_document_that_came_along_opens_there_and_here_it_is_told_who_opened_it(at):
    case_id, document_id, letter = asked_with_a_document(at)
    done = post(at, at.chief, letter, what="accept", manager_id=str(at.theirs.id))
    copy_id = UUID(done.location.rpartition("/")[2])
    made.declare(at.office, copy_id, at.theirs)
    (theirs,) = made.row_ids(at.office, Document, copy_id)

    assert docs.TITLE in page(at, at.theirs, f"/cases/{copy_id}/documents/{theirs}")
    file = at.office.browser(at.theirs).get(f"/cases/{copy_id}/documents/{theirs}/download")
    assert file.get_data() == paper.pdf()
    told = page(at, at.ours.manager, f"/cases/{case_id}/documents/{document_id}")
    assert "Siti Seberang" in told
    page(at, at.chief, f"/cases/{case_id}/documents/{document_id}", 404)


def test_an_answer_sent_twice_takes_the_case_over_once(at):
    case_id, _document, letter = asked_with_a_document(at)
    browser = at.office.browser(at.chief)
    shown = browser.get(letter).get_data(as_text=True)
    typed = {name: hidden(shown, name) for name in ("csrf_token", "submit_id")}
    answers = [browser.post(letter, data={**typed, "what": "accept", "manager_id": str(at.theirs.id)}) for _ in "12"]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert at.ours.row(case_id).status == "transferred"
    docs.assert_no_strays(at.office)


def test_a_document_that_changes_meanwhile_is_said_and_nothing_is_taken_over(at, monkeypatch):
    case_id, _document, letter = asked_with_a_document(at)
    states = carrying._states

    def late(work: Any, source_id: UUID) -> Any:
        return (
            states(work, source_id) | {UUID(int=1): "another"}
            if isinstance(work.vault.grant, ActGrant)
            else states(work, source_id)
        )

    monkeypatch.setattr(carrying, "_states", late)
    answer = post(at, at.chief, letter, what="accept", manager_id=str(at.theirs.id))
    text = html.unescape(answer.get_data(as_text=True))

    assert answer.status_code == 409
    assert "Ada yang berubah dalam berkas saat diambil alih" in text
    assert f'value="{at.theirs.id}" selected' in text or f'selected value="{at.theirs.id}"' in text
    assert at.ours.row(case_id).status == "open"
    docs.assert_no_strays(at.office)


def test_where_the_office_has_no_room_nothing_is_taken_over(at, monkeypatch):
    case_id, _document, letter = asked_with_a_document(at)
    monkeypatch.setitem(at.office.app.config, "OFFICE_FILES_BYTES", 10)
    answer = post(at, at.chief, letter, what="accept", manager_id=str(at.theirs.id))

    assert answer.status_code == 422
    assert "Kantor" in html.unescape(answer.get_data(as_text=True))
    assert at.ours.row(case_id).status == "open"
    docs.assert_no_strays(at.office)


# --- the letter before it is sent ------------------------------------------------------------------------------------


def draft(at: Units, case_id: UUID, who: Someone, **changed: Any) -> Any:
    """The button that prints what is typed; the token from a page that everybody here may read."""
    way = f"/cases/{case_id}/papers/pelimpahan/draft"
    return send(at.office.browser(who), "/tasks", way, **given(at, **changed))


def test_the_letter_to_somebody_outside_is_printed_before_it_has_a_number(at):
    """Those who are handed over are named, nothing is recorded, and the case stays open."""
    case_id = at.ours.bring_to(at.ours.case(clients=2), "ST5_INTERVENSI")
    at.ours.approve_end(case_id, at.ours.propose(case_id, at.ours.clients(case_id)[1]))
    institution = referral_office.make_institution(at.office, "IN_UPTD", "UPTD PPA Seberang")
    made.declare(at.office, case_id, at.ours.supervisor)
    before = len(at.office.events())
    typed = {"whereto": "outside", "institution_id": str(institution), "letter_no": ""}
    answer = draft(at, case_id, at.ours.supervisor, **typed)

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = pdfs.text_of(answer.data)
    for said in ("KONSEP", "Yth. Pimpinan UPTD PPA Seberang", "melimpahkan penanganan kasus", made.NAMES[0]):
        assert said in text, said
    assert made.NAMES[1] not in text
    assert REASON not in text
    opened = [(entry.event, entry.sections) for entry in at.office.events()[before:]]
    assert opened[-2:] == [("case:revealed", "client.identity client.profile"), ("paper:printed", "")]
    assert at.ours.row(case_id).status == "open"
    assert not made.row_ids(at.office, Transfer, case_id)


def test_the_letter_to_a_unit_is_printed_without_anybodys_name(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    made.declare(at.office, case_id, at.ours.supervisor)
    text = pdfs.text_of(draft(at, case_id, at.ours.supervisor).data)

    assert "Yth. Kepala UPTD PPA Tetangga" in text
    assert "memohon kesediaan Saudara" in text
    assert COVER in " ".join(text.split())
    assert made.NAMES[0] not in text


@pytest.mark.parametrize("changed", [{"reason": ""}, {"unit_id": ""}, {"whereto": "outside", "institution_id": ""}])
def test_a_letter_that_lacks_something_is_not_printed_and_its_page_goes_on(at, changed):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    made.declare(at.office, case_id, at.ours.supervisor)
    answer = draft(at, case_id, at.ours.supervisor, **changed)
    text = html.unescape(answer.get_data(as_text=True))

    assert answer.status_code == 422
    assert REASON in text
    assert f'action="/transfers/for/{case_id}"' in text


def test_names_are_printed_by_those_of_the_team_who_decide(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    way = "papers/pelimpahan/draft"
    assert way not in page(at, at.ours.head, f"/transfers/for/{case_id}")
    assert draft(at, case_id, at.ours.head).status_code == 403
    assert draft(at, case_id, at.ours.manager).status_code == 403
    made.declare(at.office, case_id, at.ours.supervisor)
    assert way in page(at, at.ours.supervisor, f"/transfers/for/{case_id}")
    assert draft(at, case_id, at.chief).status_code == 404


def test_what_was_typed_is_still_kept_after_a_draft_was_printed(at):
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    made.declare(at.office, case_id, at.ours.supervisor)
    browser, form = at.office.browser(at.ours.supervisor), f"/transfers/for/{case_id}"
    shown = browser.get(form).get_data(as_text=True)
    typed = given(at) | {name: html.unescape(hidden(shown, name)) for name in ("csrf_token", "submit_id", "_sheet")}
    kept = {name: value for name, value in typed.items() if name != "csrf_token"}
    assert browser.post("/unsaved", data=kept, headers={"X-CSRF-Token": typed["csrf_token"]}).status_code == 200
    assert browser.post(f"/cases/{case_id}/papers/pelimpahan/draft", data=typed).status_code == 200

    assert drafts_of(at.office, case_id) == 1
    assert browser.post(form, data=typed).status_code == 303
    assert drafts_of(at.office, case_id) == 0


def drafts_of(office: Office, case_id: UUID) -> int:
    """How much is kept that was typed about a case."""
    with office.runtime.looking(OPERATOR) as work:
        return len(work.session.scalars(select(FormDraft).where(FormDraft.case_id == case_id)).all())
