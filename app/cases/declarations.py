"""Acts on having a part in the matter: the person declares, a supervisor takes note or lets the person work all the same.

Who declares a part is off the team in the same act, even as the last one, and cannot be put back until a supervisor has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.cases import families, impartial, queries
from app.cases.acting import within
from app.cases.impartial import Stance
from app.cases.models import Case, Declaration, HandOver
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused
from app.security.sections import Section
from app.security.structs import team as documents
from app.web.sealed import Unopened, opened
from app.work import Work

LOOKED_BACK: Final = timedelta(days=90)  # declared parts that still wait on the supervisor's home page
LOOKED_AT: Final = 500  # newest declarations of the unit that are looked at for it
DECIDED: Final = {Stance.NOTED, Stance.LIFTED}


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A part somebody declared, as the supervisor reads it."""

    row: Declaration
    stance: Stance
    stands: tuple[documents.Stand, ...] | Unopened


def declare(work: Work, case_id: UUID, *, has_part: bool, words: str) -> Declaration:
    """Say whether there is a part in the matter. A part takes the person off the team at once, and needs its words.

    NotPermitted for whoever is not put on the case, Refused where the words are missing.
    """
    queries.get(work, case_id)
    user_id = work.actor.user_id
    if user_id is None or not queries.is_assigned(work, case_id):
        raise NotPermitted("only who is put on the case declares")
    if has_part and not words.strip():
        raise Refused(Problem("required", "words"))
    within(words, "words")
    row = _take(work, _own(work, case_id, user_id), Stance.INVOLVED if has_part else Stance.FREE, words)
    work.recorded(Event.PART_DECLARED, row.id, row=row, cases=(case_id,))
    if has_part:
        _leave(work, case_id, user_id)
    return row


def decide(work: Work, case_id: UUID, declaration_id: UUID, *, may_work: bool, words: str) -> Declaration:
    """A supervisor takes note of a declared part, or lets the person work on the case all the same, which needs its words.

    NotPermitted on the own declaration, Refused where the words are missing.
    """
    work.actor.require(Capability.CASE_ASSIGN)
    row = get(work, case_id, declaration_id)
    if row.user_id == work.actor.user_id:
        raise NotPermitted("nobody decides on the own declaration")
    if may_work and not words.strip():
        raise Refused(Problem("required", "words"))
    within(words, "words")
    _take(work, row, Stance.LIFTED if may_work else Stance.NOTED, words)
    work.recorded(Event.PART_DECIDED, row.id, row=row, cases=(case_id,))
    return row


def get(work: Work, case_id: UUID, declaration_id: UUID) -> Declaration:
    """A declared part of this case that stands, decided on or not; else NotFound."""
    queries.get(work, case_id)
    row = work.session.get(Declaration, declaration_id)
    if row is None or row.case_id != case_id or impartial.stance_of(work, row) in {None, Stance.FREE}:
        raise NotFound("declaration")
    return row


def parts_of(work: Work, case_id: UUID) -> list[Part]:
    """The declared parts of a case with their words, for those who assign."""
    rows = queries.records(work.session, Declaration, [case_id])
    standing = ((row, impartial.stance_of(work, row)) for row in rows)
    return [_part(work, row, stance) for row, stance in standing if stance is not None and stance != Stance.FREE]


def waiting(work: Work) -> Sequence[Case]:
    """Cases of the unit in which somebody lately declared a part and no supervisor has decided yet; clear columns and MACs only."""
    recent = (
        select(Declaration)
        .join(Case, Case.id == Declaration.case_id)
        .where(Case.unit_id == work.actor.own_unit(), Declaration.created_at > work.now - LOOKED_BACK)
        .order_by(Declaration.created_at.desc(), Declaration.id)
        .limit(LOOKED_AT)
    )
    rows = work.session.scalars(recent)
    ids = [row.case_id for row in rows if impartial.stance_of(work, row) is Stance.INVOLVED]
    wanted = queries.visible_to(work.actor).where(Case.id.in_(ids)).order_by(Case.received_at)
    return work.session.scalars(wanted).all() if ids else ()


def _part(work: Work, row: Declaration, stance: Stance) -> Part:
    return Part(row, stance, opened(lambda: _stands(work, row)))


def _own(work: Work, case_id: UUID, user_id: UUID) -> Declaration:
    """The person's declaration on this case: the one there is, or a new one."""
    row = work.session.scalar(
        select(Declaration).where(Declaration.case_id == case_id, Declaration.user_id == user_id).with_for_update()
    )
    if row is not None:
        return row
    blank = {"declaration_sealed": (Section.DECLARATION, documents.Declaration())}
    return add_record(work, Declaration, case_id, blank, user_id=user_id, mac=b"")


def _take(work: Work, row: Declaration, stance: Stance, words: str) -> Declaration:
    """Add a stand to the declaration and put the new stance under the MAC. Conflict where it is the present one already."""
    if stance in DECIDED and impartial.stance_of(work, row) is stance:
        raise Conflict("decided already")
    stand = documents.Stand(stance.value, work.now, work.actor.user_id, words.strip())
    document = documents.Declaration(stands=(*_stands(work, row), stand))
    seal_into(work, row, {"declaration_sealed": (Section.DECLARATION, document)})
    impartial.seal(work, row, stance)
    return row


def _stands(work: Work, row: Declaration) -> tuple[documents.Stand, ...]:
    return work.vault.open(row.place(Section.DECLARATION), row.declaration_sealed, documents.Declaration).stands


def _leave(work: Work, case_id: UUID, user_id: UUID) -> None:
    """End the person's own assignments to the matter, and what was handed to this person in it."""
    matter = families.families(work, [case_id])[case_id]
    for member in queries.team_of(work.session, matter):
        if member.user_id == user_id:
            member.until = work.now
            member.mac = queries.member_mac(work, member)
            work.recorded(Event.CASE_UNASSIGNED, member.id, row=member, cases=(member.case_id,))
    _close(work, work.session.scalars(select(HandOver).where(HandOver.case_id.in_(matter), HandOver.to_id == user_id)))


def _close(work: Work, rows: Iterable[HandOver]) -> None:
    for row in rows:
        row.seen_at = row.seen_at or work.now
