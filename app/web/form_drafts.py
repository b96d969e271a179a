"""Drafts of forms: what was typed and not saved yet, sealed under the office key, each read by its owner alone (security 7.4).

A draft is kept while its form lies open and goes when the form is saved, in the same transaction (`submit.once`). Nothing of it acts:
a draft is put back into its form, and the form is checked as ever when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from app.domain.errors import NotFound, Problem, Refused
from app.security.sections import Section
from app.security.structs import drafts
from app.web.form_sheets import Sheet
from app.web.models import FormDraft
from app.work import Opening, Work

KEPT: Final = timedelta(days=14)
"""How long typed text waits for its owner. Long enough for a leave, short enough that no second file grows."""
MAX_OWN: Final = 100
SAVED: Final = "form-draft:saved"
OPENED: Final = "form-draft:opened"
DISCARDED: Final = "form-draft:discarded"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft as clear columns show it."""

    id: UUID
    updated_at: datetime
    case_id: UUID | None


def keep(work: Work, sheet: Sheet, fields: Iterable[drafts.DraftField], case_id: UUID | None) -> datetime:
    """Seal what stands on the sheet, in place of what stood there before. Refused with `form-draft.too-many` at MAX_OWN drafts.

    The log says when a draft was begun, opened and thrown away, not every few seconds that somebody typed.
    NotFound for a sheet that is somebody else's.
    """
    row = work.session.get(FormDraft, sheet.id, with_for_update=True) or _begun(work, sheet, case_id)
    if row.owner_id != work.actor.user_id:
        raise NotFound("form draft")
    row.draft_sealed = work.vault.seal(row.place(), drafts.FormDraft(page=sheet.page, fields=tuple(fields)))
    row.updated_at = work.now
    return work.now


def _begun(work: Work, sheet: Sheet, case_id: UUID | None) -> FormDraft:
    own = select(func.count()).select_from(FormDraft).where(FormDraft.owner_id == work.actor.user_id)
    if work.session.scalar(own) >= MAX_OWN:  # type: ignore[operator]  # a count is never None
        raise Refused(Problem("form-draft.too-many", params={"limit": str(MAX_OWN)}))
    row = FormDraft(
        id=sheet.id,
        owner_id=sheet.owner_id,
        office_id=work.office,
        case_id=case_id,
        form_tag=sheet.tag(work.vault.crypt),
        updated_at=work.now,
        draft_sealed=b"",
    )
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:  # the same sheet a moment earlier, from a page that is being left
        return work.session.get_one(FormDraft, sheet.id, with_for_update=True)
    work.recorded(SAVED, sheet.id)
    return row


def waiting(work: Work, form_tag: bytes | None = None) -> Sequence[Waiting]:
    """The actor's drafts, of one form or of all, newest first."""
    wanted = select(FormDraft.id, FormDraft.updated_at, FormDraft.case_id).where(
        FormDraft.owner_id == work.actor.user_id
    )
    if form_tag is not None:
        wanted = wanted.where(FormDraft.form_tag == form_tag)
    rows = work.session.execute(wanted.order_by(FormDraft.updated_at.desc(), FormDraft.id))
    return [Waiting(*row) for row in rows]


def get(work: Work, sheet_id: UUID) -> FormDraft:
    """A draft of the actor's own; NotFound for anybody else's."""
    row = work.session.scalar(
        select(FormDraft).where(FormDraft.id == sheet_id, FormDraft.owner_id == work.actor.user_id)
    )
    if row is None:
        raise NotFound("form draft")
    return row


def opening(work: Work, sheet_id: UUID) -> Opening:
    """The permission check of a page that puts a draft back, and what it opens."""
    row = get(work, sheet_id)
    cases = (row.case_id,) if row.case_id is not None else ()
    return Opening(OPENED, cases, (Section.FORM_DRAFT,), object_id=row.id)


def read(work: Work, row: FormDraft) -> drafts.FormDraft:
    """What the draft holds."""
    return work.vault.open(row.place(), row.draft_sealed, drafts.FormDraft)


def is_there(work: Work, sheet: Sheet) -> bool:
    """Whether the sheet has a draft."""
    row = work.session.get(FormDraft, sheet.id)
    return row is not None and row.owner_id == work.actor.user_id


def discard(work: Work, sheet_id: UUID) -> None:
    """Throw a draft away."""
    row = get(work, sheet_id)
    work.session.delete(row)
    work.recorded(DISCARDED, row.id)


def done(work: Work, sheet: Sheet) -> None:
    """The form of this sheet was saved: in the same act its draft goes."""
    work.session.execute(delete(FormDraft).where(FormDraft.id == sheet.id, FormDraft.owner_id == work.actor.user_id))


def forget(work: Work, before: datetime) -> None:
    """Drop what nobody came back to."""
    work.session.execute(delete(FormDraft).where(FormDraft.updated_at < before))
