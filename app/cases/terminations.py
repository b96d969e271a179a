"""The end of one client's handling (F12): the manager proposes, the client signs or not, a supervisor decides (case-management 6.2, 7).

Each client ends alone; the case stands in termination exactly while every client still helped has a proposal, and closes with the last
approval (design 2). So the acts here take the step into termination, out of it and to the end by themselves: nothing is entered twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import course, moving, needs, queries, risk
from app.cases.acting import editable, known_codes, not_future, receiving, record_of, texts_within, today_of, within
from app.cases.casefile import CodedFile, coded_files
from app.cases.models import Case, Client, Termination
from app.cases.moving import Move
from app.cases.sealing import add_record, seal_into
from app.domain.codes import code_list
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.stages import Stage, Status, proposing, step
from app.security.sections import Section
from app.security.structs import handling, people
from app.security.structs.case import StepReason
from app.work import Work

MANAGER: Final = "MANAJER"


class State(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    RETRACTED = "retracted"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What the manager writes: coded head and words."""

    head: handling.Termination
    text: handling.TerminationText


# --- proposing -------------------------------------------------------------------------------------------------------


def propose(work: Work, case_id: UUID, proposal: Proposal) -> Termination:
    """Propose the end of one client. With the last client still helped the case comes into termination, in the same act.

    NotPermitted for anybody but the case manager. Conflict where the client has ended or has a proposal, or where the case is not at
    a stage from which it may end. Refused for a wrong day, a reason of the other kind, or missing words.
    """
    case = receiving(work, case_id)
    if not is_manager(work, case_id):
        raise NotPermitted("only the case manager proposes")
    head = proposal.head
    client = record_of(work, Client, case_id, head.client_id)
    file = coded_files(work, [case_id])[case_id]
    if client.id not in needs.unproposed(file):
        raise Conflict("ended or proposed")
    if queries.waiting_transfer(work.session, case_id) is not None:
        raise Refused(Problem("transfer.waits"))
    way = proposing(Stage(case.stage))
    if way is None:
        raise Conflict(f"{case.stage} propose")
    head = msgspec.structs.replace(head, goals_open=bool(open_goals(file, client.id)), alone=False)
    _check(work, case, file, head, proposal.text)
    sealed = {
        "termination_sealed": (Section.TERMINATION, head),
        "text_sealed": (Section.TERMINATION_TEXT, proposal.text),
    }
    row = add_record(work, Termination, case.id, sealed, state=State.PROPOSED.value, decided_by=None, decided_at=None)
    work.touched(case.id, Event.TERMINATION_PROPOSED, row.id, row=row)
    if needs.unproposed(file) == (client.id,):
        moving.move(work, case, Move(way.code, Stage.TERMINATION, Status.OPEN), StepReason(text=proposal.text.reason))
    return row


def come_along(work: Work, case: Case, words: str) -> None:
    """Bring the case into termination where everybody still helped has a proposal now, because somebody without one was entered by
    mistake. Part of that act."""
    file = coded_files(work, [case.id])[case.id]
    way = proposing(Stage(case.stage))
    if case.status == Status.OPEN.value and way is not None and needs.pending(file) and not needs.unproposed(file):
        moving.move(work, case, Move(way.code, Stage.TERMINATION, Status.OPEN), StepReason(text=words))


def is_manager(work: Work, case_id: UUID) -> bool:
    """Whether the actor manages this case (case-management 5): the role on its team, not the role in the unit."""
    if work.actor.system:
        return True
    mine = (m for m in queries.team_of(work.session, [case_id]) if m.user_id == work.actor.user_id)
    return any(member.role == MANAGER and queries.is_genuine(work, member) for member in mine)


def open_goals(file: CodedFile, client_id: UUID) -> int:
    """How many goals of the client's plan something is still to be done for."""
    plan = course.plan_of(file, client_id)
    return len(course.open_goals(plan[1])) if plan is not None else 0


def _check(work: Work, case: Case, file: CodedFile, head: handling.Termination, text: handling.TerminationText) -> None:
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(text)
    problems = tuple(_problems(file, head, text))
    if problems:
        raise Refused(*problems)
    if head.agreed_on is not None:
        not_future(work, case, head.agreed_on, "agreed_on")


