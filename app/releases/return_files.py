"""The frozen copy of a return as files: XLSX, CSV, and the paper it is printed as. Each bears TERBATAS on every sheet, row or page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from babel.numbers import format_decimal

from app.papers import wording
from app.papers.content import heads
from app.reports.csv_files import FOR_SPREADSHEETS, written
from app.reports.xlsx import marked_workbook
from app.security.structs.papers import (
    Block,
    Column,
    Field,
    Fields,
    Heading,
    LetterDesk,
    Paper,
    Signatures,
    Small,
    Table,
)

Document = Mapping[str, Any]
CODE: Final = "LAPORAN"
_MOST_COLUMNS: Final = 6  # of numbers on an upright page; a wider table shows its first one, the files have all


def csv_of(document: Document) -> bytes:
    """One line a number: mark, return, table, code, label, column, value; in the dialect for spreadsheets (decision 56)."""
    names = ["tanda", "nomor", "tabel", "kode", "uraian", "kolom", "nilai"]
    lines = [
        [document["mark"], document["number"], table["name"], code, label, head, cell]
        for table in document["tables"]
        for label, code, *cells in table["rows"]
        for head, cell in zip(table["columns"], cells, strict=True)
    ]
    return written([names, *lines], FOR_SPREADSHEETS)


def workbook_of(document: Document, fingerprint: str) -> bytes:
    """A summary, then the tables, one sheet a part."""
    sheets: dict[str, list[Sequence[Any]]] = {"Laporan": [*_head(document, fingerprint)]}
    for table in document["tables"]:
        lines = sheets.setdefault(table["part"], [])
        lines += [[], [table["title"]], ["Uraian", "Kode", *table["columns"]], *table["rows"]]
    return marked_workbook(document["mark"], sheets)


def paper_of(document: Document, fingerprint: str, desk: LetterDesk) -> Paper:
    """The return as a paper to be signed by the head of the unit."""
    on = date.fromisoformat(document["made_on"])
    return Paper(
        code=CODE,
        title=document["title"],
        subtitle=f"{document['mark']}\n{document['unit']['name']} ({document['unit']['area']})",
        letterhead=heads.letterhead(desk),
        blocks=(
            Fields(tuple(Field(label, value) for label, value in _head(document, fingerprint))),
            *(block for table in document["tables"] for block in _printed(table)),
            Small("Angka kecil per kecamatan ditulis sebagai rentang. Dokumen ini tidak memuat data orang."),
            Signatures(heads.place_day(desk, on), (heads.signature(heads.head(desk)),)),
        ),
    )


def _head(document: Document, fingerprint: str) -> list[tuple[str, str]]:
    """What stands above the tables: whose, for whom, of when, and how it was counted."""
    first, last = (date.fromisoformat(document["period"][each]) for each in ("from", "to"))
    recipient = document["recipient"]
    return [
        ("Nomor laporan", f"{document['number']}"),
        ("Isi", document["title"]),
        ("Unit", f"{document['unit']['name']} ({document['unit']['area']})"),
        ("Periode", wording.days(first, last)),
        ("Batas data", wording.day(date.fromisoformat(document["period"]["cut_off"]))),
        ("Penerima", wording.joined(recipient["institution"], recipient["office"], by=" · ")),
        ("Keperluan", document["purpose"]),
        ("Tanggal dibuat", wording.day(date.fromisoformat(document["made_on"]))),
        *(("Definisi", line) for line in document["definitions"]),
        ("SHA-256", fingerprint),
    ]


def _printed(table: Document) -> Iterator[Block]:
    shown = len(table["columns"]) if len(table["columns"]) <= _MOST_COLUMNS else 1
    columns = (Column("Uraian", 8), *(Column(head, 3) for head in table["columns"][:shown]))
    yield Heading(table["title"], sub=True)
    yield Table(columns, tuple((row[0], *(_said(cell) for cell in row[2 : 2 + shown])) for row in table["rows"]))


def _said(cell: Any) -> str:
    if cell is None:
        return "–"
    return str(cell) if isinstance(cell, str) else str(format_decimal(cell, locale="id"))
