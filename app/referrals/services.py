"""Acts of the referral desk: create, send, record the answers, cancel (case-management 6.4; design 5).

Consent, or another recorded legal basis (danger to life, legal duty), stands before anything is disclosed: a referral is sent only on
a basis that covers it (`basis`). Nothing here informs anybody: the program records what people did, and never files by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import acting as cases
from app.cases.coded_fields import limit_of
from app.cases.models import Case, Client
from app.cases.sealing import add_record
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.referrals import MAY_BE_FOLLOWED, Need, ReferralStatus, Step, step
from app.domain.zones import local_day
from app.referrals import basis, directory, packages, queries
from app.referrals.basis import Given
from app.referrals.models import Referral
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.security.structs.packages import ReferralPackage
from app.work import Work

UNDER_WAY: Final = frozenset(
    {ReferralStatus.SENT, ReferralStatus.ACKNOWLEDGED, ReferralStatus.ACCEPTED, ReferralStatus.SERVED}
)
SEND: Final = "send"


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What a new referral says: to whom, for which client (None: the whole case), what is asked, on which basis, why.

    `consent_id` names a consent of the case; `basis` (CB_*) a legal basis without one.
    """

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
    needs: tuple[str, ...] = ()  # special needs the institution is told of
    follows: UUID | None = None  # a referral of the case that brought nothing


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a step records besides its status: when it happened, how it came (referral_way), and the words it needs."""

    at: datetime
    how: str = ""
    text: str = ""


def create(work: Work, case_id: UUID, draft: Draft, *, given: Given | None = None) -> Referral:
    """Decide on a referral, recording the consent with it where `given`. A draft until it is sent; the decision starts its clock.

    Refused for an institution that is not in use, an unknown service, a missing reason or too long a text.
    """
    work.actor.require(Capability.REFERRAL_WRITE)
    case = cases.receiving(work, case_id)
    if draft.client_id is not None:
        cases.record_of(work, Client, case_id, draft.client_id)
    text = work_structs.ReferralText(reason=draft.reason, contact=draft.contact, letter_no=draft.letter_no)
    _check_draft(work, case, draft, text)
    _check_before(work, case_id, draft.follows)
    consent_id = basis.record(work, case_id, draft.client_id, given) if given is not None else draft.consent_id
    institution = directory.get(work, draft.institution_id)
    document = work_structs.Referral(
        client_id=draft.client_id,
        institution_id=institution.id,
        institution_type=directory.read(work, institution).type,
        requested=draft.requested,
        disclosed=draft.disclosed,
        urgent=draft.urgent,
        consent_id=consent_id,
        basis=draft.basis,
        decided_at=work.now,
        needs=draft.needs,
        follows=draft.follows,
    )
    sealed = {"referral_sealed": (Section.REFERRAL, document), "text_sealed": (Section.REFERRAL_TEXT, text)}
    row = add_record(work, Referral, case.id, sealed, status=ReferralStatus.DRAFT.value)
    work.session.flush()
    work.touched(case.id, Event.REFERRAL_CREATED, row.id, row=row)
    return row


def refer(work: Work, case_id: UUID, draft: Draft, sent: Answer, *, given: Given | None = None) -> Referral:
    """Decide and send in one act, as happens at the desk: letter written, consent signed, off it goes. Refused as both are."""
    row = create(work, case_id, draft, given=given)
    return take_step(work, row.id, SEND, sent)


def refer_together(
    work: Work, case_id: UUID, drafts: Sequence[Draft], sent: Answer | None, *, given: Given | None = None
) -> list[Referral]:
    """Refer to several institutions in one act (*rujukan bersama*), all or none: each a referral of its own, on one consent, with its own
    package. Sent now, or kept as drafts where `sent` is None. Refused where one institution stands there twice."""
    if len({draft.institution_id for draft in drafts}) < len(drafts):
        raise Refused(Problem("referral.institution-twice", "others"))
    first, *others = drafts
    rows = [create(work, case_id, first, given=given)]
    shared = read(work, rows[0])
    for draft in others:
        rows.append(create(work, case_id, replace(draft, consent_id=shared.consent_id, basis=shared.basis)))
    return [take_step(work, row.id, SEND, sent) for row in rows] if sent is not None else rows


def send(
    work: Work,
    referral_id: UUID,
    sent: Answer,
    *,
    consent_id: UUID | None = None,
    given: Given | None = None,
    expected: str | None = None,
) -> Referral:
    """Send a draft, on the basis it has or on the one named or recorded now."""
    row, document, text = take_up(work, referral_id, expected)
    work.actor.require(Capability.REFERRAL_WRITE)
    step(ReferralStatus(row.status), SEND)
    if given is not None:
        consent_id = basis.record(work, row.case_id, document.client_id, given)
    if consent_id is not None:
        seal(work, row, msgspec.structs.replace(document, consent_id=consent_id, basis=""), text)
    return take_step(work, referral_id, SEND, sent)


def take_step(work: Work, referral_id: UUID, code: str, answer: Answer, *, expected: str | None = None) -> Referral:
    """Record one step. Conflict where the status table has no such step from here; Refused where something it needs is missing."""
    row, document, text = take_up(work, referral_id, expected)
    wanted = step(ReferralStatus(row.status), code)
    work.actor.require(wanted.capability)
    at = checked_moment(work, document, answer.at)
    missing = _lacks(work, row, document, wanted, answer, at)
    if missing:
        raise Refused(*missing)
    row.status = wanted.target.value
    recorded = work_structs.ReferralStep(status=wanted.target.value, at=at, by=work.actor.user_id, how=answer.how)
    document = msgspec.structs.replace(document, steps=(*document.steps, recorded))
    if wanted.target is ReferralStatus.SENT:  # what is entered later was decided no later than it was sent
        document = msgspec.structs.replace(document, decided_at=min(document.decided_at or at, at))
        packages.freeze(work, row, document, text)
    seal(work, row, document, _with_words(text, wanted, answer.text))
    work.touched(row.case_id, Event.REFERRAL_STEP, row.id, row=row)
    return row


def note_letter(work: Work, referral_id: UUID, letter_no: str, printed: ReferralPackage | None = None) -> Referral:
    """Keep what the letter of a referral told, and its number where none was typed. Part of the act that issued the letter."""
    row = queries.get(work, referral_id, lock=True)
    cases.editable(work, row.case_id)
    document, text = read(work, row), read_text(work, row)
    packages.freeze(work, row, document, text, printed=printed)
    if not text.letter_no:
        seal(work, row, document, msgspec.structs.replace(text, letter_no=letter_no))
        work.touched(row.case_id, Event.REFERRAL_CHANGED, row.id, row=row)
    return row


def read(work: Work, row: Referral) -> work_structs.Referral:
    """The coded head of a referral."""
    return work.vault.open(row.place(Section.REFERRAL), row.referral_sealed, work_structs.Referral)


def read_text(work: Work, row: Referral) -> work_structs.ReferralText:
    """The words of a referral (S4)."""
    return work.vault.open(row.place(Section.REFERRAL_TEXT), row.text_sealed, work_structs.ReferralText)


def _check_draft(work: Work, case: Case, draft: Draft, text: work_structs.ReferralText) -> None:
    problems = []
    institution = directory.get(work, draft.institution_id)
    if not institution.is_active or institution.unit_id != case.unit_id:
        problems.append(Problem("institution.inactive", "institution_id"))
    if not draft.reason.strip():
        problems.append(Problem("required", "reason"))
    if any(code not in code_list("service") for code in draft.requested):
        problems.append(Problem("code.unknown", "requested", params={"list": "service"}))
    if any(code not in code_list("special_need") for code in draft.needs):
        problems.append(Problem("code.unknown", "needs", params={"list": "special_need"}))
    if any(code not in code_list("disclosure") for code in draft.disclosed):
        problems.append(Problem("code.unknown", "disclosed", params={"list": "disclosure"}))
    problems += packages.forbidden(draft.disclosed, directory.read(work, institution).type)
    if draft.basis and draft.basis not in code_list("consent_basis"):
        problems.append(Problem("code.unknown", basis.FIELD, params={"list": "consent_basis"}))
    if problems:
        raise Refused(*problems)
    for field in ("reason", "contact", "letter_no"):
        cases.within(getattr(text, field), field)


def _check_before(work: Work, case_id: UUID, before_id: UUID | None) -> None:
    """What a referral is made after is one of the case that brought nothing. NotFound for another case's, Conflict while it is served."""
    if before_id is not None:
        before = cases.record_of(work, Referral, case_id, before_id)
        if ReferralStatus(before.status) not in MAY_BE_FOLLOWED:
            raise Conflict("still under way")


