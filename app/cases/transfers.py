"""Transfer of a case (*pelimpahan*, case-management 6.2): our unit proposes or hands over, the other one accepts or declines.

To another unit of this deployment a transfer is a question: until it is accepted the other unit sees the letter that was written to it
and nothing of the file. Accepting makes a case of its own there (`transfer_copy`) and closes ours as transferred, in one act. To anybody
else it is a fact: the letter went out, our case closes. Our file stays here, whole and readable, either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, moving, needs, progress, queries, terminations, transfer_copy
from app.cases.acting import known_codes, not_future, texts_within, today_of, within
from app.cases.casefile import CodedFile, coded_files
from app.cases.models import Case, Transfer
from app.cases.moving import Move
from app.cases.progress import Choices
from app.cases.sealing import add_record, seal_into
from app.cases.terminations import End
from app.cases.transfer_copy import Copied, Passing
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.stages import Stage, Status, step, way_out
from app.domain.transfers import Side, TransferState, answer
from app.security import integrity
from app.security.canonical import Value
from app.security.sections import Section
from app.security.structs import handling
from app.security.structs.case import StepReason
from app.work import Work

CLOSURE: Final = "TM_DITUTUP"
REASON: Final = "AT_LIMPAH"
CONSENTS: Final = frozenset(code.code for code in code_list("consent_basis") if code.truth("consent"))


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What is written for a transfer: coded head and words."""

    head: handling.Transfer
    text: handling.TransferText


# --- proposing, handing over -----------------------------------------------------------------------------------------


def propose(work: Work, case_id: UUID, unit_id: UUID | None, letter: Letter) -> Transfer:
    """Ask another unit to take the case over. The case goes on here until it answers.

    NotPermitted for anybody who may not decide on the case. Conflict where the case is not open or a transfer waits already. Refused
    where an end of a client waits for a decision, files were merged into the case, or the letter says too little.
    """
    case = _transferable(work, case_id)
    if unit_id not in {unit.id for unit in other_units(work, case)}:
        raise Refused(Problem("transfer.unit", "unit_id"))
    if not letter.text.cover.strip():
        raise Refused(Problem("required", "cover"))
    row = _write(work, case, letter, TransferState.PROPOSED, unit_id)
    work.touched(case.id, Event.TRANSFER_PROPOSED, row.id, row=row)
    return row


def hand_out(work: Work, case_id: UUID, letter: Letter) -> Transfer:
    """Record that the case went to somebody outside this deployment, by letter: our case closes as transferred.

    Who it is stands in the letter (`institution_id`, `receiver`); without it, or without the letter's number, Refused.
    """
    case = _transferable(work, case_id)
    lacking = [name for name in ("receiver", "letter_no") if not getattr(letter.text, name).strip()]
    if lacking:
        raise Refused(*(Problem("required", name) for name in lacking))
    row = _write(work, case, letter, TransferState.OUTSIDE, None)
    _close(work, case, letter.text.reason)
    work.touched(case.id, Event.TRANSFER_RECORDED, row.id, row=row)
    return row


def _transferable(work: Work, case_id: UUID) -> Case:
    """The case, where it may be transferred by the actor now."""
    case = queries.get(work, case_id)
    moving.require_decider(work, case)
    way_out(Status(case.status), moving.TRANSFER)
    if queries.waiting_transfer(work.session, case_id) is not None:
        raise Conflict("transfer waits")
    if terminations.pending_of(work, case_id):
        raise Refused(Problem("transfer.end-waits"))
    moving.refuse_holding(work, case)
    return case


def _write(work: Work, case: Case, letter: Letter, state: TransferState, unit_id: UUID | None) -> Transfer:
    file = coded_files(work, [case.id])[case.id]
    head = msgspec.structs.replace(letter.head, clients=len(needs.open_clients(file)), risk=case.risk)
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(letter.text)
    problems = tuple(_problems(file, head, letter.text))
    if problems:
        raise Refused(*problems)
    if head.agreed_on is not None:
        not_future(work, case, head.agreed_on, "agreed_on")
    is_done = state is not TransferState.PROPOSED
    row = add_record(
        work,
        Transfer,
        case.id,
        {"transfer_sealed": (Section.TRANSFER, head), "text_sealed": (Section.TRANSFER_TEXT, letter.text)},
        state=state.value,
        to_unit_id=unit_id,
        to_case_id=None,
        decided_by=work.actor.user_id if is_done else None,
        decided_at=work.now if is_done else None,
        mac=b"",
    )
    row.mac = _mac(work, row)
    return row


