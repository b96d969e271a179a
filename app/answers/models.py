"""Tables of the answers of institutions. In the clear: opaque ids, moments of the work, where an answer stands; what it says is sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base


class AnswerLink(CaseRecord, Base):
    """A way for one institution to answer one referral without an account. Only keyed tags of its token and its code are compared."""

    __tablename__ = "answer_links"
    __table_args__ = (CheckConstraint("wrong_tries >= 0", name="tries_are_counted"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    wrong_tries: Mapped[int]
    token_tag: Mapped[bytes] = mapped_column(unique=True)
    code_tag: Mapped[bytes]
    link_sealed: Mapped[bytes]


class PartnerAnswer(CaseRecord, Base):
    """What an institution answered, under the key of the case. It changes nothing until the unit confirms it."""

    __tablename__ = "partner_answers"
    __table_args__ = (
        CheckConstraint("standing IN ('waiting', 'confirmed', 'set-aside')", name="known_standing"),
        CheckConstraint("(standing = 'waiting') = (decided_at IS NULL)", name="decision_is_dated"),
    )

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("answer_links.id"), index=True)
    standing: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    answer_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
