"""Reads of the document room, every one through the case it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases import queries as case_queries
from app.cases.models import Case
from app.documents.models import Document, StoredFile
from app.domain.access import Actor
from app.domain.errors import NotFound
from app.security.vault import ReadGrant
from app.work import Work

OPENINGS = (
    Event.DOCUMENTS_LISTED,
    Event.DOCUMENT_OPENED,
    Event.DOCUMENT_DOWNLOADED,
    Event.CASE_REVEALED,
)
"""Events under which words or files of a document were shown."""
OPENED: Final = (*OPENINGS, Event.TRANSFER_PREPARED)
"""Events under which they were opened, those that showed them to nobody too."""


def visible_to(actor: Actor) -> Select[Document]:
    """Every query for documents starts here: those of cases the actor may read."""
    return select(Document).join(Case, Case.id == Document.case_id).where(case_queries.readable_by(actor))


def get(work: Work, case_id: UUID, document_id: UUID, *, lock: bool = False) -> Document:
    """One document of this case, or NotFound for a stranger. `lock` holds the row for a change."""
    wanted = visible_to(work.actor).where(Document.id == document_id, Document.case_id == case_id)
    found = work.session.scalar(wanted.with_for_update(of=Document) if lock else wanted)
    if found is None:
        raise NotFound("document")
    case_queries.get(work, case_id)
    return found


def of_case(work: Work, case_id: UUID) -> list[Document]:
    """The newest version of each document of the case that was not removed, newest first. The caller has checked the case."""
    newest = {row.series_id: row for row in all_of_case(work, case_id)}
    return sorted((row for row in newest.values() if not row.is_removed), key=lambda row: row.created_at, reverse=True)


def all_of_case(work: Work, case_id: UUID) -> list[Document]:
    """Every version of every document of the case, removed ones too, older versions first. The caller has checked the case."""
    return sorted(case_queries.records(work.session, Document, [case_id]), key=lambda row: row.position)


def hold(work: Work, case_id: UUID) -> None:
    """Hold the documents of a case as they are until the act ends: who changes one at this moment goes first, or waits."""
    work.session.execute(select(Document.id).where(Document.case_id == case_id).with_for_update())


def versions(work: Work, document: Document) -> Sequence[Document]:
    """All versions of a document, newest first."""
    same = select(Document).where(Document.series_id == document.series_id, Document.case_id == document.case_id)
    return work.session.scalars(same.order_by(Document.position.desc())).all()


def file_ids(work: Work, case_id: UUID, documents: Iterable[UUID] | None = None) -> Sequence[UUID]:
    """Ids of the sealed files of the case, or of some of its documents."""
    wanted = select(StoredFile.id).where(StoredFile.case_id == case_id)
    if documents is not None:
        wanted = wanted.where(StoredFile.document_id.in_(list(documents)))
    return work.session.scalars(wanted).all()


def event_id(work: Work) -> UUID:
    """The id of the event this page was opened under: its pictures ask for their bytes with it."""
    grant = work.vault.grant
    if not isinstance(grant, ReadGrant):
        raise RuntimeError("not a page")
    return work.session.scalars(select(AuditEntry.id).where(AuditEntry.seq == grant.event_seq)).one()


def event(work: Work, event_id: UUID) -> AuditEntry | None:
    """An event by its id."""
    return work.session.scalar(select(AuditEntry).where(AuditEntry.id == event_id))


def openings(work: Work, document_ids: Sequence[UUID], section: str, limit: int) -> Sequence[AuditEntry]:
    """The newest events that named this document's words, whatever its version: who opened it. The caller has checked the case."""
    named = [AuditEntry.objects.contains(str(each)) for each in document_ids]
    wanted = select(AuditEntry).where(
        AuditEntry.event.in_(OPENED),
        AuditEntry.sections.contains(section),
        or_(AuditEntry.object_id.in_(document_ids), *named),
    )
    return work.session.scalars(wanted.order_by(AuditEntry.seq.desc()).limit(limit)).all()
