"""What is so for every page of reports and reference: one heading, unique ids, a label for each control, no identity."""

from __future__ import annotations

import re

import pytest

from app.audit.events import Event
from tests.factories import Office
from tests.reporting import make_case, worked_example

pytestmark = pytest.mark.sqlite_only(reason="about markup, not about the database")
PAGES = (
    "/reports?year=2026&part=05&rows=all",
    "/reports?year=2025&part=01",
    "/reports?year=x&part=05",
    "/reports/print?year=2026&part=05",
    "/reports/behind?year=2026&part=05&table=victims_by_sex&row=P",
    "/reports/klaster-v?year=2026",
    "/reports/klaster-v?year=2026&set=2011",
    "/reports/klaster-v/print?year=2026",
    "/reports/klaster-v/entry?set=24&year=2026&indicator=21a&measure=Q3",
    "/reference/codes",
    "/reference/codes/list?name=tpks",
    "/reference/areas",
    "/reference/calendar",
    "/reference/rules?show=all",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_is_well_made_in_both_languages(office: Office, address: str, language: str) -> None:
    made = make_case(office, worked_example())
    client = office.browser(office.somebody("SUPERVISOR", "DATA"))
    with client.session_transaction() as cookie:
        cookie["language"] = language
    answer = client.get(address)
    page = answer.get_data(as_text=True)

    assert answer.status_code == (422 if "year=x" in address else 200)
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    controls = re.findall(r'<(?:input|select|textarea)(?![^>]*type="(?:hidden|submit)")[^>]*\sid="([^"]+)"', page)
    assert all(f'for="{control}"' in page for control in controls)
    anchors = re.findall(r'href="#([^"]+)"', page)
    assert set(anchors) <= set(ids)
    assert str(made.clients[0]) not in page


def test_the_words_follow_the_reader(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    assert "Korban menurut jenis kekerasan" in client.get("/reports?year=2026&part=05").get_data(as_text=True)
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    assert "Victims by kind of violence" in client.get("/reports?year=2026&part=05").get_data(as_text=True)


def test_without_the_right_nothing_is_counted_and_the_denial_is_recorded(office: Office) -> None:
    make_case(office)
    client = office.browser(office.somebody("ADMIN"))
    before = len(office.events())
    assert client.get("/reports?year=2026&part=05").status_code == 403
    (event,) = office.events()[before:]
    assert (event.event, event.result) == (Event.ACCESS_REFUSED, "denied")


def test_a_downloaded_name_says_nothing_but_the_period(office: Office) -> None:
    client = office.browser(office.somebody("DATA"))
    for part, name in (("05", "rekap-2026-05"), ("q2", "rekap-2026-q2"), ("all", "rekap-2026")):
        answer = client.get(f"/reports/recap.xlsx?year=2026&part={part}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.xlsx"'
        assert answer.headers["Cache-Control"] == "no-store"
