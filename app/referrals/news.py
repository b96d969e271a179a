"""What is recorded about a referral and changes no status: that we asked again or went above, papers of the police, urgent help."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import acting as cases
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, Problem, Refused
from app.domain.referrals import ReferralStatus
from app.referrals.models import Referral
from app.referrals.services import UNDER_WAY, Answer, checked_moment, not_future, seal, take_up, unsaid, with_reply
from app.security.structs import work as work_structs
from app.work import Work


def follow_up(work: Work, referral_id: UUID, at: datetime, words: str = "", *, expected: str | None = None) -> Referral:
    """Record that we asked again. Conflict where nothing is under way."""
    row, document, text = take_up(work, referral_id, expected)
    work.actor.require(Capability.REFERRAL_RECORD_ANSWER)
    if ReferralStatus(row.status) not in UNDER_WAY:
        raise Conflict("not under way")
    at = checked_moment(work, document, at, after_last=False)
    cases.within(words, "text")
    document = msgspec.structs.replace(document, follow_ups=tuple(sorted((*document.follow_ups, at))))
    seal(work, row, document, with_reply(text, words))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def escalate(work: Work, referral_id: UUID, to: str, sent: Answer, *, expected: str | None = None) -> Referral:
    """Record that a referral without an answer was taken to somebody above (`to`: escalation_target). Meets the clock DEF-REF-ESC.

    Conflict where nothing is under way; Refused for an unknown code or too long a text.
    """
    row, document, text = take_up(work, referral_id, expected)
    work.actor.require(Capability.REFERRAL_RECORD_ANSWER)
    if ReferralStatus(row.status) not in UNDER_WAY:
        raise Conflict("not under way")
    problems = [*unsaid(sent)]
    if to not in code_list("escalation_target"):
        problems.append(Problem("code.unknown", "to", params={"list": "escalation_target"}))
    if problems:
        raise Refused(*problems)
    at = checked_moment(work, document, sent.at, after_last=False)
    made = work_structs.Escalation(at, to, sent.how, work.actor.user_id)
    document = msgspec.structs.replace(document, escalations=(*document.escalations, made))
    seal(work, row, document, with_reply(text, sent.text))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def record_police_report(
    work: Work, referral_id: UUID, at: datetime, number: str, *, expected: str | None = None
) -> Referral:
    """*Laporan polisi* or *tanda terima* with number and moment: what fulfils TPKS-41 and starts the KDRT clocks.

    Refused without its number, or for a moment that cannot be.
    """
    row, document, text = _with_record(work, referral_id, expected)
    if not number.strip():
        raise Refused(Problem("required", "number"))
    cases.within(number, "number")
    not_future(work, at)
    document = msgspec.structs.replace(document, police_report=work_structs.PoliceReport(at=at))
    seal(work, row, document, msgspec.structs.replace(text, police_report_no=number.strip()))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def record_protection(work: Work, referral_id: UUID, at: datetime, *, expected: str | None = None) -> Referral:
    """*Perlindungan sementara* given by the police (UU 23/2004 Pasal 16)."""
    row, document, text = _with_record(work, referral_id, expected)
    not_future(work, at)
    document = msgspec.structs.replace(document, protection_at=at)
    seal(work, row, document, text)
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def record_help_asked(work: Work, referral_id: UUID, at: datetime, *, expected: str | None = None) -> Referral:
    """Urgent help for a victim of trafficking was asked for: what starts TPPO-53 (UU 21/2007 Pasal 53). Refused after the help was given."""
    row, document, text = _with_record(work, referral_id, expected)
    not_future(work, at)
    if document.help_given_at is not None and document.help_given_at < at:
        raise Refused(Problem("referral.help-before-asked", "at"))
    seal(work, row, msgspec.structs.replace(document, help_asked_at=at), text)
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def record_help_given(work: Work, referral_id: UUID, at: datetime, *, expected: str | None = None) -> Referral:
    """First aid was given, what meets TPPO-53. Refused where nobody asked for it, or for a moment before that."""
    row, document, text = _with_record(work, referral_id, expected)
    not_future(work, at)
    if document.help_asked_at is None:
        raise Refused(Problem("referral.help-not-asked", "what"))
    if at < document.help_asked_at:
        raise Refused(Problem("referral.help-before-asked", "at"))
    seal(work, row, msgspec.structs.replace(document, help_given_at=at), text)
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def _with_record(
    work: Work, referral_id: UUID, expected: str | None
) -> tuple[Referral, work_structs.Referral, work_structs.ReferralText]:
    """A referral on which a paper of the police may be noted: any but a cancelled one, in every other status."""
    found = take_up(work, referral_id, expected)
    work.actor.require(Capability.REFERRAL_RECORD_ANSWER)
    if found[0].status == ReferralStatus.CANCELLED.value:
        raise Conflict("cancelled")
    return found
