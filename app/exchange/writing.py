"""What an import writes beside the intake: services, referrals, legal steps, follow-ups; and how it takes a case back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases.models import Case, CaseRecord, Client, FollowUp, Report, ReportedPerson, Service
from app.cases.queries import records
from app.db.base import new_id
from app.domain.stages import Status
from app.exchange.building import CaseEntry
from app.legal.models import LegalStep
from app.referrals.models import Institution, Referral
from app.security import index
from app.security.sections import Section
from app.security.structs.case import Report as ReportDocument
from app.security.structs.work import FollowUpText
from app.work import Work

R = TypeVar("R", bound=CaseRecord)


def institutions_by_name(work: Work, unit_id: UUID) -> Mapping[str, UUID]:
    """The unit's directory, to recognise institutions by name."""
    rows = work.session.scalars(select(Institution).where(Institution.unit_id == unit_id))
    return {row.name.casefold(): row.id for row in rows}


def write_rest(work: Work, case: Case, entry: CaseEntry, institutions: Mapping[str, UUID]) -> None:
    """Everything of the entry that is not in its intake. The case is touched already; its steps before commit see it all."""
    for service, text in entry.services:
        row = Service(is_removed=False, service_sealed=b"", text_sealed=b"", **_record(work, case))
        row.service_sealed = work.vault.seal(row.place(Section.SERVICE), service)
        row.text_sealed = work.vault.seal(row.place(Section.SERVICE_TEXT), text)
        work.session.add(row)
    for referral, words, status in entry.referrals:
        institution = institutions.get(words.institution_name.casefold())
        sent = Referral(status=status, referral_sealed=b"", text_sealed=b"", **_record(work, case))
        named = msgspec.structs.replace(referral, institution_id=institution)
        sent.referral_sealed = work.vault.seal(sent.place(Section.REFERRAL), named)
        sent.text_sealed = work.vault.seal(sent.place(Section.REFERRAL_TEXT), words)
        work.session.add(sent)
    for step, note in entry.legal:
        legal = LegalStep(step_sealed=b"", text_sealed=b"", **_record(work, case))
        legal.step_sealed = work.vault.seal(legal.place(Section.LEGAL_STEP), step)
        legal.text_sealed = work.vault.seal(legal.place(Section.LEGAL_STEP_TEXT), note)
        work.session.add(legal)
    for follow_up in entry.follow_ups:
        contact = FollowUp(follow_up_sealed=b"", text_sealed=b"", **_record(work, case))
        contact.follow_up_sealed = work.vault.seal(contact.place(Section.FOLLOW_UP), follow_up)
        contact.text_sealed = work.vault.seal(contact.place(Section.FOLLOW_UP_TEXT), FollowUpText())
        work.session.add(contact)
    _write_further_reporters(work, case, entry)


def _write_further_reporters(work: Work, case: Case, entry: CaseEntry) -> None:
    """Whoever else reported stands beside the first with a report of the same day and channel, as when a report joins a case."""
    first = entry.intake.report
    if first.on is None:  # such a case was refused
        return
    for reporter in entry.reporters[1:]:
        row = Report(report_sealed=b"", reporter_sealed=b"", **_record(work, case))
        document = ReportDocument(on=first.on, time=first.time, channel=first.channel)
        row.report_sealed = work.vault.seal(row.place(Section.REPORT), document)
        row.reporter_sealed = work.vault.seal(row.place(Section.REPORTER), reporter)
        work.session.add(row)


def take_back(work: Work, case: Case) -> None:
    """Void an imported case and take its people out of the index; its number stays used."""
    case.status, case.closed_at, case.is_hidden = Status.VOIDED.value, None, True
    for client in records(work.session, Client, [case.id]):
        index.remove(work.session, index.Subject("client", client.id, case.id, case.unit_id))
    for person in records(work.session, ReportedPerson, [case.id]):
        index.remove(work.session, index.Subject("reported", person.id, case.id, case.unit_id))
    work.touched(case.id, Event.CASE_VOIDED, row=case)


def _record(work: Work, case: Case) -> dict[str, object]:
    return {"id": new_id(), "case_id": case.id, "created_at": work.now, "created_by": work.actor.user_id}
