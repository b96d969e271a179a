"""What stands of the course of a case: which assessment and which plan of a client count now, what is still open.

Assessments and plans are never written over once they are finished or answered: later rows name the one they stand in for. Callers
give the pairs of a `CodedFile` (row and coded head, oldest first, taken-back entries left out) and get the ones that count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar, cast
from uuid import UUID

from sqlalchemy.orm import Session

from app.cases.casefile import CodedFile
from app.cases.models import Assessment, Conference, Monitoring, Plan
from app.cases.queries import records
from app.domain.course import AGREED, is_closed
from app.domain.errors import NotFound
from app.domain.zones import Zone, local_day
from app.security.structs import course as structs
from app.security.structs import work as work_structs
from app.work import Work

AssessmentPair = tuple[Assessment, structs.Assessment]
PlanPair = tuple[Plan, structs.Plan]
MonitoringPair = tuple[Monitoring, structs.Monitoring]
ConferencePair = tuple[Conference, structs.Conference]
Kind = TypeVar("Kind", Assessment, Plan, Monitoring, Conference)


Record = Assessment | Plan | Monitoring | Conference
KINDS: Final[tuple[type[Record], ...]] = (Assessment, Plan, Monitoring, Conference)


def record(work: Work, case_id: UUID, row_id: UUID) -> Record:
    """The record of the course of this case with this id, of whatever kind, taken back or not. NotFound for any other id."""
    for kind in KINDS:
        row = cast(Record | None, work.session.get(kind, row_id))
        if row is not None and row.case_id == case_id:
            return row
    raise NotFound("record")


def rows(session: Session, kind: type[Kind], case_ids: Iterable[UUID]) -> Sequence[Kind]:
    """The records of one kind of these cases that were not taken back, oldest first."""
    return [row for row in records(session, kind, case_ids) if not row.is_removed]


def standing_assessments(pairs: Sequence[AssessmentPair]) -> list[AssessmentPair]:
    """Finished assessments that no finished one corrects, oldest first."""
    finished = [(row, document) for row, document in pairs if document.finished_at]
    corrected = {document.corrects for _, document in finished}
    return [(row, document) for row, document in finished if row.id not in corrected]


def unfinished_assessments(pairs: Sequence[AssessmentPair]) -> list[AssessmentPair]:
    """Assessments somebody has begun, one a client at most."""
    return [(row, document) for row, document in pairs if not document.finished_at]


def assessment_of(file: CodedFile, client_id: UUID) -> AssessmentPair | None:
    """The newest finished assessment of a client that stands; None where the client was not assessed yet."""
    own = [pair for pair in standing_assessments(file.assessments) if pair[1].client_id == client_id]
    return max(own, key=lambda pair: (pair[1].on, pair[0].created_at), default=None)


def current_plans(pairs: Sequence[PlanPair]) -> Mapping[UUID, PlanPair]:
    """The plan of each client that counts now: the one no later version replaces."""
    replaced = {document.replaces for _, document in pairs}
    return {document.client_id: (row, document) for row, document in pairs if row.id not in replaced}


def plan_of(file: CodedFile, client_id: UUID) -> PlanPair | None:
    """The plan of a client that counts now, agreed to or not."""
    return current_plans(file.plans).get(client_id)


class Look(NamedTuple):
    """One time somebody looked at how far the goals are met: the day, and what it came to (RO_*)."""

    on: date
    outcome: str


def last_look(file: CodedFile, client_id: UUID, zone: Zone) -> Look | None:
    """The newest monitoring contact, or review of a plan, of a client since the registration; of one day the monitoring."""
    if file.case.registered_at is None:
        return None
    since = local_day(file.case.registered_at, zone)
    plans = (plan for _, plan in file.plans if plan.client_id == client_id)
    looks = [Look(review.on, review.outcome) for plan in plans for review in plan.reviews]
    looks += [Look(held.on, held.outcome) for _, held in file.monitorings if held.client_id == client_id]
    recent = sorted((look for look in looks if look.on >= since), key=lambda look: look.on)
    return recent[-1] if recent else None


def is_agreed(plan: structs.Plan) -> bool:
    """Whether the client, or the guardian, agreed to this version."""
    return plan.agreement == AGREED and plan.agreed_on is not None


def open_goals(plan: structs.Plan) -> tuple[structs.Goal, ...]:
    """Goals something is still to be done for."""
    return tuple(goal for goal in plan.goals if not is_closed(goal.state))


def goals_in_hand(pairs: Sequence[PlanPair], client_id: UUID) -> tuple[structs.Goal, ...]:
    """Goals a client's services are given for: open in the plan that counts now, and agreed to in this version or an earlier one."""
    current = current_plans(pairs).get(client_id)
    if current is None:
        return ()
    agreed = {goal.id for _, plan in pairs if plan.client_id == client_id and is_agreed(plan) for goal in plan.goals}
    return tuple(goal for goal in open_goals(current[1]) if goal.id in agreed)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done for one goal: how many services, the last day, and each activity (or service, where there is none) with how often."""

    count: int
    last_on: date
    activities: Mapping[str, int]
    services: Mapping[str, int]


def done_for(services: Iterable[work_structs.Service]) -> Mapping[UUID, Done]:
    """What was done for each goal that a service names. Callers give the services that count."""
    named: dict[UUID, list[work_structs.Service]] = {}
    for service in services:
        for goal_id in service.goals:
            named.setdefault(goal_id, []).append(service)
    return {goal_id: _done(given) for goal_id, given in named.items()}


def _done(given: Sequence[work_structs.Service]) -> Done:
    return Done(
        len(given),
        max(service.on for service in given),
        Counter(service.activity for service in given if service.activity),
        Counter(service.code for service in given if not service.activity),
    )


def waits(service: work_structs.Service) -> bool:
    """Whether a next step of the service is to be done on some day."""
    return service.next_on is not None and service.next_done_on is None


def open_decisions(pairs: Sequence[ConferencePair]) -> Iterator[tuple[Conference, structs.Decision]]:
    """Decisions of conferences that are not done yet, with the conference they come from."""
    for row, conference in pairs:
        for decision in conference.decisions:
            if decision.done_on is None:
                yield row, decision


def _open_clients(file: CodedFile) -> list[UUID]:
    return [client.id for client, profile in file.clients if profile.ended_on is None]


def all_assessed(file: CodedFile) -> bool:
    """Whether every client whose handling goes on has a finished assessment (stage guard, case-management 6.2 ST3)."""
    return all(assessment_of(file, client_id) is not None for client_id in _open_clients(file))


def all_agreed(file: CodedFile) -> bool:
    """Whether every client whose handling goes on has a plan that was agreed to (ST4)."""
    plans = current_plans(file.plans)
    return all(client_id in plans and is_agreed(plans[client_id][1]) for client_id in _open_clients(file))


def all_goals_closed(file: CodedFile) -> bool:
    """Whether no goal of any client whose handling goes on is open (ST5). A client without a plan has no open goal."""
    plans = current_plans(file.plans)
    return not any(open_goals(plans[client_id][1]) for client_id in _open_clients(file) if client_id in plans)
