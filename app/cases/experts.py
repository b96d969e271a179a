"""Notes of experts (psychology, counselling, law, social work): a summary for the team, and notes their author alone reads.

Nobody else opens the author's notes: not the supervisor, the head, a stand-in or the machine; they are sealed to their author. When the
author leaves, the summary stays; the notes go to somebody else by the author's own act only. The author may release the report, as a
copy, to the team or for one referral (case-management 12 "report only, by author's release").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.accounts import queries as people
from app.accounts.models import User
from app.audit.events import Event
from app.cases import queries
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, within
from app.cases.models import Client, ExpertNote, ExpertRelease
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused
from app.security.sections import Section
from app.security.structs import experts as documents
from app.work import Work

KINDS: Final = "expert_note_kind"
TEAM_READS: Final = (Section.EXPERT_NOTE, Section.EXPERT_SUMMARY, Section.EXPERT_RELEASE, Section.EXPERT_REPORT)
"""What a page of the team may open. The author's notes are never among them."""


@dataclass(frozen=True, slots=True, repr=False)
class Writing:
    """What an expert writes: the coded head, the summary for the team, the own notes and the report. No repr."""

    kind: str
    on: date
    client_id: UUID | None
    summary: str
    notes: str
    report: str


def kinds_for(roles: Iterable[str]) -> tuple[str, ...]:
    """The disciplines in which somebody with these roles writes."""
    held = set(roles)
    return tuple(code.code for code in code_list(KINDS).active() if held & set(code.texts("roles")))


def own_kinds(work: Work, case_id: UUID) -> tuple[str, ...]:
    """The disciplines in which the actor writes on this case: by the expert's roles the actor holds and is on the team in."""
    seats = queries.own_seats(work, [case_id])
    return kinds_for(
        seat.role for seat in seats if seat.user_id == work.actor.user_id and seat.role in work.actor.roles
    )


def write(work: Work, case_id: UUID, writing: Writing) -> ExpertNote:
    """Keep a note of the actor's own discipline. Only an expert of the team."""
    author = _expert(work, case_id)
    receiving(work, case_id)
    _check(work, case_id, writing)
    head = documents.ExpertNote(
        kind=writing.kind,
        on=writing.on,
        client_id=writing.client_id,
        written_by=author,
        role=_role(work, case_id, writing),
    )
    summary = documents.ExpertSummary(text=writing.summary)
    sealed = {"head_sealed": (Section.EXPERT_NOTE, head), "summary_sealed": (Section.EXPERT_SUMMARY, summary)}
    row = add_record(work, ExpertNote, case_id, sealed, author_id=author, notes_sealed=b"")
    _keep_own(work, row, writing)
    work.recorded(Event.EXPERT_WRITTEN, row.id, row=row, cases=(case_id,))
    return row


def save(work: Work, case_id: UUID, note_id: UUID, writing: Writing, *, expected: str | None) -> ExpertNote:
    """Write on. Only the author, while on the team."""
    row = own(work, case_id, note_id)
    fresh(expected, row.head_sealed, row.summary_sealed, row.notes_sealed)
    _check(work, case_id, writing)
    before = head_of(work, row)
    head = documents.ExpertNote(
        kind=writing.kind, on=writing.on, client_id=writing.client_id, written_by=before.written_by, role=before.role
    )
    summary = documents.ExpertSummary(text=writing.summary)
    seal_into(
        work, row, {"head_sealed": (Section.EXPERT_NOTE, head), "summary_sealed": (Section.EXPERT_SUMMARY, summary)}
    )
    _keep_own(work, row, writing)
    work.recorded(Event.EXPERT_CHANGED, row.id, row=row, cases=(case_id,))
    return row


def release(work: Work, case_id: UUID, note_id: UUID, on: date, referral_id: UUID | None = None) -> ExpertRelease:
    """Release the report as it stands now: to the team, or for one referral of the case. Only the author. Refused where there is no report."""
    row = own(work, case_id, note_id)
    not_future(work, queries.get(work, case_id), on, "on")
    report = notes_of(work, row).report
    if not report.strip():
        raise Refused(Problem("expert.no-report", "on"))
    head = documents.ExpertRelease(note_id=row.id, on=on, referral_id=referral_id)
    sealed = {
        "release_sealed": (Section.EXPERT_RELEASE, head),
        "text_sealed": (Section.EXPERT_REPORT, documents.ExpertReport(text=report)),
    }
    made = add_record(work, ExpertRelease, case_id, sealed, is_removed=False)
    work.recorded(Event.EXPERT_RELEASED, made.id, row=made, cases=(case_id,))
    return made


def take_back(work: Work, case_id: UUID, release_id: UUID) -> ExpertRelease:
    """Take a release back: nobody is shown the copy any more. Only the author of the note. Conflict where it was taken back already."""
    editable(work, case_id)
    row = record_of(work, ExpertRelease, case_id, release_id)
    if row.is_removed:
        raise Conflict("taken back already")
    own(work, case_id, release_of(work, row).note_id)
    row.is_removed = True
    work.recorded(Event.EXPERT_WITHDRAWN, row.id, row=row, cases=(case_id,))
    return row


def hand_on(work: Work, case_id: UUID, note_id: UUID, to_id: UUID) -> ExpertNote:
    """Hand the own notes to another expert of the team, who is their only reader from now on. Only the author.

    Refused for somebody who writes no notes of this kind here.
    """
    row = own(work, case_id, note_id)
    if to_id not in {user.id for user in successors(work, case_id, head_of(work, row).kind)}:
        raise Refused(Problem("expert.no-successor", "user_id"))
    return _hand_on(work, row, to_id)


