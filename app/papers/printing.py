"""From a case to a PDF in the browser: the reading with its audit event, the rendering outside any transaction, the event with the
document's hash, and only then the bytes (design 6; security 2.5, 7.7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Response, make_response

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, queries, transfers
from app.cases.models import Case, Transfer
from app.cases.record_forms import REASONS
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.domain.zones import Zone, local_day
from app.papers import desk, engine, services, wording
from app.papers.content import letters
from app.papers.content.heads import head
from app.papers.content.letters import Letter
from app.papers.dossier import Dossier
from app.papers.engine import Printed, Stamp
from app.papers.kinds import ISSUED, ISSUED_SECTIONS, KINDS, About, Kind
from app.referrals import services as referrals
from app.referrals.models import Referral
from app.security.sections import Section
from app.security.structs.packages import ReferralPackage
from app.security.structs.papers import LetterDesk, Paper, Signer
from app.web import runtime
from app.work import AuditLine, Opening, Work

DRAFT: Final = "KONSEP"
FILE_NAME: Final = "dokumen.pdf"


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A paper about to be rendered, with the logo above it and what stands at its foot."""

    paper: Paper
    logo: bytes
    stamp: Stamp
    number: str = ""
    is_counted: bool = True
    package: ReferralPackage | None = None  # what a referral letter tells


def print_out(case_id: UUID, slug: str, subject_id: UUID | None, reason: str = "") -> Response:
    """The paper as an answer. `reason` is the code of a reason that was given and kept; the team needs none."""
    sections = ISSUED_SECTIONS if slug == ISSUED else KINDS[slug].sections
    with runtime.reading(lambda work: opening(work, case_id, sections, reason)) as work:
        ready = (
            _issued(work, case_id, subject_id) if slug == ISSUED else _present(work, case_id, KINDS[slug], subject_id)
        )
    return finished(ready, case_id)


def finished(ready: Ready, case_id: UUID) -> Response:
    """Render outside any transaction, record which document leaves, then let it leave."""
    return delivered(press(ready), ready.paper.code, case_id)


def press(ready: Ready) -> Printed:
    """The PDF. Never inside a transaction."""
    return engine.render(ready.paper, ready.stamp, ready.logo)


def opening(work: Work, case_id: UUID, sections: tuple[Section, ...], reason: str = "") -> Opening:
    """The audit line of the reading: a paper shows identities, so its reading is a reveal (design 2). It names the files merged into the
    case too, which a paper shows together with it. NotPermitted outside the team without a reason of the list."""
    case = queries.get(work, case_id)
    on_team = bool(work.actor.system) or queries.is_on_team(work, case_id)
    if not on_team:
        if reason not in REASONS:
            raise NotPermitted("reason")
        work.actor.require(Capability.CASE_REVEAL)
    purpose = reason if reason in REASONS else "team"
    whole = families.with_duplicates(work, [case.id])
    return Opening(Event.CASE_REVEALED, whole, sections, object_id=case.id, purpose=purpose)


def delivered(printed: Printed, code: str, case_id: UUID | None) -> Response:
    """Record which document leaves, then let it leave: inline, under a name that says nothing, kept by no cache."""
    line = AuditLine(
        Event.PAPER_PRINTED,
        object_id=case_id,
        cases=(case_id,) if case_id is not None else (),
        purpose=f"{code.lower()} {printed.sha256}",
    )
    runtime.runtime().record(runtime.actor(), runtime.origin(), line)
    return as_answer(printed.pdf)


def as_answer(pdf: bytes) -> Response:
    """A PDF for the browser's own viewer."""
    answer = make_response(pdf)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{FILE_NAME}"'
    return answer


def letter_ready(work: Work, case_id: UUID, kind: Kind, subject_id: UUID, signer: int) -> Ready:
    """A letter with the number it would get now, or the one that was typed for it, and the signer chosen."""
    dossier, logo = dossier_of(work, case_id)
    on = dossier.today
    typed = _typed_number(work, dossier, kind, subject_id)
    number = typed or next_number(work, dossier.case, kind)
    paper = _letter(kind)(dossier, subject_id, Letter(number, on, _signer(dossier.desk, signer)))
    stamp = _stamp(work, kind.code, dossier.zone, "Diterbitkan oleh")
    package = letters.told(dossier, subject_id)[0] if kind.about is About.REFERRAL else None
    return Ready(paper, logo, stamp, number, is_counted=not typed, package=package)


