"""Intake drafts: sealed, one page per section, turned into a case in one act (design 6 "Intake is a sealed draft").

Pages change one part each (`parts.Part`). A part carries its own etag, so two windows working on different parts of one draft
do not meet; two on the same part do, and the second sees both versions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import parts, persons, registration
from app.cases.models import Case, Client, IntakeDraft
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, Problem, Refused, Stale
from app.security.sections import Section
from app.security.structs.intake import Intake, SamePerson
from app.work import Opening, Work

SECTIONS: Final = (Section.INTAKE_DRAFT,)
MAX_OWN: Final = 50  # drafts of one person on their way
ENDED: Final = "drafts ended"  # what other rooms are handed before the commit: a draft registered, or thrown away


def own(work: Work) -> Sequence[IntakeDraft]:
    """The actor's drafts on their way, newest first."""
    wanted = select(IntakeDraft).where(
        IntakeDraft.owner_id == work.actor.user_id, IntakeDraft.case_id.is_(None), IntakeDraft.discarded_at.is_(None)
    )
    return work.session.scalars(wanted.order_by(IntakeDraft.updated_at.desc(), IntakeDraft.id)).all()


def get(work: Work, draft_id: UUID) -> IntakeDraft:
    """A draft of the actor's own, whether on its way or already registered; NotFound for anybody else's."""
    draft = work.session.scalar(_of_actor(work, draft_id))
    if draft is None:
        raise NotFound("draft")
    return draft


def opening(work: Work, draft_id: UUID) -> Opening:
    """The permission check of a page that shows one draft, and what it opens."""
    work.actor.require(Capability.CASE_CREATE)
    return Opening(Event.DRAFT_OPENED, (), SECTIONS, object_id=get(work, draft_id).id)


def list_opening(work: Work) -> Opening:
    """The permission check of the list of own drafts. It opens them for the mask and how complete each is."""
    work.actor.require(Capability.CASE_CREATE)
    return Opening(Event.DRAFT_OPENED, (), SECTIONS)


def start(work: Work, draft_id: UUID, intake: Intake) -> IntakeDraft:
    """Begin an intake, after the search. The id comes from the form, so that a double click begins one draft only.

    Refused with `draft.too-many` at MAX_OWN drafts: the old ones are finished or thrown away first.
    NotFound for an id that is somebody else's.
    """
    work.actor.require(Capability.CASE_CREATE)
    if work.actor.user_id is None:
        raise NotFound("user")
    if len(own(work)) >= MAX_OWN:
        raise Refused(Problem("draft.too-many", params={"limit": str(MAX_OWN)}))
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


def save_part(work: Work, draft_id: UUID, part: parts.Part, value: object, *, expected: str | None) -> Intake:
    """Keep one part of the draft, complete or not; the other parts stay as they are by now. Gives the intake as saved.

    `expected` is the part's etag as the page saw it (None: an act that does not start from what a page showed). Stale where
    the part was saved since, unless it holds the same values already. Refused at the limit of people.
    """
    draft = on_its_way(work, draft_id)
    intake = read(work, draft)
    changed = part.put(intake, value)
    if expected is not None and expected != part.etag(intake) and changed != intake:
        raise Stale("draft part")
    _keep(work, draft, changed)
    return changed


def change(work: Work, draft_id: UUID, changed: Callable[[Intake], Intake]) -> Intake:
    """Change the draft by a rule that holds whatever it contains by now (take a person out, drop a candidate)."""
    draft = on_its_way(work, draft_id)
    intake = changed(read(work, draft))
    _keep(work, draft, intake)
    return intake


def discard(work: Work, draft_id: UUID) -> None:
    """Throw a draft away: its content is overwritten with an empty intake."""
    draft = on_its_way(work, draft_id)
    draft.draft_sealed = work.vault.seal(draft.place(), Intake())
    draft.discarded_at = work.now
    work.hand_over(ENDED, draft)
    work.recorded(Event.DRAFT_DISCARDED, draft.id)


def turn_into_case(work: Work, draft_id: UUID) -> Case:
    """*Daftarkan*: the draft becomes the case in one act. A second press gives the same case.

    The row is locked first, so two presses at the same moment follow one another. Candidates for the same person are asked
    for in the same act.
    NotFound for a draft that is not there for the actor.
    """
    draft = _locked(work, draft_id)
    if draft.case_id is not None:
        case = work.session.get(Case, draft.case_id)
        if case is None:
            raise NotFound("case")
        return case
    unit = work.session.get(Unit, draft.unit_id)
    if unit is None:
        raise NotFound("unit")
    intake = read(work, draft)
    case = registration.register_case(work, intake, unit)
    draft.case_id = case.id
    draft.updated_at = work.now
    draft.draft_sealed = work.vault.seal(draft.place(), Intake())
    _ask_for_links(work, intake)
    work.hand_over(ENDED, draft)
    return case


def candidates(work: Work, found: Sequence[UUID], client_id: UUID) -> tuple[SamePerson, ...]:
    """Files of the unit that search found, as candidates for the same person as a client of the intake."""
    wanted = _linkable(work).where(Client.id.in_(found)).with_only_columns(Client.id, Case.register_no)
    rows = work.session.execute(wanted.order_by(Case.register_no, Client.id))
    return tuple(SamePerson(found_id=file, client_id=client_id, register_no=number) for file, number in rows)


def on_its_way(work: Work, draft_id: UUID) -> IntakeDraft:
    """The actor's draft, still open and locked for this act; Conflict when it was registered already."""
    draft = _locked(work, draft_id)
    if draft.case_id is not None:
        raise Conflict("draft already registered")
    return draft


def _of_actor(work: Work, draft_id: UUID) -> Select[IntakeDraft]:
    return select(IntakeDraft).where(
        IntakeDraft.id == draft_id,
        IntakeDraft.owner_id == work.actor.user_id,
        IntakeDraft.discarded_at.is_(None),
    )


def _locked(work: Work, draft_id: UUID) -> IntakeDraft:
    draft = work.session.scalar(_of_actor(work, draft_id).with_for_update())
    if draft is None:
        raise NotFound("draft")
    return draft


def _keep(work: Work, draft: IntakeDraft, intake: Intake) -> IntakeDraft:
    draft.draft_sealed = work.vault.seal(draft.place(), intake)
    draft.updated_at = work.now
    work.recorded(Event.DRAFT_SAVED, draft.id)
    return draft


def _ask_for_links(work: Work, intake: Intake) -> None:
    """Ask the supervisor for each file the worker took for the same person, where that file is still there."""
    work.session.flush()
    clients = {client.id for client in intake.clients}
    wanted = [same for same in intake.same_as if same.client_id in clients]
    there = _still_there(work, [same.found_id for same in wanted])
    for same in wanted:
        if same.found_id in there:
            persons.ask(work, same.client_id, same.found_id)


def _still_there(work: Work, client_ids: Sequence[UUID]) -> set[UUID]:
    wanted = _linkable(work).where(Client.id.in_(client_ids)).with_only_columns(Client.id)
    return set(work.session.scalars(wanted))


def _linkable(work: Work) -> Select[Client]:
    """Files that may be asked to be linked: of the own unit, out of imports that are complete, of nobody entered by mistake."""
    found = select(Client).join(Case, Case.id == Client.case_id).where(Client.is_removed.is_(False))
    return found.where(Case.unit_id == work.actor.unit_id, Case.is_hidden.is_(False))
