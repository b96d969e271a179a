"""The ends of clients on the case file: what was proposed, by whom, and what was decided."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.cases import moving, queries, terminations, watching
from app.cases.models import Case, Client, Termination
from app.cases.panels import Panel, Source, Spot, is_open
from app.domain.access import Capability
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import handling
from app.security.structs.people import ClientProfile
from app.web.sealed import Unopened, opened
from app.work import Work

ANCHOR: Final = "terminations"


def make(work: Work, case: Case) -> Panel | None:
    """Each proposal, newest first; nothing where there is none."""
    rows = queries.records(work.session, Termination, [case.id])[::-1]
    if not rows:
        return None
    words = is_open(work, case, Section.TERMINATION_TEXT)
    masks = {row.id: _mask(work, row) for row in queries.records(work.session, Client, [case.id])}
    lines = [{"row": row, "head": _head(work, row), "words": _words(work, row) if words else None} for row in rows]
    context: dict[str, Any] = {
        "lines": lines,
        "case": case,
        "masks": masks,
        "names": accounts.names(work, {who for row in rows for who in (row.created_by, row.decided_by) if who}),
        "may_decide": case.status == Status.OPEN.value and moving.decides(work, case),
        "may_retract": case.status == Status.OPEN.value and terminations.is_manager(work, case.id),
    }
    return Panel("cases/_terminations.html", context, _("Termination"), ANCHOR, len(rows))


def make_watch(work: Work, case: Case) -> Panel | None:
    """That the file is closed and somebody goes on watching the legal steps."""
    return Panel("cases/_legal_watch.html") if case.id in watching.watched(work, [case.id]) else None


def _head(work: Work, row: Termination) -> Any:
    place = row.place(Section.TERMINATION)
    return opened(lambda: work.vault.open(place, row.termination_sealed, handling.Termination))


def _words(work: Work, row: Termination) -> Any:
    place = row.place(Section.TERMINATION_TEXT)
    return opened(lambda: work.vault.open(place, row.text_sealed, handling.TerminationText))


def _mask(work: Work, row: Client) -> str | Unopened:
    place = row.place(Section.CLIENT_PROFILE)
    profile = opened(lambda: work.vault.open(place, row.profile_sealed, ClientProfile))
    return f"{row.position}. {profile.mask or _('no name')}" if isinstance(profile, ClientProfile) else profile


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.MAIN,
        order=80,
        coded=(Section.TERMINATION, Section.CLIENT_PROFILE),
        words=(Section.TERMINATION_TEXT,),
    ),
    Source(Capability.CASE_READ, make_watch, Spot.HEAD, order=3, coded=(Section.TERMINATION,)),
)
