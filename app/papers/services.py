"""Acts of the letter desk: giving a letter its number. Printing changes nothing; it stands in the audit log (`printing`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import acting, families, queries
from app.cases.models import Case
from app.cases.sealing import add_record
from app.domain import letters
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted
from app.domain.stages import Status
from app.domain.zones import local_day
from app.papers import desk
from app.papers.models import IssuedPaper
from app.referrals import services as referrals
from app.security.sections import Section
from app.security.structs import papers as structs
from app.security.structs.packages import ReferralPackage
from app.work import Work


class NumberTaken(Conflict):
    """Another letter took the number this one was printed with: print it again with the next."""


@dataclass(frozen=True, slots=True, repr=False)
class Finished:
    """A letter as it was printed before its act: what it says, its number, the SHA-256 of the print."""

    subject_id: UUID
    paper: structs.Paper
    number: str
    sha256: str
    is_counted: bool = True  # by us; a number typed for it belongs to an agenda kept elsewhere
    package: ReferralPackage | None = None  # what a referral letter tells


def may_issue(work: Work, case_id: UUID, kind: str = "") -> Case:
    """The case, when the actor may send letters of a kind about it: its team. Conflict for a voided or rejected case; for a closed
    one but for the letters of its end; for one that was transferred but for the letter of that transfer. NotPermitted for others."""
    case = queries.get(work, case_id)
    if (kind, case.status) == (letters.TRANSFER, Status.TRANSFERRED.value):
        work.actor.require(Capability.CASE_EDIT)
    else:
        acting.editable(work, case_id, closed_too=kind in letters.AFTER_THE_END)
    if queries.has_part(work, case_id):
        raise NotPermitted("has a part in the matter")
    if not (work.actor.system or queries.is_on_team(work, case_id)):
        raise NotPermitted("only the case team issues letters")
    return case


def issue(work: Work, case_id: UUID, finished: Finished) -> IssuedPaper:
    """Give the letter its number for good and keep what it said. NumberTaken where another one was quicker.

    The number belongs to the day of issue in the unit's zone, gapless per unit, kind and year.
    """
    case = may_issue(work, case_id, finished.paper.code)
    if finished.paper.code != letters.REFERRAL:  # a referral goes on in the file it lies in
        families.refuse_merged(work, case)
    unit = work.session.get_one(Unit, case.unit_id)
    kind, on = finished.paper.code, local_day(work.now, unit.local_zone)
    if finished.is_counted:
        number = desk.take_number(work, unit, kind, on.year)
        if desk.written(desk.of_unit(work, unit), unit, kind, number, on) != finished.number:
            raise NumberTaken("letter number")
    head = structs.IssuedPaper(
        paper=kind, number=finished.number, on=on, subject_id=finished.subject_id, sha256=finished.sha256
    )
    text = structs.IssuedPaperText(paper=finished.paper)
    sealed = {"paper_sealed": (Section.ISSUED_PAPER, head), "text_sealed": (Section.ISSUED_PAPER_TEXT, text)}
    row = add_record(work, IssuedPaper, case.id, sealed)
    work.touched(case.id, Event.PAPER_ISSUED, row.id, row=row)
    if kind == letters.REFERRAL:
        referrals.note_letter(work, finished.subject_id, finished.number, finished.package)
    return row


def read(work: Work, row: IssuedPaper) -> structs.IssuedPaper:
    """The coded head of an issued letter."""
    return work.vault.open(row.place(Section.ISSUED_PAPER), row.paper_sealed, structs.IssuedPaper)


def read_text(work: Work, row: IssuedPaper) -> structs.Paper:
    """What an issued letter said (S4)."""
    return work.vault.open(row.place(Section.ISSUED_PAPER_TEXT), row.text_sealed, structs.IssuedPaperText).paper


def issued_of(work: Work, case_ids: Iterable[UUID]) -> Mapping[UUID, IssuedPaper]:
    """The issued letters of these cases by id, oldest first."""
    return {row.id: row for row in queries.records(work.session, IssuedPaper, case_ids)}


def issued(work: Work, case_id: UUID, issued_id: UUID | None) -> IssuedPaper:
    """One issued letter of the case; NotFound for an id of another."""
    found = issued_of(work, [case_id]).get(issued_id) if issued_id is not None else None
    if found is None:
        raise NotFound("letter")
    return found
