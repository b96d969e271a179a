"""Legal hold: what keeps a file whatever its period says. By itself while somebody watches its legal steps (`watching.watched`), and by
hand, with a reason that stays in the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.audit.events import Event
from app.cases.acting import within
from app.cases.models import Case
from app.cases.sealing import add_record, seal_into
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.stages import Status
from app.retention.models import CaseHold
from app.security import integrity
from app.security.canonical import Value
from app.security.sections import Section
from app.security.structs.retention import HoldReason
from app.work import Work

_FIELD: Final = "reason"


def case_of(work: Work, case_id: UUID) -> Case:
    """A file of the actor's unit that is there; NotFound for every other, an erased one among them. Clear columns alone: keeping and
    erasing are the unit's matter, not only that of those who read the file."""
    found = select(Case).where(Case.id == case_id, Case.is_hidden.is_(False), Case.status != Status.ERASED.value)
    case = work.session.scalar(found)
    if case is None or not (work.actor.system or case.unit_id == work.actor.unit_id):
        raise NotFound("case")
    return case


def of_case(work: Work, case_id: UUID) -> Sequence[CaseHold]:
    """Every hold somebody put on the file, newest first, lifted ones too."""
    wanted = select(CaseHold).where(CaseHold.case_id == case_id)
    return work.session.scalars(wanted.order_by(CaseHold.created_at.desc(), CaseHold.id)).all()


def stands(work: Work, row: CaseHold) -> bool:
    """Whether the hold keeps its file. A row that says it was lifted, and that this program did not write, keeps it still: a false row
    must never open the way to an erasure (security 2.9)."""
    return row.lifted_at is None or not integrity.check(
        work.vault.crypt, row.mac, CaseHold.__tablename__, row.id, *_granting(row)
    )


def held_among(work: Work, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the files that somebody holds."""
    rows = work.session.scalars(select(CaseHold).where(CaseHold.case_id.in_(list(case_ids))))
    return frozenset(row.case_id for row in rows if stands(work, row))


def hold(work: Work, case_id: UUID, reason: str) -> CaseHold:
    """Keep the file beyond its period until the hold is lifted. Supervisor or head (`case:hold`). Refused without a reason."""
    work.actor.require(Capability.CASE_HOLD)
    case = case_of(work, case_id)
    _given(reason)
    row = add_record(
        work,
        CaseHold,
        case.id,
        {"reason_sealed": (Section.HOLD_REASON, HoldReason(text=reason.strip()))},
        lifted_by=None,
        lifted_at=None,
        mac=b"",
    )
    _seal(work, row)
    work.recorded(Event.HOLD_SET, row.id, row=row, cases=(case.id,))
    return row


def lift(work: Work, case_id: UUID, hold_id: UUID, reason: str) -> CaseHold:
    """Let go of a hold, with the reason. Supervisor or head (`case:hold`). Conflict where it was lifted already."""
    work.actor.require(Capability.CASE_HOLD)
    case = case_of(work, case_id)
    row = get(work, case.id, hold_id)
    _given(reason)
    words = msgspec.structs.replace(read(work, row), lifted=reason.strip())
    seal_into(work, row, {"reason_sealed": (Section.HOLD_REASON, words)})
    row.lifted_at, row.lifted_by = work.now, work.actor.user_id
    _seal(work, row)
    work.recorded(Event.HOLD_LIFTED, row.id, row=row, cases=(case.id,))
    return row


def get(work: Work, case_id: UUID, hold_id: UUID) -> CaseHold:
    """A hold that keeps the file. NotFound where the file has none of this id; Conflict where it was lifted."""
    row = work.session.scalar(select(CaseHold).where(CaseHold.id == hold_id, CaseHold.case_id == case_id))
    if row is None:
        raise NotFound("hold")
    if not stands(work, row):
        raise Conflict("lifted already")
    return row


def read(work: Work, row: CaseHold) -> HoldReason:
    """Why the file is held, and why no longer."""
    return work.vault.open(row.place(Section.HOLD_REASON), row.reason_sealed, HoldReason)


def _given(reason: str) -> None:
    if not reason.strip():
        raise Refused(Problem("required", _FIELD))
    within(reason, _FIELD)


def _seal(work: Work, row: CaseHold) -> None:
    row.mac = integrity.row_mac(work.vault.crypt, CaseHold.__tablename__, row.id, *_granting(row))


def _granting(row: CaseHold) -> tuple[Value, ...]:
    return (row.case_id, row.lifted_by or "", row.lifted_at or "")
