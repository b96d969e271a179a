"""Village notes elsewhere: the note a case came from on its file and in its story; on the home page and above the lists of work what
nobody has received; for a volunteer the way to a new note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from app.accounts import queries as people
from app.cases import panels
from app.cases import queries as case_queries
from app.cases.models import Case
from app.cases.panels import Panel, Source, Spot
from app.cases.story import Entry, Kind, Listening, Teller
from app.cases.story_tellers import each, text_of, words
from app.domain.access import Capability
from app.patbm import desk, queries
from app.patbm.checking import YES
from app.patbm.models import VillageOrigin
from app.security.sections import Section
from app.security.structs import patbm as structs
from app.web.home import Tile, TileMaker
from app.web.sealed import Unopened, opened
from app.work import Work


def _origins(work: Work, case: Case) -> Sequence[VillageOrigin]:
    return case_queries.records(work.session, VillageOrigin, [case.id])


def has_origin(work: Work, case: Case) -> bool:
    """Whether a village note lies in this case; clear columns only."""
    return bool(_origins(work, case))


# --- the case --------------------------------------------------------------------------------------------------------


def make(work: Work, case: Case) -> Panel | None:
    """The notes the case came from; their words where the page may open words."""
    rows = _origins(work, case)
    if not rows:
        return None
    speaks = panels.is_open(work, case, Section.VILLAGE_ORIGIN_TEXT)
    held = [(row, _note(work, row), _text(work, row) if speaks else None) for row in rows]
    notes = [note for _row, note, _words in held if isinstance(note, structs.VillageNote)]
    ids: set[UUID] = {user_id for note in notes for user_id in (note.sent_by, note.received_by) if user_id}
    return Panel(
        "patbm/_case_panel.html", {"held": held, "names": people.names(work, ids)}, _("Village note"), "village"
    )


def _note(work: Work, row: VillageOrigin) -> structs.VillageNote | Unopened:
    return opened(lambda: queries.origin_note(work, row))


def _text(work: Work, row: VillageOrigin) -> structs.VillageNoteText | Unopened:
    return opened(lambda: queries.origin_text(work, row))


@each(Kind.REPORT, VillageOrigin, Section.VILLAGE_ORIGIN, "note_sealed", structs.VillageNote)
def _told(work: Work, row: VillageOrigin, note: structs.VillageNote, listening: Listening) -> Iterator[Entry]:
    text = words(work, row, Section.VILLAGE_ORIGIN_TEXT, "text_sealed", structs.VillageNoteText, listening)
    title = _("Village note of PATBM, with danger") if note.danger == YES else _("Village note of PATBM")
    said = text_of(text, help=_("Help given so far"), informed=_("Who has been told"))
    yield Entry(Kind.REPORT, note.sent_at or row.created_at, title, said, by=note.sent_by)


SOURCES: Final = (
    Source(
        Capability.VILLAGE_NOTE_READ,
        make,
        Spot.MAIN,
        order=15,
        coded=(Section.VILLAGE_ORIGIN,),
        words=(Section.VILLAGE_ORIGIN_TEXT,),
        reads=has_origin,
    ),
)
TELLERS: Final = (
    Teller(
        Capability.VILLAGE_NOTE_READ,
        _told,
        (Section.VILLAGE_ORIGIN,),
        (Section.VILLAGE_ORIGIN_TEXT,),
        reads=has_origin,  # not for all who read the case: a sheet that is passed on tells nothing of it
    ),
)


# --- the home page ---------------------------------------------------------------------------------------------------


def waiting_tile(work: Work) -> Tile | None:
    """What nobody has received yet, danger first, with how long it waits. No deadline: nobody has set one (case-management 9)."""
    waiting = queries.waiting(work)
    return Tile("patbm/_tile_waiting.html", 3, {"waiting": waiting, "now": work.now}) if waiting.total else None


def volunteer_tile(work: Work) -> Tile:
    """The way to a new note and to one's own."""
    context = {"total": queries.own_total(work), "office_number": desk.office_phone(work)}
    return Tile("patbm/_tile_own.html", 2, context)


PRESSING: Final[tuple[tuple[Capability, TileMaker], ...]] = ((Capability.VILLAGE_NOTE_DESK, waiting_tile),)
TILES: Final[tuple[tuple[Capability, TileMaker], ...]] = ((Capability.VILLAGE_NOTE_SEND, volunteer_tile),)