def _problems(file: CodedFile, head: handling.Transfer, text: handling.TransferText) -> Iterator[Problem]:
    """Why, and on which ground: the agreement of the clients with its day, or another ground with its words."""
    if head.on < file.incident.report_on:
        yield Problem("transfer.before-report", "on")
    if not head.clients:
        yield Problem("transfer.nobody")
    if not head.reason:
        yield Problem("required", "reason")
    if not text.reason.strip():
        yield Problem("required", "text")
    if head.agreed not in {"YA", "TIDAK"}:
        yield Problem("required", "agreed")
    if head.agreed == "YA" and head.agreed_on is None:
        yield Problem("required", "agreed_on")
    if head.agreed == "TIDAK" and (not head.basis or head.basis in CONSENTS):
        yield Problem("transfer.basis", "basis")
    if head.agreed == "TIDAK" and not text.basis.strip():
        yield Problem("required", "basis_text")


# --- answering -------------------------------------------------------------------------------------------------------


def accept(work: Work, transfer_id: UUID, *, manager_id: UUID | None, knowingly: bool = False) -> Copied:
    """The other unit takes the case over: a case of its own, with a manager and whoever accepts watching over it; ours closes.

    The new case is registered at once where it was screened; else it waits at the report for the screening, like any other. `manager_id`:
    who manages it. Refused without one; NotFound for anybody but the unit that was asked.
    Conflict where files were merged into ours meanwhile.
    """
    row = asked(work, transfer_id)
    accepted = answer(TransferState(row.state), "accept")
    if manager_id is None:
        raise Refused(Problem("step.team", "manager_id"))
    source = work.session.get_one(Case, row.case_id)
    way_out(Status(source.status), moving.TRANSFER)
    if families.held_by(work, source.id):
        raise Conflict("holds merged files")  # without their numbers: here nothing of the file is told
    head, text = read(work, row)
    copied = transfer_copy.make(work, _passing(work, source, head, text))
    work.touched(copied.case.id, Event.CASE_CREATED, row=copied.case)
    _begin(work, copied.case, Choices(manager_id=manager_id, knowingly=knowingly))
    _decide(work, row, accepted.state, "", made=copied.case.id)
    _close(work, source, text.reason)
    work.touched(source.id, Event.TRANSFER_ACCEPTED, row.id, row=row)
    return copied


def _passing(work: Work, source: Case, head: handling.Transfer, text: handling.TransferText) -> Passing:
    unit = work.session.get_one(Unit, work.actor.own_unit())
    return Passing(source, unit, frozenset(head.parts), text.cover, work.session.get_one(Unit, source.unit_id).name)


def _begin(work: Work, case: Case, choices: Choices) -> None:
    """Name the team; and register the case, which is what accepting means, where nothing the table asks for is missing."""
    progress.name_team(work, case, choices)
    registering = step(Stage(case.stage), Status(case.status), progress.APPROVE)
    seen = progress.seen(work, coded_files(work, [case.id])[case.id])
    if not needs.lacks(registering, seen, StepReason()):
        progress.take_step(work, case.id, progress.APPROVE, StepReason())


def refuse(work: Work, transfer_id: UUID, words: str) -> Transfer:
    """The other unit declines, with the reason: the case stays where it is."""
    row = asked(work, transfer_id)
    _end_waiting(work, row, "refuse", words)
    work.touched(row.case_id, Event.TRANSFER_REFUSED, row.id, row=row)
    return row


def retract(work: Work, transfer_id: UUID, words: str) -> Transfer:
    """Our unit takes its question back, with the reason."""
    row = sent(work, transfer_id)
    moving.require_decider(work, work.session.get_one(Case, row.case_id))
    _end_waiting(work, row, "retract", words)
    work.touched(row.case_id, Event.TRANSFER_RETRACTED, row.id, row=row)
    return row


def _end_waiting(work: Work, row: Transfer, code: str, words: str) -> None:
    given = answer(TransferState(row.state), code)
    if given.needs_words and not words.strip():
        raise Refused(Problem("required", "decision"))
    within(words, "decision")
    _decide(work, row, given.state, words)


def _decide(work: Work, row: Transfer, state: TransferState, words: str, *, made: UUID | None = None) -> None:
    _head, text = read(work, row)
    seal_into(work, row, {"text_sealed": (Section.TRANSFER_TEXT, msgspec.structs.replace(text, decision=words))})
    row.state, row.to_case_id = state.value, made
    row.decided_by, row.decided_at = work.actor.user_id, work.now
    row.mac = _mac(work, row)


