"""A referral that came to us: what the sender asked, and what was answered (product 4, point 3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct


class IncomingStep(Struct, frozen=True):
    """One recorded step: status after it, when, how the sender was told, by whom of ours."""

    status: str
    at: datetime
    by: UUID | None = None
    how: str = ""


class IncomingReferral(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head (S3): who sent which client, for what, when; on what ground the result was told."""

    client_id: UUID | None = None  # None: the whole case
    institution_id: UUID | None = None
    institution_type: str
    requested: tuple[str, ...] = ()
    letter_on: date | None = None
    received_on: date
    how: str = ""
    urgent: bool = False
    consent_id: UUID | None = None
    basis: str = ""
    steps: tuple[IncomingStep, ...] = ()


class IncomingReferralText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The letter's number, what is asked, names, our answer (S4)."""

    letter_no: str = ""
    asked: str = ""
    contact: str = ""
    reply: str = ""
    refusal: str = ""
    result: str = ""
    institution_name: str = ""  # of one that is not in our directory
