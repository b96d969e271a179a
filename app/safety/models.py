"""Tables of the safety room: plans, stays in a shelter, who may read about them. What is told of a person is sealed (design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base


class SafetyPlan(CaseRecord, Base):
    """A client's safety plan, one row a version; earlier ones stay readable."""

    __tablename__ = "safety_plans"

    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class ShelterStay(CaseRecord, Base):
    """A client's stay in a shelter (F11). A wrong entry is taken back, never deleted."""

    __tablename__ = "shelter_stays"

    is_removed: Mapped[bool]
    stay_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class SectionReader(Base):
    """A person on the readers' list of a case's sections, besides or within its team (security 3 "need-to-know sections")."""

    __tablename__ = "section_readers"
    __table_args__ = (
        CheckConstraint("list_name IN ('shelter')", name="known_list"),
        Index("ix_section_readers_user_id_until", "user_id", "until"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    list_name: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    named_by: Mapped[UUID | None]
    mac: Mapped[bytes]


class ShelterSetting(Base):
    """How long a stay may last by the unit's own decree: the days of the service standard it took over, or none (case-management 9.7)."""

    __tablename__ = "shelter_settings"
    __table_args__ = (CheckConstraint("days IN (7, 14)", name="known_days"),)

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    days: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
