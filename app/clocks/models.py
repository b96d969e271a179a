"""Where the clocks of a case are kept: one sealed section per case (design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class CaseClocks(Base):
    """All clocks of one case: rules, triggers, exact due moments, ends, waivers. The row's id is the case's."""

    __tablename__ = "case_clocks"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    clocks_sealed: Mapped[bytes]
    updated_at: Mapped[datetime]

    def place(self) -> Place:
        """Where the section stands."""
        return Place(Section.CLOCKS, self.case_id, self.case_id)


class JobRun(Base):
    """One run of a scheduled job, claimed by its name and due time so that it happens once (design 1)."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[UUID | None]  # the leader that runs it: no person, a random id of its process
    finished_at: Mapped[datetime | None]
    handled: Mapped[int | None]
    failed: Mapped[bool]
