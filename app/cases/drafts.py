"""Intake drafts: sealed, one page per section, turned into a case in one act (design 6 "Intake is a sealed draft")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import registration
from app.cases.acting import fresh
from app.cases.models import Case, IntakeDraft
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound
from app.security.sections import Section
from app.security.structs.intake import Intake
from app.work import Work

SECTIONS: Final = (Section.INTAKE_DRAFT,)


def own(work: Work) -> Sequence[IntakeDraft]:
    """The actor's drafts on their way, newest first."""
    wanted = select(IntakeDraft).where(
        IntakeDraft.owner_id == work.actor.user_id, IntakeDraft.case_id.is_(None), IntakeDraft.discarded_at.is_(None)
    )
    return work.session.scalars(wanted.order_by(IntakeDraft.updated_at.desc())).all()


def get(work: Work, draft_id: UUID) -> IntakeDraft:
    """A draft of the actor's own, whether on its way or already registered; NotFound for anybody else's."""
    draft = work.session.scalar(
        select(IntakeDraft).where(IntakeDraft.id == draft_id, IntakeDraft.owner_id == work.actor.user_id)
    )
    if draft is None or draft.discarded_at is not None:
        raise NotFound("draft")
    return draft


def start(work: Work, draft_id: UUID, intake: Intake) -> IntakeDraft:
    """Begin an intake, after the search. The id comes from the form, so that a double click begins one draft only."""
    work.actor.require(Capability.CASE_CREATE)
    if work.actor.user_id is None:
        raise NotFound("user")
    draft = IntakeDraft(
        id=draft_id,
        unit_id=work.actor.own_unit(),
        owner_id=work.actor.user_id,
        office_id=work.office,
        created_at=work.now,
        updated_at=work.now,
        searched_at=work.now,
        case_id=None,
        discarded_at=None,
        draft_sealed=b"",
    )
    draft.draft_sealed = work.vault.seal(draft.place(), intake)
    work.session.add(draft)
    work.recorded(Event.DRAFT_SAVED, draft.id)
    return draft


def read(work: Work, draft: IntakeDraft) -> Intake:
    """What the draft holds."""
    return work.vault.open(draft.place(), draft.draft_sealed, Intake)


def save(work: Work, draft_id: UUID, intake: Intake, *, expected: str | None) -> IntakeDraft:
    """Keep the draft as it is now, complete or not."""
    draft = on_its_way(work, draft_id)
    fresh(expected, draft.draft_sealed)
    draft.draft_sealed = work.vault.seal(draft.place(), intake)
    draft.updated_at = work.now
    work.recorded(Event.DRAFT_SAVED, draft.id)
    return draft


def discard(work: Work, draft_id: UUID) -> None:
    """Throw a draft away: its content is overwritten with an empty intake."""
    draft = on_its_way(work, draft_id)
    draft.draft_sealed = work.vault.seal(draft.place(), Intake())
    draft.discarded_at = work.now
    work.recorded(Event.DRAFT_DISCARDED, draft.id)


def turn_into_case(work: Work, draft_id: UUID) -> Case:
    """*Daftarkan*: the draft becomes the case in one act. A second press gives the same case."""
    draft = get(work, draft_id)
    if draft.case_id is not None:
        case = work.session.get(Case, draft.case_id)
        if case is None:
            raise NotFound("case")
        return case
    unit = work.session.get(Unit, draft.unit_id)
    if unit is None:
        raise NotFound("unit")
    case = registration.register_case(work, read(work, draft), unit)
    draft.case_id = case.id
    draft.draft_sealed = work.vault.seal(draft.place(), Intake())
    return case


def on_its_way(work: Work, draft_id: UUID) -> IntakeDraft:
    """The actor's draft, still open; Conflict when it was registered already."""
    draft = get(work, draft_id)
    if draft.case_id is not None:
        raise Conflict("draft already registered")
    return draft
