"""Reads of village notes. A volunteer's begin at `own_of`, the desk's at `of_desk`, so that no page can forget whose they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from app.cases import families
from app.cases.models import Case, Transfer
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound
from app.domain.stages import Status
from app.domain.transfers import TransferState
from app.domain.village_notes import Standing, Told, told
from app.patbm.models import VillageNote, VillageOrigin
from app.security.sections import Section
from app.security.structs import patbm as structs
from app.work import Work

PAGE_SIZE: Final = 30


class Show(StrEnum):
    """Which notes the desk shows. WAITING: whatever nobody has settled yet, also while an intake is being made of it; URGENT: those of them that tell
    of danger."""

    WAITING = "waiting"
    URGENT = "urgent"
    NEW = "new"
    SETTLED = "settled"


_STANDINGS: Final[Mapping[Show, tuple[Standing, ...]]] = {
    Show.WAITING: (Standing.NEW, Standing.RECEIVED, Standing.TAKEN),
    Show.URGENT: (Standing.NEW, Standing.RECEIVED, Standing.TAKEN),
    Show.NEW: (Standing.NEW,),
    Show.SETTLED: (Standing.SETTLED,),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many notes nobody has received yet, how many of them tell of danger, and since when each first one waits."""

    total: int
    urgent: int
    since: datetime | None
    urgent_since: datetime | None


# --- a volunteer's own -----------------------------------------------------------------------------------------------


def own_of(actor: Actor) -> Select[VillageNote]:
    """A volunteer's own notes in the own unit."""
    rule = VillageNote.created_by == actor.user_id if actor.may(Capability.VILLAGE_NOTE_SEND) else false()
    return select(VillageNote).where(rule, VillageNote.unit_id == actor.own_unit())


def get_own(work: Work, note_id: UUID, *, lock: bool = False) -> VillageNote:
    """A note of the actor's own; NotFound for anybody else's."""
    return _one(work, own_of(work.actor).where(VillageNote.id == note_id), lock=lock)


def own_page(work: Work, number: int) -> tuple[Sequence[VillageNote], int]:
    """One page of the actor's own notes, newest first, and how many there are."""
    rows = own_of(work.actor).order_by(VillageNote.created_at.desc(), VillageNote.id)
    return _page(work, rows, number), own_total(work)


def own_total(work: Work) -> int:
    """How many notes the actor has written."""
    return _count(work, own_of(work.actor))


def sent_within(work: Work, span: timedelta) -> int:
    """How many notes the actor has written within this span until now."""
    return _count(work, own_of(work.actor).where(VillageNote.created_at > work.now - span))


# --- the desk --------------------------------------------------------------------------------------------------------


def of_desk(actor: Actor) -> Select[VillageNote]:
    """The notes of the actor's unit, for whoever takes them in."""
    rule: ColumnElement[bool] = (
        VillageNote.unit_id == actor.own_unit() if actor.may(Capability.VILLAGE_NOTE_DESK) else false()
    )
    return select(VillageNote).where(rule)


def get(work: Work, note_id: UUID, *, lock: bool = False) -> VillageNote:
    """A note at the actor's desk; NotFound for a stranger."""
    return _one(work, of_desk(work.actor).where(VillageNote.id == note_id), lock=lock)


def desk_page(work: Work, show: Show, number: int) -> tuple[Sequence[VillageNote], Mapping[Show, int]]:
    """One page of the desk, and how many notes each list holds. What waits: danger first, then what nobody has received, the longest
    waiting on top. What is settled: newest first."""
    chosen = of_desk(work.actor).where(VillageNote.standing.in_([each.value for each in _STANDINGS[show]]))
    if show is Show.URGENT:
        chosen = chosen.where(VillageNote.is_urgent.is_(True))
    order = (
        (VillageNote.created_at.desc(), VillageNote.id)
        if show is Show.SETTLED
        else (VillageNote.is_urgent.desc(), VillageNote.standing, VillageNote.created_at, VillageNote.id)
    )
    return _page(work, chosen.order_by(*order), number), _counts(work)


def _counts(work: Work) -> Mapping[Show, int]:
    """How many notes each list of the desk holds; a settled one tells of no danger any more."""
    columns = (VillageNote.standing, VillageNote.is_urgent)
    counted = of_desk(work.actor).with_only_columns(*columns, func.count()).group_by(*columns)
    numbers = [(Standing(standing), urgent, count) for standing, urgent, count in work.session.execute(counted)]
    return {
        show: sum(
            count
            for standing, urgent, count in numbers
            if standing in _STANDINGS[show] and (urgent or show is not Show.URGENT)
        )
        for show in Show
    }


