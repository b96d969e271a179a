"""The documents of a case on its file: the newest few, and the way to all of them."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from app.cases import queries as case_queries
from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot, is_open
from app.documents import page, queries
from app.domain.access import Capability
from app.security.sections import Section
from app.work import Work

ANCHOR: Final = "documents"
SHOWN: Final = 5


def make(work: Work, case: Case) -> Panel:
    """The panel, with the button for new files where the person may keep them."""
    rows = queries.of_case(work, case.id)
    on_team = case_queries.is_on_team(work, case.id)
    words = is_open(work, case, Section.DOCUMENT_TEXT)
    reading = page.Reading(case.id, on_team, words, guarded=False, why="")
    masks = page.masks_of(work, case.id) if rows else {}
    lines = [page.line_of(work, row, reading, masks) for row in rows[:SHOWN]]
    may_keep = on_team and work.actor.may(Capability.CASE_EDIT) and case.status in page.TAKES_NEW
    context = {"lines": lines, "case": case, "more": max(0, len(rows) - SHOWN), "may_keep": may_keep}
    return Panel("documents/_case_panel.html", context, _("Documents"), ANCHOR, len(rows))


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.MAIN,
        order=60,
        coded=(Section.DOCUMENT, Section.CLIENT_PROFILE),
        words=(Section.DOCUMENT_TEXT,),
    ),
)
