"""The requests for help on the case file."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from app.cases import queries
from app.cases.models import AidRequest, Case
from app.cases.panels import Panel, Source, Spot, is_open
from app.domain.access import Capability
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import handling
from app.web.sealed import opened
from app.work import Work

ANCHOR: Final = "aid-requests"


def make(work: Work, case: Case) -> Panel:
    """Each request: when, by what kind of person, on what; the name and the number where identities are open."""
    words = is_open(work, case, Section.AID_REQUEST_TEXT)
    rows = queries.records(work.session, AidRequest, [case.id])
    lines = [{"row": row, "head": _head(work, row), "words": _words(work, row) if words else None} for row in rows]
    context: dict[str, Any] = {
        "lines": lines,
        "case": case,
        "may": words and case.status == Status.OPEN.value and work.actor.may(Capability.CASE_EDIT),
        "identity": is_open(work, case, Section.CLIENT_IDENTITY),
    }
    return Panel("cases/_aid_requests.html", context, _("Request for help"), ANCHOR, len(rows))


def _head(work: Work, row: AidRequest) -> Any:
    place = row.place(Section.AID_REQUEST)
    return opened(lambda: work.vault.open(place, row.request_sealed, handling.AidRequest))


def _words(work: Work, row: AidRequest) -> Any:
    place = row.place(Section.AID_REQUEST_TEXT)
    return opened(lambda: work.vault.open(place, row.text_sealed, handling.AidRequestText))


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.MAIN,
        order=60,
        coded=(Section.AID_REQUEST,),
        words=(Section.AID_REQUEST_TEXT,),
    ),
)
