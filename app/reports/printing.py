"""A recap on its way to paper: what a reading hands to the press, which works outside any transaction (design 6)."""

from __future__ import annotations

from app.papers import desk
from app.papers.printing import Ready, stamped
from app.reports import recap_paper, services
from app.work import Work


def recap_ready(work: Work, sheet: services.RecapSheet) -> Ready:
    """The recap as a paper, under the letterhead of the unit it is of."""
    given = recap_paper.Recap(sheet.document, sheet.months, desk.of_unit(work, sheet.unit), sheet.today)
    stamp = stamped(work, recap_paper.CODE, sheet.unit.local_zone)
    return Ready(recap_paper.recap_paper(given), desk.logo_of(work, sheet.unit.id), stamp)
