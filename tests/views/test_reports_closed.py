"""A closed recap on screen, on paper and as a workbook: frozen numbers, their hash, and what differs since."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from tests.factories import Office
from tests.reporting import make_case, recap_of
from tests.services.test_closing import closed

QUERY = "year=2026&part=05"


def test_the_frozen_month_is_what_every_outlet_shows(office: Office) -> None:
    office.clock.pass_by(days=40)
    make_case(office)
    _data, head = closed(office)
    shown = recap_of(office)
    browser = office.browser(head)
    page = browser.get(f"/reports?{QUERY}").get_data(as_text=True)
    assert shown["hash"] in page
    assert "<details" not in page.partition("SHA-256")[2].partition('class="stats')[0]

    make_case(office)
    page = browser.get(f"/reports?{QUERY}").get_data(as_text=True)
    assert shown["hash"] in page
    listed = page.partition("<details><summary>")[2].partition("</details>")[0]
    assert listed.count('<td class="num">1</td><td class="num">2</td>') > 3
    paper = browser.get(f"/reports/print?{QUERY}").get_data(as_text=True)
    assert shown["hash"] in paper
    sheet = load_workbook(BytesIO(browser.get(f"/reports/recap.xlsx?{QUERY}").data)).worksheets[0]
    said = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=12)]
    assert any("SHA-256" in row and shown["hash"] in row for row in said)


def test_who_may_only_read_sees_no_list_of_differences(office: Office) -> None:
    office.clock.pass_by(days=40)
    make_case(office)
    closed(office)
    make_case(office)
    page = office.browser(office.somebody("PENERIMA")).get(f"/reports?{QUERY}").get_data(as_text=True)
    assert recap_of(office)["hash"] in page
    assert "<details><summary>" not in page
