"""A closed recap on screen, on paper and as a workbook: frozen numbers, their hash, and what differs since."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.reports import frozen
from app.reports.counting.settings import Period
from tests.factories import Office
from tests.reporting import make_case, recap_of
from tests.services.test_closing import closed, freeze, sign

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


def test_a_period_whose_frozen_tables_do_not_open_is_a_whole_page_with_one_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.clock.pass_by(days=40)
    make_case(office)
    _data, head = closed(office)
    monkeypatch.setattr(frozen, "hash_of", lambda raw: bytes(32))
    answer = office.browser(head).get(f"/reports?{QUERY}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count('class="unopened"') == 1
    assert 'class="stats"' not in page
    assert office.browser(head).get("/reports?year=2026&part=06").status_code == 200


def test_a_closed_year_is_frozen_on_the_page_the_paper_and_in_the_workbook_of_cluster_v(office: Office) -> None:
    office.clock.pass_by(days=340)
    make_case(office)
    data, head = office.somebody("DATA", password=False), office.somebody("KEPALA")
    freeze(office, data, Period.year(2026))
    sign(office, head, Period.year(2026))
    browser = office.browser(head)
    address = "/reports/klaster-v?year=2026&set=24"
    page = browser.get(address).get_data(as_text=True)
    (digest,) = set(re.findall(r'<code class="text-break">([0-9a-f]{64})</code>', page))
    make_case(office)
    assert digest in browser.get(address).get_data(as_text=True)
    assert digest in browser.get(address.replace("klaster-v", "klaster-v/print")).get_data(as_text=True)
    sheet = load_workbook(BytesIO(browser.get(address.replace("klaster-v", "klaster-v.xlsx")).data)).worksheets[0]
    assert any(digest in [cell.value for cell in row] for row in sheet.iter_rows(max_row=12))
