"""Pages of keeping and erasing: a rule is set, a file is held, proposed, approved by somebody else, and its number stays."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.audit.events import Event
from app.retention import writing
from tests import case_factories as made
from tests import retention_office
from tests.factories import Office, Someone, send
from tests.retention_office import Keeping
from tests.sharing import office

__all__ = ["office"]


@pytest.fixture
def keeping(office: Office) -> Keeping:
    return retention_office.keep(office)


def page(office: Office, who: Someone, path: str, status: int = 200) -> str:
    answer = office.browser(who).get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return str(answer.get_data(as_text=True))


def post(office: Office, who: Someone, path: str, action: str = "", **fields: Any) -> Any:
    return send(office.browser(who), path, action or path, **fields)


def file(case_id: UUID) -> str:
    return f"/retention/files/{case_id}"


@pytest.mark.own_office
def test_without_a_rule_every_list_says_so_and_the_head_sets_one(office: Office) -> None:
    head, boss = office.somebody("KEPALA"), office.somebody("SUPERVISOR")
    for show in ("", "?show=proposed", "?show=held", "?show=erased", "?show=nonsense&page=99"):
        assert 'class="empty"' in page(office, head, f"/retention{show}")
    page(office, boss, "/retention/rule", 403)
    page(office, office.somebody("MANAJER"), "/retention", 403)
    page(office, office.somebody("ADMIN"), "/retention/rule")
    given = {"is_on": "y", "years": "5", "since": "2026-05-20", "basis": "Perbup rekaan"}
    for wrong in ({"years": "0"}, {"years": "lima"}, {"basis": " "}, {"since": ""}):
        answer = post(office, head, "/retention/rule", **(given | wrong))
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Perbup rekaan" in text or "basis" in wrong
    assert post(office, head, "/retention/rule", **given).status_code == 303
    assert "Perbup rekaan" in page(office, head, "/retention/rule")
    assert "Perbup rekaan" in page(office, boss, "/retention")


def test_a_file_is_held_lifted_proposed_and_erased_by_two_people_on_pages(keeping: Keeping) -> None:
    office, boss, head = keeping.office, keeping.boss, keeping.head
    worker = office.somebody("PENERIMA", "MANAJER")
    case_id = keeping.case(worker)
    number = made.case_row(office, case_id).register_no
    assert f"{file(case_id)}/propose" not in page(office, boss, file(case_id))
    keeping.wait()
    retention_office.derive(office)
    assert file(case_id) in page(office, head, "/retention")
    assert f"{file(case_id)}/propose" in page(office, boss, file(case_id))

    assert post(office, head, file(case_id), f"{file(case_id)}/holds", reason=" ").status_code == 422
    assert post(office, head, file(case_id), f"{file(case_id)}/holds", reason="diminta penyidik").status_code == 303
    held = page(office, boss, file(case_id))
    assert "diminta penyidik" in held
    assert f"{file(case_id)}/propose" not in held
    answer = post(office, boss, f"{file(case_id)}/propose", basis="dasar rekaan", reason="lewat masa simpan")
    assert answer.status_code == 422
    assert "lewat masa simpan" in answer.get_data(as_text=True)
    (lift,) = set(re.findall(rf'href="({file(case_id)}/holds/[0-9a-f-]{{36}}/lift)"', held))
    assert post(office, boss, lift, reason="penyidik selesai").status_code == 303

    answer = post(office, boss, f"{file(case_id)}/propose", basis="dasar rekaan", reason="lewat masa simpan")
    assert answer.status_code == 303
    assert file(case_id) in page(office, head, "/retention?show=proposed")
    (decision,) = set(
        re.findall(rf'href="({file(case_id)}/proposals/[0-9a-f-]{{36}})"', page(office, head, file(case_id)))
    )
    assert "lewat masa simpan" in page(office, head, decision)
    own = post(office, boss, decision, what="approve")
    assert own.status_code == 422
    assert made.case_row(office, case_id).status == "closed"
    assert post(office, head, decision, what="refuse", answer=" ").status_code == 422
    assert post(office, head, decision, what="approve").status_code == 303

    assert made.case_row(office, case_id).status == "erased"
    certificate = page(office, boss, f"/retention/erased/{case_id}")
    assert number in certificate
    assert "dasar rekaan" in certificate
    stub = page(office, boss, f"/cases/{case_id}")
    assert number in stub
    assert f"/retention/erased/{case_id}" in stub
    assert number in page(office, boss, "/cases?status=erased")
    assert f"/retention/erased/{case_id}" in page(office, head, "/retention?show=erased")
    for path in (f"/cases/{case_id}", file(case_id)):
        page(office, worker, path, 404 if path.startswith("/cases") else 403)
    for path in (
        file(case_id),
        decision,
        f"/cases/{case_id}/openings",
        f"/cases/{case_id}/story",
        f"/simfoni/cases/{case_id}",
    ):
        page(office, boss, path, 404)
    known = writing.read_file(writing.path_beside(office.folder / "keyring.json"))
    assert case_id in {entry.case for entry in known}
    printed = post(office, boss, f"/retention/erased/{case_id}", f"/retention/erased/{case_id}/print")
    assert printed.mimetype == "application/pdf"
    events = [entry.event for entry in office.events()]
    assert events[-1] == Event.PAPER_PRINTED
    assert Event.CASE_ERASED in events


def test_the_own_proposal_is_taken_back_on_its_page_and_strangers_see_nothing(keeping: Keeping) -> None:
    office, boss, case_id = keeping.office, keeping.boss, keeping.case()
    keeping.wait()
    proposal = keeping.propose(case_id)
    path = f"{file(case_id)}/proposals/{proposal}"
    assert f"{path}/retract" in page(office, boss, file(case_id))
    assert post(office, boss, f"{path}/retract", answer="keliru").status_code == 303
    assert page(office, boss, file(case_id)).count("keliru") == 1
    page(office, keeping.head, path, 409)
    stranger = office.somebody("KEPALA", unit_id=office.other_unit_id)
    for each in (file(case_id), path, f"/retention/erased/{case_id}"):
        page(office, stranger, each, 404)
    assert file(case_id) not in page(office, stranger, "/retention")


def test_whoever_has_a_part_reads_no_words_and_decides_nothing(keeping: Keeping) -> None:
    office, case_id, partial = keeping.office, keeping.case(), keeping.office.somebody("KEPALA")
    made.join_team(office, case_id, partial)
    made.declare(office, case_id, partial, has_part=True)
    keeping.wait()
    retention_office.hold(office, case_id)
    proposal = retention_office.propose_anyhow(office, case_id)
    text = page(office, partial, file(case_id))
    assert "penyidik rekaan" not in text
    assert "lewat" not in text.partition("<main")[2]
    page(office, partial, f"{file(case_id)}/proposals/{proposal}", 403)


def test_the_unit_that_took_a_case_over_goes_on_when_the_first_file_is_erased(keeping: Keeping) -> None:
    office = keeping.office
    case_id = made.make_case(office, **retention_office.ADULT)
    transfer_id = made.ask_unit(office, case_id, office.other_unit_id)
    there, manager = (office.somebody(role, unit_id=office.other_unit_id) for role in ("SUPERVISOR", "MANAJER"))
    with office.work(there.actor) as work:
        copied = retention_office.accept(work, transfer_id, manager.id)
    keeping.wait()
    keeping.erase(case_id)
    page(office, there, f"/cases/{copied}")
    page(office, there, f"/cases/{copied}/story")
    page(office, keeping.boss, f"/transfers/{transfer_id}", 404)
