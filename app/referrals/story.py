"""What the referral desk tells of a case: each step of each referral, the police report, temporary protection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import url_for
from flask_babel import gettext as _

from app.cases.models import Case
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import joined, said, told
from app.domain.access import Capability
from app.referrals import incoming, queries, services
from app.referrals.board import institution_names
from app.referrals.models import IncomingReferral, Referral
from app.security.sections import Section
from app.security.structs import incoming as incoming_structs
from app.security.structs import work as structs
from app.web.sealed import opened
from app.work import Work

TONES: Final = {
    "RF_ACCEPTED": "good",
    "RF_SERVED": "good",
    "RF_CLOSED": "good",
    "RF_REJECTED": "bad",
    "RF_CANCELLED": "warn",
    "RI_REPORTED": "good",
    "RI_DECLINED": "bad",
    "RI_WITHDRAWN": "warn",
}


def _referrals(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    rows = queries.of_cases(work, [case.id])
    heads = [opened(lambda row=row: services.read(work, row)) for row in rows]  # type: ignore[misc]
    names = institution_names(work, heads)

    def referral(row: Referral, head: structs.Referral) -> Iterator[Entry]:
        of, where = head.client_id, names.get(head.institution_id) or said("institution_type", head.institution_type)
        url = url_for("referrals.show", referral_id=row.id)
        for step in head.steps:
            title = joined(
                _("Referred again") if head.follows else _("Referral"), where, said("referral_status", step.status)
            )
            tone = TONES.get(step.status, "info")
            yield Entry(Kind.REFERRAL, step.at, title, by=step.by, client_id=of, url=url, tone=tone)
        for at in head.follow_ups:
            yield Entry(Kind.REFERRAL, at, joined(_("Asked again"), where), client_id=of, url=url)
        for each in head.escalations:
            title = joined(_("Referral escalated"), where, said("escalation_target", each.to))
            yield Entry(Kind.REFERRAL, each.at, title, by=each.by, client_id=of, url=url, tone="warn")
        if head.police_report is not None:
            title = said("milestone", "LG_LP")
            yield Entry(Kind.LEGAL, head.police_report.at, title, client_id=of, url=url, tone="good")
        if head.protection_at is not None:
            title = _("Temporary protection given")
            yield Entry(Kind.LEGAL, head.protection_at, title, client_id=of, url=url, tone="good")
        if head.help_asked_at is not None:
            title = joined(_("Urgent help asked for"), where)
            yield Entry(Kind.REFERRAL, head.help_asked_at, title, client_id=of, url=url)
        if head.help_given_at is not None:
            title = joined(_("First aid given"), where)
            yield Entry(Kind.REFERRAL, head.help_given_at, title, client_id=of, url=url, tone="good")

    return told(Kind.REFERRAL, zip(rows, heads, strict=True), referral)


def _incoming(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    rows = incoming.of_cases(work, [case.id])
    heads = [opened(lambda row=row: incoming.read(work, row)) for row in rows]  # type: ignore[misc]
    names = institution_names(work, heads)

    def came(row: IncomingReferral, head: incoming_structs.IncomingReferral) -> Iterator[Entry]:
        sender = names.get(head.institution_id) or said("institution_type", head.institution_type)
        url = url_for("referrals.incoming_show", incoming_id=row.id)
        title = joined(_("Referral to us"), sender)
        yield Entry(Kind.REFERRAL, head.received_on, title, by=row.created_by, client_id=head.client_id, url=url)
        for step in head.steps:
            title = joined(_("Referral to us"), sender, said("incoming_status", step.status))
            tone = TONES.get(step.status, "info")
            yield Entry(Kind.REFERRAL, step.at, title, by=step.by, client_id=head.client_id, url=url, tone=tone)

    return told(Kind.REFERRAL, zip(rows, heads, strict=True), came)


TELLERS: Final = (
    Teller(Capability.CASE_READ, _referrals, (Section.REFERRAL,)),
    Teller(Capability.CASE_READ, _incoming, (Section.INCOMING_REFERRAL,)),
)
