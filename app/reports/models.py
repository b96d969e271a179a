"""The sealed ledger (design 4), periods that were closed, what is entered by hand for the KLA sheet, and saved pivots."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import registry
from app.security.sections import Section
from app.security.vault import Place


class LedgerBlob(Base):
    """At most 256 counted records of one unit and report month, sealed under the blob's own key."""

    __tablename__ = "ledger_blobs"
    __table_args__ = (Index("ix_ledger_blobs_unit_id_month", "unit_id", "month"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str]  # YYYY-MM of the report day
    records: Mapped[int]
    import_id: Mapped[UUID | None] = mapped_column(index=True)  # of an import that is not complete: counted nowhere yet
    records_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class EnteredMeasure(Base):
    """A number another agency delivered, or a manual answer, for one measure and year (kla-cluster-v 5, sources X and M).

    Aggregates only; no person stands behind a row. A correction is a new row: the newest counts, the others are its history.
    """

    __tablename__ = "entered_measures"
    __table_args__ = (Index("ix_entered_measures_unit_id_year", "unit_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    indicator_set: Mapped[str]
    measure: Mapped[str]
    value: Mapped[str]  # decimal text; empty where only nihil is declared
    is_nihil: Mapped[bool]
    agency: Mapped[str]
    as_of: Mapped[str]
    document: Mapped[str]
    entered_by: Mapped[UUID | None]
    verified_by: Mapped[UUID | None]
    entered_at: Mapped[datetime]


class SavedPivot(Base):
    """A pivot under a name of the owner's choice."""

    __tablename__ = "saved_pivots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[UUID]
    created_at: Mapped[datetime]
    pivot_sealed: Mapped[bytes]

    def place(self) -> Place:
        """Where the pivot stands: sealed under the office key."""
        return Place(Section.SAVED_PIVOT, self.id, self.office_id)


class Closing(Base):
    """The frozen tables of one period, waiting for a signature until a `ClosingAnswer` stands beside them.

    `number` counts the versions of a period: 1 is the closing, what follows are revisions and those that were withdrawn. The hash is of
    the sealed bytes, which hold a random word: nobody who sees the hash can try out small tables until one fits.
    """

    __tablename__ = "closings"
    __table_args__ = (
        UniqueConstraint("unit_id", "period", "number"),
        CheckConstraint("number > 0", name="counts_from_one"),
        CheckConstraint("length(hash) = 32", name="whole_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    period: Mapped[str]  # 2025-03, 2025
    cut_off: Mapped[date]
    number: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    hash: Mapped[bytes]
    tables_sealed: Mapped[bytes]  # under a key of its own


class ClosingAnswer(Base):
    """What became of frozen tables: signed by a second person, or withdrawn. One answer, once."""

    __tablename__ = "closing_answers"
    __table_args__ = (CheckConstraint("answer IN ('signed', 'withdrawn')", name="known_answer"),)

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closings.id"), primary_key=True)
    answer: Mapped[str]
    is_alone: Mapped[bool]  # the closer signed as well: nobody else of the unit may sign
    at: Mapped[datetime]
    by: Mapped[UUID]


registry.append_only(Closing.__tablename__)
registry.append_only(ClosingAnswer.__tablename__)
