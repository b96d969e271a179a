"""An outsider with every public release and a linear program. It reads what is published, never the true figures."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from scipy.optimize import linprog

from app.domain.disclosure.plan import (
    Figures,
    PublicTable,
    Release,
    Span,
    make_part,
    make_year,
    newest_parts,
    public_tables,
)
from app.domain.disclosure.protect import NotSafe

Cell = tuple[str, str]
KINDS = ("FISIK", "PSIKIS", "SEKSUAL", "TPPO", "PENELANTARAN", "EKSPLOITASI", "LAIN")


class Attack:
    """What the releases of one table say of its hidden cells."""

    def __init__(self, table: PublicTable, releases: Sequence[Release]) -> None:
        self.table = table
        self.releases = [release for release in releases if table.name in release.lines]
        self.public = {str(r.lines[table.name].key): r.lines[table.name].shown() for r in self.releases}
        self.unknowns = [
            (key, code) for key, row in self.public.items() for code, count in row.items() if count is None
        ]
        self.at = {cell: i for i, cell in enumerate(self.unknowns)}
        self.equal: list[tuple[np.ndarray, float]] = []
        self.least: list[tuple[np.ndarray, float]] = []
        self.bounds: list[tuple[float, float]] = [(0, 0)] * len(self.unknowns)
        for release in self.releases:
            self._sums_up(release)
        for year in {release.span.year for release in releases}:
            self._adds_up(year)

    def _row(self, cells: Sequence[Cell]) -> tuple[np.ndarray, float]:
        row, known = np.zeros(len(self.unknowns)), 0.0
        for key, code in cells:
            count = self.public[key][code]
            known += count or 0
            if count is None:
                row[self.at[key, code]] += 1
        return row, known

    def _sums_up(self, release: Release) -> None:
        line = release.lines[self.table.name]
        low = line.low(self.table.rule(release.threshold))
        for code in line.hidden:
            self.bounds[self.at[line.key, code]] = (low, line.total)
        row, known = self._row([(line.key, code) for code in line.cells])
        (self.least if self.table.is_multi else self.equal).append((row, line.total - known))

    def _adds_up(self, year: int) -> None:
        """The first version of a year is the sum of the parts that were newest then: no part has a version after it."""
        whole = [r for r in self.releases if r.span == Span(year, is_year=True) and r.version == 1]
        parts = [part for part in newest_parts(year, self.releases) if self.table.name in part.lines]
        if not whole or not parts:
            return
        line = whole[0].lines[self.table.name]
        for code in line.cells:
            row, known = self._row([(part.lines[self.table.name].key, code) for part in parts])
            year_row, year_known = self._row([(line.key, code)])
            self.equal.append((row - year_row, year_known - known))

    def ranges(self) -> dict[Cell, tuple[float, float]]:
        return {cell: (self._end(i, 1), self._end(i, -1)) for cell, i in self.at.items()}

    def _end(self, i: int, sign: int) -> float:
        goal = np.zeros(len(self.unknowns))
        goal[i] = sign
        found = linprog(
            goal,
            A_eq=np.array([row for row, _ in self.equal]) if self.equal else None,
            b_eq=[value for _, value in self.equal] or None,
            A_ub=-np.array([row for row, _ in self.least]) if self.least else None,
            b_ub=[-value for _, value in self.least] or None,
            bounds=self.bounds,
        )
        assert found.success, found.message
        return float(found.fun) * sign


def figures(random: Random, size: int, places: int) -> Figures:
    """A quarter of a kabupaten: victims one by one, most of them women and children, most of them from a few kecamatan."""
    tables: dict[str, dict[str, int]] = {
        "sex": dict.fromkeys("LPX", 0),
        "group": dict.fromkeys(("ANAK", "DEWASA", "TIDAK_DIKETAHUI"), 0),
        "violence": dict.fromkeys(KINDS, 0),
        "kecamatan": dict.fromkeys([*(f"K{n:02d}" for n in range(places)), "LUAR", "TIDAK_DIKETAHUI"], 0),
    }
    for _ in range(size):
        tables["sex"][random.choices("LPX", (20, 79, 1))[0]] += 1
        tables["group"][random.choices(("ANAK", "DEWASA", "TIDAK_DIKETAHUI"), (60, 38, 2))[0]] += 1
        for kind in set(random.choices(KINDS, (35, 30, 30, 2, 8, 2, 4), k=random.choice((1, 1, 2, 3)))):
            tables["violence"][kind] += 1
        names = list(tables["kecamatan"])
        tables["kecamatan"][random.choices(names, [1 / (1 + n) for n in range(len(names))])[0]] += 1
    return Figures(size, tables)


def two_years(seed: int) -> tuple[list[Release], int]:
    """All that a kabupaten made public in two years, with corrections; and how often it was refused."""
    random, past, refused = Random(seed), [], 0  # noqa: S311 - invented victims, the same each time
    size, places = random.choice((6, 15, 30, 60)), random.randint(5, 20)
    for year in (2025, 2026):
        held = 1
        carried: Figures | None = None
        for quarter in (1, 2, 3, 4):
            counted = figures(random, max(0, round(random.gauss(size, size / 3))), places)
            carried = counted if carried is None else carried.plus(counted)
            try:
                past.append(make_part(Span(year, held, quarter), carried, past, 5))
            except NotSafe:
                refused += 1
                continue
            late = carried.plus(figures(random, random.choice((0, 1, 3, 6, 9)), places))
            refused += not _try(lambda late=late, span=past[-1].span: make_part(span, late, past, 5), past)
            held, carried = quarter + 1, None
        whole = [part.figures for part in newest_parts(year, past)]
        if _try(lambda year=year: make_year(year, Figures(0, {}), past, 5), past):
            now = past[-1].figures.plus(figures(random, random.choice((2, 7)), places))
            refused += not _try(lambda year=year, now=now: make_year(year, now, past, 5), past)
        else:
            refused += bool(whole)
    return past, refused


def _try(make, past) -> bool:
    try:
        past.append(make())
    except NotSafe:
        return False
    return True


def narrowest(releases: Sequence[Release]) -> tuple[float, int, int]:
    """The smallest range of a hidden cell over all tables; hidden cells, all cells."""
    width, hidden, cells = float("inf"), 0, 0
    for table in public_tables():
        attack = Attack(table, releases)
        found = attack.ranges()
        width = min([width, *(high - low for low, high in found.values())])
        hidden += len(found)
        cells += sum(len(row) for row in attack.public.values())
    return width, hidden, cells
