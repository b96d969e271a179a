"""Tables of the search index: tags, never names or numbers (security 2.6, design 3).

The ids of cases, clients and units are plain values without foreign keys: the index stands below the rooms whose rows it names, and
whoever removes a case removes its tags in the same act (`index.remove`).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

_KNOWN_SUBJECT = "subject_kind IN ('client', 'reported')"


class NameTag(Base):
    """One salt with sixteen tags of a person's name tokens, shuffled with random filler. More tokens take a further row."""

    __tablename__ = "name_tags"
    __table_args__ = (CheckConstraint(_KNOWN_SUBJECT, name="known_subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID] = mapped_column(index=True)
    salt: Mapped[bytes] = mapped_column(unique=True)
    tags: Mapped[bytes]


class ExactTag(Base):
    """The keyed tag of a NIK, KK or phone. Equal numbers have equal tags: a thief sees equality, never the number."""

    __tablename__ = "exact_tags"
    __table_args__ = (
        CheckConstraint(_KNOWN_SUBJECT, name="known_subject"),
        CheckConstraint("kind IN (1, 2, 3)", name="known_kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger)
    tag: Mapped[bytes] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID]
