"""Writing a transfer in a real browser: the draft of its letter opens beside the page, which goes on and can be sent at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests import case_factories as made
from tests import referral_office
from tests.factories import Office
from tests.transfer_office import units_of
from tests.views.test_accounts_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

WORDS = "Ibunya pindah ke kampung halaman."


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_after_the_draft_of_its_letter_a_transfer_is_sent_from_the_same_page(
    office: Office, address: str, page: Any
) -> None:
    at = units_of(office)
    case_id = at.ours.bring_to(at.ours.case(), "ST5_INTERVENSI")
    made.declare(office, case_id, at.ours.supervisor)
    referral_office.make_institution(office, "IN_UPTD", "UPTD PPA Jauh")
    sign_in(page, address, at.ours.supervisor.email)
    page.goto(f"{address}/transfers/for/{case_id}")
    page.get_by_label("Unit atau lembaga di luar").check()
    page.get_by_label("Lembaga", exact=True).select_option("UPTD PPA Jauh")
    page.locator("#reason").select_option("TL_PINDAH")
    page.locator("#text").fill(WORDS)
    page.locator("input[name=agreed][value=YA]").check()
    with page.context.expect_page() as beside:
        page.get_by_role("button", name="Cetak konsep surat").click()
    beside.value.close()

    page.get_by_label("Nomor surat").fill("463/12/2026")
    page.get_by_label("Nomor surat").press("Enter")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    assert at.ours.row(case_id).status == "transferred"
