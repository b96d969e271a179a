"""The recap as CSV files, one a table: codes and both labels, so that nothing is lost. Made in memory.

Two dialects. For programs (`naungan recap --csv`): commas, no byte order mark. For people who open a file by a double click: the
semicolon and the mark that a spreadsheet set to Indonesian needs to find the columns and the letters. The exchange format reads both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Document = Mapping[str, Any]
Rows = Sequence[Sequence[object]]
FOR_PROGRAMS: Final = ","
FOR_SPREADSHEETS: Final = ";"
_MARK: Final = "\ufeff"
_FORMULA: Final = "=+-@\t\r"
_MODE: Final = 0o600 << 16  # of a packed file: for its owner


def recap_files(document: Document, separator: str = FOR_PROGRAMS) -> dict[str, bytes]:
    """File name to contents: `totals.csv`, `comparison.csv`, `checks.csv`, `definitions.csv`, and one file a table."""
    parts = {
        "totals": _totals(document),
        "comparison": _comparison(document["comparison"]),
        "checks": [
            ["name", "ok", "left", "right"],
            *([check["name"], int(check["ok"]), check["left"], check["right"]] for check in document["checks"]),
        ],
        "definitions": _definitions(document),
    } | {name: _table(table) for name, table in document["tables"].items()}
    return {f"{name}.csv": written(rows, separator) for name, rows in parts.items()}


def pivot_file(document: Document, separator: str = FOR_SPREADSHEETS) -> bytes:
    """A pivot as one file: codes and both labels of the rows, a column a head, totals last."""
    heads = [head["code"] for head in document["heads"]]
    lines = [[line["code"], *line["label"].values(), line["total"], *line["cells"]] for line in document["lines"]]
    ends = ["", "", "", document["total"], *document["totals"]]
    return written([["code", "id", "en", "count", *heads], *lines, ends], separator)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one archive. It says nothing of the machine, and when it was made."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, _MODE
            archive.writestr(entry, content)
    return out.getvalue()


def written(rows: Iterable[Sequence[object]], separator: str) -> bytes:
    """One file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(
        [harmless(cell) for cell in row] for row in rows
    )
    mark = _MARK if separator == FOR_SPREADSHEETS else ""
    return (mark + out.getvalue()).encode("utf-8")


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula gets a mark before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] and cell[0] in _FORMULA else cell


def _totals(document: Document) -> Rows:
    beside = document["transferred_in"]
    return [
        ["name", "count", "transferred_in"],
        *([name, count, beside[name]] for name, count in document["totals"].items()),
    ]


def _comparison(sides: Mapping[str, Any]) -> Rows:
    """One column a period; empty where nobody recorded yet."""
    names = list(sides["this"]["totals"] or {})
    days = [[key, *(side[key] for side in sides.values())] for key in ("from", "to", "cut_off")]
    counts = [[name, *((side["totals"] or {}).get(name) for side in sides.values())] for name in names]
    return [["name", *sides], *days, *counts]


def _definitions(document: Document) -> Rows:
    period, unit = document["period"], document["unit"]
    head: list[list[object]] = [[key, period[key]] for key in ("from", "to", "cut_off")]
    head += [["unit", f"{unit['area']} {unit['name']}"], ["status", document["status"]]]
    if document["status"] != "open":
        head += [["closed_at", document["closed_at"]], ["sha256", document["hash"]]]
    return [["name", "meaning"], *head, *([key, text] for key, text in document["definitions"].items())]


def _table(table: Document) -> Rows:
    by = table["rows"][0].get("by", {}) if table["rows"] else {}
    heads = [
        f"{key}_{sex}" if sex else key for key, part in by.items() for sex in (part if isinstance(part, dict) else [""])
    ]
    rows = [
        [row["code"], row["label"]["id"], row["label"]["en"], row["count"], *cells_of(row)] for row in table["rows"]
    ]
    return [["code", "label_id", "label_en", "count", *heads], *rows]


def cells_of(row: Document) -> list[int]:
    """The parts of a row's number, flat: by age group and sex, or by sex."""
    parts = row.get("by", {}).values()
    return [count for part in parts for count in (part.values() if isinstance(part, dict) else [part])]
