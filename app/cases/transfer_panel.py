"""Transfers on the case file: to whom it was to go, what was answered; and from which unit it came."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.cases import queries, transfers
from app.cases.models import Case, Transfer
from app.cases.panels import Panel, Source, Spot, is_open
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import handling
from app.web.sealed import opened
from app.work import Work

ANCHOR: Final = "transfers"


def make(work: Work, case: Case) -> Panel | None:
    """Each transfer, newest first, and the one the case came by; nothing where there is neither."""
    rows = transfers.of_case(work, case.id)
    came = transfers.came_by(work, case.id)
    if not rows and came is None:
        return None
    words = is_open(work, case, Section.TRANSFER_TEXT)
    lines = [{"row": row, "head": _head(work, row), "words": _words(work, row) if words else None} for row in rows]
    context: dict[str, Any] = {
        "lines": lines,
        "case": case,
        "came": came,
        "came_from": transfers.sender_of(work, came).name if came is not None else "",
        "units": {row.id: _unit_name(work, row) for row in rows},
        "names": accounts.names(work, {who for row in rows for who in (row.created_by, row.decided_by) if who}),
        "may_retract": work.actor.may(Capability.CASE_APPROVE) and not queries.has_part(work, case.id),
    }
    return Panel("cases/_transfers.html", context, _("Transfer"), ANCHOR, len(rows) or None)


def _unit_name(work: Work, row: Transfer) -> str:
    return work.session.get_one(Unit, row.to_unit_id).name if row.to_unit_id is not None else ""


def _head(work: Work, row: Transfer) -> Any:
    place = row.place(Section.TRANSFER)
    return opened(lambda: work.vault.open(place, row.transfer_sealed, handling.Transfer))


def _words(work: Work, row: Transfer) -> Any:
    place = row.place(Section.TRANSFER_TEXT)
    return opened(lambda: work.vault.open(place, row.text_sealed, handling.TransferText))


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.MAIN,
        order=85,
        coded=(Section.TRANSFER,),
        words=(Section.TRANSFER_TEXT,),
    ),
)
