"""The legal tracks on the case file, and beside the deadlines what is decided about telling the police."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask_babel import gettext as _

from app.accounts import queries as people
from app.cases import moving
from app.cases.acts import called, seat
from app.cases.models import Case, Client
from app.cases.panels import Panel, Source, Spot
from app.cases.queries import records
from app.domain.access import Capability
from app.legal import page, reading
from app.legal.labels import STATES
from app.legal.page import ANCHOR, CODED, WORDS
from app.security.sections import Section
from app.work import Work

WISHES: Final = "police"


def make(work: Work, case: Case) -> Panel:
    """Each track with its last milestone and the hearings that lie ahead."""
    at = seat(work, case.id)
    shown, loose = page.shown(work, case, dict(at.clients), at.today)
    companions = {line.step.companion for track in shown for line in track.coming}
    context: dict[str, Any] = {
        "tracks": shown,
        "loose": loose,
        "case": case,
        "names": people.names(work, {each for each in companions if each is not None}),
        "may_begin": page.may_begin(work, case),
    }
    return Panel("legal/_panel.html", context, _("Legal track"), ANCHOR, len(shown))


def make_wishes(work: Work, case: Case) -> Panel | None:
    """For each client of a sexual-violence crime what she wishes about the police, and what was decided (UU 12/2022 Pasal 41)."""
    lines = [*_wishes(work, case)]
    if not lines:
        return None
    context: dict[str, Any] = {
        "lines": lines,
        "case": case,
        "states": STATES,
        "may_begin": page.may_begin(work, case),
        "may_decide": moving.decides(work, case) and page.may_write(work, case),
    }
    return Panel("legal/_wishes_panel.html", context, _("Telling the police"), WISHES)


def _wishes(work: Work, case: Case) -> Iterator[dict[str, Any]]:
    newest = {wish.client_id: (row, wish) for row, wish in reading.wishes_of(work, case.id)}
    for row in sorted(records(work.session, Client, [case.id]), key=lambda row: row.position):
        mask, profile = called(work, row)
        held = newest.get(row.id)
        if not row.is_removed and (held is not None or (profile is not None and profile.tpks)):
            yield {
                "client_id": row.id,
                "mask": mask,
                "row": held[0] if held else None,
                "wish": held[1] if held else None,
            }


SOURCES: Final = (
    Source(Capability.CASE_READ, make, Spot.MAIN, order=60, coded=CODED, words=WORDS),
    Source(Capability.CASE_READ, make_wishes, Spot.SIDE, order=11, coded=(Section.CLIENT_PROFILE, Section.POLICE_WISH)),
)
