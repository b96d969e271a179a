"""What people do with a village note: a volunteer sends and corrects it, the desk writes one down, receives it and settles it.

A note is the volunteer's own until the office has received it; afterwards the volunteer hears its state alone (security 3, *Relawan
PATBM*). What it led to is sealed with it (`following` moves it into the case).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import contacts, drafts, listing
from app.cases import queries as case_queries
from app.cases import services as case_services
from app.cases.models import Case, IntakeDraft
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused, Stale
from app.domain.village_notes import Act, Fate, Standing, advance
from app.patbm import checking, following, handing, queries
from app.patbm.checking import YES
from app.patbm.models import VillageNote
from app.security import index
from app.security.sections import Section
from app.security.structs import patbm as structs
from app.security.structs.office import Contact
from app.security.vault import etag
from app.work import Work

PER_HOUR: Final = 12  # notes of one volunteer: more is no village, it is a program
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The end of a note that is no case: a contact with its topic, or a reason; and what the volunteer was advised."""

    advice: str
    topic: str = ""
    referred_to: str = ""
    reason: str = ""


# --- the volunteer ---------------------------------------------------------------------------------------------------


def send(work: Work, note: structs.VillageNote, text: structs.VillageNoteText) -> VillageNote:
    """A volunteer sends a note to the desk of the own unit. Refused for what no note may hold, and beyond PER_HOUR notes of one person."""
    work.actor.require(Capability.VILLAGE_NOTE_SEND)
    if queries.sent_within(work, HOUR) >= PER_HOUR:
        raise Refused(Problem("village-note.too-many", params={"limit": str(PER_HOUR)}))
    checking.check(work, note, text, by_office=False)
    row = _add(work, note, text, Standing.NEW)
    work.recorded(Event.VILLAGE_NOTE_SENT, row.id, row=row)
    return row


def correct(
    work: Work, note_id: UUID, note: structs.VillageNote, text: structs.VillageNoteText, *, expected: str | None
) -> VillageNote:
    """A volunteer corrects an own note that nobody has received yet. Conflict once it was received, Stale where it was saved since."""
    work.actor.require(Capability.VILLAGE_NOTE_SEND)
    row = queries.get_own(work, note_id, lock=True)
    row.standing = advance(row.standing, Act.CORRECT)
    if expected is not None and expected != state_of(row):
        raise Stale("village note")
    checking.check(work, note, text, by_office=False)
    sent = queries.note_of(work, row)
    _seal(work, row, msgspec.structs.replace(note, sent_at=sent.sent_at, sent_by=sent.sent_by), text)
    work.recorded(Event.VILLAGE_NOTE_CHANGED, row.id, row=row)
    return row


def state_of(row: VillageNote) -> str:
    """The etag of a note as a page shows it."""
    return etag(row.note_sealed, row.text_sealed)


# --- the desk --------------------------------------------------------------------------------------------------------


def write_down(work: Work, note: structs.VillageNote, text: structs.VillageNoteText) -> VillageNote:
    """The office writes down what a volunteer brought by phone or on paper; whoever writes it has received it."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    checking.check(work, note, text, by_office=True)
    row = _add(work, note, text, Standing.RECEIVED)
    work.recorded(Event.VILLAGE_NOTE_SENT, row.id, row=row)
    return row


def receive(work: Work, note_id: UUID) -> VillageNote:
    """Take a note in: from now on it is the office's. A second press changes nothing."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    row = queries.get(work, note_id, lock=True)
    if row.standing == Standing.NEW:
        _receive(work, row)
        row.standing = advance(Standing.NEW, Act.RECEIVE)
        work.recorded(Event.VILLAGE_NOTE_RECEIVED, row.id, row=row)
    return row


def take_over(work: Work, note_id: UUID) -> IntakeDraft:
    """Begin an intake with what the note tells. The note stays in sight at the desk until the intake is registered, and then lies in the
    case; where the draft is thrown away somebody decides anew.

    Conflict where the note was settled or taken over already. Refused by `drafts.start` at its limit of drafts.
    """
    row = _moved(work, note_id, Act.TAKE)
    intake = handing.intake_of(work, queries.note_of(work, row), queries.text_of(work, row))
    draft = drafts.start(work, new_id(), intake)
    following.point(work, row, structs.VillageNoteFate(draft_id=draft.id), draft.id)
    work.recorded(Event.VILLAGE_NOTE_TAKEN, row.id, row=row)
    return draft


