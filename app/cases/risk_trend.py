"""The risk of a client over time, as a page shows it: its assessments in words and a small picture of the level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.cases.models import RiskAssessment
from app.domain import risk as rules
from app.security.structs import safety

LEFT: Final = 74  # of the picture, in its own units: room for the words of the levels
RIGHT: Final = 312
TOP: Final = 18
STEP: Final = 30  # from one level to the next


@dataclass(frozen=True, slots=True)
class Point:
    """One assessment in the picture: where it stands, its level, its day."""

    x: float
    y: float
    level: str
    on: date


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One assessment on the page; `words` is None where they are not open."""

    row: RiskAssessment
    head: safety.RiskAssessment
    words: object
    change: int  # ranks up or down against the one before; 0 for the first


@dataclass(frozen=True, slots=True, repr=False)
class Trend:
    """The assessments of one client, newest first, and the picture of them, oldest first."""

    client_id: UUID
    mask: str
    ended: bool
    lines: Sequence[Line]
    points: Sequence[Point]

    @property
    def latest(self) -> Line | None:
        """The assessment that counts."""
        return self.lines[0] if self.lines else None

    @property
    def path(self) -> str:
        """The line of the picture: a level holds until the next assessment, the last one until today."""
        if not self.points:
            return ""
        first, *others = self.points
        steps = "".join(f" H{point.x:g} V{point.y:g}" for point in others)
        return f"M{first.x:g} {first.y:g}{steps} H{RIGHT}"


def points(assessed: Sequence[safety.RiskAssessment], today: date) -> list[Point]:
    """Where each assessment stands in the picture: days along, the highest level on top."""
    if not assessed:
        return []
    first = assessed[0].on
    span = max((today - first).days, 1)
    width = RIGHT - LEFT - 8
    return [
        Point(round(LEFT + width * (each.on - first).days / span, 1), y_of(each.level), each.level, each.on)
        for each in assessed
    ]


def y_of(level: str) -> float:
    """The height of a level in the picture."""
    return TOP + STEP * (len(rules.levels()) - rules.rank(level))


def lines(pairs: Sequence[tuple[RiskAssessment, safety.RiskAssessment, object]]) -> list[Line]:
    """The assessments with their change, newest first; `pairs` come oldest first, each with its words or None."""
    found = []
    before = 0
    for row, head, words in pairs:
        rank = rules.rank(head.level)
        found.append(Line(row, head, words, rank - before if before else 0))
        before = rank
    return found[::-1]


def grid() -> list[tuple[str, float]]:
    """The lines of the picture: each level with its height, the highest on top."""
    return [(level, y_of(level)) for level in rules.levels()]
