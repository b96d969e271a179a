"""A recap on its way to paper: what a reading hands out, and the press, which works outside any transaction (design 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.accounts import queries as accounts
from app.domain.zones import Zone
from app.papers import desk, engine, wording
from app.papers.engine import Printed, Stamp
from app.reports import recap_paper, services
from app.security.structs.papers import Paper
from app.work import Work

PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A paper about to be rendered, with the logo above it and what stands at its foot."""

    paper: Paper
    logo: bytes
    stamp: Stamp


def recap_ready(work: Work, sheet: services.RecapSheet) -> Ready:
    """The recap as a paper, under the letterhead of the unit it is of."""
    given = recap_paper.Recap(sheet.document, sheet.months, desk.of_unit(work, sheet.unit), sheet.today)
    stamp = stamped(work, recap_paper.CODE, Zone(sheet.unit.zone))
    return Ready(recap_paper.recap_paper(given), desk.logo_of(work, sheet.unit.id), stamp)


def stamped(work: Work, code: str, zone: Zone) -> Stamp:
    """Who prints and when, for the foot of every page (security 7.7)."""
    user_id = work.actor.user_id
    who = accounts.names(work, [user_id]).get(user_id, "") if user_id is not None else work.actor.system
    return Stamp(f"{code} · Dicetak oleh {who}, {wording.moment(work.now, zone)}", work.now)


def press(ready: Ready) -> Printed:
    """The PDF. Never inside a transaction."""
    return engine.render(ready.paper, ready.stamp, ready.logo)