def next_number(work: Work, case: Case, kind: Kind) -> str:
    """The number a letter of this kind would get now."""
    unit = work.session.get_one(Unit, case.unit_id)
    on = local_day(work.now, unit.local_zone)
    last = desk.last_number(work, unit.id, kind.code, on.year)
    return desk.written(desk.of_unit(work, unit), unit, kind.code, last + 1, on)


def _typed_number(work: Work, dossier: Dossier, kind: Kind, subject_id: UUID) -> str:
    """The number somebody typed for a referral or a transfer (an agenda kept elsewhere); empty where there is none, or where it was
    ours."""
    if kind.about is About.REFERRAL:
        typed = referrals.read_text(work, dossier.row(Referral, subject_id)).letter_no
    elif kind.about is About.TRANSFER:
        typed = transfers.read(work, dossier.row(Transfer, subject_id))[1].letter_no
    else:
        return ""
    ours = {services.read(work, each).number for each in services.issued_of(work, [dossier.case.id]).values()}
    return "" if typed in ours else typed


def _present(work: Work, case_id: UUID, kind: Kind, subject_id: UUID | None) -> Ready:
    """The paper as the file is now; a letter without a number is a draft."""
    if kind.form is None:
        return draft_ready(work, case_id, kind.code, lambda held, letter: _letter(kind)(held, subject_id, letter))
    dossier, logo = dossier_of(work, case_id)
    return Ready(kind.form(dossier, subject_id), logo, printed_by(work, dossier, kind.code))


def draft_ready(work: Work, case_id: UUID, code: str, make: Callable[[Dossier, Letter], Paper]) -> Ready:
    """A letter without a number of ours, marked as a draft on each page."""
    dossier, logo = dossier_of(work, case_id)
    stamp = _stamp(work, code, dossier.zone, "Dicetak oleh", DRAFT)
    return Ready(make(dossier, Letter("", dossier.today, head(dossier.desk))), logo, stamp)


def _issued(work: Work, case_id: UUID, issued_id: UUID | None) -> Ready:
    """A letter that went out, word by word as it was."""
    row = services.issued(work, case_id, issued_id)
    dossier, logo = dossier_of(work, case_id)
    paper = services.read_text(work, row)
    by = dossier.name_of(row.created_by)
    stamp = _stamp(work, paper.code, dossier.zone, _issue_words(by, row.created_at, dossier.zone) + "\nDicetak oleh")
    return Ready(paper, logo, stamp)


def _issue_words(by: str, at: datetime, zone: Zone) -> str:
    return f"Diterbitkan oleh {by}, {wording.moment(at, zone)}"


def _letter(kind: Kind) -> Callable[[Dossier, UUID | None, Letter], Paper]:
    if kind.letter is None:
        raise NotFound("letter")
    return kind.letter


def dossier_of(work: Work, case_id: UUID) -> tuple[Dossier, bytes]:
    """A case to print from, and the logo of its unit."""
    case: Case = queries.get(work, case_id)
    unit = work.session.get_one(Unit, case.unit_id)
    return Dossier(work, case, unit, desk.of_unit(work, unit)), desk.logo_of(work, unit.id)


def _signer(of: LetterDesk, place: int) -> Signer:
    return of.signers[place] if 0 <= place < len(of.signers) else head(of)


def printed_by(work: Work, dossier: Dossier, code: str) -> Stamp:
    """What stands at the foot of a sheet printed as the file is now."""
    return _stamp(work, code, dossier.zone, "Dicetak oleh")


def _stamp(work: Work, code: str, zone: Zone, words: str, watermark: str = "") -> Stamp:
    return stamped(work, f"RAHASIA · {code}", zone, words, watermark)


def stamped(work: Work, marks: str, zone: Zone, words: str = "Dicetak oleh", watermark: str = "") -> Stamp:
    """Who prints and when, for the foot of every page (security 7.7), after what the sheet is marked with: its code, how secret it is."""
    user_id = work.actor.user_id
    who = accounts.names(work, [user_id]).get(user_id, "") if user_id is not None else work.actor.system
    return Stamp(f"{marks} · {words} {who}, {wording.moment(work.now, zone)}", work.now, watermark)


def blank_ready(work: Work, make: Callable[[LetterDesk], Paper]) -> Ready:
    """A form for field use, under the letterhead of the actor's unit."""
    unit = accounts.unit(work, work.actor.own_unit())
    paper = make(desk.of_unit(work, unit))
    day = wording.day(local_day(work.now, unit.local_zone))
    return Ready(paper, desk.logo_of(work, unit.id), Stamp(f"{paper.code} · formulir kosong, {day}", work.now))
