"""Closing on the home page: what waits for one's signature, and whether last month is still open. Clear columns only."""

from __future__ import annotations

from typing import Final

from app.domain.access import Capability
from app.reports import closing, closing_sheets, frozen, periods, queries, services
from app.web.home import Tile, TileMaker
from app.work import Work


def sign_tile(work: Work) -> Tile | None:
    """Frozen tables that wait for one's signature: of others, and one's own where nobody else may sign."""
    unit_id, user_id = work.actor.own_unit(), work.actor.user_id
    found = frozen.waiting(work, unit_id)
    if any(each.row.created_by == user_id for each in found) and closing.others_sign(work, unit_id, user_id):
        found = [each for each in found if each.row.created_by != user_id]
    named = [(each.row.period, closing_sheets.period_named(each.row.period)) for each in found]
    return Tile("reports/_tile_sign.html", 14, {"periods": named}) if found else None


def close_tile(work: Work) -> Tile | None:
    """Last month, where nobody closed it yet."""
    unit = queries.unit(work)
    month = closing_sheets.last_month(services.today_of(work, unit))
    name = periods.named(month)
    given = frozen.versions(work, unit.id, name)
    if any(version.is_signed or version.is_waiting for version in given):
        return None
    return Tile("reports/_tile_close.html", 14, {"month": month, "name": name})


TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = (
    (Capability.RECAP_SIGN, sign_tile),
    (Capability.RECAP_CLOSE, close_tile),
)