def _problems(file: CodedFile, head: handling.Termination, text: handling.TerminationText) -> Iterator[Problem]:
    """Kind and reason agree; the client's signature is answered; what is not as it should be has its words."""
    if head.on < file.incident.report_on:
        yield Problem("ended.before-report", "on")
    if not head.closure:
        yield Problem("required", "closure")
    if not head.reason:
        yield Problem("required", "reason")
    elif head.closure and not _fits(head.reason, head.closure):
        yield Problem("ended.reason", "reason")
    if not text.reason.strip():
        yield Problem("required", "text")
    if head.agreed not in {"YA", "TIDAK"}:
        yield Problem("required", "agreed")
    if head.agreed == "TIDAK" and not text.disagreement.strip():
        yield Problem("termination.disagreement", "disagreement")
    if head.agreed == "YA" and head.agreed_on is None:
        yield Problem("required", "agreed_on")
    if head.goals_open and not text.goals.strip():
        yield Problem("termination.goals", "goals")


def _fits(reason: str, closure: str) -> bool:
    """Whether a suggested reason belongs to this kind of end (case-management 6.2)."""
    belongs_to = code_list("termination_reason").get(reason).text("termination")
    return belongs_to is None or belongs_to == closure


def retract(work: Work, case_id: UUID, termination_id: UUID, words: str) -> Termination:
    """The manager takes a proposal back, with the reason; a case in termination goes back to where it was.

    NotPermitted for whoever neither proposed it nor decides.
    """
    case = editable(work, case_id)
    if not is_manager(work, case_id):
        raise NotPermitted("only the case manager takes back")
    row = _pending(work, case_id, termination_id)
    _give_up(work, case, [row], State.RETRACTED, StepReason(text=words), "retract")
    return row


# --- deciding --------------------------------------------------------------------------------------------------------


def approve(work: Work, case_id: UUID, termination_id: UUID, words: str = "") -> Termination:
    """A supervisor approves: the client's handling has ended, and with the last one the case closes."""
    case = _decidable(work, case_id)
    row = _pending(work, case_id, termination_id)
    within(words, "decision")
    alone = moving.decides_alone(work, case, row.created_by)
    _end(work, case, row, words, alone=alone)
    if not _still_helped(work, case_id):
        _close(work, case, StepReason(text=words, alone=alone))
    return row


def send_back(work: Work, case_id: UUID, termination_id: UUID, words: str) -> Termination:
    """A supervisor sends a proposal back with the reason; a case in termination goes back to where it was."""
    case = _decidable(work, case_id)
    row = _pending(work, case_id, termination_id)
    _give_up(work, case, [row], State.RETURNED, StepReason(text=words), "return")
    return row


def approve_all(work: Work, case: Case, reason: StepReason) -> bool:
    """Approve everything that is proposed; whether one person proposed and decided. Part of the step that closes the case."""
    rows = pending_of(work, case.id)
    alone = any([moving.decides_alone(work, case, row.created_by) for row in rows])
    for row in rows:
        _end(work, case, row, reason.text, alone=alone)
    return alone


def give_up_all(work: Work, case: Case, state: State, reason: StepReason) -> None:
    """Take back or send back everything that is proposed. Part of the step that leads out of termination."""
    for row in pending_of(work, case.id):
        _decide(work, row, state, reason.text)


def _decidable(work: Work, case_id: UUID) -> Case:
    case = queries.get(work, case_id)
    moving.require_decider(work, case)
    if case.status != Status.OPEN.value:
        raise Conflict(f"case {case.status}")
    return case


def _pending(work: Work, case_id: UUID, termination_id: UUID) -> Termination:
    row = record_of(work, Termination, case_id, termination_id)
    if row.state != State.PROPOSED.value:
        raise Conflict(f"termination {row.state}")
    return row


def pending_of(work: Work, case_id: UUID) -> Sequence[Termination]:
    """The proposals of a case nobody decided on yet, oldest first."""
    rows = queries.records(work.session, Termination, [case_id])
    return [row for row in rows if row.state == State.PROPOSED.value]


def _give_up(work: Work, case: Case, rows: Sequence[Termination], state: State, reason: StepReason, code: str) -> None:
    if not reason.text.strip():
        raise Refused(Problem("required", "decision"))
    within(reason.text, "decision")
    for row in rows:
        _decide(work, row, state, reason.text)
    if case.stage == Stage.TERMINATION.value:
        way = step(Stage.TERMINATION, Status.OPEN, code)
        landing = way.lands(moving.stage_before_termination(work, case))
        moving.move(work, case, Move(code, landing, way.status), reason)


def _decide(work: Work, row: Termination, state: State, words: str, *, alone: bool = False) -> handling.Termination:
    """Write the decision into a proposal."""
    head, text = read(work, row)
    head = msgspec.structs.replace(head, alone=alone)
    text = msgspec.structs.replace(text, decision=words)
    _seal(work, row, head, text)
    row.state, row.decided_by, row.decided_at = state.value, work.actor.user_id, work.now
    purpose = moving.ALONE if alone else ""
    work.touched(row.case_id, _DECIDED[state], row.id, row=row, purpose=purpose)
    return head


