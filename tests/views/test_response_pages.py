"""The response of institutions on screen and on paper: what the referrals say, and nothing of whom they are about."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from app.audit.events import Event
from app.audit.models import AuditEntry
from app.referrals import services
from app.referrals.services import Answer
from tests import referral_office as desk
from tests.factories import Office

PAGE = "/reports/responses"
YEAR = "year=2026&part=all"


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def lines(page: str) -> dict[str, list[str]]:
    """Head of each row to its cells, of all tables but the chart."""
    rows = re.findall(r"<th scope=\"row\"[^>]*>(.*?)</th>(.*?)</tr>", page, re.S)
    found = {
        words(head): [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", rest, re.S)] for head, rest in rows
    }
    return {head: cells for head, cells in found.items() if len(cells) > len(("bar", "number"))}


def test_the_sheet_says_how_soon_each_institution_answered_and_names_nobody(office: Office) -> None:
    worker = office.somebody("PENDAMPING", password=False)
    case = desk.make_case(office, worker)
    [first, second] = desk.clients_of(office, case)
    quick, silent = (
        desk.make_institution(office, "IN_RS", "RSUD Uji"),
        desk.make_institution(office, "IN_UPPA", "Polres Uji"),
    )
    answered = desk.make_referral(office, case, first, quick)
    for client in (first, second):
        desk.make_referral(office, case, client, silent)
    desk.make_referral(office, case, second, quick, sent=False)
    office.clock.at += timedelta(days=1, hours=2)
    with office.work() as work:
        services.take_step(work, answered, "accept", Answer(work.now))
    office.clock.at += timedelta(days=9)

    analyst = office.browser(office.somebody("DATA", password=False))
    shown = analyst.get(f"{PAGE}?{YEAR}")
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200
    found = lines(page)
    hospital = next(cells for head, cells in found.items() if head.startswith("RSUD Uji"))
    police = next(cells for head, cells in found.items() if head.startswith("Polres Uji"))
    assert hospital[0] == "1", "a draft was not sent"
    assert hospital[1] == "1 hari 2 jam 9 dari 10: 1 hari 2 jam"
    assert police[0] == "2"
    assert police[1] == "belum tercapai 9 dari 10: belum tercapai", "both wait still"
    assert police[3].startswith("2")
    assert hospital[5].startswith("50"), "the answer was in time, the result is not there"
    assert "Anak Uji" not in page
    assert "Terlapor" not in page

    paper = analyst.get(f"{PAGE}/print?{YEAR}").get_data(as_text=True)
    assert next(cells for head, cells in lines(paper).items() if head.startswith("Polres Uji")) == police
    with office.runtime.looking(desk.OPERATOR) as work:
        seen = work.session.scalars(select(AuditEntry).where(AuditEntry.event == Event.RESPONSES_READ)).all()
    assert len(seen) == 2
    assert all(case.hex in (entry.cases or "").replace("-", "") for entry in seen)

    empty = analyst.get(f"{PAGE}?year=2020&part=01")
    assert empty.status_code == 200
    assert "<table" not in empty.get_data(as_text=True)
    assert analyst.get(f"{PAGE}?year=x&part=all").status_code == 422
    assert analyst.get(f"{PAGE}/print?year=x&part=all").status_code == 404
