"""The recap as a paper and as CSV: what they say is what the document says, and no name becomes a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pytest

from app.papers import engine
from app.reports import charts, csv_files, presenting
from app.reports.counting.settings import Period, Settings, UnitInfo
from app.reports.counting.titles import title_of
from app.reports.recap import recap
from app.reports.recap_paper import Recap, recap_paper
from app.security.structs.papers import LetterDesk, Signer
from tests import pdfs
from tests.domain.counting_support import arrays_of, case, client

EVIL = UnitInfo("63.03", "=1+1", {"63.03.05": "+cmd|' /C calc'!A0", "63.03.04": "#read(1) *x*"})
DESK = LetterDesk(
    government="Pemerintah Kabupaten Banjar", place="Martapura", signers=(Signer("Kepala", "Siti Rekaan"),)
)
MARCH = Period.month(2025, 3)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Enough children of a kind for a number with a point."""
    return recap(
        arrays_of(*(case(*(client() for _ in range(617))) for _ in range(2))), EVIL, MARCH, MARCH.last, Settings()
    )


def test_the_paper_says_every_number_of_the_document(document: dict[str, Any]) -> None:
    paper = recap_paper(Recap(document, [(date(2025, 3, 1), 1_234)], DESK, date(2025, 4, 2)))
    pdf = engine.render(paper, engine.Stamp("REKAP · Dicetak oleh Wulan", datetime(2025, 4, 2, tzinfo=UTC))).pdf
    text = pdfs.text_of(pdf)

    assert all("Dicetak oleh Wulan" in page for page in pdfs.pages_of(pdf))
    assert "<pdfaid:part>2</pdfaid:part>" in pdfs.xmp_of(pdf)
    assert "/Subtype/Image" not in pdf.decode("latin-1")  # charts are lines
    for part in ("1.234", "Martapura, 2 April 2025", "Siti Rekaan", "belum ada data"):
        assert part in text
    for name, table in document["tables"].items():
        assert pdfs.folded(title_of(name)["id"]) in text
        for row in table["rows"]:
            if row["count"]:
                assert pdfs.folded(f"{row['label']['id']} {charts.shown(row['count'], 'id')}") in text, name


def test_what_is_closed_bears_its_hash_on_paper_and_as_tables(document: dict[str, Any]) -> None:
    told = {
        "status": "revised",
        "closed_at": "2025-04-03T02:00:00+00:00",
        "hash": "ab" * 32,
        "version": 3,
        "nihil": False,
    }
    assert "angka sementara" in recap_paper(Recap(document, [], DESK, MARCH.last)).subtitle
    lines = recap_paper(Recap(document | told, [], DESK, MARCH.last)).subtitle.split("\n")
    assert lines[-2:] == ["revisi, versi 3", f"SHA-256 {told['hash']}"]
    kept = csv_files.recap_files(document | told)["definitions.csv"].decode()
    assert f"sha256,{told['hash']}\n" in kept
    assert "sha256" not in csv_files.recap_files(document)["definitions.csv"].decode()


def test_a_period_closed_before_a_table_came_stays_without_it(document: dict[str, Any]) -> None:
    gone = {"cases_by_patbm", "victims_by_violence"}  # the second is drawn as well
    old = document | {"tables": {name: table for name, table in document["tables"].items() if name not in gone}}
    families = presenting.families_of(old, "id", every_row=True)
    assert {table.name for _family, _title, tables in families for table in tables} == old["tables"].keys()
    assert [chart.title for chart in charts.of_families(old, "id")["kinds"]] == []
    assert recap_paper(Recap(old, [], DESK, MARCH.last)).blocks


@pytest.mark.parametrize("separator", [csv_files.FOR_PROGRAMS, csv_files.FOR_SPREADSHEETS])
def test_each_table_is_a_file_with_the_numbers_of_the_document(document: dict[str, Any], separator: str) -> None:
    files = csv_files.recap_files(document, separator)

    for name, table in document["tables"].items():
        text = files[f"{name}.csv"].decode("utf-8-sig" if separator == ";" else "utf-8")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
        assert [(row["code"], int(row["count"])) for row in rows] == [(r["code"], r["count"]) for r in table["rows"]]


def test_no_cell_of_a_file_begins_as_a_formula(document: dict[str, Any]) -> None:
    packed = csv_files.packed(csv_files.recap_files(document, csv_files.FOR_SPREADSHEETS))

    with ZipFile(io.BytesIO(packed)) as archive:
        assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in archive.infolist())
        texts = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    assert "'+cmd|' /C calc'!A0" in cells


def test_a_chart_has_the_longest_as_its_measure_and_says_what_nobody_counted() -> None:
    block = charts.as_block(charts.Chart("x", (("a", 50), ("b", 200), ("c", None)), over_time=True))

    assert [(point.shown, point.size) for point in block.points] == [("50", 250), ("200", 1000), ("belum ada data", 0)]


def test_a_chart_of_many_rows_shows_the_greatest(document: dict[str, Any]) -> None:
    rows = [{"label": {"id": str(n)}, "count": n} for n in range(20)]
    drawn = charts.of_table({"tables": {"victims_by_violence": {"rows": rows}}}, "victims_by_violence", "id")

    assert [value for _label, value in drawn.points] == [19, 18, 17, 16, 15, 14, 13, 12]
