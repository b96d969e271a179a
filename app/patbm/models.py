"""Tables of village notes. In the clear: opaque ids, who wrote and received one, when, where it stands, whether there was danger; what
became of a note stands in no column (design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class VillageNote(Base):
    """A note of a village volunteer at the desk of the unit, under the office key until it lies in a case.

    `is_urgent` is to a note what the risk level is to a case. `link_tag` finds the note from the draft or the case it led to.
    """

    __tablename__ = "village_notes"
    __table_args__ = (
        CheckConstraint("standing IN ('new', 'received', 'taken', 'settled')", name="known_standing"),
        CheckConstraint("(standing = 'new') = (received_at IS NULL)", name="receipt_is_dated"),
        Index("ix_village_notes_unit_id_standing", "unit_id", "standing"),
        Index("ix_village_notes_created_by_created_at", "created_by", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    standing: Mapped[str]
    is_urgent: Mapped[bool]
    received_at: Mapped[datetime | None]
    received_by: Mapped[UUID | None]
    link_tag: Mapped[bytes] = mapped_column(index=True)
    note_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
    fate_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self, section: Section) -> Place:
        """Where the sections stand: sealed under the office key."""
        return Place(section, self.id, self.office_id)


class VillageOrigin(CaseRecord, Base):
    """The village note a case was made of, or that joined it: under the key of the case, for its team."""

    __tablename__ = "village_origins"

    note_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
