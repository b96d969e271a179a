"""Steps of a case along the stage table, and the voiding of a case entered by mistake (case-management 6.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.cases import client_numbers, moving, needs, queries, team, terminations
from app.cases.acting import within
from app.cases.casefile import CodedFile, coded_files
from app.cases.models import Case, TeamMember
from app.cases.moving import Move
from app.cases.needs import Seen
from app.cases.terminations import State
from app.domain.access import Capability
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.stages import Stage, Status, Step, step, steps_from, way_out
from app.domain.team_roles import part_of
from app.security.structs.case import StepReason
from app.work import Work

APPROVE: Final = "approve"
REOPEN: Final = "reopen"
SUPERVISOR: Final = "SUPERVISOR"
HEAD: Final = "KEPALA"
_GIVES_UP: Final = {"return": State.RETURNED, "retract": State.RETRACTED}
RECEIVED: Final = frozenset({APPROVE, "reject"})
"""Decisions on a report: who received it does not decide alone."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen with a step: who manages the case from its registration on, and which clients are helped again on reopening
    (None: all of them)."""

    manager_id: UUID | None = None
    clients: tuple[UUID, ...] | None = None
    knowingly: bool = False  # the manager has a name like somebody's in the case, and it was looked at


def next_steps(work: Work, case: Case, taken: Iterable[str] = ()) -> tuple[Step, ...]:
    """The steps this actor may take from here, the one to the stage that comes next first; what each needs is checked when taken.
    `taken`: codes of the steps so far, oldest first."""
    offered = [s for s in steps_from(Stage(case.stage), Status(case.status)) if work.actor.may(s.capability)]
    if needs.is_finished(taken):
        offered = [s for s in offered if s.code != needs.FINISH]
    following = list(Stage).index(Stage(case.stage)) + 1
    return tuple(sorted(offered, key=lambda step: step.target is None or list(Stage).index(step.target) != following))


def state_of(case: Case) -> str:
    """Stage and status in one word: what a step was decided on. Clocks change the row's version, but not this."""
    return f"{case.stage}/{case.status}"


def take_step(
    work: Work,
    case_id: UUID,
    code: str,
    reason: StepReason,
    *,
    expected: str | None = None,
    choices: Choices = Choices(),
) -> Case:
    """Take one step. Conflict where the step is not one of the table's from here, or the case moved on from the `expected` state;
    Refused where something it needs is missing, or where one person would decide on the own report or proposal while another could."""
    case = queries.get(work, case_id)
    if expected is not None and expected != state_of(case):
        raise Conflict("stage changed")
    wanted = step(Stage(case.stage), Status(case.status), code)
    _require_mover(work, case, wanted)
    for name in ("text", "advice"):
        within(getattr(reason, name), name)
    if code == APPROVE:
        name_team(work, case, choices)
    file = coded_files(work, [case.id])[case.id]
    missing = needs.lacks(wanted, seen(work, file), reason)
    if missing:
        raise Refused(*missing)
    alone = _decide_with(work, file, code, reason, choices)
    landing = wanted.lands(moving.stage_before_termination(work, case) if wanted.target is None else None)
    moving.move(work, case, Move(code, landing, wanted.status), moving.with_alone(reason, alone=alone))
    return case


def seen(work: Work, file: CodedFile) -> Seen:
    """What the steps of this case are judged by."""
    case_id = file.case.id
    members = [m for m in queries.team_of(work.session, [case_id]) if queries.is_genuine(work, m)]
    return Seen(
        file,
        frozenset(member.role for member in members),
        is_received=received_by(work, case_id) is not None,
        is_system=bool(work.actor.system),
    )


def received_by(work: Work, case_id: UUID) -> UUID | None:
    """Who received the case: whoever wrote its first report. None for imports and jobs."""
    return queries.received_by(work.session, [case_id]).get(case_id)


def void(work: Work, case_id: UUID, reason: StepReason) -> Case:
    """Void a case entered by mistake: its number stays used, and it is counted nowhere. Refused without a reason."""
    work.actor.require(Capability.CASE_VOID)
    case = queries.get(work, case_id)
    wanted = way_out(Status(case.status), "void")
    if not reason.text.strip():
        raise Refused(Problem("required", "text"))
    within(reason.text, "text")
    moving.move(work, case, Move(wanted.code, Stage(case.stage), wanted.status), reason)
    return case


def _require_mover(work: Work, case: Case, wanted: Step) -> None:
    """NotPermitted for whoever may not take this step of this case."""
    work.actor.require(wanted.capability)
    if queries.has_part(work, case.id):
        raise NotPermitted("has a part in the matter")
    if wanted.capability is Capability.CASE_EDIT and not queries.works_on(work, case.id):
        raise NotPermitted("only the case team moves a case")
    if wanted.code == "retract" and not terminations.is_manager(work, case.id):
        raise NotPermitted("only the case manager takes back")


def name_team(work: Work, case: Case, choices: Choices) -> None:
    """Registration names the team (case-management 6.2, ST2): who approves watches over the case, and a manager is put on it."""
    present = queries.team_of(work.session, [case.id])
    managers = {member.user_id for member in present if member.role == terminations.MANAGER}
    if choices.manager_id is not None and choices.manager_id not in managers:
        team.assign_person(work, case.id, choices.manager_id, terminations.MANAGER, knowingly=choices.knowingly)
    me = work.actor.user_id
    if me is not None and not _is_watched(present):
        team.put(
            work, case, me, HEAD if HEAD in work.actor.roles and SUPERVISOR not in work.actor.roles else SUPERVISOR, ""
        )
    work.session.flush()


def _is_watched(present: Iterable[TeamMember]) -> bool:
    """Whether a supervisor or the head is on the team."""
    return any(part is not None and part.code == "oversight" for part in (part_of(m.role) for m in present))


def _decide_with(work: Work, file: CodedFile, code: str, reason: StepReason, choices: Choices) -> bool:
    """What a step does besides moving the case; whether one person decided on the own report or proposal."""
    case = file.case
    if code in RECEIVED:
        alone = moving.decides_alone(work, case, received_by(work, case.id))
        if code == APPROVE:
            case.registered_at = work.now
            client_numbers.issue(work, case)
        return alone
    if code == needs.CLOSE:
        return terminations.approve_all(work, case, reason)
    if code in _GIVES_UP:
        terminations.give_up_all(work, case, _GIVES_UP[code], reason)
    if code == REOPEN:
        everybody = tuple(client.id for client, profile in file.clients if profile.ended_on is not None)
        terminations.help_again_all(work, case, everybody if choices.clients is None else choices.clients, reason.text)
    if code == needs.FINISH and needs.is_finished(row.step for row in file.steps):
        raise Conflict("finished")
    return False
