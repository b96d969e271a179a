"""Which cells of a table are hidden when a part of a year, or the year, is made public (security 8).

The closed argument behind it (decision 55). A release needs a total of 0 or of at least the threshold, and its total is shown. With
every cell hidden a cell may hold anything from 0 to the total, so a safe pattern always exists; the search starts from the cells that
must be hidden and adds the smallest others until every hidden cell, of this release and of all it is linked with, has the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from app.domain.disclosure.flow import UNBOUNDED, Arc, Range, ranges

LOWEST_THRESHOLD: Final = 3
_GROUND: Final = ("ground",)


class Why(StrEnum):
    """Why a cell is hidden."""

    SMALL = "small"  # below the threshold itself
    CHANGED = (
        "changed"  # differs from an earlier version by less than the threshold: the difference would be a small cell
    )
    EARLIER = "earlier"  # hidden in an earlier version, and so it stays
    COMPLEMENT = "complement"  # hidden to protect another


class Refusal(StrEnum):
    """Why something cannot be made public."""

    SMALL_TOTAL = "small-total"
    SMALL_CHANGE = "small-change"
    NOTHING_CHANGED = "nothing-changed"
    UNSAFE = "unsafe"
    YEAR_IS_OUT = "year-is-out"
    PARTS_MISSING = "parts-missing"


class NotSafe(Exception):
    """No version of this may be made public. `refusal` says why; it holds no number."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Rule:
    """How a table is protected: the least total and the least range of a hidden cell; whether a zero may be shown; whether one person
    may stand in several cells (then no sum is implied, only that everybody stands in one at least)."""

    threshold: int
    zeros_shown: bool = True
    is_multi: bool = False

    def __post_init__(self) -> None:
        if self.threshold < LOWEST_THRESHOLD:
            raise ValueError("threshold")

    def is_small(self, count: int) -> bool:
        """Whether a cell with this count is hidden for its own sake."""
        return count < self.threshold and (count > 0 or not self.zeros_shown)


@dataclass(frozen=True, slots=True)
class Line:
    """One table of one release: the period it is of, its total, the true cells, and which are hidden for what reason."""

    key: str
    total: int
    cells: Mapping[str, int]
    hidden: Mapping[str, Why] = field(default_factory=dict)

    def shown(self) -> dict[str, int | None]:
        """What the public sees: None for a hidden cell."""
        return {code: None if code in self.hidden else count for code, count in self.cells.items()}

    def low(self, rule: Rule) -> int:
        """What everybody may take for the least a hidden cell holds: 1 where zeros are shown, unless all is hidden or a zero is."""
        hides_zero = any(self.cells[code] == 0 for code in self.hidden) or len(self.hidden) == len(self.cells)
        return int(rule.zeros_shown and not hides_zero)


@dataclass(frozen=True, slots=True)
class Linked:
    """The released lines of one table that add up: the newest version of each part of a year, and the year itself if it is out."""

    parts: tuple[Line, ...] = ()
    year: Line | None = None

    def ranges(self, rule: Rule, enough: int = UNBOUNDED) -> dict[tuple[str, str], Range]:
        """The range of every hidden cell, by line and code. A year cell all of whose parts are shown hides nothing and has none."""
        found: Mapping[object, Range] = ranges(self._arcs(rule), enough)
        lines = (*self.parts, *((self.year,) if self.year else ()))
        return {
            (line.key, code): found[line.key, code]
            for line in lines
            for code in line.hidden
            if (line.key, code) in found
        }

    def _arcs(self, rule: Rule) -> list[Arc]:
        codes = sorted({code for part in self.parts for code in part.hidden})
        down = [arc for code in codes if (arc := self._down(code, rule))]
        return [arc for part in self.parts for arc in _arcs_of_part(part, rule)] + down

    def _down(self, code: str, rule: Rule) -> Arc | None:
        """The sum of a column: free while no year is out, within limits where the year hides it, none where the year shows it."""
        summed = sum(part.cells[code] for part in self.parts)
        if self.year is None:
            return Arc(("sum", code), ("column", code), _GROUND, summed)
        if code not in self.year.hidden:
            return None
        return Arc((self.year.key, code), ("column", code), _GROUND, summed, self.year.low(rule))


