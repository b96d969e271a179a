"""Tables of the key store: wrapped data keys and the record of key exports. No key stands here in the clear.

The tables of the search index stand in `index_models`; they are named here because table discovery reads `models` only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.index_models import ExactTag, NameTag

__all__ = ["Deployment", "ExactTag", "KeyExport", "NameTag", "WrappedKey"]


class WrappedKey(Base):
    """A data key of a case, a ledger blob, a file, a referral package or the office, wrapped under a KEK (security 2.2)."""

    __tablename__ = "wrapped_keys"
    __table_args__ = (
        UniqueConstraint("purpose", "object_id", "version"),
        CheckConstraint("purpose IN ('case', 'office', 'ledger', 'file', 'package')", name="known_purpose"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    object_id: Mapped[UUID]
    version: Mapped[int]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class KeyExport(Base):
    """A copy of the keyring that left the machine, and whether it was read back (security 2.8)."""

    __tablename__ = "key_exports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    exported_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class Deployment(Base):
    """The one row that names this deployment: its random id and the state of first-run setup."""

    __tablename__ = "deployment"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[bytes]
    keyring_fingerprint: Mapped[str]
    office_id: Mapped[UUID]
    is_demo: Mapped[bool]
    setup_token_hash: Mapped[bytes | None]
    created_at: Mapped[datetime]
