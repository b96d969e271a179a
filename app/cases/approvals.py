"""What waits for the decision of a supervisor or the head: reports, proposed ends, transfers. By clear columns alone: nothing opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from app.accounts.models import Unit
from app.cases import queries, transfers
from app.cases.models import Case, Termination, Transfer
from app.domain.stages import Stage, Status
from app.work import Work

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """The longest waiting of each kind first, at most a hundred; `reports_total` counts them all."""

    reports: Sequence[Case]
    reports_total: int
    ends: Sequence[tuple[Termination, Case]]
    asked: Sequence[tuple[Transfer, str]]  # with the name of the unit that asks
    sent: Sequence[tuple[Transfer, Case, str]]  # ours that the other unit has not answered, with its name


def waiting(work: Work) -> Waiting:
    """What the actor may decide on, and what the own unit waits for."""
    readable = queries.readable_by(work.actor)
    reports = (readable, Case.status == Status.OPEN.value, Case.stage == Stage.REPORT.value)
    shown = load_only(Case.register_no, Case.received_at, Case.stage, Case.risk, raiseload=True)
    first = select(Case).options(shown).where(*reports).order_by(Case.received_at, Case.id).limit(SHOWN)
    ends = (
        select(Termination, Case)
        .join(Case, Case.id == Termination.case_id)
        .where(readable, Case.status == Status.OPEN.value, Termination.state == "proposed")
        .order_by(Termination.created_at, Termination.id)
        .limit(SHOWN)
    )
    sent = (
        select(Transfer, Case)
        .join(Case, Case.id == Transfer.case_id)
        .where(readable, Transfer.state == "proposed")
        .order_by(Transfer.created_at, Transfer.id)
    )
    asked = transfers.asked_of(work)
    names = _unit_names(work)
    senders = _senders(work, asked)
    return Waiting(
        reports=work.session.scalars(first).all(),
        reports_total=work.session.scalar(select(func.count()).select_from(Case).where(*reports)) or 0,
        ends=[(row, case) for row, case in work.session.execute(ends)],
        asked=[(row, names.get(senders[row.case_id], "")) for row in asked],
        sent=[(row, case, _named(names, row.to_unit_id)) for row, case in work.session.execute(sent)],
    )


def _unit_names(work: Work) -> Mapping[UUID, str]:
    return {unit_id: name for unit_id, name in work.session.execute(select(Unit.id, Unit.name))}


def _named(names: Mapping[UUID, str], unit_id: UUID | None) -> str:
    return names.get(unit_id, "") if unit_id is not None else ""


def _senders(work: Work, rows: Sequence[Transfer]) -> Mapping[UUID, UUID]:
    """The unit each of these cases belongs to: all that is told of it before the transfer is accepted."""
    found = select(Case.id, Case.unit_id).where(Case.id.in_([row.case_id for row in rows]))
    return {case_id: unit_id for case_id, unit_id in work.session.execute(found)}
