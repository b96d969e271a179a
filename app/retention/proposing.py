"""Proposing an erasure, and answering it. Two different people always, whatever the unit's size (design 6 "Two persons only for erasure"):
what one person destroys alone nobody can put right. A unit with one supervisor asks its head or the data protection officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases import families, queries
from app.cases.acting import within
from app.cases.models import Case
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused
from app.domain.retention import Hold
from app.retention import standing
from app.retention.holds import case_of
from app.retention.models import ErasureProposal
from app.retention.standing import Standing
from app.security import integrity
from app.security.canonical import Value
from app.security.sections import Section
from app.security.structs.retention import ErasureWords
from app.work import Work

PROPOSED: Final = "proposed"
REFUSED: Final = "refused"
RETRACTED: Final = "retracted"
HELD_CODES: Final[Mapping[Hold, str]] = {
    Hold.OPEN: "erasure.held-open",
    Hold.LEGAL: "erasure.held-legal",
    Hold.MANUAL: "erasure.held-manual",
    Hold.TRANSFER: "erasure.held-transfer",
    Hold.SAME_PERSON: "erasure.held-same-person",
}


def of_case(work: Work, case_id: UUID) -> Sequence[ErasureProposal]:
    """The proposals to erase the file, newest first; rows of this program only."""
    wanted = select(ErasureProposal).where(ErasureProposal.case_id == case_id)
    rows = work.session.scalars(wanted.order_by(ErasureProposal.created_at.desc(), ErasureProposal.id))
    return [row for row in rows if is_genuine(work, row)]


def waiting(work: Work, case_id: UUID) -> ErasureProposal | None:
    """The proposal that waits for an answer."""
    return next((row for row in of_case(work, case_id) if row.state == PROPOSED), None)


def propose(work: Work, case_id: UUID, basis: str, reason: str) -> ErasureProposal:
    """Propose to erase a file that is due (`erasure:propose`). Nothing is erased by it.

    Refused without legal basis or reason, for a merged file, and while the file is not due or something holds it; Conflict where a proposal waits.
    NotPermitted for whoever has a part in the matter, and for anybody but a person.
    """
    work.actor.require(Capability.ERASE_PROPOSE)
    case = case_of(work, case_id)
    refuse_partial(work, case)
    families.refuse_merged(work, case)
    for text, field in ((basis, "basis"), (reason, "reason")):
        if not text.strip():
            raise Refused(Problem("required", field))
        within(text, field)
    refuse_early(standing.read(work, case.id))
    if waiting(work, case.id) is not None:
        raise Conflict("proposed already")
    return write(work, case, ErasureWords(basis=basis.strip(), reason=reason.strip()))


def write(work: Work, case: Case, words: ErasureWords) -> ErasureProposal:
    """Write the proposal down, by the actor. Whether it may be made is judged before."""
    row = add_record(
        work,
        ErasureProposal,
        case.id,
        {"words_sealed": (Section.ERASURE_WORDS, words)},
        state=PROPOSED,
        decided_by=None,
        decided_at=None,
        mac=b"",
    )
    _seal(work, row)
    work.recorded(Event.ERASURE_PROPOSED, row.id, row=row, cases=(case.id,))
    return row


def refuse(work: Work, case_id: UUID, proposal_id: UUID, answer: str) -> ErasureProposal:
    """Say no to a proposal, with the reason (`erasure:approve`). The file stays as it is. Conflict where it does not wait any more."""
    work.actor.require(Capability.ERASE_APPROVE)
    return _end(work, case_id, proposal_id, REFUSED, answer, Event.ERASURE_REFUSED)


def retract(work: Work, case_id: UUID, proposal_id: UUID, answer: str) -> ErasureProposal:
    """Take the own proposal back, with the reason. NotPermitted for somebody else's. Conflict where it does not wait any more."""
    work.actor.require(Capability.ERASE_PROPOSE)
    row = get(work, case_id, proposal_id)
    if row.created_by != work.actor.user_id:
        raise NotPermitted("somebody else's proposal")
    return _end(work, case_id, proposal_id, RETRACTED, answer, Event.ERASURE_RETRACTED)


def get(work: Work, case_id: UUID, proposal_id: UUID) -> ErasureProposal:
    """A proposal that waits. NotFound where the file has none of this id; Conflict where it was answered."""
    case = case_of(work, case_id)
    row = next((each for each in of_case(work, case.id) if each.id == proposal_id), None)
    if row is None:
        raise NotFound("proposal")
    if row.state != PROPOSED:
        raise Conflict("answered already")
    return row


def read(work: Work, row: ErasureProposal) -> ErasureWords:
    """Legal basis, reason and answer."""
    return work.vault.open(row.place(Section.ERASURE_WORDS), row.words_sealed, ErasureWords)


def refuse_partial(work: Work, case: Case) -> None:
    """NotPermitted for whoever has a part in the matter, and where no person acts: two people answer for an erasure."""
    if work.actor.user_id is None:
        raise NotPermitted("two people answer for an erasure")
    if queries.has_part(work, case.id):
        raise NotPermitted("has a part in the matter")


def refuse_early(found: Standing) -> None:
    """Refused while the period runs, where the unit has no rule, or while something holds the file."""
    if found.period is None:
        raise Refused(Problem("erasure.no-rule"))
    if found.holds:
        raise Refused(*(Problem(HELD_CODES[hold]) for hold in found.holds))
    if not found.is_over:
        day = found.keep_until.isoformat() if found.keep_until is not None else ""
        raise Refused(Problem("erasure.early", params={"day": day}))


def _end(work: Work, case_id: UUID, proposal_id: UUID, state: str, answer: str, event: Event) -> ErasureProposal:
    row = get(work, case_id, proposal_id)
    if not answer.strip():
        raise Refused(Problem("required", "answer"))
    within(answer, "reason")
    words = msgspec.structs.replace(read(work, row), answer=answer.strip())
    seal_into(work, row, {"words_sealed": (Section.ERASURE_WORDS, words)})
    row.state, row.decided_by, row.decided_at = state, work.actor.user_id, work.now
    _seal(work, row)
    work.recorded(event, row.id, row=row, cases=(case_id,))
    return row


def is_genuine(work: Work, row: ErasureProposal) -> bool:
    """Whether this program wrote the row: with an answer it destroys a file (security 2.9)."""
    return integrity.check(work.vault.crypt, row.mac, ErasureProposal.__tablename__, row.id, *_granting(row))


def _seal(work: Work, row: ErasureProposal) -> None:
    row.mac = integrity.row_mac(work.vault.crypt, ErasureProposal.__tablename__, row.id, *_granting(row))


def _granting(row: ErasureProposal) -> tuple[Value, ...]:
    return (row.case_id, row.state, row.created_by or "", row.created_at, row.decided_by or "", row.decided_at or "")
