"""*Tugas saya*: what waits for one person, gathered from where it stands. Nothing here is stored twice.

Goals of plans, decisions of conferences and next steps of services one is responsible for, hearings to which one accompanies a client,
deadlines that bind our unit and answers of institutions in the cases one manages, and tasks of one's own. Of a closed case its deadlines
and hearings alone wait. Coded heads open, words do not: a list of several cases shows no narrative.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.answers import services as answers
from app.answers.models import PartnerAnswer
from app.audit.events import Event
from app.cases import conferences, course, families, plans, records
from app.cases import queries as cases
from app.cases.models import Case, Conference, LegalStep, LegalTrack, Plan, Service
from app.clocks import lines as clock_lines
from app.clocks.lines import Line
from app.domain import legal
from app.domain.access import Capability
from app.domain.partner_answers import Standing
from app.domain.stages import Status
from app.domain.zones import Zone, local_day
from app.legal.reading import read_step
from app.security.sections import Purpose, Section
from app.security.structs import answers as answer_structs
from app.security.structs import course as course_structs
from app.security.structs import safety as safety_structs
from app.security.structs import tasks as structs
from app.security.structs import work as work_structs
from app.tasks import queries
from app.tasks.services import today_of
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Opening, Work

SECTIONS: Final = (
    *clock_lines.SECTIONS,
    *(Section.PLAN, Section.CONFERENCE, Section.SERVICE, Section.LEGAL_STEP, Section.OWN_TASK, Section.PARTNER_ANSWER),
)
MANAGER: Final = "MANAJER"
_WEEK: Final = timedelta(days=7)


class Source(StrEnum):
    """Where a task stands. The last two stand in the calendar alone: they are no task of anybody."""

    GOAL = "goal"
    DECISION = "decision"
    NEXT_STEP = "next-step"
    HEARING = "hearing"
    CLOCK = "clock"
    ANSWER = "answer"
    OWN = "own"
    CONFERENCE = "conference"
    SHELTER = "shelter"


class When(StrEnum):
    """By which day it is due."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    UNDATED = "undated"


Head = (
    course_structs.Goal
    | course_structs.Decision
    | work_structs.Service
    | work_structs.LegalStep
    | Line
    | structs.OwnTask
    | answer_structs.PartnerAnswer
    | course_structs.Conference
    | safety_structs.ShelterStay
    | Unopened
)


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """One thing to do. `head` is the coded document it comes from: a Goal, a Decision, a Service, a LegalStep, a clock's Line, a PartnerAnswer,
    one's own task; in the calendar also a Conference or a ShelterStay."""

    source: Source
    due_on: date | None
    case: Case | None
    record_id: UUID | None
    head: Head


@dataclass(frozen=True, slots=True, repr=False)
class Gathered:
    """The list by day, how many cases were looked through, and whether some were left out."""

    groups: Mapping[When, Sequence[Task]]
    today: date
    cut: bool = False
    closed: int = 0  # records of cases that did not open: something may be missing

    @property
    def total(self) -> int:
        """How many things are to be done."""
        return sum(len(tasks) for tasks in self.groups.values())


@dataclass(repr=False)
class Looked:
    """What the permission check found: the cases to look through."""

    cases: Sequence[Case] = ()
    cut: bool = False
    managed: frozenset[UUID] = field(default_factory=frozenset)


def look(work: Work) -> Looked:
    """The actor's cases in which something waits, and those of them whose deadlines are the actor's to see to: one manages the case, or nobody does."""
    if not work.actor.may(Capability.CASE_READ):
        return Looked()
    rows = queries.own_waiting_cases(work)
    shown = rows[: queries.MOST_CASES]
    kin = families.families(work, [case.id for case in shown])
    team = cases.team_of(work.session, {case_id for members in kin.values() for case_id in members})
    managers = {member.case_id for member in team if member.role == MANAGER}
    own = {member.case_id for member in team if member.role == MANAGER and member.user_id == work.actor.user_id}
    managed = frozenset(case_id for case_id, matter in kin.items() if matter & own or not matter & managers)
    return Looked(shown, len(rows) > len(shown), managed)


