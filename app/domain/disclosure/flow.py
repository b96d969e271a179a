"""The exact range an outsider can work out for every hidden cell of linked one-way tables (security 8).

Parts of a year are rows, categories are columns. Each unknown stands in at most one sum along its row and one down its column, so the
unknowns are the arcs of a network and the true figures are a flow in it. What another world, equally in keeping with everything
published, may hold in an arc is then found by augmenting paths: exact in whole numbers, and the same bounds a linear program finds,
for such a network has whole-numbered corners.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

Node = Hashable
UNBOUNDED: Final = 10**9


@dataclass(frozen=True, slots=True)
class Arc:
    """An unknown: a flow from one node to another, its true value, and the limits everybody knows."""

    key: Hashable
    tail: Node
    head: Node
    value: int
    low: int = 0
    high: int = UNBOUNDED


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value in keeping with what is published."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """The greatest less the least."""
        return self.high - self.low


def ranges(arcs: Iterable[Arc], enough: int = UNBOUNDED) -> dict[Hashable, Range]:
    """The range of every arc, in whole things. With `enough`, the search for each end stops once it is that far off the truth."""
    all_arcs = list(arcs)
    return {arc.key: _range(arc, all_arcs, enough) for arc in all_arcs}


def _range(arc: Arc, arcs: list[Arc], enough: int) -> Range:
    others = [other for other in arcs if other is not arc]
    up = min(arc.high - arc.value, enough)
    down = min(arc.value - arc.low, enough)
    return Range(
        arc.value - _flow(others, arc.tail, arc.head, down),  # what this arc no longer carries goes another way round
        arc.value + _flow(others, arc.head, arc.tail, up),
    )


def _flow(arcs: list[Arc], source: Node, sink: Node, wanted: int) -> int:
    """How much of `wanted` can be moved from source to sink by changing the other arcs within their limits."""
    room: dict[Node, dict[Node, int]] = {}
    for arc in arcs:
        there, back = room.setdefault(arc.tail, {}), room.setdefault(arc.head, {})
        there[arc.head] = there.get(arc.head, 0) + arc.high - arc.value
        back[arc.tail] = back.get(arc.tail, 0) + arc.value - arc.low
    moved = 0
    while moved < wanted and (path := _path(room, source, sink)):
        step = min(wanted - moved, *(room[a][b] for a, b in path))
        for a, b in path:
            room[a][b] -= step
            room[b][a] = room[b].get(a, 0) + step
        moved += step
    return moved


def _path(room: dict[Node, dict[Node, int]], source: Node, sink: Node) -> list[tuple[Node, Node]]:
    """A shortest way with room on every step; empty where there is none."""
    before: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue and sink not in before:
        here = queue.popleft()
        for there, free in room.get(here, {}).items():
            if free > 0 and there not in before:
                before[there] = here
                queue.append(there)
    steps: list[tuple[Node, Node]] = []
    while sink in before and sink != source:
        steps.append((before[sink], sink))
        sink = before[sink]
    return steps[::-1]