def take_up(
    work: Work, referral_id: UUID, expected: str | None
) -> tuple[Referral, work_structs.Referral, work_structs.ReferralText]:
    """A referral the actor may act on, as it stands. NotPermitted for who neither refers nor records answers; Stale when somebody else
    recorded something since the page was made."""
    row = queries.get(work, referral_id, lock=True)
    if not (work.actor.may(Capability.REFERRAL_WRITE) or work.actor.may(Capability.REFERRAL_RECORD_ANSWER)):
        raise NotPermitted("referral")
    cases.editable(work, row.case_id, closed_too=True)
    cases.fresh(expected, row.referral_sealed, row.text_sealed)
    return row, read(work, row), read_text(work, row)


def _lacks(
    work: Work, row: Referral, document: work_structs.Referral, wanted: Step, answer: Answer, at: datetime
) -> tuple[Problem, ...]:
    problems = []
    if Need.BASIS in wanted.needs:
        case = work.session.get_one(Case, row.case_id)
        lacking = basis.lacking(work, row.case_id, document, local_day(at, cases.zone_of(work, case)))
        problems += [lacking] if lacking is not None else []
    return (*problems, *unsaid(answer, needs_words=wanted.needs_words))


def unsaid(answer: Answer, *, needs_words: bool = False) -> Iterator[Problem]:
    """What is missing or wrong in the words of a step, and in the way it came."""
    if needs_words and not answer.text.strip():
        yield Problem("required", "text")
    if answer.how and answer.how not in code_list("referral_way"):
        yield Problem("code.unknown", "how", params={"list": "referral_way"})
    if len(answer.text) > limit_of("text"):
        yield Problem("text.too-long", "text", params={"limit": str(limit_of("text"))})


