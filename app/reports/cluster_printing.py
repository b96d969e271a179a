"""Cluster V on its way to paper: what a reading hands out, and the press, which works outside any transaction (design 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.accounts import queries as accounts
from app.domain.errors import NotFound
from app.domain.indicators import indicator_set
from app.domain.zones import Zone
from app.papers import desk, engine, wording
from app.papers.engine import Printed, Stamp
from app.reports import presenting, services
from app.reports.cluster_paper import CODE, MARK, Given, cluster_paper
from app.security.structs.papers import Paper
from app.work import Work

PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A paper about to be rendered, with the logo above it and what stands at its foot."""

    paper: Paper
    logo: bytes
    stamp: Stamp


def cluster_ready(work: Work, sheet: services.ClusterSheet, only: Sequence[str] = ()) -> Ready:
    """The sheet as a paper under the letterhead of its unit; `only`: codes of the indicators wanted, else all.

    NotFound for a code that the set has not.
    """
    document, unit = sheet.document, sheet.unit
    codes = [each["code"] for each in document["indicators"]]
    if not set(only) <= set(codes):
        raise NotFound("indicator")
    indicators = indicator_set(document["set"])
    kinds = presenting.served_codes(indicators)
    parts = [
        presenting.block_of(document, sheet.earlier, code, kinds, "id") for code in codes if not only or code in only
    ]
    given = Given(
        document,
        parts,
        services.info_of(unit).places,
        desk.of_unit(work, unit),
        sheet.today,
        indicators.small_cell_below,
        indicators.child_under,
    )
    return Ready(cluster_paper(given), desk.logo_of(work, unit.id), _stamped(work, Zone(unit.zone)))


def press(ready: Ready) -> Printed:
    """The PDF. Never inside a transaction."""
    return engine.render(ready.paper, ready.stamp, ready.logo)


def _stamped(work: Work, zone: Zone) -> Stamp:
    """Who prints and when, for the foot of every page (security 7.7)."""
    user_id = work.actor.user_id
    who = accounts.names(work, [user_id]).get(user_id, "") if user_id is not None else work.actor.system
    return Stamp(f"{MARK} · {CODE} · Dicetak oleh {who}, {wording.moment(work.now, zone)}", work.now)