def take_back(work: Work, note_id: UUID) -> VillageNote:
    """Take a note back to the desk whose intake somebody began and does not go on with. The draft stays its owner's, and no longer leads
    to this note. Conflict where no intake is under way."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    row = queries.get(work, note_id, lock=True)
    if row.standing != Standing.TAKEN:
        raise Conflict("no intake under way")
    following.put_back(work, row)
    return row


def join(work: Work, note_id: UUID, register_no: str) -> Case:
    """Add the note to a case as a further report of the same matter; it lies in that case from now on.

    Refused where no case of this number takes something new from the actor; Conflict where the note was settled already.
    """
    row = _moved(work, note_id, Act.SETTLE)
    case = _case(work, register_no)
    report = handing.report_of(work, queries.note_of(work, row), queries.text_of(work, row))
    try:
        case_services.join_report(work, case.id, report)
    except (NotPermitted, Conflict):
        raise Refused(Problem("village-note.not-that-case", "register_no")) from None
    following.keep_in_case(work, row, case.id)
    return case


def answer(work: Work, note_id: UUID, given: Answer) -> VillageNote:
    """End a note of which no case comes: counted as a contact with its topic, or with a reason; either way with what was advised.

    Refused without advice, or with neither topic nor reason; Conflict where the note was settled already.
    """
    row = _moved(work, note_id, Act.SETTLE)
    _check_answer(given)
    text = msgspec.structs.replace(queries.text_of(work, row), advice=given.advice)
    row.text_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE_TEXT), text)
    if given.topic:
        contact = contacts.record(work, _contact(work, given))
        fate = structs.VillageNoteFate(kind=Fate.CONTACT, contact_id=contact.id)
    else:
        fate = structs.VillageNoteFate(kind=Fate.DECLINED, reason=given.reason)
    following.point(work, row, fate, new_id())
    work.recorded(Event.VILLAGE_NOTE_SETTLED, row.id, row=row)
    return row


def _contact(work: Work, given: Answer) -> Contact:
    return Contact(on=checking.today(work), channel=handing.CHANNEL, topic=given.topic, referred_to=given.referred_to)


def _check_answer(given: Answer) -> None:
    problems = []
    if not given.advice.strip():
        problems.append(Problem("required", "advice"))
    elif len(given.advice) > checking.LIMITS["advice"]:
        problems.append(Problem("text.too-long", "advice", params={"limit": str(checking.LIMITS["advice"])}))
    if bool(given.topic) == bool(given.reason):
        problems.append(Problem("village-note.one-end", "reason"))
    elif given.reason and given.reason not in code_list("village_note_end"):
        problems.append(Problem("code.unknown", "reason", params={"list": "village_note_end"}))
    if problems:
        raise Refused(*problems)


def _moved(work: Work, note_id: UUID, act: Act) -> VillageNote:
    """The note, locked and moved on; whoever settles a note nobody has received receives it by that."""
    work.actor.require(Capability.VILLAGE_NOTE_DESK)
    row = queries.get(work, note_id, lock=True)
    after = advance(row.standing, act)
    if row.received_at is None:
        _receive(work, row)
    row.standing = after
    return row


def _case(work: Work, register_no: str) -> Case:
    unknown = Refused(Problem("village-note.not-that-case", "register_no"))
    found = listing.by_number(work, register_no.strip())
    if len(found) != 1:
        raise unknown
    try:
        return case_queries.get(work, found[0])
    except NotFound:
        raise unknown from None


def _receive(work: Work, row: VillageNote) -> None:
    row.received_at, row.received_by = work.now, work.actor.user_id


def _add(work: Work, note: structs.VillageNote, text: structs.VillageNoteText, standing: Standing) -> VillageNote:
    if work.actor.user_id is None:
        raise NotFound("user")
    row = VillageNote(
        id=new_id(),
        unit_id=work.actor.own_unit(),
        office_id=work.office,
        created_at=work.now,
        created_by=work.actor.user_id,
        standing=standing,
        is_urgent=False,
        received_at=None,
        received_by=None,
        link_tag=index.village_note_tag(work.vault.crypt, new_id()),
        note_sealed=b"",
        text_sealed=b"",
        fate_sealed=b"",
    )
    if standing is Standing.RECEIVED:
        _receive(work, row)
    row.fate_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE_FATE), structs.VillageNoteFate())
    _seal(work, row, msgspec.structs.replace(note, sent_at=work.now, sent_by=work.actor.user_id), text)
    work.session.add(row)
    return row


def _seal(work: Work, row: VillageNote, note: structs.VillageNote, text: structs.VillageNoteText) -> None:
    row.is_urgent = note.danger == YES
    row.note_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE), note)
    row.text_sealed = work.vault.seal(row.place(Section.VILLAGE_NOTE_TEXT), text)
