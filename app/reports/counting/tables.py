"""A table of the recap: what it counts, its rows, and which rows each counted thing stands in.

Counting and drill-down use the same marks, so the list behind a cell always has as many entries as the cell says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.domain.codes import code_list
from app.reports.counting.codebook import NOT_KNOWN
from app.reports.counting.columns import AGE_GROUPS, Bools, Ints
from app.reports.counting.rules import items_of_children
from app.reports.counting.scope import Population, Scope, Unit, services_up_to
from app.reports.counting.settings import Settings, UnitInfo

SEXES = 4
"""Width of the sex axis: number 0 (not recorded), L, P, X."""
CELLS = len(AGE_GROUPS) * SEXES
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its code, labels, and the number that marks it. `unknown` rows also take what has no mark."""

    code: str
    id: str
    en: str
    n: int
    unknown: bool = False
    active: bool = True


class Frame:
    """A scope with the unit and the settings it is counted for, and what several tables share."""

    def __init__(self, scope: Scope, unit: UnitInfo, settings: Settings) -> None:
        self.scope, self.unit, self.settings = scope, unit, settings

    @cached_property
    def services(self) -> Ints:
        """Per client of the arrays the kinds of service up to the cut-off."""
        return services_up_to(self.scope.arrays, self.scope.cut_off)

    @cached_property
    def items(self) -> Ints:
        """Per client of the arrays the PP 78 items up to the cut-off."""
        return items_of_children(self.scope.arrays, self.scope.cut_off)[0]


Mark = Callable[[Frame, Population], Ints]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `mark` gives the row number of each thing (0: not known), or with `multi` the row numbers as bits."""

    name: str
    unit: Unit
    mark: Mark
    list_name: str = ""
    multi: bool = False
    rows: Callable[[Frame], tuple[Row, ...]] | None = None
    note: str = ""

    def rows_in(self, frame: Frame) -> tuple[Row, ...]:
        """The rows in print order."""
        return list_rows(self.list_name, with_unknown=not self.multi) if self.rows is None else self.rows(frame)


def list_rows(name: str, *, with_unknown: bool = True) -> tuple[Row, ...]:
    """A row per code of the list; a list without "not known" gets TIDAK_DIKETAHUI where asked for."""
    codes = code_list(name)
    rows = [Row(code.code, code.id, code.en, code.n, code.code == codes.unknown, code.active) for code in codes]
    if with_unknown and not any(row.unknown for row in rows):
        rows.append(Row(NOT_KNOWN, "Tidak diketahui", "Not known", 0, unknown=True))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Tally:
    """A counted table: per row, age group and sex."""

    rows: tuple[Row, ...]
    counts: Counts
    size: int

    @property
    def by_code(self) -> Mapping[str, int]:
        """Row code to count."""
        return {row.code: int(n) for row, n in zip(self.rows, self.counts.sum(axis=(1, 2)), strict=True)}

    @property
    def not_known(self) -> int:
        """What stands in "not known" rows."""
        return sum(self.by_code[row.code] for row in self.rows if row.unknown)


def tally(table: Table, frame: Frame) -> Tally:
    """Count the table. The sum of a table that is not `multi` is the size of what it counts."""
    population = frame.scope[table.unit]
    rows = table.rows_in(frame)
    cell = population.group * SEXES + population.sex
    marks = table.mark(frame, population)
    flat = _multi(marks, rows, cell) if table.multi else _single(marks, rows, cell)
    counts = flat.reshape(len(rows), len(AGE_GROUPS), SEXES)
    kept = [i for i, row in enumerate(rows) if row.active or counts[i].any()]
    return Tally(tuple(rows[i] for i in kept), counts[kept], len(population))


def members(table: Table, frame: Frame, code: str) -> Bools:
    """Which things of the table's population stand in the row. KeyError for a row the table does not have."""
    population = frame.scope[table.unit]
    rows = table.rows_in(frame)
    row = next((row for row in rows if row.code == code), None)
    if row is None:
        raise KeyError(code)
    return row_hits(row, table.mark(frame, population), multi=table.multi)


def row_hits(row: Row, marks: Ints, *, multi: bool) -> Bools:
    """Which marks stand in the row: its number, or its bit with `multi`; an unknown row also takes 0."""
    if multi:
        return _has_bit(marks, row)
    hit: Bools = marks == row.n
    return np.logical_or(hit, marks == 0) if row.unknown else hit


def _single(marks: Ints, rows: Iterable[Row], cell: Ints) -> Counts:
    position = np.full(int(marks.max(initial=0)) + 1, -1)
    rows = tuple(rows)
    for i, row in enumerate(rows):
        if row.n < len(position):
            position[row.n] = i
        if row.unknown:
            position[0] = i
    return np.bincount(position[marks] * CELLS + cell, minlength=len(rows) * CELLS)


def _multi(marks: Ints, rows: Iterable[Row], cell: Ints) -> Counts:
    rows = tuple(rows)
    some = marks > 0
    few, few_cells = marks[some], cell[some]
    counts = [np.bincount(few_cells[_has_bit(few, row)], minlength=CELLS) for row in rows]
    for i, row in enumerate(rows):
        if row.unknown:
            counts[i] = counts[i] + np.bincount(cell[~some], minlength=CELLS)
    return np.array(counts, np.int64)


def _has_bit(marks: Ints, row: Row) -> Bools:
    hit: Bools = (marks >> (row.n - 1)) & 1 == 1 if row.n else np.zeros(len(marks), bool)
    return np.logical_or(hit, marks == 0) if row.unknown else hit
