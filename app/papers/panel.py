"""The papers of a case on its file: the three about the whole case at hand, the others one step further."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.papers.kinds import KINDS, About
from app.papers.views import what_one_may
from app.work import Work

ANCHOR: Final = "papers"


def make(work: Work, case: Case) -> Panel:
    """The panel."""
    whole = [kind for kind in KINDS.values() if kind.about is About.CASE]
    rest = [kind for kind in KINDS.values() if kind.about is not About.CASE]
    context = {"case": case, "whole": whole, "rest": rest, "may": what_one_may(work, case)}
    return Panel("papers/_case_panel.html", context, _("Papers and letters"), ANCHOR)


SOURCES: Final = (Source(Capability.CASE_READ, make, Spot.SIDE, order=60),)