def waiting(work: Work) -> Waiting:
    """What nobody has received yet, from clear columns."""
    new = of_desk(work.actor).where(VillageNote.standing == Standing.NEW.value)
    first = new.with_only_columns(VillageNote.is_urgent, func.count(), func.min(VillageNote.created_at))
    rows = {
        urgent: (count, since) for urgent, count, since in work.session.execute(first.group_by(VillageNote.is_urgent))
    }
    calm, pressing = rows.get(False, (0, None)), rows.get(True, (0, None))
    since = min((moment for _count, moment in rows.values()), default=None)
    return Waiting(calm[0] + pressing[0], pressing[0], since, pressing[1])


def in_sight(work: Work, note_id: UUID) -> None:
    """NotFound unless the note is the actor's own or lies at the actor's desk. Whatever case it led to stays unsaid."""
    wanted = select(VillageNote.id).where(VillageNote.id == note_id)
    seen = (each.with_only_columns(VillageNote.id) for each in (own_of(work.actor), of_desk(work.actor)))
    if work.session.scalar(wanted.where(or_(*(VillageNote.id.in_(each) for each in seen)))) is None:
        raise NotFound("village note")


def linked(work: Work, tag: bytes) -> Sequence[VillageNote]:
    """The notes that led to this draft or case, locked for the act."""
    wanted = select(VillageNote).where(VillageNote.link_tag == tag)
    return work.session.scalars(wanted.order_by(VillageNote.created_at, VillageNote.id).with_for_update()).all()


# --- what is sealed --------------------------------------------------------------------------------------------------


def note_of(work: Work, row: VillageNote) -> structs.VillageNote:
    """The coded part of a note. Unreadable where it does not open."""
    return work.vault.open(row.place(Section.VILLAGE_NOTE), row.note_sealed, structs.VillageNote)


def text_of(work: Work, row: VillageNote) -> structs.VillageNoteText:
    """The words of a note. Unreadable where they do not open."""
    return work.vault.open(row.place(Section.VILLAGE_NOTE_TEXT), row.text_sealed, structs.VillageNoteText)


def fate_of(work: Work, row: VillageNote) -> structs.VillageNoteFate:
    """What came of a note. Unreadable where it does not open."""
    return work.vault.open(row.place(Section.VILLAGE_NOTE_FATE), row.fate_sealed, structs.VillageNoteFate)


def origin_note(work: Work, row: VillageOrigin) -> structs.VillageNote:
    """The coded part of a note that lies in a case. Unreadable where it does not open."""
    return work.vault.open(row.place(Section.VILLAGE_ORIGIN), row.note_sealed, structs.VillageNote)


def origin_text(work: Work, row: VillageOrigin) -> structs.VillageNoteText:
    """Its words. Unreadable where they do not open."""
    return work.vault.open(row.place(Section.VILLAGE_ORIGIN_TEXT), row.text_sealed, structs.VillageNoteText)


def told_of(row: VillageNote, fate: structs.VillageNoteFate, statuses: Mapping[UUID, str]) -> Told | None:
    """All that the volunteer hears of a note. `statuses`: of the cases such notes lie in."""
    return told(row.standing, fate.kind, statuses.get(fate.case_id, Status.OPEN.value) if fate.case_id else "")


def statuses(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """How the files stand in which these cases go on: the one a merged case counts within, and the one another unit made of a case it took
    over. A status and nothing else leaves this function: whoever asks need not read the case."""
    ends = _ends(work, case_ids)
    rows = work.session.execute(select(Case.id, Case.status).where(Case.id.in_(set(ends.values()))))
    found = {case_id: status for case_id, status in rows}
    return {case_id: found[end] for case_id, end in ends.items() if end in found}


def _ends(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """For each of these cases the file in which it goes on now; a constant number of queries for each step of the longest way."""
    ends = {case_id: case_id for case_id in case_ids}
    ahead, seen = set(ends), set[UUID]()
    while ahead:
        seen |= ahead
        onward = _onward(work, ahead)
        ends = {case_id: onward.get(end, end) for case_id, end in ends.items()}
        ahead = set(onward.values()) - seen
    return ends


def _onward(work: Work, case_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """One step: from a merged case to the one that stays, from a transferred one to what the other unit made of it."""
    merged = {case_id: stays for case_id, stays in families.homes(work, case_ids).items() if stays != case_id}
    taken_over = (
        select(Transfer.case_id, Transfer.to_case_id)
        .join(Case, Case.id == Transfer.case_id)
        .where(
            Transfer.case_id.in_(case_ids),
            Transfer.state == TransferState.ACCEPTED.value,
            Case.status == Status.TRANSFERRED.value,
        )
    )
    return merged | {case_id: copy_id for case_id, copy_id in work.session.execute(taken_over) if copy_id is not None}


def _one(work: Work, wanted: Select[VillageNote], *, lock: bool) -> VillageNote:
    row = work.session.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise NotFound("village note")
    return row


def _page(work: Work, wanted: Select[VillageNote], number: int) -> Sequence[VillageNote]:
    return work.session.scalars(wanted.limit(PAGE_SIZE).offset((max(1, number) - 1) * PAGE_SIZE)).all()


def _count(work: Work, wanted: Select[VillageNote]) -> int:
    return work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
