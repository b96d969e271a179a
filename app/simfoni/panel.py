"""How a case stands towards SIMFONI, on its file; and how many cases wait, on the home page."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from app.cases import panels
from app.cases import queries as case_queries
from app.cases.models import Case, SimfoniEntry
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.simfoni import Entry, EntryText
from app.simfoni import listing, queries, services
from app.simfoni.listing import Show, Wanted
from app.simfoni.models import SimfoniState
from app.web.home import Tile, TileMaker
from app.web.sealed import opened
from app.work import Work


def make(work: Work, case: Case) -> Panel:
    """The last entry of the case and whether it waits; the number only where the words are open."""
    rows = [row for row in case_queries.records(work.session, SimfoniEntry, [case.id]) if not row.is_removed]
    last = rows[-1] if rows else None
    state = work.session.get(SimfoniState, case.id)
    context = {
        "case": case,
        "standing": queries.standing(work, case.id),
        "since": state.since if state is not None else None,
        "entry": _entry(work, last) if last is not None else None,
        "text": _text(work, last) if last is not None and panels.is_open(work, case, Section.SIMFONI_TEXT) else None,
        "may_open": services.reach(work, case) is not None,
        "has_link": work.actor.may(Capability.SIMFONI_READ),
    }
    return Panel("simfoni/_case_panel.html", context, _("SIMFONI"), "simfoni")


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.SIDE,
        order=60,
        coded=(Section.SIMFONI_ENTRY,),
        words=(Section.SIMFONI_TEXT,),
    ),
)


def _entry(work: Work, row: SimfoniEntry) -> object:
    return opened(lambda: work.vault.open(row.place(Section.SIMFONI_ENTRY), row.entry_sealed, Entry))


def _text(work: Work, row: SimfoniEntry) -> object:
    return opened(lambda: work.vault.open(row.place(Section.SIMFONI_TEXT), row.text_sealed, EntryText))


def tile(work: Work) -> Tile | None:
    """How many cases wait to be entered, for whoever enters them; clear columns only."""
    found = listing.find(work, Wanted(Show.AWAITING), 1)
    if not found.total:
        return None
    return Tile("simfoni/_tile.html", 25, {"total": found.total, "months": listing.months(work)})


TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = ((Capability.SIMFONI_ENTER, tile),)
