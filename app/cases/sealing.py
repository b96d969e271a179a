"""How a sealed record of a case comes to be, and how its sections are saved again: the one place that makes such rows.

A record keeps opaque ids and moments of the work in the clear; everything else stands in sealed columns, one section each (design 2).
To make one, name the sealed columns with their section and document, and the clear columns of the kind by keyword:

    row = add_record(
        work, Service, case.id,
        {"service_sealed": (Section.SERVICE, service), "text_sealed": (Section.SERVICE_TEXT, text)},
        is_removed=False,
    )
    work.touched(case.id, Event.SERVICE_RECORDED, row.id, row=row)

To save one or more sections of a present row again: `seal_into(work, row, {"text_sealed": (Section.SERVICE_TEXT, text)})`. Checks
(`acting.editable`, `fresh`, limits, codes) come before, the audit event after: neither is done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from msgspec import Struct

from app.cases.models import CaseRecord
from app.db.base import new_id
from app.security.sections import Section
from app.work import Work

R = TypeVar("R", bound=CaseRecord)
Sealed = Mapping[str, tuple[Section, Struct]]
"""What goes into which sealed column: column name → section and document."""


def add_record(work: Work, kind: type[R], case_id: UUID, sealed: Sealed, **clear: Any) -> R:
    """A new record of the case, sealed under the case's key and added to the session; written now, by the actor.

    `clear`: the kind's own clear columns, and `id` where the record has one already. TypeError for a document of another section.
    """
    given = {"id": new_id(), "case_id": case_id, "created_at": work.now, "created_by": work.actor.user_id} | clear
    row = cast(R, cast(Any, kind)(**given, **dict.fromkeys(sealed, b"")))
    seal_into(work, row, sealed)
    work.session.add(row)
    return row


def seal_into(work: Work, row: CaseRecord, sealed: Sealed) -> None:
    """Save these sections of a record: each is bound to its row, so the row has its id before it is sealed."""
    for column, (section, document) in sealed.items():
        setattr(row, column, work.vault.seal(row.place(section), document))
