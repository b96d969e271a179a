"""One's own work on the home page: how many tasks one set down, and the cases one opened last. Clear columns only."""

from __future__ import annotations

from typing import Final

from app.domain.access import Capability
from app.tasks import queries
from app.web.home import Tile, TileMaker
from app.work import Work


def tasks_tile(work: Work) -> Tile:
    """The way to everything that waits for the person."""
    return Tile("tasks/_tile.html", 12, {"count": len(queries.own_tasks(work))})


def recent_tile(work: Work) -> Tile | None:
    """The cases one opened last; nothing for somebody who opened none."""
    cases = queries.recently_opened(work)
    return Tile("tasks/_tile_recent.html", 40, {"cases": cases}) if cases else None


TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = (
    (Capability.CASE_READ, tasks_tile),
    (Capability.CASE_READ, recent_tile),
)
