"""Tables of the retention room: rules of the units, holds, what is due, proposals, and the ledger of what was erased."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base
from app.db.triggers import registry
from app.security.sections import Section
from app.security.vault import Place


class RetentionRule(Base):
    """How long closed files of a unit are kept. Each saving is a row of its own; the newest whose day has come is in use."""

    __tablename__ = "retention_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    rule_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the rule stands: sealed under the office key, so nobody changes a number behind the program (security 2.9)."""
        return Place(Section.RETENTION_RULE, self.id, self.office_id)


class RetentionMark(Base):
    """A file whose period was over when the job last looked. It says that somebody may look; nothing follows from it by itself."""

    __tablename__ = "retention_marks"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    since: Mapped[datetime]


class CaseHold(CaseRecord, Base):
    """A hold somebody put on a file, with the reason, until somebody lifts it with another."""

    __tablename__ = "case_holds"

    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes]
    mac: Mapped[bytes]


class ErasureProposal(CaseRecord, Base):
    """A proposal to erase a file. It waits for a second person; an approved one goes with the file, and `Erasure` tells of it."""

    __tablename__ = "erasure_proposals"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'refused', 'retracted')", name="known_state"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decision_is_dated"),
        Index(
            "uq_erasure_proposals_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    state: Mapped[str]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    words_sealed: Mapped[bytes]
    mac: Mapped[bytes]


class Erasure(Base):
    """One file that was erased (security 2.7 "erasure ledger"): which, when, and the hash of the wrapped key that went. Append-only.

    Ids are plain values: the row outlives what it names, and comes into a restored backup that may not know them. `home_id` is the file
    in which a merged one counted; the words of the certificate stand with that one.
    """

    __tablename__ = "erasures"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True, unique=True)
    home_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID] = mapped_column(index=True)
    office_id: Mapped[UUID]
    at: Mapped[datetime]
    key_hash: Mapped[bytes]
    record_sealed: Mapped[bytes]
    mac: Mapped[bytes]

    def place(self) -> Place:
        """Where the words of the certificate stand: under the office key, for the file's own is gone."""
        return Place(Section.ERASURE, self.id, self.office_id)


registry.append_only(Erasure.__tablename__)
