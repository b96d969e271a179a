"""What the pages of village notes open and show: one event a page, and no more of a note than its reader may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.village_notes import Standing, Told
from app.papers import desk as letters
from app.patbm import checking, queries
from app.patbm.models import VillageNote
from app.security.sections import Section
from app.security.structs import patbm as structs
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

CODED: Final = (Section.VILLAGE_NOTE, Section.VILLAGE_NOTE_FATE)
WHOLE: Final = (Section.VILLAGE_NOTE, Section.VILLAGE_NOTE_TEXT, Section.VILLAGE_NOTE_FATE)
FATE: Final = (Section.VILLAGE_NOTE_FATE,)

Note = structs.VillageNote | Unopened
Text = structs.VillageNoteText | Unopened
FateHeld = structs.VillageNoteFate | Unopened


@dataclass(frozen=True, slots=True, repr=False)
class OwnLine:
    """A volunteer's note: when it was sent, and its state. `told` is None while it is the volunteer's own."""

    row: VillageNote
    told: Told | None | Unopened


@dataclass(frozen=True, slots=True, repr=False)
class OwnNote:
    """One of them on its page; its content only while nobody has received it."""

    row: VillageNote
    told: Told | None | Unopened
    note: Note | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A note at the desk. `case`: the case it lies in, where the actor may read that."""

    row: VillageNote
    note: Note
    fate: FateHeld
    case: Case | None
    sender: str
    receiver: str


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One note at the desk with its words. `draft_id`: the intake under way, where it is the actor's own."""

    line: Line
    text: Text
    draft_id: UUID | None


# --- the volunteer ---------------------------------------------------------------------------------------------------


def own_list_opening(work: Work) -> Opening:
    """The permission check of a volunteer's list: it opens what became of the notes, to tell one of three words."""
    work.actor.require(Capability.VILLAGE_NOTE_SEND)
    return Opening(Event.VILLAGE_NOTES_LISTED, (), FATE)


def own_lines(work: Work, rows: Sequence[VillageNote]) -> list[OwnLine]:
    """The volunteer's notes with their states; a constant number of queries."""
    fates = {row.id: _fate(work, row) for row in rows}
    statuses = _statuses(work, fates)
    return [OwnLine(row, _told(row, fates[row.id], statuses)) for row in rows]


def own_opening(work: Work, note_id: UUID) -> Opening:
    """The permission check of one of them: its content opens while nobody has received it, and never after."""
    work.actor.require(Capability.VILLAGE_NOTE_SEND)
    row = queries.get_own(work, note_id)
    return Opening(Event.VILLAGE_NOTE_OPENED, (), WHOLE if _is_own(row) else FATE, object_id=row.id)


def own_note(work: Work, note_id: UUID) -> OwnNote:
    """The note in the page's snapshot; one that was received since the check shows its state alone."""
    row = queries.get_own(work, note_id)
    if _is_own(row):
        return OwnNote(row, None, _note(work, row), _text(work, row))
    (line,) = own_lines(work, [row])
    return OwnNote(row, line.told)


def _is_own(row: VillageNote) -> bool:
    return row.standing == Standing.NEW


# --- the desk --------------------------------------------------------------------------------------------------------


def list_opening(work: Work) -> Opening:
    """The permission check of the desk's list: coded parts, no words."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    return Opening(Event.VILLAGE_NOTES_LISTED, (), CODED)


def lines(work: Work, rows: Sequence[VillageNote]) -> list[Line]:
    """Notes at the desk with who sent and received them; a constant number of queries."""
    fates = {row.id: _fate(work, row) for row in rows}
    cases = _readable(work, [_case_id(fate) for fate in fates.values()])
    names = people.names(work, {user_id for row in rows for user_id in (row.created_by, row.received_by) if user_id})
    return [
        Line(
            row,
            _note(work, row),
            fates[row.id],
            cases.get(_case_id(fates[row.id])),
            names.get(row.created_by, ""),
            names.get(row.received_by, "") if row.received_by else "",
        )
        for row in rows
    ]


def opening(work: Work, note_id: UUID) -> Opening:
    """The permission check of one note at the desk."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    return Opening(Event.VILLAGE_NOTE_OPENED, (), WHOLE, object_id=queries.get(work, note_id).id)


def page(work: Work, note_id: UUID) -> Page:
    """The note with its words, in the page's snapshot."""
    row = queries.get(work, note_id)
    (line,) = lines(work, [row])
    return Page(line, _text(work, row), _own_draft(work, line))


def _own_draft(work: Work, line: Line) -> UUID | None:
    fate = line.fate
    if isinstance(fate, Unopened) or line.row.standing != Standing.TAKEN or fate.by != work.actor.user_id:
        return None
    return fate.draft_id


def office_phone(work: Work) -> str:
    """The phone of the unit as it stands on its letters; empty where nobody wrote it down, or where the letterhead does not open: no note
    waits for a letterhead."""
    held = opened(lambda: letters.of_unit(work, checking.unit(work)))
    return "" if isinstance(held, Unopened) else held.phone


def _readable(work: Work, case_ids: Sequence[UUID | None]) -> Mapping[UUID | None, Case]:
    wanted = case_queries.visible_to(work.actor).where(Case.id.in_([each for each in case_ids if each]))
    return {case.id: case for case in work.session.scalars(wanted)}


def _case_id(fate: FateHeld) -> UUID | None:
    return fate.case_id if isinstance(fate, structs.VillageNoteFate) else None


def _statuses(work: Work, fates: Mapping[UUID, FateHeld]) -> Mapping[UUID, str]:
    return queries.statuses(work, [each for fate in fates.values() if (each := _case_id(fate))])


def _told(row: VillageNote, fate: FateHeld, statuses: Mapping[UUID, str]) -> Told | None | Unopened:
    return fate if isinstance(fate, Unopened) else queries.told_of(row, fate, statuses)


def _fate(work: Work, row: VillageNote) -> FateHeld:
    return opened(lambda: queries.fate_of(work, row))


def _note(work: Work, row: VillageNote) -> Note:
    return opened(lambda: queries.note_of(work, row))


def _text(work: Work, row: VillageNote) -> Text:
    return opened(lambda: queries.text_of(work, row))
