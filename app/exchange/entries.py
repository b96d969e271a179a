"""From rows to cases: each case with everything that refers to it, as the same documents the web forms hand over (design 7).

Nothing is written here. Faults become refusals with sheet, row and column; a case that has one is left out of `entries`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.errors import Problem, Severity
from app.domain.implications import single_item_of_ampk
from app.exchange.cells import Bad, Cells
from app.exchange.reading import Package, Refusal, Row
from app.exchange.schema import SHEETS


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """A row with typed values; an empty cell is absent."""

    sheet: str
    line: int
    values: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a column, or the default where the cell was empty."""
        return self.values.get(name, default)

    def text(self, name: str) -> str:
        """The text or code of a column, empty where the cell was."""
        return str(self.values.get(name, ""))


@dataclass(repr=False)
class CaseRows:
    """All rows of one case, by sheet."""

    case: Typed
    victims: dict[str, Typed] = field(default_factory=dict)
    perpetrators: dict[str, Typed] = field(default_factory=dict)
    others: dict[str, list[Typed]] = field(default_factory=lambda: defaultdict(list))


@dataclass(repr=False)
class Sorted:
    """The package sorted by case, and every fault found on the way."""

    cases: dict[str, CaseRows] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    bad_cases: set[str] = field(default_factory=set)

    def refuse(self, row: Typed, column: str, code: str, params: Mapping[str, str] | None = None) -> None:
        """Note a fault of a row and take its case out."""
        self.report(row, Problem(code, column, params=params or {}))

    def report(self, row: Typed, problem: Problem) -> None:
        """Note a problem of a row; an error also takes its case out."""
        self.refusals.append(Refusal(row.sheet, row.line, problem.field, problem))
        if problem.severity is Severity.ERROR:
            self.bad_cases.add(row.text("case_ref"))


def sort_by_case(package: Package, unit_area: str) -> Sorted:
    """Type every cell and hang every row on its case and client."""
    found = Sorted()
    typed = {sheet: list(_typed(package, sheet, unit_area, found)) for sheet in SHEETS if sheet in package.sheets}
    for row in typed.get("cases", ()):
        ref = row.text("case_ref")
        if ref in found.cases:
            found.refuse(row, "case_ref", "reference.duplicate")
        else:
            found.cases[ref] = CaseRows(row)
    for sheet, key, shelf in (("victims", "victim_ref", "victims"), ("perpetrators", "perp_ref", "perpetrators")):
        for row in typed.get(sheet, ()):
            _hang_person(found, row, key, shelf)
    for sheet in ("categories", "relations", "services", "referrals", "legal", "followups", "reporters"):
        for row in typed.get(sheet, ()):
            _hang(found, row)
    for rows in found.cases.values():
        if not rows.victims:
            found.refuse(rows.case, "case_ref", "clients.none")
    return found


def _typed(package: Package, sheet: str, unit_area: str, found: Sorted) -> Iterable[Typed]:
    columns, cells = SHEETS[sheet], Cells(package.separators[sheet], unit_area)
    for row in package.sheets[sheet]:
        values, faults = _values(columns, cells, row)
        typed = Typed(sheet, row.line, values)
        for problem in faults:
            found.report(typed, problem)
        if "case_ref" in values:
            yield typed


def _values(columns: Mapping[str, Any], cells: Cells, row: Row) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    faults: list[Problem] = []
    for name, column in columns.items():
        text = row.cells.get(name, "")
        if not text:
            if column.required:
                faults.append(Problem("required", name))
            continue
        try:
            values[name] = cells.value(column, text)
        except Bad as bad:
            faults.append(cells.problem(column, bad))
    return values, faults


def _hang_person(found: Sorted, row: Typed, key: str, shelf: str) -> None:
    rows = found.cases.get(row.text("case_ref"))
    if rows is None:
        found.refuse(row, "case_ref", "reference.unknown-case")
        return
    people: dict[str, Typed] = getattr(rows, shelf)
    ref = row.text(key)
    if not ref:
        found.refuse(row, key, "required")
    elif ref in people:
        found.refuse(row, key, "reference.duplicate")
    else:
        people[ref] = row
    if shelf == "victims":
        _single_items(found, row)


def _single_items(found: Sorted, row: Typed) -> None:
    """AM codes are accepted where they map to one item (design 7)."""
    for code in row.get("ampk", ()):
        if single_item_of_ampk(code) is None:
            found.refuse(row, "ampk", "ampk.several-items", {"category": code})


def _hang(found: Sorted, row: Typed) -> None:
    rows = found.cases.get(row.text("case_ref"))
    if rows is None:
        found.refuse(row, "case_ref", "reference.unknown-case")
        return
    victim, perpetrator = row.text("victim_ref"), row.text("perp_ref")
    if victim and victim not in rows.victims:
        found.refuse(row, "victim_ref", "reference.unknown-victim")
    if perpetrator and perpetrator not in rows.perpetrators:
        found.refuse(row, "perp_ref", "reference.unknown-perpetrator")
    rows.others[row.sheet].append(row)
