"""Tables of reminders. Clear: opaque ids, moments, states, attempts (design 2); what a message is about is sealed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class Notice(Base):
    """What one person was told of one case. It stands in the person's list until it ends: acknowledged where an act told it, with the
    clock where the ladder did. `clock_tag`: a keyed tag of the clock, empty for acts."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged_by_somebody"),
        Index("ix_notices_user_id_ended_at", "user_id", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    told_at: Mapped[datetime]
    again_at: Mapped[datetime | None] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    clock_tag: Mapped[bytes | None]
    notice_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where it stands: sealed under the key of the case, so that it goes when the case is shredded."""
        return Place(Section.NOTICE, self.id, self.case_id)


class MailState(StrEnum):
    """WAITING may be taken from `next_at` on; TAKEN is in a sender's hands until `taken_until`; SENT and DEAD are ends."""

    WAITING = "waiting"
    TAKEN = "taken"
    SENT = "sent"
    DEAD = "dead"


class OutboxMail(Base):
    """A message to one person, written in the act that caused it and sent later (security 10). The id gives its Message-ID."""

    __tablename__ = "outbox_mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'taken', 'sent', 'dead')", name="known_state"),
        CheckConstraint("(state = 'taken') = (taken_until IS NOT NULL)", name="taken_for_a_time"),
        CheckConstraint("(state IN ('sent', 'dead')) = (ended_at IS NOT NULL)", name="end_is_dated"),
        Index("ix_outbox_mails_state_next_at", "state", "next_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    taken_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    failure: Mapped[str | None]  # one word of a closed list: never what the server said, which quotes addresses
    message_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the message stands: sealed under the office key (design 2)."""
        return Place(Section.OUTBOX_MESSAGE, self.id, self.office_id)


class Digest(Base):
    """That one person's digest of one day was made, or read on screen. The numbers are counted when somebody looks."""

    __tablename__ = "digests"
    __table_args__ = (
        CheckConstraint("sort IN ('daily', 'weekly', 'screen')", name="known_sort"),
        UniqueConstraint("user_id", "day", "sort"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    day: Mapped[date]
    sort: Mapped[str]
    made_at: Mapped[datetime]


class NoticeChoice(Base):
    """What one person chose. Whoever has no row has the defaults of the product."""

    __tablename__ = "notice_choices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), unique=True)
    office_id: Mapped[UUID]
    changed_at: Mapped[datetime]
    choices_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the choices stand."""
        return Place(Section.NOTICE_CHOICES, self.id, self.office_id)


class CalendarFeed(Base):
    """A calendar one person subscribed to. The address holds a token of 256 bits, the row its SHA-256; one stands at a time."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
