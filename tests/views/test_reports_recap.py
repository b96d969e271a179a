"""The recap on screen, on paper, as a workbook, and the list behind a number."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from app.accounts import services
from app.audit.events import Event
from app.domain.zones import Zone
from app.reports.counting.recap_tables import RECAP_TABLES
from app.reports.labels import CHARTS, FAMILIES
from tests.factories import Office
from tests.reporting import case_row, child, intake, make_case, make_contact, recap_of, worked_example

PAGE = "/reports?year=2026&part=05"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def table_on(page: str, name: str) -> dict[str, list[int]]:
    """Label to numbers, as the page prints a table."""
    body = re.search(rf'id="t-{name}".*?<tbody>(.*?)</tbody>', page, re.S)
    assert body, name
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', body[1], re.S)
    return {
        label: [int(text_of(cell).replace(".", "")) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S)]
        for label, cells in rows
    }


def test_every_table_stands_in_one_family() -> None:
    printed = [name for _family, _title, names in FAMILIES for name in names]
    assert sorted(printed) == sorted(table.name for table in RECAP_TABLES)
    assert {name for names in CHARTS.values() for name in names} <= set(printed)


def test_the_worked_example_stands_on_the_page(office: Office) -> None:
    make_case(office, worked_example())
    page = office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True)

    assert table_on(page, "victims_by_violence") == {
        "Fisik": [2, 1, 1, 0, 0],
        "Psikis": [1, 0, 1, 0, 0],
    }
    assert table_on(page, "pairs_by_relationship")["Orang tua"][0] == 2
    assert [counts[0] for counts in table_on(page, "cases_by_place").values()] == [1]
    assert [counts[0] for counts in table_on(page, "victims_by_place").values()] == [2]


def test_the_page_says_what_the_command_would_say(office: Office) -> None:
    for _ in range(2):
        make_case(office, worked_example())
    make_case(office, intake((child(30, kinds=("VK_PSIKIS",)),)))
    make_contact(office, office.somebody("PENERIMA"))
    who = office.somebody("DATA")
    document = recap_of(office, who.actor)
    page = office.browser(who).get(PAGE + "&rows=all").get_data(as_text=True)

    for name, table in document["tables"].items():
        printed = table_on(page, name)
        assert [numbers[0] for numbers in printed.values()] == [row["count"] for row in table["rows"]], name


def test_every_table_prints_its_unit_and_the_page_its_definitions(office: Office) -> None:
    make_case(office)
    page = office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True)
    notes = re.findall(r'<figcaption class="definitions">(.*?)</figcaption>', page, re.S)
    assert len(notes) == len(RECAP_TABLES) + 3
    assert all(note.startswith(("Satuan:", "Unit:")) for note in notes)
    assert "Anak: di bawah 18 tahun" in page


def test_an_empty_month_says_so_and_shows_no_list_of_nothing(office: Office) -> None:
    make_case(office)
    client = office.browser(office.somebody("DATA"))
    answer = client.get("/reports?year=2025&part=01")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<p class="empty__title">' in page
    assert "/reports/behind" not in page
    assert "<figure" not in page
    assert "<figure" in client.get("/reports?year=2025&part=01&rows=all").get_data(as_text=True)


def test_a_taken_over_case_stands_beside_the_sums(office: Office) -> None:
    make_case(office, intake(transfer_in=True))
    document = recap_of(office, office.somebody("DATA").actor)
    assert (document["totals"]["cases"], document["transferred_in"]["cases"]) == (0, 1)


@pytest.mark.parametrize("part", ["01", "q2", "all"])
def test_a_month_a_quarter_and_a_year_can_be_chosen(office: Office, part: str) -> None:
    make_case(office)
    page = office.browser(office.somebody("DATA")).get(f"/reports?year=2026&part={part}").get_data(as_text=True)
    if part == "01":
        assert "victims_by_sex" not in page
        return
    assert sum(numbers[0] for numbers in table_on(page, "victims_by_sex").values()) == 1


@pytest.mark.parametrize(
    "query", ["year=abc&part=05", "year=2026&part=13", "year=9999&part=05", "year=2026&part=05&cut_off=x"]
)
def test_a_period_that_is_none_is_explained(office: Office, query: str) -> None:
    client = office.browser(office.somebody("DATA"))
    answer = client.get(f"/reports?{query}")
    assert answer.status_code == 422
    assert "error-summary" in answer.get_data(as_text=True)
    assert client.get(f"/reports/recap.xlsx?{query}").status_code == 404


def test_what_happened_after_the_cut_off_does_not_count(office: Office) -> None:
    make_case(office, intake(day=date(2026, 5, 4)))
    make_case(office, intake(day=date(2026, 5, 12)))
    page = office.browser(office.somebody("DATA")).get(PAGE + "&cut_off=2026-05-10").get_data(as_text=True)
    assert sum(numbers[0] for numbers in table_on(page, "victims_by_sex").values()) == 1


# --- permission and the log ------------------------------------------------------------------------------------------


def test_opening_the_recap_is_one_event_that_names_unit_and_days_only(office: Office) -> None:
    make_case(office)
    who = office.somebody("DATA")
    client = office.browser(who)
    before = len(office.events())
    client.get(PAGE)
    (event,) = office.events()[before:]
    assert (event.event, event.actor_id, event.object_id) == (Event.RECAP_READ, who.id, office.unit_id)
    assert (event.purpose, event.cases) == ("2026-05 @2026-05-31", "")


def test_the_data_officer_sees_numbers_but_no_cases_and_no_identity(office: Office) -> None:
    made = make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    page = client.get(PAGE).get_data(as_text=True)
    assert "/reports/behind" not in page
    assert str(made.id) not in page
    assert client.get(f"{PAGE.replace('?', '/behind?')}&table=victims_by_sex&row=P").status_code == 403


def test_another_unit_is_not_there(office: Office) -> None:
    make_case(office, unit_id=office.other_unit_id)
    client = office.browser(office.somebody("SUPERVISOR"))
    assert client.get(PAGE + "&unit=63.04").status_code == 422
    assert client.get("/reports/recap.xlsx?year=2026&part=05&unit=63.04").status_code == 404
    assert recap_of(office, office.somebody("SUPERVISOR").actor)["totals"]["cases"] == 0


def test_the_list_behind_a_number_is_as_long_as_the_number_says(office: Office) -> None:
    made = [make_case(office, worked_example()) for _ in range(3)]
    client = office.browser(office.somebody("SUPERVISOR"))
    page = client.get(PAGE).get_data(as_text=True)
    link = re.search(r'href="(/reports/behind\?[^"]*table=victims_by_violence[^"]*)">6<', page)
    assert link

    before = len(office.events())
    listed = client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
    assert all(case_row(office, case.id).register_no in listed for case in made)
    assert len(re.findall(r'<th scope="row" role="rowheader"', listed)) == 3
    (event,) = office.events()[before:]
    assert (event.event, event.purpose, event.cases) == (Event.RECAP_DRILLED, "2026-05 @2026-05-31", "")


@pytest.mark.parametrize(
    "cell",
    [
        "table=nix&row=P",
        "table=victims_by_sex&row=Q",
        "table=contacts_by_topic&row=KT_INFO",
        "table=victims_by_sex&row=P&group=Q",
        "",
    ],
)
def test_a_number_that_is_not_there_has_no_list(office: Office, cell: str) -> None:
    make_contact(office, office.somebody("PENERIMA"))
    client = office.browser(office.somebody("SUPERVISOR"))
    assert client.get(f"/reports/behind?year=2026&part=05&{cell}").status_code == 404


# --- the workbook and paper ------------------------------------------------------------------------------------------


def test_the_workbook_read_back_holds_the_same_numbers(office: Office) -> None:
    make_case(office, worked_example())
    who = office.somebody("DATA")
    document = recap_of(office, who.actor)
    answer = office.browser(who).get("/reports/recap.xlsx?year=2026&part=05")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="rekap-2026-05.xlsx"'
    assert office.events()[-1].event == Event.RECAP_EXPORTED
    book = load_workbook(BytesIO(answer.data))
    rows = [tuple(cell for cell in row) for sheet in book for row in sheet.iter_rows(values_only=True)]
    for name, table in document["tables"].items():
        for row in table["rows"]:
            assert any(line[:3] == (row["label"]["id"], row["code"], row["count"]) for line in rows), (name, row)


def test_the_paper_names_who_printed_it_and_prints_every_row(office: Office) -> None:
    make_case(office)
    who = office.somebody("DATA", name="Rini Contoh")
    page = office.browser(who).get("/reports/print?year=2026&part=05").get_data(as_text=True)
    assert "Rini Contoh" in page
    assert len(table_on(page, "victims_by_violence")) > 5


def test_a_province_counts_itself_its_units_and_both(office: Office) -> None:
    province = _province(office)
    make_case(office)
    make_case(office, unit_id=province)
    client = office.browser(office.somebody("DATA", unit_id=province))
    counted = {}
    for unit in ("63", "63.03", "63.04", "63%2B"):
        page = client.get(f"{PAGE}&unit={unit}&rows=all").get_data(as_text=True)
        counted[unit] = sum(numbers[0] for numbers in table_on(page, "victims_by_sex").values())
    assert counted == {"63": 1, "63.03": 1, "63.04": 0, "63%2B": 2}
    page = client.get(f"{PAGE}&unit=63%2B&rows=all").get_data(as_text=True)
    assert table_on(page, "victims_by_kecamatan_incident")["Kabupaten Banjar"][0] == 2


def _province(office: Office) -> UUID:
    with office.work() as work:
        return services.create_unit(work, area_code="63", name="UPTD PPA Provinsi", zone=Zone.WITA).id


def test_the_recap_leaves_as_paper_tables_and_document_each_under_its_event(office: Office) -> None:
    make_case(office, worked_example())
    who = office.somebody("DATA")
    client = office.browser(who)
    wanted = PAGE.removeprefix("/reports")

    pdf, tables, document = (
        client.get(f"/reports/recap/{name}{wanted}") for name in ("paper.pdf", "tables.zip", "document.json")
    )

    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="rekap-2026-05.pdf"'
    with ZipFile(BytesIO(tables.data)) as archive:
        assert archive.read("victims_by_violence.csv").startswith(b"\xef\xbb\xbfcode;label_id;label_en;count;")
    assert document.json is not None
    assert document.json["totals"] == recap_of(office, who.actor)["totals"]
    assert [entry.event for entry in office.events()].count(Event.RECAP_EXPORTED) == 3
    assert client.get("/reports/recap/paper.pdf?year=x").status_code == 404


def test_the_page_stands_beside_earlier_periods(office: Office) -> None:
    make_case(office, worked_example())
    page = text_of(office.browser(office.somebody("DATA")).get(PAGE).get_data(as_text=True))

    assert "1 April 2026" in page
    assert "1 Mei 2025" in page or "1 May 2025" in page
    assert "Kasus 1 " in page
