"""How a case comes into another stage or status: the one place that writes a step, and who decides where two persons should.

Whether a step may be taken is judged before (`progress`, `terminations`, `transfers`); here it is written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import families, impartial, queries
from app.cases.models import Case, StageStep
from app.cases.sealing import add_record
from app.domain.access import Capability
from app.domain.errors import NotPermitted, Problem, Refused
from app.domain.stages import ENDED, Stage, Status, came_from
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.work import Work

TRANSFER: Final = "transfer"
DECIDE: Final = Capability.CASE_APPROVE
ALONE: Final = "single-officer"  # one person received or proposed and decided on it (case-management 5; design 6)
_EVENTS: Final = {
    "approve": Event.CASE_REGISTERED,
    "reject": Event.CASE_REJECTED,
    "close": Event.CASE_CLOSED,
    "reopen": Event.CASE_REOPENED,
    "take-up": Event.CASE_REOPENED,
    "void": Event.CASE_VOIDED,
    "transfer": Event.CASE_TRANSFERRED,
}


@dataclass(frozen=True, slots=True)
class Move:
    """A step as it is written: its code, the stage and status after it."""

    code: str
    stage: Stage
    status: Status


def move(work: Work, case: Case, wanted: Move, reason: StepReason) -> StageStep:
    """Write the step, set stage, status and the moment of closing. Leaving for good is dated, coming back is not. Refused where the
    case would end while another unit is asked to take it."""
    if wanted.status is not Status.OPEN and wanted.code != TRANSFER and queries.waiting_transfer(work.session, case.id):
        raise Refused(Problem("transfer.waits"))
    if wanted.status not in {Status.OPEN, Status.CLOSED}:
        refuse_holding(work, case)
    row = add_record(
        work,
        StageStep,
        case.id,
        {"reason_sealed": (Section.STEP_REASON, reason)},
        created_at=_after_the_last(work, case),
        step=wanted.code,
        from_stage=case.stage,
        to_stage=wanted.stage.value,
        to_status=wanted.status.value,
    )
    stays = case.status == wanted.status.value
    case.stage, case.status = wanted.stage.value, wanted.status.value
    if not stays:
        case.closed_at = work.now if wanted.status in ENDED else None
    event = _EVENTS.get(wanted.code, Event.CASE_STAGE_CHANGED)
    work.touched(case.id, event, row=case, purpose=ALONE if reason.alone else "")
    return row


def _after_the_last(work: Work, case: Case) -> datetime:
    """Now, or just after the last step: no two steps of a case share a moment, so which came first is always known."""
    work.session.flush()
    taken = queries.records(work.session, StageStep, [case.id])
    return max(work.now, taken[-1].created_at + timedelta.resolution) if taken else work.now


def refuse_holding(work: Work, case: Case) -> None:
    """Refused for a file that holds merged ones, with their numbers: it does not leave for good, what lies in them would count nowhere."""
    held = families.held_by(work, case.id)
    if held:
        raise Refused(Problem("case.holds-merged", params={"numbers": held}))


def stage_before_termination(work: Work, case: Case) -> Stage | None:
    """The stage in which termination was last proposed; None where the file does not know it (imports)."""
    work.session.flush()
    walked = queries.records(work.session, StageStep, [case.id])
    return came_from((row.from_stage, row.to_stage) for row in walked)


def decides_alone(work: Work, case: Case, first: UUID | None) -> bool:
    """Whether one person decides on what that person received or proposed (`first`): only where the unit has nobody else who may
    decide, and then the file and the log say so (design 6). Refused where somebody else can."""
    if first is None or first != work.actor.user_id:
        return False
    unit = work.session.get_one(Unit, case.unit_id)
    others = [user.id for user in accounts.holders(work, case.unit_id, Capability.CASE_APPROVE) if user.id != first]
    if not unit.is_single_officer and _free_of_part(work, case, others):
        raise Refused(Problem("step.own-case"))
    return True


def _free_of_part(work: Work, case: Case, user_ids: Sequence[UUID]) -> bool:
    """Whether somebody of these may decide on this case: nobody decides on a matter the person has a part in."""
    stances = (impartial.stance_on(work, case.id, user_id) for user_id in user_ids)
    return any(stance is None or stance in impartial.MAY_WORK for stance in stances)


def with_alone(reason: StepReason, *, alone: bool) -> StepReason:
    """The words of a step, with what the record says of a decision by one person."""
    return msgspec.structs.replace(reason, alone=alone)


def require_decider(work: Work, case: Case) -> None:
    """NotPermitted unless the actor may decide on this case: holds the capability and has no part in the matter."""
    work.actor.require(DECIDE)
    if queries.has_part(work, case.id):
        raise NotPermitted("has a part in the matter")


def decides(work: Work, case: Case) -> bool:
    """Whether a page offers the actor to decide on this case; the service decides again."""
    try:
        require_decider(work, case)
    except NotPermitted:
        return False
    return True
