"""From the documents of the contracts to what a page prints: columns, lines, shares. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from app.domain.implications import kla_lines
from app.domain.indicators import IndicatorSet
from app.reports import labels
from app.reports.counting.tables import list_rows
from app.reports.counting.titles import AGE_GROUP, COMPARED, SEX, TOTAL, title_of

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column beside the number of a row: an age group and sex of the client, or the sex of the reported person."""

    label: str  # the sex, in short
    group: str = ""
    sex: str = ""
    under: str = ""  # the age group, over its sexes


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number and the same number split; each part with the column it stands in."""

    code: str
    label: str
    count: int
    parts: Sequence[tuple[Column, int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as printed: title, note with its unit, columns, lines, its sum, and how many rows of 0 were left out."""

    name: str
    title: str
    note: str
    multi: bool
    columns: Sequence[Column]
    lines: Sequence[Line]
    total: int
    left_out: int
    has_list: bool

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The upper row of the head: age groups with how many columns stand under each; empty where there is none."""
        names = [column.under for column in self.columns if column.under]
        return [(name, names.count(name)) for name in dict.fromkeys(names)]


def families_of(document: Document, language: str, *, every_row: bool) -> list[tuple[str, Any, list[Shown]]]:
    """The tables of a recap in the families of the national layout: id, title, tables. A period that was closed before a table came
    into the program stays without it."""
    tables = document["tables"]
    return [
        (family, title, [table_of(document, name, language, every_row=every_row) for name in names if name in tables])
        for family, title, names in labels.FAMILIES
    ]


def table_of(document: Document, name: str, language: str, *, every_row: bool) -> Shown:
    """One table of a recap. Columns of people whose age or sex is not known stand there only where somebody is in them."""
    table = document["tables"][name]
    columns = [column for column in _columns(table, language) if _is_printed(column, table)]
    lines = [
        Line(row["code"], row["label"][language], row["count"], [(each, _part(row, each)) for each in columns])
        for row in table["rows"]
    ]
    printed = lines if every_row else [line for line in lines if line.count]
    return Shown(
        name,
        title_of(name)[language],
        table["note"][language],
        table["multi"],
        columns,
        printed,
        table["sum"],
        len(lines) - len(printed),
        table["counts"] != "contacts",
    )


def totals_of(document: Document, language: str) -> list[tuple[str, int, int]]:
    """Name, number, and the number of taken-over cases shown beside it."""
    beside = document["transferred_in"]
    return [(TOTAL[name][language], count, beside[name]) for name, count in document["totals"].items()]


def served_table(document: Document, language: str, axis: str) -> list[tuple[str, int, int, int]]:
    """Victims, served by the wide and by the core definition, per age group (`axis` "group") or per sex (case-management 11)."""
    everybody = _added(document["tables"]["victims_by_sex"]["rows"])
    served = {row["code"]: _added([row]) for row in document["tables"]["victims_served"]["rows"]}
    names = AGE_GROUP if axis == "group" else SEX
    place = 0 if axis == "group" else 1
    found = []
    for key, words in names.items():
        numbers = [
            sum(n for at, n in part.items() if at[place] == key) for part in (everybody, served["LUAS"], served["INTI"])
        ]
        if numbers[0] or key not in {"TIDAK_DIKETAHUI", "X"}:
            found.append((words[language], numbers[0], numbers[1], numbers[2]))
    return found


def compared(sides: Document, language: str) -> list[tuple[str, int | None, int | None, int | None]]:
    """Name, this period, the one before, the same of the year before; None where nobody recorded yet."""
    totals = [side["totals"] or {} for side in (sides["this"], sides["previous"], sides["year_before"])]
    return [(words[language], *(each.get(name) for each in totals)) for name, words in COMPARED.items()]  # type: ignore[misc]


def partly_recorded(sides: Document) -> date | None:
    """The first day recorded here, where an earlier period began before it; it makes every comparison with that period look better."""
    days = [sides[name]["recorded_from"] for name in ("previous", "year_before")]
    return next((date.fromisoformat(day) for day in days if day), None)


def compared_days(sides: Document) -> dict[str, tuple[date, ...]]:
    """First day, last day and cut-off of each period that is compared."""
    parts = ("from", "to", "cut_off")
    return {name: tuple(date.fromisoformat(side[part]) for part in parts) for name, side in sides.items()}


def _columns(table: Document, language: str) -> list[Column]:
    by = table["rows"][0].get("by", {}) if table["rows"] else {}
    columns = []
    for key, part in by.items():
        if isinstance(part, int):
            columns.append(Column(SEX[key][language], sex=key))
        else:
            columns += [Column(SEX[sex][language], key, sex, AGE_GROUP[key][language]) for sex in part]
    return columns


def _is_printed(column: Column, table: Document) -> bool:
    known = column.group != "TIDAK_DIKETAHUI" and not (column.group and column.sex == "X")
    return known or any(_part(row, column) for row in table["rows"])


def _part(row: Document, column: Column) -> int:
    by = row["by"]
    count: int = by[column.group][column.sex] if column.group else by[column.sex]
    return count


def _added(rows: Iterable[Document]) -> dict[tuple[str, str], int]:
    cells: dict[tuple[str, str], int] = {}
    for row in rows:
        for group, sexes in row["by"].items():
            for sex, count in sexes.items():
                cells[group, sex] = cells.get((group, sex), 0) + count
    return cells


# --- cluster V -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of the target table (kla-cluster-v 10). A number nobody counted or entered is None."""

    year: int
    reported: Mapping[str, int | None]
    served: Mapping[str, Mapping[str, Any]]
    lines: Mapping[str, int | None]
    referred: int | None
    finished: int | None
    sources: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody counted or entered anything for this year."""
        return not self.sources


def year_line(year: int, indicator: Document | None, values: Mapping[str, Any], kinds: Sequence[str]) -> YearLine:
    """One year of an indicator: from its own document where the office recorded, else from what was entered."""
    measures = {} if indicator is None else {measure["code"]: measure for measure in indicator["measures"]}
    return YearLine(
        year,
        _by_sex(measures.get("s.1"), values.get("s.1")),
        {
            kind: _by_sex(measures.get(f"s.2.{kind}"), values.get(f"s.2.{kind}"))
            | {"share": _value(measures.get(f"s.3.{kind}"), values.get(f"s.3.{kind}"))}
            for kind in kinds
        },
        measures["s.4"]["by"]["line"] if "s.4" in measures else {},
        _value(measures.get("s.5"), values.get("s.5")),
        _value(measures.get("s.7"), values.get("s.7")),
        _sources(measures, values),
    )


def line_names(language: str) -> list[tuple[str, str]]:
    """Lines of the form for services (kla-cluster-v 4.4), by code."""
    return [(line.line, getattr(line, language)) for line in kla_lines()]


def breakdowns_of(measure: Document, language: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """The annexes of a measure: axis and its rows that are not 0, with labels."""
    return [
        (axis, [(label_of(axis, code, language), count) for code, count in parts.items() if count])
        for axis, parts in measure.get("by", {}).items()
    ]


_LISTS: Final[Mapping[str, str]] = {"age_band": "age_band_victim"}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "YA": {"id": "Ya", "en": "Yes"},
    "TIDAK": {"id": "Tidak", "en": "No"},
    "TIDAK_DIKETAHUI": {"id": "Tidak diketahui", "en": "Not known"},
    "LUAR": {"id": "Luar wilayah", "en": "Outside the area"},
    "dugaan": {"id": "Dugaan", "en": "Suspected"},
    "terkonfirmasi": {"id": "Terkonfirmasi", "en": "Confirmed"},
}


def label_of(axis: str, code: str, language: str) -> str:
    """The label of a code in a breakdown; the code where no list knows it (areas are named by the page)."""
    return _WORDS[code][language] if code in _WORDS else _labels(axis, language).get(code, code)


@cache
def _labels(axis: str, language: str) -> Mapping[str, str]:
    if axis == "line":
        return dict(line_names(language))
    try:
        rows = list_rows(_LISTS.get(axis, axis))
    except KeyError:
        return {}
    return {row.code: getattr(row, language) for row in rows}


def served_codes(indicators: IndicatorSet) -> list[str]:
    """The definitions of terlayani a set prints, in its order."""
    return [definition.code for definition in indicators.served]


def _by_sex(measure: Document | None, entered: Any) -> dict[str, int | None]:
    if measure is None:
        return {"L": None, "P": None, "all": entered}
    return {"L": measure["by_sex"]["L"], "P": measure["by_sex"]["P"], "all": measure["value"]}


def _value(measure: Document | None, entered: Any) -> Any:
    return entered if measure is None else measure["value"]


def _sources(measures: Mapping[str, Document], values: Mapping[str, Any]) -> list[str]:
    """`unit` where we counted, and every agency whose number stands beside; `entered` where only entered numbers stand."""
    if not measures:
        return ["entered"] if any(value is not None for value in values.values()) else []
    agencies = {measure.get("agency") or measure.get("entered", {}).get("agency") for measure in measures.values()}
    return ["unit", *sorted(agency for agency in agencies if agency)]


@dataclass(frozen=True, slots=True)
class Block:
    """An indicator as printed: its document, the three years of the target table, the measures outside that table, the annexes."""

    indicator: Document
    years: Sequence[YearLine]
    measures: Sequence[Document]
    questions: Sequence[Document]
    annexes: Sequence[tuple[str, str, list[tuple[str, int]]]]

    @property
    def answered(self) -> int:
        """Questions with an answer."""
        return sum(question["state"] != "missing" for question in self.questions)


def block_of(
    document: Document,
    earlier: Sequence[tuple[int, Document | None]],
    code: str,
    kinds: Sequence[str],
    language: str,
) -> Block:
    """The block of one indicator, in the layout of kla-cluster-v 10."""
    indicator = _indicator(document, code)
    past = [
        year_line(year, counted and _indicator(counted, code), document["years"][str(year)][code], kinds)
        for year, counted in earlier
    ]
    measures = indicator["measures"]
    has_core = any(measure["code"] == "s.1" for measure in measures)
    annexes = [
        (measure["code"], axis, rows)
        for measure in measures
        if measure["state"] == "counted" and measure["code"] != "s.4"
        for axis, rows in breakdowns_of(measure, language)
        if rows
    ]
    return Block(
        indicator,
        [*past, year_line(document["year"], indicator, {}, kinds)] if has_core else [],
        [measure for measure in measures if measure["source"] != "M"],
        [measure for measure in measures if measure["source"] == "M"],
        annexes,
    )


def _indicator(document: Document, code: str) -> Document:
    found: Document = next(each for each in document["indicators"] if each["code"] == code)
    return found


def words_of_cell(table: str, row: str, group: str | None, sex: str | None, language: str) -> list[str]:
    """What a number of the recap is, in words: table, row (given in words), age group, sex."""
    narrow = [AGE_GROUP[group][language] if group else "", SEX[sex][language] if sex else ""]
    return [title_of(table)[language], row, *(word for word in narrow if word)]
