"""Tables of the referral desk. Status stands in the clear; to whom, for what and when is sealed (design 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class Institution(Base):
    """An institution of the unit's directory. Its name is not secret; type, services and contacts are sealed (office key)."""

    __tablename__ = "institutions"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    office_id: Mapped[UUID]
    name: Mapped[str]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]
    profile_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def place(self) -> Place:
        """Where the profile stands."""
        return Place(Section.INSTITUTION, self.id, self.office_id)


class Referral(CaseRecord, Base):
    """A request that another institution serve a client (case-management 6.4)."""

    __tablename__ = "referrals"
    __table_args__ = (
        CheckConstraint(
            "status IN ('RF_DRAFT', 'RF_SENT', 'RF_ACK', 'RF_ACCEPTED', 'RF_REJECTED', 'RF_SERVED', 'RF_CLOSED', 'RF_CANCELLED')",
            name="known_status",
        ),
    )

    status: Mapped[str]
    referral_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]


class ReferralPackage(CaseRecord, Base):
    """What a referral told the institution, frozen when it was told and sealed under a key of its own; nothing of it in the clear."""

    __tablename__ = "referral_packages"
    __table_args__ = (UniqueConstraint("referral_id"),)

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    package_sealed: Mapped[bytes]


class IncomingReferral(CaseRecord, Base):
    """A client referred to us by another institution; its status alone stands in the clear."""

    __tablename__ = "incoming_referrals"
    __table_args__ = (
        CheckConstraint(
            "status IN ('RI_NEW', 'RI_ACK', 'RI_ACCEPTED', 'RI_DECLINED', 'RI_REPORTED', 'RI_WITHDRAWN')",
            name="known_status",
        ),
    )

    status: Mapped[str]
    referral_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
