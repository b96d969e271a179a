"""The tables of an official return, made once from the documents of the reports: totals of the kabupaten as they are, small cells of a
kecamatan as a band (design 4). In Indonesian, like all papers (decision 19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.domain.disclosure.banding import banded
from app.reports.cluster_paper import ANSWERS, SOURCES, STATES
from app.reports.counting.titles import AGE_GROUP, SEX, TOTAL, title_of
from app.reports.csv_files import cells_of
from app.reports.presenting import label_of

Document = Mapping[str, Any]
Table = dict[str, Any]
Cell = str | int | float | None
SMALL_BELOW: Final = 5  # design 4: kecamatan cells 1-4 are banded


def recap_tables(document: Document, *, is_province: bool) -> list[Table]:
    """Totals and every table of a recap. Of a kabupaten, tables by kecamatan carry one banded number a row and no split."""
    totals = [[TOTAL[name]["id"], name, count] for name, count in document["totals"].items()]
    return [
        _table("totals", "Jumlah", "Ringkasan", ["Jumlah"], totals),
        *(_recap_table(name, table, is_province) for name, table in document["tables"].items()),
    ]


def cluster_tables(document: Document, places: Mapping[str, str], *, is_province: bool) -> list[Table]:
    """Measures of each indicator, then their breakdowns. Words typed by hand are not carried: only numbers, yes and no."""
    return [table for indicator in document["indicators"] for table in _indicator(indicator, places, is_province)]


def simfoni_tables(
    rows: Sequence[tuple[str, str, int, int | None]], labels: Mapping[tuple[str, str], str]
) -> list[Table]:
    """A reconciliation by counts: table, row, our count, SIMFONI's (None where none was typed), by table in the order given."""
    found: dict[str, list[list[Cell]]] = {}
    for name, code, ours, theirs in rows:
        difference = None if theirs is None else ours - theirs
        found.setdefault(name, []).append([labels.get((name, code), code), code, ours, theirs, difference])
    titles = {name: "Jumlah" if name == "totals" else title_of(name)["id"] for name in found}
    heads = ["Naungan", "SIMFONI", "Selisih"]
    return [_table(name, titles[name], "Rekonsiliasi", heads, lines) for name, lines in found.items()]


def _table(name: str, title: str, part: str, columns: list[str], rows: Sequence[Sequence[Cell]]) -> Table:
    """A table: each row is label, code, then a cell for each column. `part`: what stands on one sheet."""
    return {"name": name, "title": title, "part": part, "columns": columns, "rows": [list(row) for row in rows]}


def _recap_table(name: str, table: Document, is_province: bool) -> Table:
    rows, title = table["rows"], title_of(name)["id"]
    if "kecamatan" in name and not is_province:
        return _places(name, title, title.partition(" ")[0], [(r["label"]["id"], r["code"], r["count"]) for r in rows])
    lines = [[row["label"]["id"], row["code"], row["count"], *cells_of(row)] for row in rows]
    lines.append(["Jumlah baris", "SUM", table["sum"], *_sums(rows)])
    return _table(name, title, title.partition(" ")[0], ["Jumlah", *_heads(rows)], lines)


def _places(name: str, title: str, part: str, rows: Sequence[tuple[str, str, int]]) -> Table:
    shown = banded([count for _label, _code, count in rows], SMALL_BELOW)
    lines: list[list[Cell]] = [[label, code, cell] for (label, code, _count), cell in zip(rows, shown, strict=True)]
    lines.append(["Jumlah baris", "SUM", sum(count for _label, _code, count in rows)])
    return _table(name, title, part, ["Jumlah"], lines)


def _heads(rows: Sequence[Document]) -> list[str]:
    by = rows[0].get("by", {}) if rows else {}
    if all(isinstance(part, int) for part in by.values()):
        return [SEX[sex]["id"] for sex in by]
    return [f"{AGE_GROUP[group]['id']} {SEX[sex]['id']}" for group, sexes in by.items() for sex in sexes]


def _sums(rows: Sequence[Document]) -> list[int]:
    return [sum(column) for column in zip(*(cells_of(row) for row in rows), strict=True)]


def _indicator(indicator: Document, places: Mapping[str, str], is_province: bool) -> Iterator[Table]:
    code, measures = indicator["code"], indicator["measures"]
    lines = [
        [m["name"]["id"], m["code"], _value(m), m.get("numerator"), m.get("denominator"), *_sexes(m), _source(m)]
        for m in measures
    ]
    heads = ["Nilai", "Pembilang", "Penyebut", "L", "P", "Sumber"]
    yield _table(code, f"{code} {indicator['name']['id']}", code, heads, lines)
    for measure in measures:
        if measure["state"] == "counted":
            yield from _breakdowns(code, measure, places, is_province)


def _breakdowns(code: str, measure: Document, places: Mapping[str, str], is_province: bool) -> Iterator[Table]:
    for axis, parts in measure.get("by", {}).items():
        name, title = f"{code}/{measure['code']}/{axis}", f"{measure['name']['id']}, rincian {axis}"
        rows = [(places.get(each) or label_of(axis, each, "id"), each, count) for each, count in parts.items()]
        if axis == "kecamatan" and not is_province:
            yield _places(name, title, code, rows)
        else:
            yield _table(name, title, code, ["Jumlah"], rows)


def _value(measure: Document) -> Cell:
    if measure["state"] in STATES:
        return STATES[measure["state"]]
    value = measure.get("value")
    if isinstance(value, str):
        return ANSWERS.get(value, "dijawab tertulis")
    return "lihat rincian" if value is None else value


def _sexes(measure: Document) -> list[Cell]:
    return [measure.get("by_sex", {}).get(sex) for sex in ("L", "P")]


def _source(measure: Document) -> str:
    return SOURCES[measure["source"]]
