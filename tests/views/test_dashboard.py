"""The unit at a glance: numbers of the recap, the work as it stands, one event, and only for those who lead."""

from __future__ import annotations

import re

import pytest

from app.audit.events import Event
from tests.factories import Office
from tests.reporting import child, intake, make_case, worked_example


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("page", ["/reports/unit", "/reports/unit/print"])
def test_the_head_sees_the_month_and_the_work_under_one_event(office: Office, page: str) -> None:
    make_case(office, worked_example())
    make_case(office, intake((child(30, kinds=("VK_PSIKIS",)),)))
    client = office.browser(office.somebody("KEPALA"))
    before = len(office.events())

    answer = client.get(page)
    text = text_of(answer.get_data(as_text=True))

    assert answer.status_code == 200
    assert [entry.event for entry in office.events()[before:]] == [Event.RECAP_READ]
    assert re.search(r"(Cases this month|Kasus bulan ini) 2 ", text)
    assert re.search(r"(Victims this month|Korban bulan ini) 3 ", text)
    assert re.search(r"(Open cases|Kasus berjalan):? 2 ", text)
    assert "Fisik 2" in text


def test_those_who_do_not_lead_have_no_such_page(office: Office) -> None:
    assert office.browser(office.somebody("DATA")).get("/reports/unit").status_code == 403


def test_an_office_without_cases_says_so(office: Office) -> None:
    page = office.browser(office.somebody("KEPALA")).get("/reports/unit").get_data(as_text=True)

    assert '<p class="empty__title">' in page
    assert "<figure" not in page