def _close(work: Work, case: Case, words: str) -> None:
    """Every client still helped ends here as transferred, and the case with them: counted by the first recorder (11, S)."""
    today = today_of(work, case)
    for client_id in needs.open_clients(coded_files(work, [case.id])[case.id]):
        terminations.end_client(work, case, client_id, End(today, CLOSURE, REASON))
    way = way_out(Status(case.status), moving.TRANSFER)
    moving.move(work, case, Move(way.code, Stage(case.stage), way.status), StepReason(text=words))


# --- finding ---------------------------------------------------------------------------------------------------------


def other_units(work: Work, case: Case) -> Sequence[Unit]:
    """The units of this deployment that may be asked, by name."""
    return work.session.scalars(select(Unit).where(Unit.id != case.unit_id).order_by(Unit.name, Unit.id)).all()


def sender_of(work: Work, row: Transfer) -> Unit:
    """The unit that hands the case over."""
    return work.session.get_one(Unit, work.session.get_one(Case, row.case_id).unit_id)


def asked(work: Work, transfer_id: UUID) -> Transfer:
    """A transfer the actor's unit is asked to take and somebody like the actor may answer; for all others there is none. NotFound."""
    row = work.session.get(Transfer, transfer_id)
    if row is None or side_of(work, row) is not Side.RECEIVER or row.state != TransferState.PROPOSED.value:
        raise NotFound("transfer")
    work.actor.require(moving.DECIDE)
    return row


def sent(work: Work, transfer_id: UUID) -> Transfer:
    """A transfer of a case the actor may read, or NotFound."""
    row = work.session.get(Transfer, transfer_id)
    if row is None or not is_genuine(work, row):
        raise NotFound("transfer")
    queries.get(work, row.case_id)
    return row


def case_seen(work: Work, transfer_id: UUID) -> UUID | None:
    """The case of a transfer for whoever reads it; None in the unit that is asked, which knows of no case yet. NotFound for a stranger."""
    row = work.session.get(Transfer, transfer_id)
    if row is not None and side_of(work, row) is Side.RECEIVER:
        asked(work, transfer_id)
        return None
    return sent(work, transfer_id).case_id


def side_of(work: Work, row: Transfer) -> Side | None:
    """On which side of a transfer the actor stands; None for a stranger, and for a row this program did not write (security 2.9)."""
    if not is_genuine(work, row) or work.actor.unit_id is None:
        return None
    if row.to_unit_id == work.actor.unit_id:
        return Side.RECEIVER
    unit_id = work.session.scalar(select(Case.unit_id).where(Case.id == row.case_id))
    return Side.SENDER if unit_id == work.actor.unit_id else None


def asked_of(work: Work) -> Sequence[Transfer]:
    """The transfers that wait for the actor's unit, the longest waiting first. Clear columns only."""
    if work.actor.unit_id is None:
        return []
    rows = work.session.scalars(
        select(Transfer)
        .where(Transfer.to_unit_id == work.actor.unit_id, Transfer.state == TransferState.PROPOSED.value)
        .order_by(Transfer.created_at, Transfer.id)
    )
    return [row for row in rows if is_genuine(work, row)]


def of_case(work: Work, case_id: UUID) -> Sequence[Transfer]:
    """The transfers of a case, newest first."""
    return queries.records(work.session, Transfer, [case_id])[::-1]


def came_by(work: Work, case_id: UUID) -> Transfer | None:
    """The transfer by which this case came to its unit."""
    return work.session.scalar(select(Transfer).where(Transfer.to_case_id == case_id))


def read(work: Work, row: Transfer) -> tuple[handling.Transfer, handling.TransferText]:
    """Head and words of a transfer."""
    head = work.vault.open(row.place(Section.TRANSFER), row.transfer_sealed, handling.Transfer)
    return head, work.vault.open(row.place(Section.TRANSFER_TEXT), row.text_sealed, handling.TransferText)


def is_genuine(work: Work, row: Transfer) -> bool:
    """Whether this program wrote the row: it lets a unit read a letter and take a file over (security 2.9)."""
    return integrity.check(work.vault.crypt, row.mac, Transfer.__tablename__, row.id, *_granting(row))


def _mac(work: Work, row: Transfer) -> bytes:
    return integrity.row_mac(work.vault.crypt, Transfer.__tablename__, row.id, *_granting(row))


def _granting(row: Transfer) -> tuple[Value, ...]:
    return (row.case_id, row.state, row.to_unit_id or "", row.to_case_id or "", row.decided_at or "")
