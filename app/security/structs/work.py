"""Documents of what is done for a client: consent, services, referrals, legal steps, follow-ups (case-management 6-8)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct


class Withdrawal(Struct, frozen=True):
    """A consent taken back, whole (no services) or for some, and what follows from it (UU 27/2022 Pasal 40)."""

    on: date
    services: tuple[str, ...] = ()
    effect: str = ""
    stopped_on: date | None = None  # the day on which it was carried out, or went on under another basis


class Consent(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Consent or another legal basis, per service (case-management 7 F4; design 5).

    `services` and `refused` are recap services of a short record, as with a referral; `agreed` and `declined` those of the form F4,
    which names the version of its statements in `wording`. `withdrawn_on`: the day on which nothing of it stood any more.
    """

    client_id: UUID
    on: date
    basis: str
    services: tuple[str, ...] = ()  # what was agreed to
    refused: tuple[str, ...] = ()
    cooperation: bool = False  # may be shared where needed
    signer: str = ""
    withdrawn_on: date | None = None
    wording: str = ""
    truth: bool = False
    explained: bool = False
    procedure: bool = False
    agreed: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    signer_id: UUID | None = None  # where the signer is one of the people of the case
    conflict: str = ""  # asked: is the signer a reported person, or against the client's interest?
    confirmed_other: bool = (
        False  # a name or number like a reported person's, and somebody looked: it is another person
    )
    child_agrees: str = ""
    aids: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


class ConsentText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Signer, reason of another basis, the child's own view, what followed from a withdrawal (S4)."""

    signer_name: str = ""
    signer_phone: str = ""
    reason: str = ""
    child_view: str = ""
    signer_relation: str = ""
    signer_address: str = ""
    signer_nik: str = ""
    language: str = ""  # in which the explanation was given
    witness: str = ""
    withdrawals: tuple[str, ...] = ()  # words of each withdrawal, in their order
    proof: str = ""  # the paper on which another basis rests: what it is, its number, its day


class Service(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One service given to one client on one day by one agency (case-management 3.12)."""

    client_id: UUID
    on: date
    code: str = ""  # recap service; empty for internal work
    activity: str = ""
    institution_id: UUID | None = None
    institution_type: str = ""
    outcome: str = ""
    amount: int | None = None
    fund: str = ""
    officer: UUID | None = None  # user id of who gave or arranged it; None: whoever wrote the entry
    next_on: date | None = None  # day the next step is due
    next_done_on: date | None = None  # day on which it was ticked off
    next_done_by: UUID | None = None
    goals: tuple[UUID, ...] = ()  # goals of the client's plan it was given for, by id


class ServiceText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What was done, what came of it and what comes next, in words (S4; case-management 7 F8)."""

    agency: str = ""
    detail: str = ""
    description: str = ""
    result: str = ""
    next_step: str = ""
    reason: str = ""  # why it was given although the client did not agree to it, or why mediation was right here


class ReferralStep(Struct, frozen=True):
    """One recorded step of a referral: status after it, when, how, by whom of ours."""

    status: str
    at: datetime
    by: UUID | None = None
    how: str = ""


class Escalation(Struct, frozen=True):
    """A referral without an answer taken to somebody above: whom, when, how, by whom of ours."""

    at: datetime
    to: str
    how: str = ""
    by: UUID | None = None


class PoliceReport(Struct, frozen=True):
    """Laporan polisi or tanda terima (case-management 8.1 LG_LP). The number is in the text section."""

    at: datetime


class Referral(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head of a referral: to whom, for what, on which basis, each step (case-management 6.4)."""

    client_id: UUID | None = None
    institution_id: UUID | None = None
    institution_type: str
    requested: tuple[str, ...] = ()
    disclosed: tuple[str, ...] = ()
    urgent: bool = False
    consent_id: UUID | None = None
    basis: str = ""
    decided_at: datetime | None = None
    steps: tuple[ReferralStep, ...] = ()
    follow_ups: tuple[datetime, ...] = ()
    police_report: PoliceReport | None = None
    protection_at: datetime | None = None
    help_asked_at: datetime | None = None  # urgent help for a victim of trafficking (UU 21/2007 Pasal 53)
    help_given_at: datetime | None = None
    needs: tuple[str, ...] = ()  # special needs the institution is told of
    escalations: tuple[Escalation, ...] = ()
    follows: UUID | None = None  # the referral that brought nothing, after which this one was made


class ReferralText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Reason, letter, names, the reply (S4)."""

    reason: str = ""
    letter_no: str = ""
    contact: str = ""
    reply: str = ""
    result: str = ""
    refusal: str = ""
    police_report_no: str = ""
    institution_name: str = ""  # as an import gave it, when it is not in the directory


class LegalStep(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One milestone of the legal track (case-management 8). What a milestone asks for says `domain/legal`; the rest stays empty."""

    client_id: UUID | None = None
    milestone: str
    on: date
    track_id: UUID | None = None  # None: an import of before there were tracks
    time: str = ""  # HH:MM in the unit's zone
    received: str = ""
    received_on: date | None = None
    told_on: date | None = None
    expires_on: date | None = None
    letter: str = ""
    round: int | None = None
    stage: str = ""
    diversion_stage: str = ""
    decision: str = ""
    verdict: str = ""
    via: str = ""
    amount: int | None = None  # rupiah
    complete: str = ""
    agenda: str = ""
    summoned: str = ""
    companion: UUID | None = None  # user id of who accompanies the client
    held: str = ""  # of what was entered ahead; empty: not known yet
    attended: str = ""


class LegalStepText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Number, office, names and words of a legal step (S4)."""

    number: str = ""
    note: str = ""
    office: str = ""
    officer: str = ""
    room: str = ""
    result: str = ""
    taken_back: str = ""  # why the entry was wrong


class FollowUp(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One contact after or during handling (kla-cluster-v 5.1 s.6)."""

    client_id: UUID
    on: date
    kind: str


class FollowUpText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What was found at a follow-up (S4)."""

    text: str = ""
