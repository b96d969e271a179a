"""Tables of the legal room. Tracks and milestones stand with the case (`cases.models`): its clocks, its list and its end read them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base


class PoliceWish(CaseRecord, Base):
    """What a client wishes about telling the police, the advice given, and what a supervisor decided (case-management 9.3, TPKS-41)."""

    __tablename__ = "police_wishes"
    __table_args__ = (
        CheckConstraint("state IN ('recorded', 'decided')", name="known_state"),
        CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name="decision_is_dated"),
    )

    state: Mapped[str] = mapped_column(index=True)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    wish_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
