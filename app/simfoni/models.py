"""What of SIMFONI stands in the clear: how each case stands towards it, and that a reconciliation was made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.security.sections import Section
from app.security.vault import Place


class Standing(StrEnum):
    """How a case stands towards SIMFONI. A state of the work, like the stage: it says nothing of what happened to whom."""

    NONE = "none"  # nothing to enter: not registered yet, voided, or brought over from elsewhere
    WAITING = "waiting"  # registered, never entered
    ASKED = "asked"  # entered or brought over, and somebody asked for it to be entered again
    CHANGED = "changed"  # entered, and something the sheet shows was saved since
    ENTERED = "entered"
    WITHDRAWN = "withdrawn"  # entered, then voided or not taken on: it is to be taken out there


AWAITING: Final = frozenset({Standing.WAITING, Standing.ASKED, Standing.CHANGED})
"""Cases whose identity whoever enters them may open (design 6)."""


class SimfoniState(Base):
    """How one case stands, and since when it waits. It lets somebody open an identity, so it carries a MAC (security 2.9)."""

    __tablename__ = "simfoni_states"
    __table_args__ = (
        CheckConstraint(
            "standing IN ('none', 'waiting', 'asked', 'changed', 'entered', 'withdrawn')", name="known_standing"
        ),
        Index("ix_simfoni_states_unit_id_standing_since", "unit_id", "standing", "since"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    standing: Mapped[str]
    since: Mapped[datetime | None]
    mac: Mapped[bytes]


class SimfoniReconciliation(Base):
    """One reconciliation of a month with SIMFONI; month, numbers and differences are sealed under the office key."""

    __tablename__ = "simfoni_reconciliations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    result_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]

    def place(self, section: Section) -> Place:
        """Where the sections stand."""
        return Place(section, self.id, self.office_id)
