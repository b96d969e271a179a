"""The fixed list of what is made public, and the order in which it may be (design 4 "Three outlets", decision 55).

A release is of a part of a year (a quarter; more than one where the earlier ones were too small to stand alone) or of a year. The parts
of a year are released in order, and the year after all of them: its figures are the sum of the newest version of each part, so that no
difference between them tells of the few cases entered late. A later version needs a change of no victim or of at least the threshold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from app.domain.disclosure.protect import (
    Line,
    NotSafe,
    Refusal,
    Rule,
    check_total,
    protect_part,
    protect_year,
    share_hidden,
)

PART: Final = "part"
YEAR: Final = "year"
QUARTERS: Final = 4


@dataclass(frozen=True, slots=True)
class PublicTable:
    """A table of the fixed list: its name, which count it takes, for whole areas or kecamatan, with which periods, its titles."""

    name: str
    counted: str
    level: str
    each: tuple[str, ...]
    is_multi: bool
    id: str
    en: str

    def rule(self, threshold: int) -> Rule:
        """How it is protected; a zero is shown for the whole area only (security 8)."""
        return Rule(threshold, zeros_shown=self.level == "area", is_multi=self.is_multi)


@dataclass(frozen=True, slots=True)
class Span:
    """What a release is of: quarters `first` to `last` of a year; the whole year where it is released as the year (`is_year`)."""

    year: int
    first: int = 1
    last: int = QUARTERS
    is_year: bool = False

    @property
    def kind(self) -> str:
        """`part` or `year`."""
        return YEAR if self.is_year else PART

    def __str__(self) -> str:
        if self.is_year:
            return str(self.year)
        return f"{self.year}-q{self.first}" + (f"-q{self.last}" if self.last > self.first else "")


@dataclass(frozen=True, slots=True)
class Figures:
    """The true counts of a span: victims, and the cells of every table of the list (of the kecamatan too: the year sums them up)."""

    total: int
    tables: Mapping[str, Mapping[str, int]]

    def plus(self, other: Figures) -> Figures:
        """Both together, cell by cell."""
        names = [*self.tables, *(name for name in other.tables if name not in self.tables)]
        return Figures(self.total + other.total, {name: _sum(self, other, name) for name in names})


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was made: its span, the version of it, the true figures, and the protected lines by table."""

    span: Span
    version: int
    threshold: int
    figures: Figures
    lines: Mapping[str, Line] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of it is hidden, 0 to 1."""
        return share_hidden(self.lines.values())


@cache
def public_tables() -> tuple[PublicTable, ...]:
    """The fixed list, in print order."""
    return tuple(
        PublicTable(t["name"], t["counted"], t["level"], tuple(t["each"]), t["multi"], t["id"], t["en"])
        for t in _data()["tables"]
    )


def usual_threshold() -> int:
    """The threshold of a unit that chose none."""
    return int(_data()["threshold"])


def next_span(year: int, quarter: int, past: Sequence[Release]) -> Span:
    """The span a release up to this quarter is of: from the quarter after the last one that is out. NotSafe once the year is out."""
    spans = {release.span for release in past if release.span.year == year}
    if any(span.is_year for span in spans):
        raise NotSafe(Refusal.YEAR_IS_OUT)
    same = next((span for span in spans if span.first <= quarter <= span.last), None)
    return same or Span(year, max((span.last for span in spans), default=0) + 1, quarter)


def make_part(span: Span, figures: Figures, past: Sequence[Release], threshold: int) -> Release:
    """A release of a part of a year; of a part that is out, the next version. NotSafe."""
    earlier = _of(span, past)
    if any(release.span == Span(span.year, is_year=True) for release in past):
        raise NotSafe(Refusal.YEAR_IS_OUT)
    _check(figures, earlier, threshold)
    return _made(span, figures, earlier, threshold, ())


def make_year(year: int, counted: Figures, past: Sequence[Release], threshold: int) -> Release:
    """A release of a year: first the sum of its parts, whatever was entered since; a later version is what is counted now. NotSafe."""
    span = Span(year, is_year=True)
    earlier, parts = _of(span, past), newest_parts(year, past)
    if not parts or parts[-1].span.last != QUARTERS:
        raise NotSafe(Refusal.PARTS_MISSING)
    figures = counted if earlier else _all_of(parts)
    _check(figures, earlier, threshold)
    return _made(span, figures, earlier, threshold, parts)


def newest_parts(year: int, past: Sequence[Release]) -> tuple[Release, ...]:
    """The newest version of each part of a year that is out, in order."""
    newest = {release.span: release for release in past if release.span.year == year and not release.span.is_year}
    return tuple(newest[span] for span in sorted(newest, key=lambda span: span.first))


def _made(
    span: Span, figures: Figures, earlier: Sequence[Release], threshold: int, parts: Sequence[Release]
) -> Release:
    lines: dict[str, Line] = {}
    version = len(earlier) + 1
    for table in (each for each in public_tables() if span.kind in each.each):
        rule, name = table.rule(threshold), table.name
        line = Line(f"{span}/{version}", figures.total, dict(figures.tables[name]))
        olds = [old.lines[name] for old in earlier if name in old.lines]
        linked = [part.lines[name] for part in parts if name in part.lines]
        lines[name] = protect_year(line, rule, linked, olds) if linked else protect_part(line, rule, olds)
    return Release(span, version, threshold, figures, lines)


def _check(figures: Figures, earlier: Sequence[Release], threshold: int) -> None:
    check_total(figures.total, Rule(threshold), [old.figures.total for old in earlier])
    if earlier and earlier[-1].figures == figures:
        raise NotSafe(Refusal.NOTHING_CHANGED)


def _of(span: Span, past: Sequence[Release]) -> list[Release]:
    return sorted((release for release in past if release.span == span), key=lambda release: release.version)


def _all_of(parts: Sequence[Release]) -> Figures:
    first, *others = (part.figures for part in parts)
    for other in others:
        first = first.plus(other)
    return first


def _sum(one: Figures, other: Figures, name: str) -> dict[str, int]:
    mine, theirs = one.tables.get(name, {}), other.tables.get(name, {})
    codes = [*mine, *(code for code in theirs if code not in mine)]
    return {code: mine.get(code, 0) + theirs.get(code, 0) for code in codes}


@cache
def _data() -> dict[str, Any]:
    text = files("app.domain.data").joinpath("releases.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data
