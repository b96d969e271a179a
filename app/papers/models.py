"""Tables of the papers: a unit's letter desk, and letters that went out under a number (design 2: everything about a case is sealed)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class LetterDeskRow(Base):
    """Letterhead, logo and counters of one unit, under the office key. The row's lock makes letter numbers gapless and never double."""

    __tablename__ = "letter_desks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), unique=True)
    office_id: Mapped[UUID]
    desk_sealed: Mapped[bytes]
    logo_sealed: Mapped[bytes]
    counters_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self, section: Section) -> Place:
        """Where this row's sections stand."""
        return Place(section, self.id, self.office_id)


class IssuedPaper(CaseRecord, Base):
    """A letter that was given a number; printed again it says the same under the same number."""

    __tablename__ = "issued_papers"

    paper_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
