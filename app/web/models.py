"""Tables of forms: submits already acted on, so that a double click acts once, and what was typed and not saved yet (security 7.4, 10)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class Submission(Base):
    """A form's one-time id with where its act led. Written in the act's own transaction."""

    __tablename__ = "submissions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID | None]
    endpoint: Mapped[str]
    location: Mapped[str]  # a path of ours: opaque ids only
    at: Mapped[datetime] = mapped_column(index=True)


class FormDraft(Base):
    """What one person typed on one sheet of a form, sealed, until the form is saved. The id is the sheet's (`form_sheets`).

    Which form it is stands sealed; `form_tag` is a keyed tag of owner and form, by which a form finds its drafts again.
    """

    __tablename__ = "form_drafts"
    __table_args__ = (Index("ix_form_drafts_owner_form", "owner_id", "form_tag"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    office_id: Mapped[UUID]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    form_tag: Mapped[bytes]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    draft_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the typed text stands: sealed under the office key."""
        return Place(Section.FORM_DRAFT, self.id, self.office_id)
