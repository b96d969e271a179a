"""Answers of institutions to referrals, and the links on which they come (case-management 6.4; design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.security.structs.documents import StoredPart


class AnswerLink(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the letter shows (S4): the token of the address and the code. Kept so that a letter can be printed again."""

    token: str = ""
    code: str = ""


class PartnerAnswer(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded: what the institution says, when it came, and by which way."""

    kind: str = ""  # `domain.partner_answers.Kind`
    at: datetime | None = None
    how: str = ""  # referral_way
    proven: bool = False  # whether the code of the letter was named
    link_id: UUID | None = None
    media_type: str = ""  # of the reply letter, by its content; empty where none came
    size: int = 0
    pages: int = 0
    parts: tuple[StoredPart, ...] = ()


class PartnerAnswerText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Words (S4): who answers, and what. `set_aside` is the unit's."""

    name: str = ""
    position: str = ""
    phone: str = ""
    words: str = ""
    file_name: str = ""
    set_aside: str = ""
