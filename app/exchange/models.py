"""Imports: one row each, so that a batch that stopped can go on, and a whole import can be undone (design 7)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class ImportRun(Base):
    """One import of an exchange folder: hidden until complete. `fingerprint` is the keyed hash of its files."""

    __tablename__ = "import_runs"
    __table_args__ = (CheckConstraint("state IN ('running', 'complete', 'undone')", name="known_state"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str]
    fingerprint: Mapped[bytes]
    cases_total: Mapped[int]
    cases_done: Mapped[int]
    started_at: Mapped[datetime]
    started_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
