"""The summary of a case on paper: printed in a real browser, it is one page however full the case is."""

from __future__ import annotations

from typing import Any

import pytest

from app.cases import records, sheet
from app.security.structs.work import Service, ServiceText
from tests import case_factories as made
from tests import pdfs, referral_office
from tests.factories import Office, Someone
from tests.views.test_accounts_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

NAME = "Raden Ajeng Siti Nurhaliza Kusumawardhani Prawirodirdjo"
STAFF = "Raden Mas Bambang Kusumawardhana Prawirodirdjo, S.Psi., M.Si."
UNIT = "Unit Pelayanan Perempuan dan Anak Kepolisian Resor Kabupaten Kutai Kartanegara"
KINDS = ("VK_FISIK", "VK_PSIKIS", "VK_SEKSUAL", "VK_EKSPLOITASI", "VK_TRAFFICKING", "VK_PENELANTARAN", "VK_LAIN")
CLIENTS = 20


@pytest.fixture
def owner(office: Office) -> Someone:
    return office.somebody("MANAJER", name=STAFF)


def full_case(office: Office, owner: Someone, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Twenty clients with long names and every kind of violence, a long team, referrals to institutions with long names."""
    monkeypatch.setattr(made, "NAMES", (NAME,) * len(made.NAMES))
    team = [office.somebody("PENDAMPING", name=f"{STAFF} {number}") for number in range(6)]
    case_id = made.make_case(office, owner, *team, clients=CLIENTS, violence=KINDS)
    clients = made.row_ids(office, made.Client, case_id)
    for number, client_id in enumerate(clients[:8]):
        institution = referral_office.make_institution(office, name=f"{UNIT} {number}")
        referral_office.make_referral(office, case_id, client_id, institution)
    given = {"on": made.today(office), "activity": "AK_RPS_MASUK", "next_on": made.today(office)}
    with office.work(owner.actor) as work:
        for client_id in clients:
            records.record_service(work, case_id, Service(client_id=client_id, **given), ServiceText())
    return case_id


def printed(chromium: Any, office: Office, address: str, who: Someone, path: str) -> list[str]:
    """The pages of a page of ours, as they come out of a printer on A4."""
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, address, who.email)
    page.goto(f"{address}{path}")
    pages = pdfs.pages_of(page.pdf(format="A4"))
    context.close()
    return pages


def test_the_summary_of_twenty_clients_with_long_names_is_one_sheet(
    office: Office, address: str, owner: Someone, chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = full_case(office, owner, monkeypatch)

    (paper,) = printed(chromium, office, address, owner, f"/cases/{case_id}/summary")

    shown = paper.count("sedang ditangani")
    assert 0 < shown < CLIENTS
    assert f"dan {CLIENTS - shown} klien lagi" in paper
    assert "dan 3 lagi" in paper  # of the team
    assert UNIT in paper
    assert "catatan yang lebih lama ada di cerita kasus" in paper
    assert f"Dicetak oleh {STAFF}" in paper


def test_the_lines_are_counted_right_where_each_row_takes_one(
    office: Office, address: str, owner: Someone, chromium: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = made.make_case(office, owner, clients=CLIENTS)
    for _turn in range(60):
        made.make_note(office, case_id)
    most = sheet.MOST_ENTRIES
    monkeypatch.setattr(sheet, "MOST_ENTRIES", 60)

    (paper,) = printed(chromium, office, address, owner, f"/cases/{case_id}/summary")

    assert paper.count("20 Mei 2026") > most  # where rows are short there is room for more than stand there


def test_a_plain_case_stands_on_its_sheet_whole(office: Office, address: str, owner: Someone, chromium: Any) -> None:
    case_id = made.make_case(office, owner, clients=2)

    (paper,) = printed(chromium, office, address, owner, f"/cases/{case_id}/summary")

    assert paper.count("sedang ditangani") == 2
    assert " lagi" not in paper
    assert "yang lebih lama" not in paper
