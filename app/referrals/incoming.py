"""Acts on referrals that come to us: record the letter, answer it, tell the sender what came of it (product 4, point 3).

The sender told us of the client; what we tell back is a disclosure like any other: an answer says whether we take the client on, the
result goes on a consent or another recorded basis alone (`basis`). Nothing here informs anybody: the program records what people did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases import acting as cases
from app.cases import queries as case_queries
from app.cases.coded_fields import limit_of
from app.cases.models import Case, Client
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import NotFound, Problem, Refused
from app.domain.incoming import IncomingStatus, IncomingStep, step
from app.domain.referrals import Need
from app.domain.zones import local_day
from app.referrals import basis, directory
from app.referrals.basis import Given
from app.referrals.models import IncomingReferral
from app.referrals.services import Answer, not_future, unsaid
from app.security.sections import Section
from app.security.structs import incoming as structs
from app.security.structs import work as work_structs
from app.work import Work

_TEXTS: Final = ("letter_no", "asked", "contact")


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What came: from whom of the directory, about which client (None: the whole case), what is asked, how and when."""

    client_id: UUID | None
    institution_id: UUID
    requested: tuple[str, ...]
    received_on: date
    asked: str
    letter_no: str = ""
    letter_on: date | None = None
    how: str = ""
    contact: str = ""
    urgent: bool = False


def record(work: Work, case_id: UUID, letter: Letter) -> IncomingReferral:
    """Record that an institution referred a client of this case to us.

    Refused for an institution of another directory, an unknown code, a day to come, a letter dated after it came, or without what is asked.
    """
    work.actor.require(Capability.REFERRAL_WRITE)
    case = cases.receiving(work, case_id)
    if letter.client_id is not None:
        cases.record_of(work, Client, case_id, letter.client_id)
    institution = directory.get(work, letter.institution_id)
    text = structs.IncomingReferralText(letter_no=letter.letter_no.strip(), asked=letter.asked, contact=letter.contact)
    head = structs.IncomingReferral(
        client_id=letter.client_id,
        institution_id=institution.id,
        institution_type=directory.read(work, institution).type,
        requested=letter.requested,
        letter_on=letter.letter_on,
        received_on=letter.received_on,
        how=letter.how,
        urgent=letter.urgent,
    )
    problems = [*_faults(work, case, head, text)]
    if institution.unit_id != case.unit_id:
        problems.append(Problem("institution.inactive", "institution_id"))
    if problems:
        raise Refused(*problems)
    sealed = {
        "referral_sealed": (Section.INCOMING_REFERRAL, head),
        "text_sealed": (Section.INCOMING_REFERRAL_TEXT, text),
    }
    row = add_record(work, IncomingReferral, case.id, sealed, status=IncomingStatus.NEW.value)
    work.touched(case.id, Event.INCOMING_RECORDED, row.id, row=row)
    return row


def take_step(
    work: Work,
    incoming_id: UUID,
    code: str,
    answer: Answer,
    *,
    consent_id: UUID | None = None,
    given: Given | None = None,
    expected: str | None = None,
) -> IncomingReferral:
    """Record one step. Conflict where the status table has no such step from here; Refused where something it needs is missing.

    `consent_id` or `given`: the ground on which the result is told.
    """
    row = get(work, incoming_id, lock=True)
    cases.editable(work, row.case_id, closed_too=True)
    cases.fresh(expected, row.referral_sealed, row.text_sealed)
    wanted = step(IncomingStatus(row.status), code)
    work.actor.require(wanted.capability)
    head, text = read(work, row), read_text(work, row)
    case = work.session.get_one(Case, row.case_id)
    at = _moment(work, case, head, answer.at)
    problems = [*unsaid(answer, needs_words=wanted.needs_words)]
    if Need.BASIS in wanted.needs and not problems:
        if given is not None:
            consent_id = basis.record(work, row.case_id, head.client_id, given)
        head = msgspec.structs.replace(head, consent_id=consent_id)
        lacking = basis.lacking(work, row.case_id, as_referral(head), local_day(at, cases.zone_of(work, case)))
        problems += [lacking] if lacking is not None else []
    if problems:
        raise Refused(*problems)
    made = structs.IncomingStep(wanted.target.value, at, work.actor.user_id, answer.how)
    head = msgspec.structs.replace(head, steps=(*head.steps, made))
    row.status = wanted.target.value
    _seal(work, row, head, _with_words(text, wanted, answer.text))
    work.touched(row.case_id, Event.INCOMING_STEP, row.id, row=row)
    return row


