"""Acts of the referral desk: create, send, record the answers, cancel (case-management 6.4; design 5).

Consent, or another recorded legal basis (danger to life, legal duty), stands before anything is disclosed: a referral is sent only on
a consent that covers it and was not withdrawn, or on such a basis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import acting as cases
from app.cases.models import Client, Consent
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.referrals import Need, ReferralStatus, Step, step
from app.referrals import directory, queries
from app.referrals.models import Referral
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.work import Work

ReferralPair = tuple[Referral, work_structs.Referral]

CONSENT_BASES: Final = frozenset(code.code for code in code_list("consent_basis") if code.truth("consent"))


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What a new referral says: to whom, for which client (None: the whole case), what is asked, on which basis, why."""

    client_id: UUID | None
    institution_id: UUID
    requested: tuple[str, ...]
    urgent: bool
    consent_id: UUID | None
    basis: str
    reason: str
    contact: str = ""
    letter_no: str = ""
    disclosed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a step records besides its status: when it happened, how it came, and the words it needs."""

    at: datetime
    how: str = ""
    text: str = ""


def create(work: Work, case_id: UUID, draft: Draft) -> Referral:
    """Decide on a referral. It is a draft until it is sent; the decision starts the clock for sending it."""
    work.actor.require(Capability.REFERRAL_WRITE)
    case = cases.editable(work, case_id)
    if draft.client_id is not None:
        cases.record_of(work, Client, case_id, draft.client_id)
    institution = directory.get(work, draft.institution_id)
    if not institution.is_active or institution.unit_id != case.unit_id:
        raise Refused(Problem("institution.inactive", "institution_id"))
    if not draft.reason.strip():
        raise Refused(Problem("required", "reason"))
    row = Referral(
        id=new_id(),
        case_id=case.id,
        created_at=work.now,
        created_by=work.actor.user_id,
        status=ReferralStatus.DRAFT.value,
        referral_sealed=b"",
        text_sealed=b"",
    )
    document = work_structs.Referral(
        client_id=draft.client_id,
        institution_id=institution.id,
        institution_type=directory.read(work, institution).type,
        requested=draft.requested,
        disclosed=draft.disclosed,
        urgent=draft.urgent,
        consent_id=draft.consent_id,
        basis=draft.basis,
        decided_at=work.now,
    )
    text = work_structs.ReferralText(reason=draft.reason, contact=draft.contact, letter_no=draft.letter_no)
    _seal(work, row, document, text)
    work.session.add(row)
    work.touched(case.id, Event.REFERRAL_CREATED, row.id, row=row)
    return row


def take_step(work: Work, referral_id: UUID, code: str, answer: Answer, *, expected: str | None = None) -> Referral:
    """Record one step. Conflict where the status table has no such step from here; Refused where something it needs is missing."""
    row, document, text = _mine(work, referral_id, expected)
    wanted = step(ReferralStatus(row.status), code)
    work.actor.require(wanted.capability)
    _check_moment(work, document, answer.at)
    missing = _lacks(work, row, document, wanted, answer)
    if missing:
        raise Refused(*missing)
    row.status = wanted.target.value
    recorded = work_structs.ReferralStep(
        status=wanted.target.value, at=answer.at, by=work.actor.user_id, how=answer.how
    )
    document = msgspec.structs.replace(document, steps=(*document.steps, recorded))
    _seal(work, row, document, _with_words(text, wanted, answer.text))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def follow_up(work: Work, referral_id: UUID, at: datetime, words: str = "") -> Referral:
    """Record that we asked again."""
    row, document, text = _mine(work, referral_id, None)
    if ReferralStatus(row.status) not in {
        ReferralStatus.SENT,
        ReferralStatus.ACKNOWLEDGED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.SERVED,
    }:
        raise Conflict("not under way")
    _check_moment(work, document, at)
    document = msgspec.structs.replace(document, follow_ups=(*document.follow_ups, at))
    _seal(work, row, document, _append_reply(text, words))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def record_police_report(work: Work, referral_id: UUID, at: datetime, number: str) -> Referral:
    """*Laporan polisi* or *tanda terima* with number and moment: what fulfils TPKS-41 and starts the KDRT clocks."""
    row, document, text = _mine(work, referral_id, None)
    if not number.strip():
        raise Refused(Problem("required", "number"))
    _not_future(work, at)
    document = msgspec.structs.replace(document, police_report=work_structs.PoliceReport(at=at))
    _seal(work, row, document, msgspec.structs.replace(text, police_report_no=number.strip()))
    work.touched(row.case_id, Event.REFERRAL_CHANGED, row.id, row=row)
    return row


def record_protection(work: Work, referral_id: UUID, at: datetime) -> Referral:
    """*Perlindungan sementara* given by the police (UU 23/2004 Pasal 16)."""
    row, document, text = _mine(work, referral_id, None)
    _not_future(work, at)
    document = msgspec.structs.replace(document, protection_at=at)
    _seal(work, row, document, text)
    work.touched(row.case_id, Event.REFERRAL_CHANGED, row.id, row=row)
    return row


def read(work: Work, row: Referral) -> work_structs.Referral:
    """The coded head of a referral."""
    return work.vault.open(row.place(Section.REFERRAL), row.referral_sealed, work_structs.Referral)


def read_text(work: Work, row: Referral) -> work_structs.ReferralText:
    """The words of a referral (S4)."""
    return work.vault.open(row.place(Section.REFERRAL_TEXT), row.text_sealed, work_structs.ReferralText)


def pairs_of(work: Work, case_ids: Iterable[UUID]) -> Mapping[UUID, list[ReferralPair]]:
    """The referrals of these cases with their coded heads, oldest first; one query however many cases."""
    found: dict[UUID, list[ReferralPair]] = defaultdict(list)
    for row in queries.of_cases(work, case_ids):
        found[row.case_id].append((row, read(work, row)))
    return found


def has_basis(work: Work, case_id: UUID, document: work_structs.Referral) -> bool:
    """Whether disclosure rests on something: a consent of this client that covers it and stands, or another legal basis on record."""
    if document.consent_id is None:
        return bool(document.basis) and document.basis not in CONSENT_BASES
    row = cases.record_of(work, Consent, case_id, document.consent_id)
    consent = work.vault.open(row.place(Section.CONSENT), row.consent_sealed, work_structs.Consent)
    same_client = document.client_id is None or consent.client_id == document.client_id
    return same_client and consent.withdrawn_on is None and not set(document.requested) & set(consent.refused)


def _mine(
    work: Work, referral_id: UUID, expected: str | None
) -> tuple[Referral, work_structs.Referral, work_structs.ReferralText]:
    row = queries.get(work, referral_id)
    if not (work.actor.may(Capability.REFERRAL_WRITE) or work.actor.may(Capability.REFERRAL_RECORD_ANSWER)):
        raise NotPermitted("referral")
    cases.editable(work, row.case_id)
    cases.fresh(expected, row.referral_sealed, row.text_sealed)
    return row, read(work, row), read_text(work, row)


def _lacks(
    work: Work, row: Referral, document: work_structs.Referral, wanted: Step, answer: Answer
) -> tuple[Problem, ...]:
    problems = []
    if Need.BASIS in wanted.needs and not has_basis(work, row.case_id, document):
        problems.append(Problem("referral.basis", "consent_id"))
    if {Need.REFUSAL, Need.RESULT, Need.REASON} & set(wanted.needs) and not answer.text.strip():
        problems.append(Problem("required", "text"))
    return tuple(problems)


def _with_words(text: work_structs.ReferralText, wanted: Step, words: str) -> work_structs.ReferralText:
    if Need.REFUSAL in wanted.needs or Need.REASON in wanted.needs:
        return msgspec.structs.replace(text, refusal=words)
    if Need.RESULT in wanted.needs:
        return msgspec.structs.replace(text, result=words)
    return _append_reply(text, words)


def _append_reply(text: work_structs.ReferralText, words: str) -> work_structs.ReferralText:
    joined = "\n".join(part for part in (text.reply, words.strip()) if part)
    return msgspec.structs.replace(text, reply=joined)


def _check_moment(work: Work, document: work_structs.Referral, at: datetime) -> None:
    _not_future(work, at)
    sent = next((s.at for s in document.steps if s.status == ReferralStatus.SENT.value), None)
    if sent is not None and at < sent:
        raise Refused(Problem("referral.before-sent", "at"))


def _not_future(work: Work, at: datetime) -> None:
    if at > work.now:
        raise Refused(Problem("moment.future", "at"))


def _seal(work: Work, row: Referral, document: work_structs.Referral, text: work_structs.ReferralText) -> None:
    row.referral_sealed = work.vault.seal(row.place(Section.REFERRAL), document)
    row.text_sealed = work.vault.seal(row.place(Section.REFERRAL_TEXT), text)
