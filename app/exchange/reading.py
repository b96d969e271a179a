"""Reading an exchange folder or workbook into rows of text: encodings, delimiters, headers, limits (design 7).

Every fault is a `Refusal` with sheet, row (line number in the sheet, header being 1) and column. Nothing typed is repeated in it.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from app.domain.errors import Problem, Severity
from app.exchange.schema import MAX_FILE, MAX_LINE_CELLS, MAX_ROWS, REQUIRED_SHEETS, SHEETS
from app.security.primitives import digest

_BROKEN: Final = (
    InvalidFileException,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ValueError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    DefusedXmlException,
)
"""What the workbook reader raises on a damaged file. Sheets are read lazily, so it may come with any row."""

MAX_ENTRIES: Final = 200
MAX_RATIO: Final = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong (or worth a warning) with the package, and where."""

    sheet: str
    row: int
    column: str
    problem: Problem

    @property
    def is_warning(self) -> bool:
        """Whether it only warns."""
        return self.problem.severity is Severity.WARNING


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One line of a sheet: its number and its cells as text, by column. `separator` parts lists."""

    line: int
    cells: Mapping[str, str]


@dataclass(repr=False)
class Package:
    """A package as read: the sheets that are there, in text, with the list separator of each, and what could not be read."""

    sheets: dict[str, list[Row]] = field(default_factory=dict)
    separators: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    fingerprint: bytes = b""


def read_package(path: Path) -> Package:
    """The package at a path: a folder of CSV files, or a workbook with sheets of the same names."""
    package = Package()
    if path.is_dir():
        _read_folder(path, package)
    elif path.suffix.lower() == ".xlsx" and path.is_file():
        _read_workbook(path, package)
    else:
        package.refusals.append(_fault("", 0, "", "package.not-found"))
    _check_required(package)
    return package


def read_files(files: Mapping[str, bytes]) -> Package:
    """The package whose sheets are in memory already: sheet name → CSV, as a sealed file holds them."""
    package = Package()
    for sheet, raw in sorted(files.items()):
        if sheet not in SHEETS:
            package.refusals.append(_fault(sheet[:40], 0, "", "sheet.unknown"))
        else:
            _read_csv(sheet, raw, package)
    package.fingerprint = digest(b"".join(sheet.encode() + digest(raw) for sheet, raw in sorted(files.items())))
    _check_required(package)
    return package


def _check_required(package: Package) -> None:
    if not package.refusals:
        missing = [sheet for sheet in REQUIRED_SHEETS if sheet not in package.sheets]
        package.refusals += [_fault(sheet, 0, "", "sheet.missing") for sheet in missing]


def _fault(sheet: str, row: int, column: str, code: str, **params: str) -> Refusal:
    return Refusal(sheet, row, column, Problem(code, column, params=params))


def _read_folder(folder: Path, package: Package) -> None:
    marks = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".csv" or path.name.startswith("."):
            continue
        sheet = path.stem.lower()
        if sheet not in SHEETS:
            package.refusals.append(_fault(sheet[:40], 0, "", "sheet.unknown"))
            continue
        raw = _bytes_of(path, sheet, package)
        if raw is not None:
            marks.append(sheet.encode() + digest(raw))
            _read_csv(sheet, raw, package)
    package.fingerprint = digest(b"".join(marks))


def _bytes_of(path: Path, sheet: str, package: Package) -> bytes | None:
    if path.stat().st_size > MAX_FILE:
        package.refusals.append(_fault(sheet, 0, "", "file.too-large", limit=str(MAX_FILE // 1024 // 1024)))
        return None
    return path.read_bytes()


def _read_csv(sheet: str, raw: bytes, package: Package) -> None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        package.refusals.append(_fault(sheet, line, "", "file.encoding"))
        return
    if "\0" in text:
        package.refusals.append(_fault(sheet, text[: text.index("\0")].count("\n") + 1, "", "text.nul"))
        return
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    package.separators[sheet] = "|" if delimiter == ";" else ";"
    csv.field_size_limit(1_000_000)
    try:
        _take_rows(sheet, _csv_lines(text, delimiter), package)
    except csv.Error:
        package.refusals.append(_fault(sheet, 0, "", "file.csv"))


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


def _read_workbook(path: Path, package: Package) -> None:
    raw = _bytes_of(path, path.stem.lower(), package)
    if raw is None:
        return
    package.fingerprint = digest(raw)
    if not _is_sane_archive(raw):
        package.refusals.append(_fault("", 0, "", "file.workbook"))
        return
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the reader warns of styles and validations that it leaves out; only cells count
        _read_sheets(raw, package)


def _read_sheets(raw: bytes, package: Package) -> None:
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    except _BROKEN:
        package.refusals.append(_fault("", 0, "", "file.workbook"))
        return
    for worksheet in book.worksheets:
        sheet = str(worksheet.title).strip().lower()
        if sheet not in SHEETS:
            package.refusals.append(_fault(sheet[:40], 0, "", "sheet.unknown"))
            continue
        package.separators[sheet] = ";"
        lines = (
            (number, [_cell_text(v) for v in row])
            for number, row in enumerate(worksheet.iter_rows(values_only=True), start=1)
        )
        try:
            _take_rows(sheet, lines, package)
        except _BROKEN:
            package.refusals.append(_fault(sheet, 0, "", "file.workbook"))


def _is_sane_archive(raw: bytes) -> bool:
    """A workbook is a ZIP: few entries, no absurd ratio or total, before anything is unpacked (ASVS 5.2.3)."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        return False
    total = sum(entry.file_size for entry in entries)
    ratio_ok = all(
        entry.file_size <= max(entry.compress_size, 1) * MAX_RATIO or entry.file_size < 1_000_000 for entry in entries
    )
    return len(entries) <= MAX_ENTRIES and total <= MAX_FILE and ratio_ok


def _cell_text(value: object) -> str:
    """A workbook's cell as the text a CSV would hold."""
    match value:
        case None:
            text = ""
        case bool():
            text = "ya" if value else "tidak"
        case datetime() if value.time() == time(0, 0):
            text = value.date().isoformat()
        case datetime():
            text = value.isoformat(sep=" ", timespec="minutes")
        case date():
            text = value.isoformat()
        case time():
            text = value.isoformat(timespec="minutes")
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return text


def _take_rows(sheet: str, lines: Iterator[tuple[int, list[str]]], package: Package) -> None:
    first = next(lines, None)
    if first is None:
        package.refusals.append(_fault(sheet, 1, "", "header.missing"))
        return
    header = [cell.strip().lower() for cell in first[1]]
    while header and not header[-1]:
        header.pop()
    if not _check_header(sheet, header, package):
        return
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MAX_ROWS:
            package.refusals.append(_fault(sheet, line, "", "sheet.too-long", limit=str(MAX_ROWS)))
            return
        if len(cells) > MAX_LINE_CELLS or any(cell.strip() for cell in cells[len(header) :]):
            package.refusals.append(_fault(sheet, line, "", "row.too-many-cells"))
            continue
        rows.append(Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False)}))
    package.sheets[sheet] = rows


def _check_header(sheet: str, header: Sequence[str], package: Package) -> bool:
    columns = SHEETS[sheet]
    found = [_fault(sheet, 1, name[:40], "column.unknown") for name in header if name not in columns]
    found += [
        _fault(sheet, 1, name, "column.duplicate") for name in sorted({n for n in header if n and header.count(n) > 1})
    ]
    found += [
        _fault(sheet, 1, c.name, "column.missing") for c in columns.values() if c.required and c.name not in header
    ]
    package.refusals += found
    return not found