def opening(looked: Looked) -> Opening:
    """One event names every case looked through and the sections that open."""
    return Opening(Event.TASKS_LISTED, tuple(case.id for case in looked.cases), SECTIONS)


def gather(work: Work, looked: Looked) -> Gathered:
    """Everything that waits for the actor, the most pressing first. The number of queries does not depend on how many cases there are."""
    today = today_of(work)
    held = {case.id: case for case in looked.cases}
    work.vault.keys.preload(Purpose.CASE, list(held))
    handled = {case.id: case for case in looked.cases if case.status != Status.CLOSED.value}
    who = work.actor.user_id
    found = [
        *goals(work, handled, who),
        *decisions(conferences_of(work, handled), handled, who),
        *next_steps(work, handled, who),
    ]
    found += [*hearings(work, held, who, looked.managed), *_clocks(work, looked, held), *own_tasks(work)]
    found += _answers(work, looked, held)
    tasks = [task for task in found if task.head is not UNOPENED]
    groups: dict[When, list[Task]] = {when: [] for when in When}
    for task in sorted(tasks, key=lambda task: (task.due_on or date.max, task.source)):
        groups[when_of(task.due_on, today)].append(task)
    return Gathered(groups, today, looked.cut, len(found) - len(tasks))


def when_of(due_on: date | None, today: date) -> When:
    """The group of a due day."""
    if due_on is None:
        return When.UNDATED
    if due_on < today:
        return When.OVERDUE
    if due_on == today:
        return When.TODAY
    return When.WEEK if due_on <= today + _WEEK else When.LATER


def goals(work: Work, held: Mapping[UUID, Case], whose: UUID | None) -> Iterator[Task]:
    """Open goals of the plans that hold, those this person is responsible for; of everybody where nobody is named."""
    rows = course.rows(work.session, Plan, held)
    pairs = [(row, opened(lambda row=row: plans.read(work, row))) for row in rows]  # type: ignore[misc]
    yield from (unopened(Source.GOAL, held[row.case_id]) for row, plan in pairs if isinstance(plan, Unopened))
    by_case: dict[UUID, list[course.PlanPair]] = {}
    for row, plan in pairs:
        if not isinstance(plan, Unopened):
            by_case.setdefault(row.case_id, []).append((row, plan))
    for case_id, known in by_case.items():
        for row, plan in course.current_plans(known).values():
            for goal in course.open_goals(plan):
                if _concerns(whose, goal.responsible):
                    yield Task(Source.GOAL, goal.target_on, held[case_id], row.id, goal)


def _concerns(whose: UUID | None, *people: UUID | None) -> bool:
    return whose is None or whose in people


ConferencePair = tuple[Conference, course_structs.Conference | Unopened]


def conferences_of(work: Work, held: Mapping[UUID, Case]) -> Sequence[ConferencePair]:
    """The conferences of these cases, the stand-in for one that does not open."""
    rows = course.rows(work.session, Conference, held)
    return [(row, opened(lambda row=row: conferences.read(work, row))) for row in rows]  # type: ignore[misc]


def decisions(pairs: Sequence[ConferencePair], held: Mapping[UUID, Case], whose: UUID | None) -> Iterator[Task]:
    """Decisions of these conferences that are not done, those this person sees to; of everybody where nobody is named."""
    for row, conference in pairs:
        if isinstance(conference, Unopened):
            yield unopened(Source.DECISION, held[row.case_id])
            continue
        for _row, decision in course.open_decisions([(row, conference)]):
            if _concerns(whose, decision.responsible):
                yield Task(Source.DECISION, decision.due_on, held[row.case_id], row.id, decision)


