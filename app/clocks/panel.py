"""The deadlines of a case on its file, and how many wait on the home page."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.cases import queries as case_queries
from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot
from app.clocks import board, lines
from app.clocks.board import Wanted, When
from app.clocks.lines import Line
from app.domain.access import Capability
from app.web.home import Tile, TileMaker
from app.work import Work

ON_THE_FILE: Final = 8
ON_THE_TILE: Final = 5


def make(work: Work, case: Case) -> Panel:
    """The running clocks of the case, the pressing ones first, with the way to all of them."""
    held = lines.of_cases(work, [case.id]).get(case.id, ())
    running = [line for line in held if isinstance(line, Line) and line.is_running]
    context = {
        "lines": board.pressing(running)[:ON_THE_FILE] if running else held,
        "has_running": bool(running),
        "total": len(running),
        "case": case,
        "now": work.now,
    }
    return Panel("clocks/_case_panel.html", context, _("Deadlines"), "clocks", len(running))


SOURCES: Final = (Source(Capability.CASE_READ, make, Spot.SIDE, order=10, coded=lines.SECTIONS),)


def own_tile(work: Work) -> Tile | None:
    """One's own cases that are overdue or due today; clear columns only."""
    wanted = Wanted(own=True)
    numbers = board.counts(work, wanted)
    nearest = (
        select(Case)
        .options(load_only(Case.register_no, Case.due_at, raiseload=True))
        .where(case_queries.readable_by(work.actor), case_queries.on_team(work.actor), Case.due_at.is_not(None))
        .order_by(Case.due_at, Case.id)
        .limit(ON_THE_TILE)
    )
    cases = list(work.session.scalars(nearest))
    if not cases:
        return None
    context = {
        "title": _("My deadlines"),
        "counts": numbers,
        "cases": cases,
        "endpoint": "oversight.own",
        "now": work.now,
    }
    return Tile("clocks/_tile.html", 20, context | {"When": When})


def unit_tile(work: Work) -> Tile:
    """The unit's cases that are overdue or due today, for those who watch them."""
    numbers = board.counts(work, Wanted())
    context = {
        "title": _("Deadlines of the unit"),
        "counts": numbers,
        "cases": [],
        "endpoint": "oversight.board",
        "now": work.now,
    }
    return Tile("clocks/_tile.html", 10, context | {"When": When})


TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = (
    (Capability.CASE_READ, own_tile),
    (Capability.CLOCK_BOARD, unit_tile),
)
