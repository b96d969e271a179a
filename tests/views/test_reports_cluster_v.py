"""Cluster V on screen and what is typed in for it (kla-cluster-v 4.6, 5, 8, 10)."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from app.audit.events import Event
from app.domain.indicators import INDICATOR_SETS, indicator_set
from app.reports import entered_services, services
from app.reports.entered_services import Entry, Place, can_be_entered
from app.reports.labels import SENTENCES
from app.web import problems
from tests.factories import Office, Someone, hidden
from tests.reporting import child, intake, make_case, worked_example

PAGE = "/reports/klaster-v?year=2026"
CHILDREN = {"set": "24", "year": 2026, "indicator": "21a", "measure": "21a.anak"}


def address(**changed: Any) -> str:
    return "/reports/klaster-v/entry?" + "&".join(f"{name}={value}" for name, value in (CHILDREN | changed).items())


def enter(office: Office, who: Someone, where: str | None = None, **fields: Any) -> Any:
    client, where = office.browser(who), where or address()
    page = client.get(where).get_data(as_text=True)
    given = {
        "agency": "Dukcapil",
        "as_of": "2026-01-31",
        "csrf_token": hidden(page, "csrf_token"),
        "submit_id": hidden(page, "submit_id"),
    }
    return client.post(where, data=given | fields)


def sheet_of(office: Office, who: Someone, year: int = 2026) -> dict[str, Any]:
    wish = services.ClusterWish(year, services.year_end(year))
    with office.runtime.reading(who.actor, services.cluster_opening(wish)) as work:
        return services.cluster_document(work, wish)


def measure(document: dict[str, Any], indicator: str, code: str) -> dict[str, Any]:
    block = next(each for each in document["indicators"] if each["code"] == indicator)
    return next(each for each in block["measures"] if each["code"] == code)


def section(page: str, code: str) -> str:
    found = re.search(rf'<section id="i-{code}".*?</section>', page, re.S)
    assert found
    return found[0]


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_each_indicator_has_its_block_in_the_order_of_the_set(office: Office) -> None:
    page = office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True)
    assert re.findall(r'<section id="i-([^"]+)"', page) == [each.code for each in indicator_set("24").indicators]


def test_the_years_stand_oldest_first_and_a_year_without_us_says_so(office: Office) -> None:
    make_case(office, worked_example())
    make_case(office, worked_example(date(2025, 5, 4)))
    block = section(office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True), "21a")
    lines = re.findall(r'<tr><th scope="row">(20\d\d)</th>(.*?)</tr>', block, re.S)
    numbers = {year: re.findall(r'<td class="num fw-bold">(.*?)</td>', cells, re.S) for year, cells in lines}
    assert list(numbers) == ["2024", "2025", "2026"]
    assert all("belum ada data" in cell or "no data yet" in cell for cell in numbers["2024"])
    assert [cell.strip() for cell in numbers["2025"]] == ["2", "2", "0"]
    assert [cell.strip() for cell in numbers["2026"]] == ["2", "2", "0"]


def test_a_denominator_of_nothing_is_no_cases_and_never_nought_per_cent(office: Office) -> None:
    make_case(office, worked_example())
    block = section(office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True), "24b")
    assert "no cases" in block or "tidak ada kasus" in block
    assert "0,0%" not in block


@pytest.mark.parametrize("code", INDICATOR_SETS)
def test_both_sets_print_on_screen_paper_and_in_a_workbook(office: Office, code: str) -> None:
    make_case(office, worked_example())
    who = office.somebody("DATA")
    client = office.browser(who)
    for path in ("klaster-v", "klaster-v/print"):
        assert client.get(f"/reports/{path}?year=2026&set={code}").status_code == 200
    answer = client.get(f"/reports/klaster-v.xlsx?year=2026&set={code}")
    assert 'filename="klaster-v-2026.xlsx"' in answer.headers["Content-Disposition"]
    assert office.events()[-1].event == Event.CLUSTER_EXPORTED
    names = load_workbook(BytesIO(answer.data)).sheetnames
    assert [each.code for each in indicator_set(code).indicators] == names[1:]


def test_the_footer_names_set_definition_cut_off(office: Office) -> None:
    page = office.browser(office.somebody("DATA")).get(PAGE + "&cut_off=2026-05-31").get_data(as_text=True)
    footer = page[page.rindex("definitions") :]
    assert "24 (Perpres 25/2021" in footer
    assert "inti: sedikitnya satu layanan selain penerimaan pengaduan" in footer
    assert "31 Mei 2026" in footer


def test_opening_is_one_event_and_needs_the_right(office: Office) -> None:
    client = office.browser(office.somebody("DATA"))
    before = len(office.events())
    client.get(PAGE)
    (event,) = office.events()[before:]
    assert (event.event, event.object_id, event.purpose) == (Event.CLUSTER_READ, office.unit_id, "2026 @2026-12-31")
    assert office.browser(office.somebody("PENERIMA")).get(PAGE).status_code == 403


@pytest.mark.parametrize("query", ["year=x", "year=2026&set=25", "year=2026&unit=63.04"])
def test_a_sheet_that_is_none_is_explained(office: Office, query: str) -> None:
    client = office.browser(office.somebody("DATA"))
    assert client.get(f"/reports/klaster-v?{query}").status_code == 422
    assert client.get(f"/reports/klaster-v.xlsx?{query}").status_code == 404


# --- entering --------------------------------------------------------------------------------------------------------


def test_a_value_of_another_agency_is_entered_and_printed_with_where_it_comes_from(office: Office) -> None:
    make_case(office, worked_example())
    who, other = office.somebody("DATA", name="Rini Contoh"), office.somebody("KEPALA", name="Joko Contoh")
    answer = enter(office, who, value="12.345", document="Surat 400.2/12", verified_by=str(other.id))

    assert (answer.status_code, answer.location) == (303, address())
    entered = measure(sheet_of(office, who), "21a", "21a.anak")
    assert entered | {
        "value": 12345, "state": "entered", "agency": "Dukcapil", "as_of": "2026-01-31",
        "document": "Surat 400.2/12", "entered_by": "Rini Contoh", "verified_by": "Joko Contoh",
    } == entered  # fmt: skip
    share = measure(sheet_of(office, who), "21a", "21a.proporsi")
    assert (share["numerator"], share["denominator"]) == (2, 12345)
    assert "12.345" in office.browser(who).get(PAGE).get_data(as_text=True)
    assert Event.CLUSTER_ENTERED in [event.event for event in office.events()]


def test_a_correction_is_a_new_entry_and_the_newest_counts(office: Office) -> None:
    who = office.somebody("DATA")
    enter(office, who, value="10")
    office.clock.pass_by(minutes=1)
    enter(office, who, value="11")
    assert measure(sheet_of(office, who), "21a", "21a.anak")["value"] == 11
    with office.runtime.looking(who.actor) as work:
        past = entered_services.history(work, Place("24", 2026, "21a", "21a.anak"))
    assert [each.value for each in past] == [11, 10]


def test_nil_is_declared_and_differs_from_nothing_said(office: Office) -> None:
    who = office.somebody("DATA")
    assert measure(sheet_of(office, who), "24b", "24b.keluarga")["state"] == "missing"
    enter(office, who, address(indicator="24b", measure="24b.keluarga"), nihil="y")
    entered = measure(sheet_of(office, who), "24b", "24b.keluarga")
    assert (entered["state"], entered["value"]) == ("nihil", 0)


def test_an_earlier_year_before_us_is_entered_and_stands_in_the_trend(office: Office) -> None:
    make_case(office, worked_example())
    who = office.somebody("DATA")
    enter(office, who, address(year=2025, measure="s.1"), value="47", agency="Dinas")
    assert sheet_of(office, who)["years"]["2025"]["21a"]["s.1"] == 47
    block = section(office.browser(who).get(PAGE).get_data(as_text=True), "21a")
    assert re.search(r'<th scope="row">2025</th>.*?fw-bold">47<', block, re.S)


@pytest.mark.parametrize(
    ("where", "fields", "kept"),
    [
        ({"measure": "Q1.kekerasan"}, {"value": "Perda"}, "Perda"),
        ({"measure": "Q4"}, {"value": "YA"}, "YA"),
        ({"measure": "Q2"}, {"value": "25.000.000"}, 25000000),
        ({"measure": "Q15"}, {"value": "Satu\nDua"}, "Satu\nDua"),
    ],
)
def test_answers_are_kept_by_their_kind(
    office: Office, where: dict[str, str], fields: dict[str, str], kept: object
) -> None:
    who = office.somebody("DATA")
    assert enter(office, who, address(**where), agency="", as_of="", **fields).status_code == 303
    assert measure(sheet_of(office, who), "21a", where["measure"])["value"] == kept


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": "12,5"}, "value"),
        ({"value": "-3"}, "value"),
        ({"value": "5", "nihil": "y"}, "nihil"),
        ({"value": "5", "agency": ""}, "agency"),
        ({"value": "5", "as_of": ""}, "as_of"),
        ({"value": "5", "as_of": "2026-12-31"}, "as_of"),
        ({"value": "5", "as_of": "besok"}, "as_of"),
        ({"value": "5", "verified_by": str(UUID(int=3))}, "verified_by"),
        ({"value": "5", "agency": "x" * 201}, "agency"),
    ],
)
def test_a_bad_entry_says_where_and_changes_nothing(office: Office, fields: dict[str, str], field: str) -> None:
    who = office.somebody("DATA")
    answer = enter(office, who, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert measure(sheet_of(office, who), "21a", "21a.anak")["state"] == "missing"


def test_a_question_takes_no_nil_and_a_choice_only_its_own(office: Office) -> None:
    who = office.somebody("DATA")
    with pytest.raises(Exception, match="entry.no-nihil"), office.work(who.actor) as work:
        entered_services.enter(work, Place("24", 2026, "21a", "Q4"), Entry(nihil=True))
    assert enter(office, who, address(measure="Q1.kekerasan"), value="Titah").status_code == 422


def test_a_double_click_enters_once(office: Office) -> None:
    who = office.somebody("DATA")
    client = office.browser(who)
    page = client.get(address()).get_data(as_text=True)
    given = {"value": "7", "agency": "X", "as_of": "2026-01-01"} | {
        n: hidden(page, n) for n in ("csrf_token", "submit_id")
    }
    answers = [client.post(address(), data=given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with office.runtime.looking(who.actor) as work:
        assert len(entered_services.history(work, Place("24", 2026, "21a", "21a.anak"))) == 1


@pytest.mark.parametrize(
    "changed", [{"measure": "s.4"}, {"measure": "s.3.inti"}, {"measure": "nix"}, {"year": 0}, {"set": "9"}]
)
def test_what_takes_no_entry_has_no_form(office: Office, changed: dict[str, object]) -> None:
    assert office.browser(office.somebody("DATA")).get(address(**changed)).status_code == 404


def test_readers_of_the_sheet_see_no_way_to_enter(office: Office) -> None:
    client = office.browser(office.somebody("KEPALA"))
    assert "/entry?" not in client.get(PAGE).get_data(as_text=True)
    assert client.get(address()).status_code == 403


def test_every_measure_that_takes_an_entry_has_a_form_that_opens(office: Office) -> None:
    client = office.browser(office.somebody("DATA"))
    seen = set()
    for indicator in indicator_set("24").indicators:
        for each in indicator.measures:
            if not can_be_entered(each) or (each.kind, each.source) in seen:
                continue
            seen.add((each.kind, each.source))
            assert client.get(address(indicator=indicator.code, measure=each.code)).status_code == 200
    assert {kind for kind, _source in seen} >= {"count", "choice", "yes_no", "money", "text", "table", "number"}


def test_every_refusal_of_an_entry_has_its_sentence(office: Office) -> None:
    assert set(SENTENCES) <= problems.codes()
    assert {"day.future", "text.too-long", "field.required", "code.unknown"} <= problems.codes()


def test_an_age_of_thirty_stands_nowhere_in_cluster_v(office: Office) -> None:
    make_case(office, intake((child(30),)))
    assert sheet_of(office, office.somebody("DATA"))["cluster"]["children"] == 0