def next_steps(work: Work, held: Mapping[UUID, Case], whose: UUID | None) -> Iterator[Task]:
    """Services with a day for what comes next that nobody ticked off, those of this person; of everybody where nobody is named."""
    for row in cases.records(work.session, Service, held):
        if row.is_removed:
            continue
        service = opened(lambda row=row: records.read_service(work, row))  # type: ignore[misc]
        if isinstance(service, Unopened):
            yield unopened(Source.NEXT_STEP, held[row.case_id])
        elif course.waits(service) and _concerns(whose, service.officer or row.created_by):
            yield Task(Source.NEXT_STEP, service.next_on, held[row.case_id], row.id, service)


def hearings(work: Work, held: Mapping[UUID, Case], whose: UUID | None, managed: Collection[UUID]) -> Iterator[Task]:
    """Hearings nobody wrote the outcome of: of whom this person accompanies, and where nobody does of the clients whose cases are `managed`;
    all of them where nobody is named."""
    followed = {track.id for track in cases.records(work.session, LegalTrack, held) if track.ended_at is None}
    for row in cases.records(work.session, LegalStep, held):
        if row.is_removed:
            continue
        step = opened(lambda row=row: read_step(work, row))  # type: ignore[misc]
        if isinstance(step, Unopened):
            yield unopened(Source.HEARING, held[row.case_id])
            continue
        mine = _concerns(whose, step.companion) or (step.companion is None and row.case_id in managed)
        if mine and legal.waits(step.milestone, step.held) and step.track_id in followed:
            yield Task(Source.HEARING, step.on, held[row.case_id], step.track_id, step)


def _clocks(work: Work, looked: Looked, held: Mapping[UUID, Case]) -> Iterator[Task]:
    """Deadlines that bind our unit, by the day on which they run out where the case's unit works."""
    zones = cases.zones_of(work.session, {case.unit_id for case in looked.cases})
    for case_id, lines in clock_lines.of_cases(work, [*looked.managed]).items():
        case = held[case_id]
        if isinstance(lines, Unopened):
            yield unopened(Source.CLOCK, case)
            continue
        zone = zones.get(case.unit_id, Zone.WIB)
        for line in lines:
            if line.is_running and line.rule is not None and line.rule.ours:
                yield Task(Source.CLOCK, local_day(line.clock.due_at, zone), case, None, line)


def _answers(work: Work, looked: Looked, held: Mapping[UUID, Case]) -> Iterator[Task]:
    """Answers of institutions that wait for somebody's word, in the cases one manages."""
    if not work.actor.may(Capability.REFERRAL_RECORD_ANSWER):
        return
    for row in cases.records(work.session, PartnerAnswer, looked.managed):
        if row.standing == Standing.WAITING.value:
            head = opened(lambda row=row: answers.read(work, row))  # type: ignore[misc]
            case = held[row.case_id]
            if isinstance(head, Unopened):
                yield unopened(Source.ANSWER, case)
            else:
                yield Task(Source.ANSWER, None, case, row.referral_id, head)


def own_tasks(work: Work) -> Iterator[Task]:
    """The actor's own tasks that are still to be done."""
    rows = [(row, opened(lambda row=row: queries.read_task(work, row))) for row in queries.own_tasks(work)]  # type: ignore[misc]
    ids = {task.case_id for _row, task in rows if not isinstance(task, Unopened)} - {None}
    named = {case.id: case for case in work.session.scalars(cases.visible_to(work.actor).where(Case.id.in_(ids)))}
    for row, task in rows:
        if isinstance(task, Unopened):
            yield Task(Source.OWN, None, None, row.id, task)
        else:
            yield Task(Source.OWN, task.due_on, named.get(task.case_id) if task.case_id else None, row.id, task)


def unopened(source: Source, case: Case) -> Task:
    """Stands for a record that does not open."""
    return Task(source, None, case, None, UNOPENED)
