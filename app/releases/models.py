"""The registers of public releases and of official returns."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import registry
from app.security.sections import Section
from app.security.vault import Place


class PublicRelease(Base):
    """One release. Its document is in the clear, for anybody may have it once it is signed: hidden cells are not in it. What the hidden
    cells hold is sealed. Nothing of a signed release changes any more; a later version is a row of its own."""

    __tablename__ = "public_releases"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        CheckConstraint("state IN ('proposed', 'signed', 'refused')", name="known_state"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decision_is_dated"),
        CheckConstraint("first_quarter BETWEEN 1 AND last_quarter AND last_quarter <= 4", name="quarters_of_a_year"),
        CheckConstraint("threshold >= 3", name="least_threshold"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    office_id: Mapped[UUID]
    number: Mapped[int]
    year: Mapped[int]
    first_quarter: Mapped[int]
    last_quarter: Mapped[int]
    is_year: Mapped[bool]
    edition: Mapped[int]  # which version of its period, from 1
    threshold: Mapped[int]
    state: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    document: Mapped[str]
    document_hash: Mapped[str]
    figures_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self) -> Place:
        """Where the true figures stand."""
        return Place(Section.RELEASE_FIGURES, self.id, self.office_id)


class OfficialReturn(Base):
    """One official return as it was frozen for its recipient; never changed and never taken back. Who received it and what for is sealed
    under the office key, the tables under a key of their own. The hash is of what was sealed, which holds a random word."""

    __tablename__ = "official_returns"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        CheckConstraint("kind IN ('recap', 'cluster-v', 'simfoni')", name="known_kind"),
        CheckConstraint("number > 0", name="counts_from_one"),
        CheckConstraint("length(hash) = 32", name="whole_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    office_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    hash: Mapped[bytes]
    note_sealed: Mapped[bytes]
    copy_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the recipient stands."""
        return Place(Section.RETURN_NOTE, self.id, self.office_id)


registry.append_only(OfficialReturn.__tablename__)
