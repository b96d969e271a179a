"""*Beranda*: the person's work at a glance. Rooms hang their tiles here; the page only arranges them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app

from app.domain.access import Capability
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

_KEY: Final = "naungan.tiles"
_PRESSING: Final = "naungan.pressing"
bp = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class Tile:
    """One panel: a template fragment with what it is given. A lower order stands further up."""

    template: str
    order: int = 100
    context: dict[str, Any] = field(default_factory=dict)


TileMaker = Callable[[Work], Tile | None]
"""Makes a tile from clear columns (the page opens nothing sealed), or None where it has nothing for this person."""


def register_tiles(app: Flask, makers: Sequence[tuple[Capability, TileMaker]]) -> None:
    """Hang tiles on the home page; each is made for holders of its capability only."""
    app.extensions.setdefault(_KEY, []).extend(makers)


def register_pressing(app: Flask, makers: Sequence[tuple[Capability, TileMaker]]) -> None:
    """Hang up what must not wait unseen: on the home page, and above the lists of work of other rooms (`pressing`)."""
    app.extensions.setdefault(_PRESSING, []).extend(makers)


@bp.get("/")
@requires(Capability.HOME)
def show() -> Response:
    """The home page."""
    with runtime.looking() as work:
        return render_page("home/show.html", tiles=tiles(work))


def tiles(work: Work) -> list[Tile]:
    """This person's tiles in their order, with what presses."""
    return _in_order([*_made(work, _KEY), *pressing(work)])


def pressing(work: Work) -> list[Tile]:
    """What must not wait unseen, for this person: a list of work shows it above its own lines."""
    return _in_order(_made(work, _PRESSING))


def _made(work: Work, key: str) -> list[Tile]:
    makers: list[tuple[Capability, TileMaker]] = current_app.extensions.get(key, [])
    made = [make(work) for capability, make in makers if work.actor.may(capability)]
    return [tile for tile in made if tile is not None]


def _in_order(tiles: Sequence[Tile]) -> list[Tile]:
    return sorted(tiles, key=lambda tile: tile.order)