def _arcs_of_part(part: Line, rule: Rule) -> Iterable[Arc]:
    high = part.total
    for code in part.hidden:
        yield Arc((part.key, code), ("part", part.key), ("column", code), part.cells[code], part.low(rule), high)
    if rule.is_multi and part.hidden:
        over = sum(part.cells.values()) - part.total
        yield Arc(("over", part.key), _GROUND, ("part", part.key), over, min(0, over))


def protect_part(line: Line, rule: Rule, earlier: Sequence[Line] = ()) -> Line:
    """The line with the cells hidden that must be. `earlier`: the versions of the same period that are out, oldest first. NotSafe."""
    return _search(_start(line, rule, earlier), Linked(), rule)


def protect_year(line: Line, rule: Rule, parts: Sequence[Line], earlier: Sequence[Line] = ()) -> Line:
    """The same for a year whose `parts` are out and add up to it; a later version of a year is linked to them no more. NotSafe."""
    linked = Linked() if earlier else Linked(tuple(parts))
    started = _start(line, rule, earlier)
    if linked.parts:
        visible = {code for code in line.cells if not any(code in part.hidden for part in parts)}
        started = replace(started, hidden={c: why for c, why in started.hidden.items() if c not in visible})
    return _search(started, linked, rule)


def check_total(new: int, rule: Rule, earlier: Sequence[int] = ()) -> None:
    """Refuse a total that may not be shown, or that differs too little from a version that is out. NotSafe."""
    if 0 < new < rule.threshold:
        raise NotSafe(Refusal.SMALL_TOTAL)
    if any(0 < abs(new - old) < rule.threshold for old in earlier):
        raise NotSafe(Refusal.SMALL_CHANGE)


def share_hidden(lines: Iterable[Line]) -> float:
    """Hidden cells among all cells, 0 to 1."""
    all_lines = list(lines)
    cells = sum(len(line.cells) for line in all_lines)
    return sum(len(line.hidden) for line in all_lines) / cells if cells else 0.0


def _start(line: Line, rule: Rule, earlier: Sequence[Line]) -> Line:
    check_total(line.total, rule, [old.total for old in earlier])
    found: dict[str, Why] = {}
    for code, count in line.cells.items():
        olds = [old for old in earlier if code in old.cells]
        if rule.is_small(count) and line.total:
            found[code] = Why.SMALL
        elif any(code in old.hidden for old in olds):
            found[code] = Why.EARLIER
        elif any(0 < abs(count - old.cells[code]) < rule.threshold for old in olds):
            found[code] = Why.CHANGED
    return replace(line, hidden=found if line.total else {})


def _search(line: Line, linked: Linked, rule: Rule) -> Line:
    while True:
        world = replace(linked, year=line) if linked.parts else Linked((line,))
        narrow = [at for at, found in world.ranges(rule, rule.threshold).items() if found.width < rule.threshold]
        is_alone = len(line.hidden) == 1 and len(_open(line, linked)) > 0  # everybody would know that it is a small one
        if not narrow and not is_alone:
            return line
        line = replace(line, hidden={**line.hidden, **dict.fromkeys(_next(line, linked, narrow), Why.COMPLEMENT)})


def _next(line: Line, linked: Linked, narrow: Sequence[tuple[str, str]]) -> list[str]:
    """The cell to hide next: of a column that is too narrow first, then the smallest; a zero only when nothing else is left."""
    open_cells = _open(line, linked)
    if not open_cells:
        raise NotSafe(Refusal.UNSAFE)
    columns = {code for _key, code in narrow}
    positive = [code for code in open_cells if line.cells[code]]
    if not positive:
        return open_cells
    return [min(positive, key=lambda code: (code not in columns, line.cells[code], code))]


def _open(line: Line, linked: Linked) -> list[str]:
    """The cells that are shown and could be hidden: of a year not those whose parts are all shown, for they would hide nothing."""
    parts = linked.parts
    hides = [code for code in line.cells if not parts or any(code in part.hidden for part in parts)]
    return [code for code in hides if code not in line.hidden]