def hand_all_on(work: Work, case_ids: Sequence[UUID], to_id: UUID) -> list[ExpertNote]:
    """Hand on all own notes in these cases, as part of handing the cases on. Refused where the receiver writes no notes of a kind."""
    receiver = people.get(work, to_id)
    roles = people.roles_of(work, receiver)
    rows = work.session.scalars(
        select(ExpertNote).where(ExpertNote.case_id.in_(case_ids), ExpertNote.author_id == work.actor.user_id)
    ).all()
    if any(head_of(work, row).kind not in kinds_for(roles) for row in rows):
        raise Refused(Problem("expert.no-successor", "user_id"))
    return [_hand_on(work, row, to_id) for row in rows]


def has_own(work: Work, case_ids: Sequence[UUID]) -> bool:
    """Whether the actor wrote notes in one of these cases."""
    mine = select(ExpertNote.id).where(ExpertNote.case_id.in_(case_ids), ExpertNote.author_id == work.actor.user_id)
    return work.session.scalar(mine.limit(1)) is not None


def successors(work: Work, case_id: UUID, kind: str) -> list[User]:
    """Who of the team may be handed notes of this discipline: other experts who hold a role of it."""
    ids = {member.user_id for member in queries.team_of(work.session, [case_id])} - {work.actor.user_id}
    users = [user for user in work.session.scalars(people.visible_to(work.actor).where(User.id.in_(ids)))]
    roles = people.roles_by_user(work, users)
    return [user for user in users if not user.is_disabled and kind in kinds_for(roles[user.id])]


def get(work: Work, case_id: UUID, note_id: UUID) -> ExpertNote:
    """A note of this case, for those who read what experts write for the team."""
    work.actor.require(Capability.EXPERT_SUMMARY)
    queries.get(work, case_id)
    return record_of(work, ExpertNote, case_id, note_id)


def own(work: Work, case_id: UUID, note_id: UUID) -> ExpertNote:
    """A note the actor wrote, to be changed; NotFound for one of somebody else."""
    _expert(work, case_id)
    row = record_of(work, ExpertNote, case_id, note_id)
    if row.author_id != work.actor.user_id:
        raise NotFound("note")
    return row


def is_author(work: Work, row: ExpertNote) -> bool:
    """Whether the actor is the one who may open the author's notes."""
    return work.actor.user_id is not None and row.author_id == work.actor.user_id


def head_of(work: Work, row: ExpertNote) -> documents.ExpertNote:
    """The coded head."""
    return work.vault.open(row.place(Section.EXPERT_NOTE), row.head_sealed, documents.ExpertNote)


def summary_of(work: Work, row: ExpertNote) -> documents.ExpertSummary:
    """What the team has to know."""
    return work.vault.open(row.place(Section.EXPERT_SUMMARY), row.summary_sealed, documents.ExpertSummary)


def notes_of(work: Work, row: ExpertNote) -> documents.ExpertNotes:
    """The author's own notes; NotOpened for anybody else."""
    return work.vault.open_own(row.own_place(), row.notes_sealed, documents.ExpertNotes, work.actor.user_id)


def release_of(work: Work, row: ExpertRelease) -> documents.ExpertRelease:
    """To whom and when a report was released."""
    return work.vault.open(row.place(Section.EXPERT_RELEASE), row.release_sealed, documents.ExpertRelease)


def report_of(work: Work, row: ExpertRelease) -> documents.ExpertReport:
    """The report as it was released."""
    return work.vault.open(row.place(Section.EXPERT_REPORT), row.text_sealed, documents.ExpertReport)


def releases_of(work: Work, case_id: UUID) -> list[ExpertRelease]:
    """The standing releases of a case, oldest first."""
    return [row for row in queries.records(work.session, ExpertRelease, [case_id]) if not row.is_removed]


def _expert(work: Work, case_id: UUID) -> UUID:
    """The actor, as an expert of the team who may write now. A supervisor who is not on the team writes no notes."""
    work.actor.require(Capability.EXPERT_WRITE)
    editable(work, case_id)
    user_id = work.actor.user_id
    if user_id is None or not queries.is_on_team(work, case_id) or not own_kinds(work, case_id):
        raise NotPermitted("only an expert of the team")
    return user_id


def _check(work: Work, case_id: UUID, writing: Writing) -> None:
    if writing.kind not in own_kinds(work, case_id):
        raise Refused(Problem("code.unknown", "kind", params={"list": KINDS}))
    if not writing.summary.strip():
        raise Refused(Problem("required", "summary"))
    for name in ("summary", "notes", "report"):
        within(getattr(writing, name), name)
    not_future(work, queries.get(work, case_id), writing.on, "on")
    if writing.client_id is not None:
        record_of(work, Client, case_id, writing.client_id)
    known_codes(documents.ExpertNote(kind=writing.kind, on=writing.on))


def _role(work: Work, case_id: UUID, writing: Writing) -> str:
    """As what the author writes: the role by which the discipline is the author's."""
    seats = queries.own_seats(work, [case_id])
    return next(seat.role for seat in seats if writing.kind in kinds_for([seat.role]))


def _keep_own(work: Work, row: ExpertNote, writing: Writing) -> None:
    document = documents.ExpertNotes(notes=writing.notes, report=writing.report)
    row.notes_sealed = work.vault.seal_own(row.own_place(), document)


def _hand_on(work: Work, row: ExpertNote, to_id: UUID) -> ExpertNote:
    document = notes_of(work, row)
    row.author_id = to_id
    row.notes_sealed = work.vault.seal_own(row.own_place(), document)
    work.recorded(Event.EXPERT_HANDED_ON, row.id, row=row, cases=(row.case_id,))
    return row
