"""The referrals of a case on its file: to whom, where each stands, which clock runs out next."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from app.cases import queries as case_queries
from app.cases.addressees import Addressees
from app.cases.casefile import incident_of
from app.cases.models import Case, Client
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.domain.referrals import ReferralStatus
from app.domain.stages import Status
from app.referrals import incoming, incoming_pages, queries, services
from app.referrals.board import institution_names
from app.referrals.page import masked
from app.referrals.watch import watch
from app.security.sections import Section
from app.web.sealed import Unopened, opened
from app.work import Work

ANCHOR: Final = "referrals"
REFERRED: Final = "CH_RUJUKAN"


def make(work: Work, case: Case) -> Panel:
    """The panel, with the button for a new referral where the person may refer."""
    rows = queries.of_cases(work, [case.id])
    heads = [opened(lambda row=row: services.read(work, row)) for row in rows]  # type: ignore[misc]
    clients = case_queries.records(work.session, Client, [case.id])
    masks: dict[UUID | None, str | Unopened] = {row.id: masked(work, row) for row in clients}
    names = institution_names(work, heads)
    clocks = watch().lines(work, [case.id]) if rows else {}
    lines = [
        {
            "row": row,
            "head": head,
            "institution": names.get(head.institution_id, "") if not isinstance(head, Unopened) else "",
            "mask": masks.get(head.client_id) if not isinstance(head, Unopened) else head,
            "clock": next((line for line in clocks.get(row.id, ()) if line.is_running), None),
        }
        for row, head in zip(rows, heads, strict=True)
    ]
    came = incoming_pages.lines(work, incoming.of_cases(work, [case.id]), masks)
    context = {
        "lines": lines,
        "case": case,
        "now": work.now,
        "may_refer": _may_refer(work, case),
        "incoming": came,
        "came_referred": not came and _came_referred(work, case),
    }
    return Panel("referrals/_case_panel.html", context, _("Referrals"), ANCHOR, len(rows) + len(came))


def _came_referred(work: Work, case: Case) -> bool:
    """Whether the case was reported by way of another institution."""
    incident = opened(lambda: incident_of(work, case))
    return not isinstance(incident, Unopened) and incident.channel == REFERRED


def _may_refer(work: Work, case: Case) -> bool:
    actor = work.actor
    may = actor.may(Capability.REFERRAL_WRITE) and actor.may(Capability.CASE_EDIT)
    return may and case_queries.works_on(work, case.id) and case.status == Status.OPEN.value


def addressees(work: Work, case: Case) -> list[tuple[UUID, str]]:
    """The referrals of a case that were not cancelled, as something an expert's report may be released for."""
    rows = [row for row in queries.of_cases(work, [case.id]) if row.status != ReferralStatus.CANCELLED.value]
    heads = {row.id: opened(lambda row=row: services.read(work, row)) for row in rows}  # type: ignore[misc]
    names = institution_names(work, heads.values())
    known = {row_id: head for row_id, head in heads.items() if not isinstance(head, Unopened)}
    return [(row_id, names.get(head.institution_id, "") or _("Referral")) for row_id, head in known.items()]


ADDRESSEES: Final = Addressees(addressees, (Section.REFERRAL,))
SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make,
        Spot.MAIN,
        order=40,
        coded=(Section.REFERRAL, Section.INCOMING_REFERRAL, Section.CLIENT_PROFILE, Section.INCIDENT),
    ),
)
