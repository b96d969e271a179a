"""Pivot pages: counted, opened, kept under a name; wishes that cannot be counted say so at their field."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from app.audit.events import Event
from app.reports.models import SavedPivot
from tests.factories import Office, Someone, send
from tests.reporting import make_case, worked_example
from tests.sharing import office

__all__ = ["office"]
NAME = "/reports/pivot/saved/new?year=2026&part=05&counted=victims&rows=sex"
SAVED = "/reports/pivot/saved"
QUESTION = "/reports/pivot?year=2026&part=05&counted=victims&rows=sex&columns=age_band"
WISH = "counted=victims&rows=sex&columns=age_band&condition_1=violence:VK_PSIKIS"


@pytest.fixture(scope="module")
def counted(office_of_the_module: Office) -> Office:
    make_case(office_of_the_module, worked_example())
    return office_of_the_module


@pytest.fixture
def head(counted: Office) -> Someone:
    return counted.somebody("SUPERVISOR")


def numbers(page: str) -> list[str]:
    """The cells of the table as text, without the words."""
    table = page[page.index("<tbody>") : page.index("</tfoot>")]
    return re.findall(r'<td class="num[^"]*">(?:<[^>]+>)?(\d+)', table)


def test_a_cell_counts_and_opens_its_cases(counted: Office, head: Someone) -> None:
    client = counted.browser(head)
    page = client.get(QUESTION).get_data(as_text=True)
    assert "Korban menurut jenis kelamin dan kelompok umur" in page
    before = len(counted.events())
    answer = client.get(f"/reports/pivot/behind?year=2026&part=05&{WISH}&row=P&column=V06_12")
    opened = answer.get_data(as_text=True)
    (event,) = counted.events()[before:]
    assert (event.event, event.purpose, event.cases) == (Event.RECAP_DRILLED, "2026-05 @2026-05-31", "")
    assert opened.count("/cases/") >= 1
    assert "<td" in opened


def test_the_log_says_neither_axis_nor_code(counted: Office, head: Someone) -> None:
    before = len(counted.events())
    counted.browser(head).get(f"/reports/pivot?year=2026&part=05&{WISH}")
    (event,) = counted.events()[before:]
    assert (event.event, event.purpose, event.object_id) == (Event.PIVOT_READ, "2026-05 @2026-05-31", counted.unit_id)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("counted=cases&rows=sex", "cannot be broken down|tidak dapat dirinci"),
        ("counted=victims&rows=sex&columns=sex", "are the same|sama"),
        ("counted=victims&rows=ampk&columns=kecamatan_incident", "whole district only|hanya untuk seluruh"),
        ("counted=cases&rows=place&condition_1=sex:P", "does not fit|tidak cocok"),
        ("counted=victims&rows=nothing", "Not a valid choice|Pilih|daftar"),
    ],
)
def test_what_cannot_be_counted_says_why_and_keeps_the_choice(
    counted: Office, head: Someone, wish: str, said: str
) -> None:
    answer = counted.browser(head).get(f"/reports/pivot?year=2026&part=05&{wish}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(said, page)
    assert "error-summary" in page
    assert "</tfoot>" not in page


def test_a_pivot_is_kept_used_again_for_another_year_and_thrown_away(counted: Office, head: Someone) -> None:
    client = counted.browser(head)
    assert send(client, NAME, SAVED, name="Anak", criteria=WISH).status_code == 303
    again = send(client, NAME, SAVED, name=" anak ", criteria=WISH)
    assert again.status_code == 422
    with counted.runtime.looking(head.actor) as work:
        row = work.session.scalars(select(SavedPivot).where(SavedPivot.owner_id == head.id)).one()
    used = client.get(f"/reports/pivot/saved/{row.id}?year=2025&part=q1")
    assert used.status_code == 303
    assert {"rows=sex", "condition_1=violence:VK_PSIKIS", "year=2025", "part=q1"} <= set(
        used.headers["Location"].replace("%3A", ":").partition("?")[2].split("&")
    )
    stranger = counted.browser(counted.somebody("DATA"))
    assert stranger.get(f"/reports/pivot/saved/{row.id}").status_code == 404
    assert send(stranger, NAME, f"/reports/pivot/saved/{row.id}/forget").status_code == 404
    assert send(client, QUESTION, f"/reports/pivot/saved/{row.id}/forget").status_code == 303
    assert "Anak</a>" not in client.get("/reports/pivot").get_data(as_text=True)


@pytest.mark.parametrize("criteria", ["", "counted=cases&rows=sex", "rows=%00&counted=victims", "x" * 999])
def test_what_is_no_pivot_is_not_kept(counted: Office, head: Someone, criteria: str) -> None:
    answer = send(counted.browser(head), NAME, SAVED, name="Apa saja", criteria=criteria)
    assert answer.status_code == 422
    with counted.runtime.looking(head.actor) as work:
        assert not work.session.scalars(select(SavedPivot).where(SavedPivot.owner_id == head.id)).all()


@pytest.mark.parametrize("wish", ["counted=apa-saja", "counted=victims&condition_1=apa-saja", "counted=victims&rows="])
def test_an_address_changed_into_nonsense_is_not_there(counted: Office, head: Someone, wish: str) -> None:
    client = counted.browser(head)
    assert client.get(f"/reports/pivot/saved/new?{wish}").status_code == 404
    assert client.get(f"/reports/pivot/behind?{wish}").status_code == 404


def test_a_damaged_one_says_so_and_the_page_stands(counted: Office, head: Someone) -> None:
    client = counted.browser(head)
    send(client, NAME, SAVED, name="Rusak", criteria=WISH)
    with counted.work(head.actor) as work:
        work.session.execute(update(SavedPivot).where(SavedPivot.owner_id == head.id).values(pivot_sealed=b"\x01" * 64))
    page = client.get(QUESTION)
    assert page.status_code == 200
    assert 'class="unopened"' in page.get_data(as_text=True)
    assert send(client, NAME, SAVED, name="Lain", criteria=WISH).status_code == 303


def test_who_counts_only_is_shown_no_way_to_cases(counted: Office) -> None:
    client = counted.browser(counted.somebody("DATA"))
    page = client.get(QUESTION).get_data(as_text=True)
    assert "/reports/pivot/behind" not in page
    assert numbers(page)
    assert client.get(f"/reports/pivot/behind?year=2026&part=05&{WISH}").status_code == 403
    assert counted.browser(counted.somebody("PENERIMA")).get(QUESTION).status_code == 403


def test_a_pivot_leaves_as_the_numbers_of_its_page(counted: Office, head: Someone) -> None:
    client, before = counted.browser(head), len(counted.events())
    wish = QUESTION.partition("?")[2]
    book = client.get(f"/reports/pivot/pivot.xlsx?{wish}")
    table = client.get(f"/reports/pivot/pivot.csv?{wish}")
    assert [event.event for event in counted.events()[before:]] == [Event.PIVOT_EXPORTED] * 2
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    (sheet,) = load_workbook(io.BytesIO(book.data)).worksheets
    cells = {row[1].value: row for row in sheet.iter_rows() if row[1].value}
    for row in rows[:-1]:
        assert cells[row["code"]][2].value == int(row["count"])
    assert sum(int(row["count"]) for row in rows[:-1]) == int(rows[-1]["count"]) > 0
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert book.headers["Content-Disposition"] == 'attachment; filename="tabel-2026-05.xlsx"'
    assert client.get("/reports/pivot/pivot.csv?counted=cases&rows=sex&year=2026&part=05").status_code == 404
