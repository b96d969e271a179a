"""Tables of the document room. In the clear: opaque ids, moments of the work, whether a document was removed; nothing of what it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import CaseRecord
from app.db.base import Base


class Document(CaseRecord, Base):
    """One version of a document of a case. Versions share `series_id`, the id of the first; the newest one counts.

    Words stand in `text_sealed`, those of a restricted kind in `guarded_sealed`; the other one is sealed empty, so that nobody can tell
    which documents are restricted without opening them.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("series_id", "position"),)

    series_id: Mapped[UUID]
    position: Mapped[
        int
    ]  # 1 for the first version; moments would not tell two of one second, or a clock that was set back
    is_removed: Mapped[bool]
    head_sealed: Mapped[bytes]
    text_sealed: Mapped[bytes]
    guarded_sealed: Mapped[bytes]


class StoredFile(Base):
    """A sealed file that belongs to a document: what lies on the disk without a row here is a stray.

    The document's sealed head says which file is what; a row that was moved to another document opens nothing there. Without a
    document it waits in quarantine: a stranger sent it, and nobody of the unit took it into the case yet.
    """

    __tablename__ = "stored_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"), index=True)
    created_at: Mapped[datetime]
