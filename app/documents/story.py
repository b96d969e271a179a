"""What the document room tells of a case: that a document was kept, that a newer version came, that one was removed.

Documents of a restricted kind are told without words, to everybody: who may read them opens them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.audit.events import Event
from app.audit.models import AuditEntry
from app.cases.models import Case
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import joined, said, text_of, told, words
from app.documents import queries, services
from app.documents.models import Document
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import documents as structs
from app.web.sealed import opened
from app.work import Work


def _documents(work: Work, case: Case, listening: Listening) -> Iterator[Entry]:
    """Each version, when it was kept; a removed document once more, when it was removed."""
    rows = queries.all_of_case(work, case.id)
    last = {row.series_id: row.id for row in rows}
    removed = _removals(work, [row for row in rows if row.is_removed and last[row.series_id] == row.id])

    def document(row: Document, head: structs.Document) -> Iterator[Entry]:
        text = _words(work, row, head, listening)
        kept = _("Document kept") if row.position == 1 else _("Newer version of a document kept")
        url = url_for("documents.show", case_id=case.id, document_id=row.id)
        kind, of = said("document_kind", head.kind), head.client_id
        title, body = joined(kept, kind), text_of(text, "title")
        yield Entry(Kind.DOCUMENT, row.created_at, title, body, row.created_by, of, url)
        if (gone := removed.get(row.id)) is not None:
            title, body = joined(_("Document removed"), kind), text_of(text, "removal")
            yield Entry(Kind.DOCUMENT, gone.at, title, body, gone.actor_id, of, url, tone="warn")

    found = ((row, opened(lambda row=row: services.read(work, row))) for row in rows)  # type: ignore[misc]
    return told(Kind.DOCUMENT, found, document)


def _words(work: Work, row: Document, head: structs.Document, listening: Listening) -> Any:
    """Title and reason of a removal; None where they are closed, and for restricted kinds."""
    if services.is_restricted(head.kind):
        return None
    return words(work, row, Section.DOCUMENT_TEXT, "text_sealed", structs.DocumentText, listening)


def _removals(work: Work, rows: list[Document]) -> Mapping[UUID, AuditEntry]:
    """When each of these was removed and by whom, by the audit log: no column says it."""
    if not rows:
        return {}
    wanted = select(AuditEntry).where(
        AuditEntry.event == Event.DOCUMENT_REMOVED,
        AuditEntry.object_id.in_([row.id for row in rows]),
        AuditEntry.result == "ok",
    )
    return {entry.object_id: entry for entry in work.session.scalars(wanted) if entry.object_id is not None}


TELLERS: Final = (Teller(Capability.CASE_READ, _documents, (Section.DOCUMENT,), (Section.DOCUMENT_TEXT,)),)
