"""The reference pages: code lists, areas, calendar, deadline rules."""

from __future__ import annotations

import html
import re

import pytest

from app.domain.clocks import load_rules
from app.domain.codes import ALL_LISTS, code_list
from app.domain.workdays import YearStatus
from app.reference.calendar import national_days
from app.reference.labels import EVENTS, GROUPS, KINDS, SOURCES, STATUSES, WHY
from tests.factories import Office
from tests.rule_desk import rule_pages
from tests.sharing import office

__all__ = ["office"]

pytestmark = pytest.mark.sqlite_only(reason="nothing of these pages lies in the database")


def page(office: Office, address: str, role: str = "AUDITOR") -> str:
    answer = office.browser(office.somebody(role, password=False)).get(address)
    assert answer.status_code == 200, address
    return str(answer.get_data(as_text=True))


def test_every_list_has_a_name_and_stands_in_one_group() -> None:
    named = [name for _group, lists in GROUPS for name, _title in lists]
    assert sorted(named) == sorted(ALL_LISTS)


def test_every_word_a_rule_needs_is_there() -> None:
    rules = load_rules()
    assert {match.event.value for rule in rules for match in rule.trigger} <= set(EVENTS)
    assert {rule.source for rule in rules} <= set(SOURCES)
    assert {rule.kind for rule in rules} <= set(KINDS)
    assert {rule.inactive_because for rule in rules} - {None} <= set(WHY)
    assert set(STATUSES) == set(YearStatus)


@pytest.mark.parametrize("name", ALL_LISTS)
def test_a_list_prints_every_code_with_both_labels(office: Office, name: str) -> None:
    text = page(office, f"/reference/codes/list?name={name}")
    assert re.findall(r"<td\b[^>]*><div><code>([^<]+)</code>", text) == [code.code for code in code_list(name)]


def test_the_index_leads_to_every_list(office: Office) -> None:
    text = page(office, "/reference/codes")
    assert set(re.findall(r"/reference/codes/list\?name=(\w+)", text)) == set(ALL_LISTS)


@pytest.mark.parametrize(
    "address",
    [
        "/reference/codes/list?name=../../x",
        "/reference/codes/list",
        "/reference/areas?code=31.71",
        "/reference/areas?code=63.99",
        "/reference/areas?code=x",
        "/reference/calendar?year=1800",
        "/reference/rules?show=x",
    ],
)
def test_what_is_not_there_is_not_found(office: Office, address: str) -> None:
    assert office.browser(office.somebody("AUDITOR")).get(address).status_code == 404


def test_areas_lead_from_the_unit_down_to_its_villages(office: Office) -> None:
    assert "63.03.05" in page(office, "/reference/areas")
    assert "63.03.05.1001" in page(office, "/reference/areas?code=63.03.05")
    assert "63.04" in page(office, "/reference/areas?code=63")
    assert "Martapura" in page(office, "/reference/areas?q=martapura")
    assert "63.03" not in re.findall(r"<code>(.*?)</code>", page(office, "/reference/areas?q=nirgends"))


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_calendar_prints_the_days_and_how_sure_they_are(office: Office, year: int) -> None:
    text = page(office, f"/reference/calendar?year={year}")
    known = national_days(year)
    assert len(re.findall(r'<th scope="row"', text)) == len(known.free)
    kind = {YearStatus.SURE: "success", YearStatus.ESTIMATED: "warning", YearStatus.MISSING: "error"}[known.status]
    assert f"notice--{kind}" in text


@pytest.mark.parametrize(("show", "wanted"), [("active", (True,)), ("inactive", (False,)), ("all", (True, False))])
def test_the_rules_print_basis_certainty_and_whether_they_run(
    office: Office, show: str, wanted: tuple[bool, ...]
) -> None:
    text = page(office, f"/reference/rules?show={show}")
    rules = [rule for rule in load_rules() if rule.active in wanted]
    assert all(rule.id in text for rule in rules)
    assert len(re.findall(r'role="rowheader"', text)) == len(rules)
    checks = text.count("tag--warn")
    assert checks == sum(rule.needs_check for rule in rules)


def test_an_english_reader_finds_notes_and_bases_of_the_rules_in_english(office: Office) -> None:
    somebody = office.somebody("AUDITOR", password=False)
    pages = rule_pages(office, somebody, "en")
    client = office.browser(somebody)
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    pages = {**pages, "TPKS-41": html.unescape(client.get("/reference/rules/TPKS-41").get_data(as_text=True))}
    for rule in load_rules():
        said = [words for words in (rule.legal_basis, rule.note, rule.region) if words is not None]
        if any(words.id != words.en for words in said):
            assert [words.en for words in said if words.en not in pages[rule.id]] == []
            assert [words.id for words in said if words.id != words.en and words.id in pages[rule.id]] == []


def test_reading_takes_the_right_to(office: Office) -> None:
    client = office.browser(office.somebody("MITRA"))
    for address in ("/reference/codes", "/reference/areas", "/reference/calendar", "/reference/rules"):
        assert client.get(address).status_code == 403
