"""Milestones of the legal track (case-management 8). Their pages come with the legal issue; imports already fill them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from app.cases.models import CaseRecord
from app.db.base import Base


class LegalStep(CaseRecord, Base):
    """One milestone with its day; number and note are in the text section."""

    __tablename__ = "legal_steps"

    step_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
