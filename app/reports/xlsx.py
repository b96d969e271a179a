"""Recap and cluster V as XLSX, made in memory. Every cell is written as text or number, so nothing in it is a formula.

Every table prints its unit and definitions (issue: "every table prints its definitions and its unit").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from app.reports.counting.titles import AGE_GROUP, SEX, TOTAL, title_of
from app.reports.labels import CHARTS

Document = Mapping[str, Any]
Cell = str | int | float | None
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_DRAWN: Final = frozenset(name for names in CHARTS.values() for name in names)
_WHOLE: Final = "#,##0"  # shown as 1.234 where the spreadsheet is set to Indonesian
_A4: Final = 9
_BAR: Final = "#0F5A53"
_CHART_COLUMN: Final = 14  # right of the widest table
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "summary": {"id": "Ringkasan", "en": "Summary"},
    "definitions": {"id": "Definisi", "en": "Definitions"},
    "period": {"id": "Periode", "en": "Period"},
    "year": {"id": "Tahun", "en": "Year"},
    "cut_off": {"id": "Tanggal batas", "en": "Cut-off"},
    "unit": {"id": "Unit", "en": "Unit"},
    "status": {"id": "Status", "en": "Status"},
    "closed_at": {"id": "Ditutup pada", "en": "Closed at"},
    "totals": {"id": "Jumlah", "en": "Totals"},
    "transferred": {"id": "Pelimpahan masuk (tidak dijumlahkan)", "en": "Taken over (not in the sums)"},
    "checks": {"id": "Pemeriksaan", "en": "Checks"},
    "row": {"id": "Uraian", "en": "Row"},
    "code": {"id": "Kode", "en": "Code"},
    "count": {"id": "Jumlah", "en": "Count"},
    "no_data": {"id": "belum ada data", "en": "no data yet"},
    "no_cases": {"id": "tidak ada kasus", "en": "no cases"},
    "nihil": {"id": "nihil", "en": "nil (declared)"},
    "measure": {"id": "Ukuran", "en": "Measure"},
    "source": {"id": "Sumber", "en": "Source"},
    "value": {"id": "Nilai", "en": "Value"},
    "numerator": {"id": "Pembilang", "en": "Numerator"},
    "denominator": {"id": "Penyebut", "en": "Denominator"},
    "breakdown": {"id": "Rincian", "en": "Breakdown"},
    "agency": {"id": "Instansi", "en": "Agency"},
    "document": {"id": "Dokumen", "en": "Document"},
    "unsorted": {"id": "Anak belum dipilah", "en": "Children not yet sorted"},
    "equation": {"id": "Berkas anak − berulang = anak", "en": "Child files − repeated = children"},
    "set": {"id": "Set indikator", "en": "Indicator set"},
}


def recap_workbook(document: Document, language: str = "id") -> bytes:
    """The recap document as a workbook: a summary, then the tables on one sheet per thing counted."""

    def fill(book: _Book) -> None:
        sheet = book.sheet(_word("summary", language))
        _recap_head(sheet, document, language)
        sheets: dict[str, _Sheet] = {}
        for name, table in document["tables"].items():
            counts = str(table["counts"])
            if counts not in sheets:
                sheets[counts] = book.sheet(title_of(name)[language].partition(" ")[0])
            _recap_table(sheets[counts], name, table, language)

    return _workbook(fill)


def cluster_v_workbook(document: Document, language: str = "id") -> bytes:
    """The cluster V document as a workbook: a summary, then one sheet per indicator."""

    def fill(book: _Book) -> None:
        _cluster_head(book.sheet(_word("summary", language)), document, language)
        for indicator in document["indicators"]:
            _indicator(book.sheet(str(indicator["code"])), document, indicator, language)

    return _workbook(fill)


def pivot_workbook(document: Document, told: Iterable[str], language: str = "id") -> bytes:
    """A pivot as a workbook of one sheet; `told`: the unit, the days, the conditions, a line each."""

    def fill(book: _Book) -> None:
        sheet = book.sheet(_word("summary", language))
        sheet.line(document["title"][language], bold=True)
        for line in (*told, document["note"][language]):
            sheet.line(line)
        heads = [head["label"][language] for head in document["heads"]]
        sheet.line(_word("row", language), _word("code", language), _word("count", language), *heads, bold=True)
        first = sheet.row
        for line in document["lines"]:
            sheet.line(line["label"][language], line["code"], line["total"], *line["cells"])
        sheet.line(_word("totals", language), None, document["total"], *document["totals"], bold=True)
        sheet.bars(document["title"][language], first, sheet.row - 2)

    return _workbook(fill)


def marked_workbook(mark: str, sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """Rows by sheet; the mark stands in the first row and in the print head of every sheet."""

    def fill(book: _Book) -> None:
        for name, lines in sheets.items():
            sheet = book.sheet(name)
            sheet.marked(mark)
            for line in lines:
                sheet.line(*line)

    return _workbook(fill)


class _Sheet:
    """A worksheet filled row by row, set up for A4: as wide as the paper, with its page number."""

    def __init__(self, book: Any, name: str) -> None:
        self._book, self._sheet, self._name, self.row = book, book.add_worksheet(name), name, 0
        self._bold = book.add_format({"bold": True, "num_format": _WHOLE})
        self._whole = book.add_format({"num_format": _WHOLE})
        self._sheet.set_column(0, 0, 48)
        self._sheet.set_column(1, 20, 14)
        self._sheet.set_paper(_A4)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&L&A&R&P / &N")

    def marked(self, mark: str) -> None:
        """The mark as a row, and on every printed page."""
        self._sheet.set_header(f"&C{mark}")
        self.line(mark, bold=True)

    def line(self, *cells: Cell, bold: bool = False) -> None:
        """One row; text stays text, whatever it begins with."""
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float):
                plain = self._whole if isinstance(cell, int) else None
                self._sheet.write_number(self.row, column, cell, self._bold if bold else plain)
            elif cell is not None:
                self._sheet.write_string(self.row, column, cell, self._bold if bold else None)
        self.row += 1

    def bars(self, title: str, first: int, last: int) -> None:
        """A chart of the numbers in these rows, beside their table; it draws the cells and holds none of its own."""
        chart = self._book.add_chart({"type": "bar"})
        labels, numbers = ([self._name, first, column, last, column] for column in (0, 2))
        chart.add_series(
            {"categories": labels, "values": numbers, "data_labels": {"value": True}, "fill": {"color": _BAR}}
        )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})  # in the order of the table
        chart.set_x_axis({"major_gridlines": {"visible": False}, "visible": False, "min": 0})
        chart.set_size({"width": 560, "height": 120 + 22 * (last - first + 1)})
        self._sheet.insert_chart(first, _CHART_COLUMN, chart)


class _Book:
    """A workbook whose sheet names are unique and allowed."""

    def __init__(self, book: Any) -> None:
        self._book, self._names = book, set[str]()

    def sheet(self, name: str) -> _Sheet:
        """A new sheet; a name taken already gets a number."""
        free = next(each for n in range(1, 100) if (each := name if n == 1 else f"{name} {n}") not in self._names)
        self._names.add(free)
        return _Sheet(self._book, free)


def _workbook(fill: Callable[[_Book], None]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        fill(_Book(book))
    return out.getvalue()


def _word(key: str, language: str) -> str:
    return _WORDS[key][language]


def _recap_head(sheet: _Sheet, document: Document, language: str) -> None:
    period = document["period"]
    sheet.line(_word("unit", language), document["unit"]["name"], document["unit"]["area"], bold=True)
    sheet.line(_word("period", language), period["from"], period["to"])
    sheet.line(_word("cut_off", language), period["cut_off"])
    _status(sheet, document, language)
    _definitions(sheet, document["definition_lines"][language], language)
    for key, part in (("totals", "totals"), ("transferred", "transferred_in")):
        sheet.line(_word(key, language), bold=True)
        for name, count in document[part].items():
            sheet.line(TOTAL[name][language], count)
    sheet.line(_word("checks", language), bold=True)
    for check in document["checks"]:
        sheet.line(check["name"], "OK" if check["ok"] else "!", check["left"], check["right"])


def _status(sheet: _Sheet, document: Document, language: str) -> None:
    sheet.line(_word("status", language), document["status"])
    if document["status"] != "open":
        sheet.line(_word("closed_at", language), document["closed_at"])
        sheet.line("SHA-256", document["hash"])


def _definitions(sheet: _Sheet, lines: Iterable[str], language: str) -> None:
    sheet.line(_word("definitions", language), bold=True)
    for line in lines:
        sheet.line(line)
    sheet.line()


def _recap_table(sheet: _Sheet, name: str, table: Document, language: str) -> None:
    sheet.line(title_of(name)[language], bold=True)
    sheet.line(table["note"][language])
    columns = _columns(table["rows"], language)
    sheet.line(_word("row", language), _word("code", language), _word("count", language), *columns, bold=True)
    first = sheet.row
    for row in table["rows"]:
        sheet.line(row["label"][language], row["code"], row["count"], *_split(row))
    if name in _DRAWN and table["sum"]:
        sheet.bars(title_of(name)[language], first, sheet.row - 1)
    sheet.line(_word("totals", language), None, table["sum"], bold=True)
    sheet.line()


def _columns(rows: list[Document], language: str) -> list[str]:
    by = rows[0].get("by", {}) if rows else {}
    if all(isinstance(part, int) for part in by.values()):
        return [SEX[sex][language] for sex in by]
    return [f"{AGE_GROUP[group][language]} {SEX[sex][language]}" for group, sexes in by.items() for sex in sexes]


def _split(row: Document) -> list[int]:
    found: list[int] = []
    for part in row.get("by", {}).values():
        found += [part] if isinstance(part, int) else part.values()
    return found


def _cluster_head(sheet: _Sheet, document: Document, language: str) -> None:
    cluster = document["cluster"]
    sheet.line(_word("unit", language), document["unit"]["name"], document["unit"]["area"], bold=True)
    _status(sheet, document, language)
    _cluster_definitions(sheet, document, language)
    sheet.line(_word("equation", language), cluster["victim_files"], cluster["repeated"], cluster["children"])
    for part in (cluster["reported"], *cluster["served"].values()):
        sheet.line(None, *(f"{sex}: {count}" for sex, count in part.items()))
    sheet.line(_word("unsorted", language), document["unsorted"])


def _cluster_definitions(sheet: _Sheet, document: Document, language: str) -> None:
    definitions = document["definitions"]
    sheet.line(_word("year", language), str(document["year"]))  # a year is no number to be grouped
    sheet.line(_word("cut_off", language), document["cut_off"])
    sheet.line(_word("set", language), document["set"])
    served = [f"{code}: {name[language]}" for code, name in definitions["served"].items()]
    own = [f"{key}: {definitions[key]}" for key in ("terlayani", "child", "kecamatan", "unit")]
    _definitions(sheet, [*own, *served], language)


def _indicator(sheet: _Sheet, document: Document, indicator: Document, language: str) -> None:
    sheet.line(f"{indicator['code']} {indicator['name'][language]}", bold=True)
    _cluster_definitions(sheet, document, language)
    years = sorted(document["years"], reverse=True)
    heads = ("measure", "code", "source", "value", "numerator", "denominator", "agency", "document")
    sheet.line(*(_word(head, language) for head in heads), "L", "P", *years, bold=True)
    for measure in indicator["measures"]:
        _measure(sheet, document, indicator["code"], measure, language)
    for measure in indicator["measures"]:
        _breakdown(sheet, measure, language)


def _measure(sheet: _Sheet, document: Document, code: str, measure: Document, language: str) -> None:
    sexes = measure.get("by_sex", {})
    years = [document["years"][year][code].get(measure["code"]) for year in sorted(document["years"], reverse=True)]
    sheet.line(
        measure["name"][language],
        measure["code"],
        measure["source"],
        _shown(measure, language),
        measure.get("numerator"),
        measure.get("denominator"),
        measure.get("agency"),
        measure.get("document"),
        sexes.get("L"),
        sexes.get("P"),
        *(_word("no_data", language) if value is None else value for value in years),
    )


def _shown(measure: Document, language: str) -> Cell:
    """A value that is not there is said in words, never printed as 0 (kla-cluster-v 4.6)."""
    state = measure["state"]
    if state in {"no_cases", "nihil"}:
        return _word(state, language)
    if "value" not in measure:
        return None
    value: Cell = measure["value"]
    return _word("no_data", language) if value is None else value


def _breakdown(sheet: _Sheet, measure: Document, language: str) -> None:
    for axis, parts in measure.get("by", {}).items():
        sheet.line()
        sheet.line(f"{_word('breakdown', language)}: {measure['code']} · {axis}", bold=True)
        for code, count in parts.items():
            sheet.line(code, count)
