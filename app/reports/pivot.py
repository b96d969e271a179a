"""A pivot: one kind of thing counted by two axes under conditions. The same scope, marks and rows as the recap, so every number of it
opens the same cases; free text is no axis. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.domain.errors import Problem
from app.reports.counting.axes import AXES, DISTRICT_ONLY, PLACES, codes_of_axis
from app.reports.counting.columns import Bools, Ints
from app.reports.counting.notes import note_of
from app.reports.counting.scope import Population, Unit
from app.reports.counting.tables import Frame, Row, Table, row_hits
from app.reports.counting.titles import axis_title, counted_title

SCHEMA: Final = "naungan/pivot/1"
MOST_CONDITIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """Only what stands in this row of the axis. Several of one axis mean one or the other; of different axes, all of them."""

    axis: str
    code: str


@dataclass(frozen=True, slots=True)
class Pivot:
    """What is counted, by what, and under which conditions. `columns` is "" for one column of totals."""

    counted: Unit
    rows: str
    columns: str = ""
    conditions: tuple[Condition, ...] = ()

    @property
    def axes(self) -> tuple[str, ...]:
        """Every axis that is used, conditions too."""
        return tuple(
            dict.fromkeys((self.rows, *filter(None, (self.columns,)), *(each.axis for each in self.conditions)))
        )


def problems_of(pivot: Pivot) -> list[Problem]:
    """What is wrong with the wish, each at its field; empty where it can be counted."""
    known = AXES[pivot.counted]
    found = [] if pivot.rows in known else [Problem("pivot.axis", "rows")]
    if pivot.columns and pivot.columns not in known:
        found.append(Problem("pivot.axis", "columns"))
    if pivot.columns and pivot.columns == pivot.rows:
        found.append(Problem("pivot.same-axis", "columns"))
    for number, condition in enumerate(pivot.conditions, start=1):
        if condition.axis not in known:
            found.append(Problem("pivot.condition", f"condition_{number}"))
        elif condition.code not in codes_of_axis(condition.axis):
            found.append(Problem("pivot.code", f"condition_{number}"))
    if set(pivot.axes) & DISTRICT_ONLY and set(pivot.axes) & PLACES:
        found.append(Problem("pivot.district-only", "columns" if pivot.columns else "rows"))
    return found


def pivoted(frame: Frame, pivot: Pivot) -> dict[str, Any]:
    """The pivot as a document. Numbers of a cell are things of the row and of the column; totals count each thing once, so where rows may
    overlap they exceed no total but their own sum may. ValueError for a wish with `problems_of`."""
    view = _View(frame, pivot)
    rows = [(row, view.hits(view.row_table, row)) for row in view.row_table.rows_in(frame)]
    columns = [(row, view.hits(view.column_table, row)) for row in view.columns]
    lines = [(row, hits) for row, hits in rows if row.active or hits.any()]
    heads = [(row, hits) for row, hits in columns if row.active or hits.any()]
    return {
        "schema": SCHEMA,
        "counted": pivot.counted.value,
        "title": _title(pivot),
        "note": view.note(),
        "rows": {"axis": pivot.rows, "multi": view.row_table.multi},
        "columns": {"axis": pivot.columns, "multi": view.column_table.multi} if pivot.columns else None,
        "heads": [_named(row) for row, _hits in heads] if pivot.columns else [],
        "lines": [
            _named(row)
            | {"cells": [_count(hits & of) for _head, of in heads] if pivot.columns else [], "total": _count(hits)}
            for row, hits in lines
        ],
        "totals": [_count(of) for _head, of in heads] if pivot.columns else [],
        "total": _count(view.kept),
    }


def behind(frame: Frame, pivot: Pivot, row: str = "", column: str = "") -> list[tuple[bytes, bytes | None]]:
    """Case id and client id of each thing in a cell, as many as the number says; "" for a total. KeyError for a row or column that is not
    there, or where no case stands behind what is counted."""
    if pivot.counted is Unit.CONTACTS:
        raise KeyError("contacts have no case")
    view = _View(frame, pivot)
    hit = view.kept.copy()
    for table, code in ((view.row_table, row), (view.column_table, column)):
        if code:
            hit &= view.hits(table, next((each for each in table.rows_in(frame) if each.code == code), None))
    cases = [bytes(each) for each in view.population.case["case_id"][hit]]
    clients = view.population.client
    people = [None] * len(cases) if clients is None else [bytes(each) for each in clients["client_id"][hit]]
    return list(zip(cases, people, strict=True))


class _View:
    """The things that are counted, with the marks of each axis worked out once."""

    def __init__(self, frame: Frame, pivot: Pivot) -> None:
        if problems_of(pivot):
            raise ValueError("not a pivot that can be counted")
        self.frame, self.pivot = frame, pivot
        self.population: Population = frame.scope[pivot.counted]
        self.axes = AXES[pivot.counted]
        self.row_table: Table = self.axes[pivot.rows]
        self.column_table: Table = self.axes[pivot.columns or pivot.rows]
        self._marks: dict[str, Ints] = {}
        self.kept = self._kept()

    @property
    def columns(self) -> tuple[Row, ...]:
        return self.column_table.rows_in(self.frame) if self.pivot.columns else ()

    def hits(self, table: Table, row: Row | None) -> Bools:
        """Which of the kept things stand in the row. KeyError where there is no such row."""
        if row is None:
            raise KeyError("row")
        found: Bools = row_hits(row, self._marked(table), multi=table.multi) & self.kept
        return found

    def note(self) -> dict[str, str]:
        """What is counted on which day, and what is particular to each axis, each said once."""
        tables = [self.row_table, *([self.column_table] if self.pivot.columns else [])]
        found = {}
        for language in ("id", "en"):
            said = [_counted_as(table, self.pivot.counted, self.frame)[language] for table in tables]
            found[language] = " ".join(dict.fromkeys(" ".join(said).replace(". ", ".\n").split("\n")))
        return found

    def _marked(self, table: Table) -> Ints:
        if table.name not in self._marks:
            self._marks[table.name] = table.mark(self.frame, self.population)
        return self._marks[table.name]

    def _kept(self) -> Bools:
        kept = np.ones(len(self.population), bool)
        for axis in dict.fromkeys(each.axis for each in self.pivot.conditions):
            table = self.axes[axis]
            wanted = {each.code for each in self.pivot.conditions if each.axis == axis}
            either = np.zeros(len(self.population), bool)
            for row in table.rows_in(self.frame):
                if row.code in wanted:
                    either |= row_hits(row, self._marked(table), multi=table.multi)
            kept &= either
        return kept


def _counted_as(table: Table, counted: Unit, frame: Frame) -> dict[str, str]:
    return dict(note_of(Table(table.name, counted, table.mark, multi=table.multi, note=table.note), frame.settings))


def _named(row: Row) -> dict[str, Any]:
    return {"code": row.code, "label": {"id": row.id, "en": row.en}}


def _count(hits: Bools) -> int:
    return int(np.count_nonzero(hits))


def _title(pivot: Pivot) -> dict[str, str]:
    found = {}
    for language, by, times in (("id", "menurut", "dan"), ("en", "by", "and")):
        axes = f" {times} ".join(axis_title(axis)[language] for axis in (pivot.rows, pivot.columns) if axis)
        found[language] = f"{counted_title(pivot.counted)[language]} {by} {axes}"
    return found
