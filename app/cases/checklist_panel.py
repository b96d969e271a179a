"""What is missing for the next step, at the head of the case file; and what an emergency left to be done."""

from __future__ import annotations

from typing import Any, Final

from app.cases import checklist, progress, queries
from app.cases.casefile import CODED, COURSE, coded_files
from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.work import Work


def make(work: Work, case: Case) -> Panel | None:
    """The list, or nothing where nothing is to be done and no reminder stands."""
    file = coded_files(work, [case.id])[case.id]
    found = checklist.of(progress.seen(work, file), on_team=queries.is_on_team(work, case.id))
    reminder = checklist.reminder(file)
    if not reminder and (found is None or not found.wanted):
        return None
    context: dict[str, Any] = {"list": found, "reminder": reminder, "case": case}
    return Panel("cases/_checklist_panel.html", context)


SOURCES: Final = (Source(Capability.CASE_EDIT, make, Spot.HEAD, order=90, coded=(*CODED, *COURSE)),)