_DECIDED: Final = {
    State.APPROVED: Event.TERMINATION_APPROVED,
    State.RETURNED: Event.TERMINATION_RETURNED,
    State.RETRACTED: Event.TERMINATION_RETRACTED,
}


def _seal(work: Work, row: Termination, head: handling.Termination, text: handling.TerminationText) -> None:
    seal_into(
        work, row, {"termination_sealed": (Section.TERMINATION, head), "text_sealed": (Section.TERMINATION_TEXT, text)}
    )


def _end(work: Work, case: Case, row: Termination, words: str, *, alone: bool) -> None:
    head = _decide(work, row, State.APPROVED, words, alone=alone)
    end_client(work, case, head.client_id, End(head.on, head.closure, head.reason))


@dataclass(frozen=True, slots=True)
class End:
    """The end of a client as the profile keeps it, and the counts read it: last day, kind (TM_*), reason (AT_*). All empty: no end."""

    on: date | None
    closure: str
    reason: str = ""


def end_client(work: Work, case: Case, client_id: UUID, end: End) -> None:
    """Write the end into a client's profile. Part of an approval, or of a transfer: nobody ends a client otherwise."""
    client = record_of(work, Client, case.id, client_id)
    _with_end(work, client, end.on, end.closure, end.reason)
    risk.follow(work, case)
    work.touched(case.id, Event.CLIENT_ENDED, client.id, row=client)


def _with_end(work: Work, client: Client, on: date | None, closure: str, reason: str) -> None:
    place = client.place(Section.CLIENT_PROFILE)
    profile = work.vault.open(place, client.profile_sealed, people.ClientProfile)
    if (profile.ended_on is None) == (on is None):
        raise Conflict("already ended" if on else "not ended")
    ended = msgspec.structs.replace(profile, ended_on=on, closure=closure, closure_reason=reason)
    client.profile_sealed = work.vault.seal(place, ended)


def _still_helped(work: Work, case_id: UUID) -> bool:
    work.session.flush()
    rows = queries.records(work.session, Client, [case_id])
    profiles = (work.vault.open(r.place(Section.CLIENT_PROFILE), r.profile_sealed, people.ClientProfile) for r in rows)
    return any(profile.ended_on is None for profile in profiles)


def _close(work: Work, case: Case, reason: StepReason) -> None:
    way = step(Stage(case.stage), Status(case.status), "close")
    moving.move(work, case, Move("close", way.lands(None), way.status), reason)


# --- helping again ---------------------------------------------------------------------------------------------------


def help_again(work: Work, case_id: UUID, client_id: UUID, words: str) -> Client:
    """A supervisor takes the end of one client back, with the reason: recorded by mistake, or the client came again.

    Conflict where the case is not open, stands in termination, or the client has not ended.
    Refused without a reason.
    """
    case = _decidable(work, case_id)
    if case.stage == Stage.TERMINATION.value:
        raise Conflict("in termination")
    if not words.strip():
        raise Refused(Problem("required", "text"))
    within(words, "text")
    return _undo(work, case, client_id, words)


def help_again_all(work: Work, case: Case, client_ids: Sequence[UUID], words: str) -> None:
    """Take these ends back. Part of the step that opens a closed case again; Refused without a client to help."""
    if not client_ids:
        raise Refused(Problem("step.reopen-nobody", "clients"))
    for client_id in client_ids:
        _undo(work, case, client_id, words)


def _undo(work: Work, case: Case, client_id: UUID, words: str) -> Client:
    client = record_of(work, Client, case.id, client_id)
    _with_end(work, client, None, "", "")
    for row in queries.records(work.session, Termination, [case.id]):
        head, text = read(work, row)
        if row.state == State.APPROVED.value and head.client_id == client_id:
            head = msgspec.structs.replace(head, undone_on=today_of(work, case), undone_by=work.actor.user_id)
            _seal(work, row, head, msgspec.structs.replace(text, undone=words))
            row.state = State.UNDONE.value
            work.touched(case.id, Event.TERMINATION_UNDONE, row.id, row=row)
    risk.follow(work, case)
    work.touched(case.id, Event.CLIENT_CHANGED, client.id, row=client)
    return client


def read(work: Work, row: Termination) -> tuple[handling.Termination, handling.TerminationText]:
    """Head and words of a proposal."""
    text = work.vault.open(row.place(Section.TERMINATION_TEXT), row.text_sealed, handling.TerminationText)
    return _head(work, row), text


def _head(work: Work, row: Termination) -> handling.Termination:
    return work.vault.open(row.place(Section.TERMINATION), row.termination_sealed, handling.Termination)
