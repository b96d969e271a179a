"""Rounds of the KLA evaluation and the scores of their stages (kla-cluster-v 2.2). Public figures of a district; no person, no case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import registry


class EvaluationRound(Base):
    """A round of a unit, named by the year of the award: which data years it asks about, by which indicator set."""

    __tablename__ = "evaluation_rounds"
    __table_args__ = (
        UniqueConstraint("unit_id", "award_year"),
        CheckConstraint("last_year - first_year IN (0, 1)", name="one_or_two_years"),
        CheckConstraint("last_year < award_year", name="years_before_award"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    award_year: Mapped[int]
    indicator_set: Mapped[str]
    first_year: Mapped[int]
    last_year: Mapped[int]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime]


class EvaluationScore(Base):
    """A score somebody entered for a stage of a round. A correction is a new row; the newest of a stage counts."""

    __tablename__ = "evaluation_scores"
    __table_args__ = (CheckConstraint("hundredths >= 0", name="not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("evaluation_rounds.id"), index=True)
    stage: Mapped[str]
    hundredths: Mapped[int]  # of a point: both databases count them alike
    document: Mapped[str]
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[datetime]


registry.append_only(EvaluationScore.__tablename__)
