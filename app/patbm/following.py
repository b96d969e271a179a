"""A settled note follows what it led to: into the case once its draft is registered, back to the desk where the draft was thrown away or the
case was voided. A step before commit; services of the case room know nothing of it."""

from __future__ import annotations

from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import drafts
from app.cases.models import Case, IntakeDraft
from app.cases.sealing import add_record
from app.db.base import new_id
from app.domain.errors import Unreadable
from app.domain.stages import Status
from app.domain.village_notes import Act, Fate, Standing, advance
from app.patbm import queries
from app.patbm.checking import YES
from app.patbm.models import VillageNote, VillageOrigin
from app.security import index
from app.security.sections import Section
from app.security.structs import patbm as structs
from app.work import Work


def follow(work: Work) -> None:
    """Look for notes behind the drafts that ended in this act, and behind the cases it voided."""
    for draft in work.pending.get(drafts.ENDED, ()):
        if isinstance(draft, IntakeDraft):
            _follow_draft(work, draft)
    for case_id in work.touched_cases:
        case = work.session.get(Case, case_id)
        if case is not None and case.status == Status.VOIDED.value:
            for row in _linked(work, case_id):
                _bring_back(work, row)


def keep_in_case(work: Work, row: VillageNote, case_id: UUID) -> None:
    """Seal the note under the key of the case and empty it at the desk: shredding the case takes the note along. A note that does not open
    stays where it is, so that it holds up no registration."""
    fate = structs.VillageNoteFate(kind=Fate.CASE, case_id=case_id)
    try:
        note, text = queries.note_of(work, row), queries.text_of(work, row)
    except Unreadable:
        point(work, row, fate, case_id)
        work.recorded(Event.VILLAGE_NOTE_SETTLED, row.id, row=row)
        return
    note = msgspec.structs.replace(note, received_at=row.received_at, received_by=row.received_by)
    sealed = {"note_sealed": (Section.VILLAGE_ORIGIN, note), "text_sealed": (Section.VILLAGE_ORIGIN_TEXT, text)}
    origin = add_record(work, VillageOrigin, case_id, sealed)
    point(work, row, msgspec.structs.replace(fate, origin_id=origin.id), case_id)
    _write(work, row, structs.VillageNote(), structs.VillageNoteText())
    work.recorded(Event.VILLAGE_NOTE_SETTLED, row.id, row=row)
    work.recorded(Event.VILLAGE_NOTE_KEPT, origin.id, row=origin, cases=(case_id,))


def forget(work: Work, case_id: UUID) -> None:
    """The case is erased: words that stayed at the desk (`keep_in_case`) go too. That a case came of the note stays, the volunteer hears it."""
    for row in _linked(work, case_id):
        _write(work, row, structs.VillageNote(), structs.VillageNoteText())


def _follow_draft(work: Work, draft: IntakeDraft) -> None:
    for row in _linked(work, draft.id):
        if draft.case_id is None:
            put_back(work, row)
        else:
            row.standing = advance(row.standing, Act.REGISTER)
            keep_in_case(work, row, draft.case_id)


def _bring_back(work: Work, row: VillageNote) -> None:
    """A voided case is no answer: what the note told goes back to the desk, and somebody decides anew. Where that does not open, the note
    stays as it is: emptied, it would ask for a decision on nothing."""
    try:
        origin_id = queries.fate_of(work, row).origin_id
        if origin_id is not None:
            origin = work.session.get_one(VillageOrigin, origin_id)
            _write(work, row, queries.origin_note(work, origin), queries.origin_text(work, origin))
    except Unreadable:
        return
    put_back(work, row)


def put_back(work: Work, row: VillageNote) -> None:
    """The note waits at the desk again, for whoever decides anew."""
    row.standing = advance(row.standing, Act.RETURN)
    row.is_urgent = _tells_of_danger(work, row)
    point(work, row, structs.VillageNoteFate(), new_id())
    work.recorded(Event.VILLAGE_NOTE_PUT_BACK, row.id, row=row)


def point(work: Work, row: VillageNote, fate: structs.VillageNoteFate, led_to: UUID) -> None:
    """Say in the note what it led to. Danger is looked for on top of the desk only while the note waits there."""
    if row.standing == Standing.SETTLED:
        row.is_urgent = False
    row.link_tag = index.village_note_tag(work.vault.crypt, led_to)
    fate = msgspec.structs.replace(fate, at=work.now, by=work.actor.user_id)
    row.fate_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE_FATE), fate)


def _tells_of_danger(work: Work, row: VillageNote) -> bool:
    """Whether it does; one that does not open is looked at first."""
    try:
        return queries.note_of(work, row).danger == YES
    except Unreadable:
        return True


def _write(work: Work, row: VillageNote, note: structs.VillageNote, text: structs.VillageNoteText) -> None:
    row.note_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE), note)
    row.text_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE_TEXT), text)


def _linked(work: Work, object_id: UUID) -> list[VillageNote]:
    return list(queries.linked(work, index.village_note_tag(work.vault.crypt, object_id)))
