"""Steps of a case along the stage table, and the voiding of a case entered by mistake (case-management 6.2)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.audit.events import Event
from app.cases import consents, queries
from app.cases.casefile import CodedFile, coded_files
from app.cases.models import Case, StageStep
from app.cases.sealing import add_record
from app.domain.access import Capability
from app.domain.errors import Conflict, NotPermitted, Problem, Refused
from app.domain.stages import Need, Stage, Status, Step, step, steps_from
from app.security.sections import Section
from app.security.structs.case import Incident, StepReason
from app.work import Work

ALONE: Final = "single-officer"  # one person received the case and decided on it (case-management 5; design 6)
_EVENTS = {
    "approve": Event.CASE_REGISTERED,
    "reject": Event.CASE_REJECTED,
    "close": Event.CASE_CLOSED,
    "reopen": Event.CASE_REOPENED,
}


def next_steps(work: Work, case: Case) -> tuple[Step, ...]:
    """The steps this actor may take from here, the one to the stage that comes next first; what each needs is checked when taken."""
    offered = (s for s in steps_from(Stage(case.stage), Status(case.status)) if work.actor.may(s.capability))
    following = list(Stage).index(Stage(case.stage)) + 1
    return tuple(sorted(offered, key=lambda step: list(Stage).index(step.target) != following))


def state_of(case: Case) -> str:
    """Stage and status in one word: what a step was decided on. Clocks change the row's version, but not this."""
    return f"{case.stage}/{case.status}"


def take_step(work: Work, case_id: UUID, code: str, reason: StepReason, *, expected: str | None = None) -> Case:
    """Take one step. Conflict where the step is not one of the table's from here, or the case moved on from the `expected` state;
    Refused where something it needs is missing."""
    case = queries.get(work, case_id)
    if expected is not None and expected != state_of(case):
        raise Conflict("stage changed")
    wanted = step(Stage(case.stage), Status(case.status), code)
    work.actor.require(wanted.capability)
    if queries.has_part(work, case_id):
        raise NotPermitted("has a part in the matter")
    if wanted.capability is Capability.CASE_EDIT and not _works_on(work, case):
        raise NotPermitted("only the case team moves a case")
    missing = lacks(wanted, coded_files(work, [case.id])[case.id], reason)
    if missing:
        raise Refused(*missing)
    _record(work, case, code, wanted.target.value, wanted.status.value, reason)
    case.stage, case.status = wanted.target.value, wanted.status.value
    if code == "approve":
        case.registered_at = work.now
    case.closed_at = work.now if wanted.status is Status.CLOSED else None
    purpose = ALONE if wanted.capability is Capability.CASE_APPROVE and received_by(work, case.id) == _me(work) else ""
    work.touched(case.id, _EVENTS.get(code, Event.CASE_STAGE_CHANGED), row=case, purpose=purpose)
    return case


def received_by(work: Work, case_id: UUID) -> UUID | None:
    """Who received the case: whoever wrote its first report. None for imports and jobs."""
    return queries.received_by(work.session, [case_id]).get(case_id)


def _me(work: Work) -> UUID | None:
    """The person who acts; a job is nobody, and different from nobody."""
    return work.actor.user_id or UUID(int=0)


def void(work: Work, case_id: UUID, reason: StepReason) -> Case:
    """Void a case entered by mistake: its number stays used, and it is counted nowhere."""
    work.actor.require(Capability.CASE_VOID)
    case = queries.get(work, case_id)
    if case.status == Status.VOIDED.value:
        raise Conflict("already voided")
    if not reason.text.strip():
        raise Refused(Problem("required", "text"))
    _record(work, case, "void", case.stage, Status.VOIDED.value, reason)
    case.status = Status.VOIDED.value
    case.closed_at = None
    work.touched(case.id, Event.CASE_VOIDED, row=case)
    return case


def lacks(wanted: Step, file: CodedFile, reason: StepReason) -> tuple[Problem, ...]:
    """What the step needs and the file lacks."""
    checks = {
        Need.REASON: bool(reason.text.strip()),
        Need.SCREENED: bool(file.case.risk and _were_prompts_asked(file.incident) and file.incident.authority),
        Need.CONSENT: _all_consented(file),
        Need.NO_OPEN_CLIENT_LEFT: all(profile.ended_on is not None for _, profile in file.clients),
    }
    fields = {Need.REASON: "text"}
    return tuple(Problem(f"step.{need.value}", fields.get(need, "")) for need in wanted.needs if not checks[need])


def _were_prompts_asked(incident: Incident) -> bool:
    """A danger sign that is ticked was asked for; without one the box says that all were gone through (as in `completeness`)."""
    return incident.prompts_asked or bool(incident.danger_prompts)


def _all_consented(file: CodedFile) -> bool:
    given = {consent.client_id for _, consent in file.consents if consents.lets_assess(consent)}
    return all(client.id in given for client, profile in file.clients if profile.ended_on is None)


def _works_on(work: Work, case: Case) -> bool:
    return bool(work.actor.system) or work.actor.may(Capability.CASE_APPROVE) or queries.is_on_team(work, case.id)


def _record(work: Work, case: Case, code: str, stage: str, status: str, reason: StepReason) -> None:
    sealed = {"reason_sealed": (Section.STEP_REASON, reason)}
    moved = {"step": code, "from_stage": case.stage, "to_stage": stage, "to_status": status}
    add_record(work, StageStep, case.id, sealed, **moved)
