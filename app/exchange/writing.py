"""What an import writes beside the intake: services, referrals, legal steps, follow-ups; and how it takes a case back."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases.models import Case, Client, FollowUp, Report, ReportedPerson, Service
from app.cases.queries import records
from app.cases.sealing import Sealed, add_record
from app.domain.stages import Status
from app.exchange.building import CaseEntry
from app.legal.landing import land
from app.referrals.models import Institution, Referral
from app.security import index
from app.security.sections import Section
from app.security.structs.case import Report as ReportDocument
from app.security.structs.work import FollowUpText
from app.work import Work


def institutions_by_name(work: Work, unit_id: UUID) -> Mapping[str, UUID]:
    """The unit's directory, to recognise institutions by name."""
    rows = work.session.scalars(select(Institution).where(Institution.unit_id == unit_id))
    return {row.name.casefold(): row.id for row in rows}


def write_rest(work: Work, case: Case, entry: CaseEntry, institutions: Mapping[str, UUID]) -> None:
    """Everything of the entry that is not in its intake. The case is touched already; its steps before commit see it all."""
    for service, text in entry.services:
        sealed: Sealed = {"service_sealed": (Section.SERVICE, service), "text_sealed": (Section.SERVICE_TEXT, text)}
        add_record(work, Service, case.id, sealed, is_removed=False)
    for referral, words, status in entry.referrals:
        institution = institutions.get(words.institution_name.casefold())
        named = msgspec.structs.replace(referral, institution_id=institution)
        sealed = {"referral_sealed": (Section.REFERRAL, named), "text_sealed": (Section.REFERRAL_TEXT, words)}
        add_record(work, Referral, case.id, sealed, status=status)
    land(work, case, entry.legal)
    for follow_up in entry.follow_ups:
        words_of = FollowUpText()
        sealed = {"follow_up_sealed": (Section.FOLLOW_UP, follow_up), "text_sealed": (Section.FOLLOW_UP_TEXT, words_of)}
        add_record(work, FollowUp, case.id, sealed, is_removed=False)
    _write_further_reporters(work, case, entry)


def _write_further_reporters(work: Work, case: Case, entry: CaseEntry) -> None:
    """Whoever else reported stands beside the first with a report of the same day and channel, as when a report joins a case."""
    first = entry.intake.report
    if first.on is None:  # such a case was refused
        return
    for reporter in entry.reporters[1:]:
        document = ReportDocument(on=first.on, time=first.time, channel=first.channel)
        sealed = {"report_sealed": (Section.REPORT, document), "reporter_sealed": (Section.REPORTER, reporter)}
        add_record(work, Report, case.id, sealed)


def take_back(work: Work, case: Case) -> None:
    """Void an imported case and take its people out of the index; its number stays used."""
    case.status, case.closed_at, case.is_hidden = Status.VOIDED.value, None, True
    for client in records(work.session, Client, [case.id]):
        index.remove(work.session, index.Subject("client", client.id, case.id, case.unit_id))
    for person in records(work.session, ReportedPerson, [case.id]):
        index.remove(work.session, index.Subject("reported", person.id, case.id, case.unit_id))
    work.touched(case.id, Event.CASE_VOIDED, row=case)