def get(work: Work, incoming_id: UUID, *, lock: bool = False) -> IncomingReferral:
    """One referral to us of a case the actor may read, or NotFound."""
    wanted = select(IncomingReferral).join(Case, Case.id == IncomingReferral.case_id)
    wanted = wanted.where(case_queries.readable_by(work.actor), IncomingReferral.id == incoming_id)
    found = work.session.scalar(wanted.with_for_update(of=IncomingReferral) if lock else wanted)
    if found is None:
        raise NotFound("incoming referral")
    case_queries.get(work, found.case_id)
    return found


def of_cases(work: Work, case_ids: Iterable[UUID]) -> Sequence[IncomingReferral]:
    """The referrals to us of these cases, oldest first."""
    return case_queries.records(work.session, IncomingReferral, case_ids)


def read(work: Work, row: IncomingReferral) -> structs.IncomingReferral:
    """The coded head."""
    return work.vault.open(row.place(Section.INCOMING_REFERRAL), row.referral_sealed, structs.IncomingReferral)


def read_text(work: Work, row: IncomingReferral) -> structs.IncomingReferralText:
    """The words (S4)."""
    return work.vault.open(row.place(Section.INCOMING_REFERRAL_TEXT), row.text_sealed, structs.IncomingReferralText)


def as_referral(head: structs.IncomingReferral) -> work_structs.Referral:
    """What telling the sender the result would be as a referral of ours: what `basis` asks a ground for."""
    return work_structs.Referral(
        client_id=head.client_id,
        institution_type=head.institution_type,
        requested=head.requested,
        consent_id=head.consent_id,
        basis=head.basis,
    )


def reported_at(head: structs.IncomingReferral) -> datetime | None:
    """When the sender was told the result; None where nobody was."""
    return next((each.at for each in head.steps if each.status == IncomingStatus.REPORTED.value), None)


def _faults(
    work: Work, case: Case, head: structs.IncomingReferral, text: structs.IncomingReferralText
) -> Iterable[Problem]:
    today = cases.today_of(work, case)
    for name, known in (("requested", "service"), ("how", "referral_way")):
        value: str | tuple[str, ...] = getattr(head, name)
        if any(code not in code_list(known) for code in ([value] if value and isinstance(value, str) else value)):
            yield Problem("code.unknown", name, params={"list": known})
    if head.received_on > today:
        yield Problem("day.future", "received_on", params={"day": head.received_on.isoformat()})
    if head.letter_on is not None and head.letter_on > head.received_on:
        yield Problem("incoming.letter-later", "letter_on")
    if not text.asked.strip():
        yield Problem("required", "asked")
    for name in _TEXTS:
        if len(getattr(text, name)) > limit_of(name):
            yield Problem("text.too-long", name, params={"limit": str(limit_of(name))})


def _moment(work: Work, case: Case, head: structs.IncomingReferral, at: datetime) -> datetime:
    """Not to come, not before the day it came, not before the step before it; within a minute the later of the two counts."""
    not_future(work, at)
    if local_day(at, cases.zone_of(work, case)) < head.received_on:
        raise Refused(Problem("incoming.before-received", "at"))
    last = head.steps[-1].at if head.steps else None
    if last is not None and at < last.replace(second=0, microsecond=0):
        raise Refused(Problem("referral.before-last", "at"))
    return max(at, last) if last is not None else at


def _with_words(text: structs.IncomingReferralText, wanted: IncomingStep, words: str) -> structs.IncomingReferralText:
    said = words.strip()
    if Need.REASON in wanted.needs:
        return msgspec.structs.replace(text, refusal=said)
    if Need.RESULT in wanted.needs:
        return msgspec.structs.replace(text, result=said)
    return msgspec.structs.replace(text, reply="\n".join(part for part in (text.reply, said) if part))


def _seal(
    work: Work, row: IncomingReferral, head: structs.IncomingReferral, text: structs.IncomingReferralText
) -> None:
    seal_into(
        work,
        row,
        {"referral_sealed": (Section.INCOMING_REFERRAL, head), "text_sealed": (Section.INCOMING_REFERRAL_TEXT, text)},
    )
