"""The workbooks: every table with its unit and definitions, numbers as numbers, and nothing that could be a formula."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from app.domain.indicators import indicator_set
from app.reports.cluster_v import cluster_v
from app.reports.counting.recap_tables import RECAP_TABLES
from app.reports.counting.settings import Period, Settings, UnitInfo
from app.reports.counting.titles import title_of
from app.reports.recap import recap
from app.reports.xlsx import cluster_v_workbook, recap_workbook
from tests.domain.counting_support import arrays_of, case, client

EVIL = UnitInfo(
    "63.03", '=HYPERLINK("http://example.invalid","x")', {"63.03.05": "+cmd|' /C calc'!A0", "63.03.04": "https://x"}
)


def _recap(unit: UnitInfo = EVIL) -> dict[str, Any]:
    period = Period.month(2025, 3)
    return recap(arrays_of(case(client())), unit, period, period.last, Settings())


def _cluster(unit: UnitInfo = EVIL) -> dict[str, Any]:
    return cluster_v(arrays_of(case(client())), unit, 2025, date(2025, 12, 31), indicator_set("24"))


def _rows(workbook: bytes) -> list[tuple[Any, ...]]:
    book = load_workbook(BytesIO(workbook))
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("workbook", [recap_workbook(_recap()), cluster_v_workbook(_cluster())])
def test_names_that_look_like_formulas_or_links_stay_text(workbook: bytes) -> None:
    with ZipFile(BytesIO(workbook)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]

    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    assert any(EVIL.name in row for row in _rows(workbook))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_table_of_the_recap_prints_its_title_its_note_and_its_sum(language: str) -> None:
    document = _recap()
    rows = _rows(recap_workbook(document, language))
    first = [row[0] for row in rows]

    for table in RECAP_TABLES:
        at = first.index(title_of(table.name)[language])
        assert first[at + 1] == document["tables"][table.name]["note"][language]
        end = at + 3 + len(document["tables"][table.name]["rows"])
        assert rows[end][2] == document["tables"][table.name]["sum"]


def test_a_missing_value_is_said_in_words_and_never_0() -> None:
    rows = {row[1]: row for row in _rows(cluster_v_workbook(_cluster())) if len(row) > 3}

    assert rows["21a.anak"][3] == "belum ada data"
    assert rows["22b.M"][3] == "belum ada data"


def test_a_share_without_cases_says_so() -> None:
    shares = [row[3] for row in _rows(cluster_v_workbook(_cluster(), "en")) if row[1] == "s.3.inti"]

    assert shares[0] == 0
    assert shares[-1] == "no cases"


def test_every_indicator_sheet_names_year_cut_off_set_and_definition_of_served() -> None:
    book = load_workbook(BytesIO(cluster_v_workbook(_cluster())))

    for sheet in book.worksheets[1:]:
        text = " ".join(str(cell) for row in sheet.iter_rows(max_row=12, values_only=True) for cell in row if cell)
        for part in ("2025", "2025-12-31", "24", "terlayani: inti"):
            assert part in text


def test_numbers_are_numbers_in_the_readers_format_and_charts_draw_the_cells() -> None:
    book = load_workbook(BytesIO(recap_workbook(_recap())))

    cells = [
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)
    ]
    assert cells
    assert {cell.number_format for cell in cells} == {"#,##0"}
    assert all(sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in book)
    drawn = [chart for sheet in book.worksheets for chart in sheet._charts]
    assert drawn
    assert all(
        chart.series[0].val.numRef.f.startswith("'") or "!$C$" in chart.series[0].val.numRef.f for chart in drawn
    )
