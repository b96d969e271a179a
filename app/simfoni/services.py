"""Acts of the SIMFONI room: note that a case was entered there, take such a note back, ask for a case to be entered again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases import records
from app.cases.acting import editable, not_future, record_of, today_of, within, zone_of
from app.cases.models import Case, SimfoniEntry
from app.cases.sealing import Sealed, add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, NotPermitted, Problem, Refused, Stale
from app.domain.simfoni import numbers
from app.domain.simfoni.changes import kept_texts
from app.domain.simfoni.layout import layout
from app.domain.simfoni.sheet import build
from app.domain.zones import local_day
from app.security import index
from app.security.sections import Section
from app.security.structs.case import NoteHead
from app.security.structs.simfoni import Entry, EntryText, Typed, TypedLine
from app.security.vault import etag
from app.simfoni import facts, queries, state
from app.simfoni.facts import Coded
from app.simfoni.models import AWAITING, Standing
from app.work import Work

NOTE_KIND: Final = "SIMFONI"  # a note that says why a case is to be entered again


class Reach(StrEnum):
    """Why somebody may open the sheet of a case; the word stands in the audit log as the purpose."""

    TEAM = "team"
    ENTRY = "simfoni-entry"


@dataclass(frozen=True, slots=True, repr=False)
class NewEntry:
    """What is noted of an entry: its day, the number SIMFONI gave, a remark. `shared`: another case carries the number too, rightly."""

    on: date
    number: str
    remark: str = ""
    shared: bool = False


def reach(work: Work, case: Case) -> Reach | None:
    """Why the actor may open identities and words of this case here: on its team, or because it waits to be entered (design 6).

    None: the sheet stays closed, also to whoever entered it, until something changes.
    """
    if work.actor.may(Capability.CASE_READ) and case_queries.is_on_team(work, case.id):
        return Reach.TEAM
    enters = work.actor.may(Capability.SIMFONI_ENTER) and case.unit_id == work.actor.unit_id
    return Reach.ENTRY if enters and queries.standing(work, case.id) in AWAITING else None


def require_reach(work: Work, case: Case) -> Reach:
    """As `reach`, or NotPermitted."""
    found = reach(work, case)
    if found is None:
        raise NotPermitted("nothing waits to be entered")
    return found


def page_mark(coded: Coded) -> str:
    """A name of the state of a case as its sheet shows it: what a form of the sheet carries, so that no change slips in unseen."""
    last = coded.entries[-1][0].id.bytes if coded.entries else b""
    return etag(state.coded_mark(coded).encode(), facts.words_mark(coded).encode(), last)


def number_of(work: Work, coded: Coded) -> str:
    """The number SIMFONI gave to the case; empty where it has none."""
    if not coded.entries:
        return ""
    row = coded.entries[-1][0]
    return work.vault.open(row.place(Section.SIMFONI_TEXT), row.text_sealed, EntryText).number


def enter(work: Work, case_id: UUID, new: NewEntry, *, expected: str | None) -> SimfoniEntry:
    """Note that a case was entered in SIMFONI, with what it said at that moment. Afterwards it is closed again to whoever entered it.

    Conflict where there is nothing to enter, Stale where the case changed since its sheet was shown, Refused for a number that is
    none or that another case carries.
    """
    work.actor.require(Capability.SIMFONI_READ)
    case = queries.get(work, case_id, lock=True)
    row = queries.states(work, [case_id], lock=True).get(case_id)
    coded = facts.read_coded(work, case)
    standing = state.in_act(work, coded, row)
    how = _purpose(work, case, standing)
    if expected is not None and expected != page_mark(coded):
        raise Stale("sheet")
    number = _checked(work, coded, new)
    text = EntryText(number=number, remark=new.remark.strip())
    entry = Entry(
        on=new.on, layout=layout().version, coded=state.coded_mark(coded), words=facts.words_mark(coded)
    )  # fmt: skip
    sealed: Sealed = {
        "entry_sealed": (Section.SIMFONI_ENTRY, entry),
        "text_sealed": (Section.SIMFONI_TEXT, text),
        "typed_sealed": (Section.SIMFONI_TYPED, _typed(work, coded)),
    }
    made = add_record(work, SimfoniEntry, case_id, sealed, is_removed=False, number_tag=_tag(work, number))
    state.put(work, case, row, Standing.ENTERED)
    work.touched(case_id, Event.SIMFONI_ENTERED, made.id, row=made, purpose=how)
    return made


def take_back(work: Work, case_id: UUID, entry_id: UUID, reason: str) -> None:
    """Take back a wrong note of an entry. Whoever wrote it may on the same day, later a supervisor: with it a closed case opens again.

    NotPermitted for others, Conflict where it was taken back already, Refused without a reason.
    """
    work.actor.require(Capability.SIMFONI_READ)
    case = queries.get(work, case_id, lock=True)
    row = record_of(work, SimfoniEntry, case_id, entry_id)
    if row.is_removed:
        raise Conflict("already taken back")
    if not may_take_back(work, case, row):
        raise NotPermitted("taken back by its writer on the same day, or by a supervisor")
    if not reason.strip():
        raise Refused(Problem("required", "reason"))
    within(reason, "reason")
    text = work.vault.open(row.place(Section.SIMFONI_TEXT), row.text_sealed, EntryText)
    seal_into(work, row, {"text_sealed": (Section.SIMFONI_TEXT, msgspec.structs.replace(text, removal=reason.strip()))})
    row.is_removed = True
    work.touched(case_id, Event.SIMFONI_TAKEN_BACK, row.id, row=row)


def may_take_back(work: Work, case: Case, row: SimfoniEntry) -> bool:
    """Whether the actor may take this entry back now. That of a voided case goes as soon as it is taken out of SIMFONI."""
    actor = work.actor
    if actor.may(Capability.CASE_APPROVE) and case_queries.reads_unit_of(actor, case):
        return True
    if case.status in state.DEAD and actor.may(Capability.SIMFONI_ENTER):
        return True
    zone = zone_of(work, case)
    return row.created_by == actor.user_id and local_day(row.created_at, zone) == local_day(work.now, zone)


def ask(work: Work, case_id: UUID, reason: str) -> None:
    """Ask for a case to be entered (again): one brought over from elsewhere, or one with a fault there. The reason is kept as a note.

    For those who may change the case; Conflict where it waits already, or is not registered.
    Refused without it.
    """
    case = editable(work, case_id)
    if case.status in state.DEAD:
        raise Conflict("entered with the file it was merged into")
    row = queries.states(work, [case_id], lock=True).get(case_id)
    if case.registered_at is None or state.in_act(work, facts.read_coded(work, case), row) in AWAITING:
        raise Conflict("waits already")
    if not reason.strip():
        raise Refused(Problem("required", "reason"))
    records.write_note(work, case_id, NoteHead(kind=NOTE_KIND, on=today_of(work, case)), reason)
    state.put(work, case, row, Standing.ASKED, since=work.now)
    work.touched(case_id, Event.SIMFONI_ASKED, case_id)


def may_enter(work: Work, case: Case, standing: Standing) -> bool:
    """Whether the actor may note an entry of a case that stands so: what a page offers."""
    try:
        _purpose(work, case, standing)
    except (NotPermitted, Conflict):
        return False
    return True


def _purpose(work: Work, case: Case, standing: Standing) -> str:
    """The purpose of an entry. NotPermitted for who may not, Conflict where nothing is to be entered.

    The number of a case that was brought over may be noted by whoever enters, without opening anything.
    """
    team = work.actor.may(Capability.CASE_EDIT) and case_queries.is_on_team(work, case.id)
    enters = work.actor.may(Capability.SIMFONI_ENTER) and case.unit_id == work.actor.unit_id
    if not (work.actor.system or team or enters):
        raise NotPermitted("only the team, or whoever enters into SIMFONI")
    brought = standing is Standing.NONE and case.registered_at is not None and case.import_id is not None
    if standing not in AWAITING and not brought:
        raise Conflict("nothing to enter")
    return Reach.TEAM.value if team else Reach.ENTRY.value


def _checked(work: Work, coded: Coded, new: NewEntry) -> str:
    case = coded.case
    not_future(work, case, new.on, "on")
    within(new.remark, "remark")
    if new.on < coded.incident.report_on:
        raise Refused(Problem("simfoni.before-report", "on"))
    try:
        number = numbers.written(new.number)
    except ValueError:
        raise Refused(Problem("simfoni.number" if new.number.strip() else "required", "number")) from None
    others = {row.case_id for row in queries.carrying(work, case.unit_id, [_tag(work, number)])} - {case.id}
    if others and not new.shared:
        raise Refused(Problem("simfoni.number-taken", "number"))
    return number


def _typed(work: Work, coded: Coded) -> Typed:
    sheet = build(layout(), facts.facts_of(coded, facts.read_words(work, coded)))
    return Typed(lines=tuple(TypedLine(path, text) for path, text in kept_texts(sheet).items()))


def _tag(work: Work, number: str) -> bytes:
    return index.simfoni_tag(work.vault.crypt, number)