def _with_words(text: work_structs.ReferralText, wanted: Step, words: str) -> work_structs.ReferralText:
    if Need.REFUSAL in wanted.needs or Need.REASON in wanted.needs:
        return msgspec.structs.replace(text, refusal=words)
    if Need.RESULT in wanted.needs:
        return msgspec.structs.replace(text, result=words)
    return with_reply(text, words)


def with_reply(text: work_structs.ReferralText, words: str) -> work_structs.ReferralText:
    """The words of a referral with these under what the institution and we said so far."""
    joined = "\n".join(part for part in (text.reply, words.strip()) if part)
    return msgspec.structs.replace(text, reply=joined)


def checked_moment(work: Work, document: work_structs.Referral, at: datetime, *, after_last: bool = True) -> datetime:
    """The moment of a step. Refused where it is to come, before the referral was sent, or before the step before it.

    Forms know minutes: within one minute the step counts as the later of the two.
    """
    not_future(work, at)
    sent = next((s.at for s in document.steps if s.status == ReferralStatus.SENT.value), None)
    last = document.steps[-1].at if document.steps and after_last else sent
    for earlier, code in ((sent, "referral.before-sent"), (last, "referral.before-last")):
        if earlier is not None and at < earlier.replace(second=0, microsecond=0):
            raise Refused(Problem(code, "at"))
    return max(at, last) if last is not None else at


def not_future(work: Work, at: datetime) -> None:
    """Refused for a moment that is still to come."""
    if at > work.now:
        raise Refused(Problem("moment.future", "at"))


def seal(work: Work, row: Referral, document: work_structs.Referral, text: work_structs.ReferralText) -> None:
    """Put head and words into the row."""
    row.referral_sealed = work.vault.seal(row.place(Section.REFERRAL), document)
    row.text_sealed = work.vault.seal(row.place(Section.REFERRAL_TEXT), text)
