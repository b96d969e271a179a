"""A chart, described once: the page draws it as SVG, the paper as lines of typst, the workbook as a chart of its own.

Beside each chart stands a table with the same numbers (WCAG 2.2, 1.1.1); a chart never holds a number that is in no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.dates import get_month_names
from babel.numbers import format_decimal

from app.reports.counting.titles import title_of
from app.reports.labels import CHARTS
from app.security.structs import papers

Document = Mapping[str, Any]
MOST_BARS: Final = 8  # of the longest rows; the table beside it has all
_NO_DATA: Final[Mapping[str, str]] = {"id": "belum ada data", "en": "no data yet"}
_MONTHS: Final[Mapping[str, str]] = {
    "id": "Korban menurut bulan pelaporan",
    "en": "Victims by month of the report",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: a title, labels with their numbers (None: nobody counted), and whether the labels are moments in time."""

    title: str
    points: tuple[tuple[str, int | None], ...]
    over_time: bool = False

    @property
    def longest(self) -> int:
        """The greatest number, at least 1, so that lengths can be shares of it."""
        return max([1, *(value for _label, value in self.points if value is not None)])

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no number, or every one 0."""
        return not any(value for _label, value in self.points)


def of_table(document: Document, name: str, language: str, most: int = MOST_BARS) -> Chart:
    """The rows of a recap table that are not 0, in the table's order; where they are many, the greatest."""
    rows = [(row["label"][language], row["count"]) for row in document["tables"][name]["rows"] if row["count"]]
    shown = rows if len(rows) <= most else sorted(rows, key=lambda row: -row[1])[:most]
    return Chart(title_of(name)[language], tuple(shown))


def of_families(document: Document, language: str) -> dict[str, list[Chart]]:
    """The charts of each family of tables that have something to draw."""
    tables = document["tables"]
    return {
        family: drawn([of_table(document, name, language) for name in names if name in tables])
        for family, names in CHARTS.items()
    }


def of_months(months: Iterable[tuple[date, int]], language: str) -> Chart:
    """Victims month by month."""
    points = tuple((month_label(month, language), count) for month, count in months)
    return Chart(_MONTHS[language], points, over_time=True)


def month_label(month: date, language: str) -> str:
    """`Mei`; January with its year, so that a row of months says where a year begins."""
    name = str(get_month_names("abbreviated", locale=language)[month.month])
    return f"{name} {month.year % 100:02d}" if month.month == 1 else name


def as_block(chart: Chart, language: str = "id") -> papers.Chart:
    """The chart for a paper; lengths in thousandths of the longest, so that the template has nothing to count."""
    points = tuple(
        papers.Point(label, shown(value, language), round(1000 * (value or 0) / chart.longest))
        for label, value in chart.points
    )
    return papers.Chart(chart.title, points, columns=chart.over_time)


def shown(value: int | None, language: str) -> str:
    """`1.234`; a number nobody counted in words, never as 0."""
    return _NO_DATA[language] if value is None else str(format_decimal(value, locale=language))


def drawn(charts: Sequence[Chart]) -> list[Chart]:
    """Those that have something to draw."""
    return [chart for chart in charts if not chart.is_empty]
