"""Tables of a person's own work: tasks and saved filters. Clear: ids, owner and moments of the work (design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class OwnTask(Base):
    """A task somebody set down for themselves. `ended_at`: when it was ticked off or thrown away."""

    __tablename__ = "own_tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    task_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the task stands: sealed under the office key."""
        return Place(Section.OWN_TASK, self.id, self.office_id)


class SavedFilter(Base):
    """Filters of the case list under a name of the owner's choice."""

    __tablename__ = "saved_filters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    filter_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the filters stand: sealed under the office key."""
        return Place(Section.SAVED_FILTER, self.id, self.office_id)
