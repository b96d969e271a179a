"""Table of submits already acted on, so that a double click acts once (security 10 "Idempotent submit")."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Submission(Base):
    """A form's one-time id with where its act led. Written in the act's own transaction."""

    __tablename__ = "submissions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID | None]
    endpoint: Mapped[str]
    location: Mapped[str]  # a path of ours: opaque ids only
    at: Mapped[datetime] = mapped_column(index=True)
