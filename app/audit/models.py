"""The audit chain: gapless, append-only rows, each holding the hash of the one before (security 4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import registry


class AuditEntry(Base):
    """One event. `epoch` and `seal` stay empty until a later issue seals epochs and sends checkpoints outside."""

    __tablename__ = "audit_events"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    unit_id: Mapped[UUID | None]
    actor_roles: Mapped[str]  # role codes, or the name of the job or command
    session_hash: Mapped[bytes]
    event: Mapped[str] = mapped_column(index=True)
    object_id: Mapped[UUID | None] = mapped_column(index=True)
    cases: Mapped[str]  # case ids, separated by spaces
    sections: Mapped[str]  # section ids, separated by spaces
    objects: Mapped[str | None]  # ids an event names besides object_id, separated by spaces (the documents of a page)
    purpose: Mapped[str]
    result: Mapped[str]
    request_id: Mapped[str]
    address_sealed: Mapped[bytes]
    row_hash: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    epoch: Mapped[int | None]
    seal: Mapped[bytes | None]


class AuditHead(Base):
    """The one row every append locks: the number and hash of the newest event."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


registry.append_only("audit_events")
