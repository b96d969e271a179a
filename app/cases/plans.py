"""Acts on the plan of a client (F6): written, agreed to, changed, its goals closed, reviewed. What a client answered stays readable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import course, mediating
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within
from app.cases.models import Case, Client, Plan
from app.cases.sealing import add_record, seal_into
from app.cases.team import held_roles
from app.db.base import new_id
from app.domain.course import horizon_of, needs_reason, reaches
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.security.sections import Section
from app.security.structs import course as structs
from app.work import Work

MAX_GOALS: Final = 20


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """A goal comes into another state on a day, with a reason where the state needs one."""

    goal_id: UUID
    state: str
    on: date
    reason: str = ""


def start(work: Work, case_id: UUID, plan: structs.Plan, text: structs.PlanText) -> Plan:
    """Write the first plan of a client. Refused where the client has one: that one is changed (`save`)."""
    case = receiving(work, case_id)
    record_of(work, Client, case_id, plan.client_id)
    if plan.client_id in course.current_plans(pairs(work, case_id)):
        raise Refused(Problem("plan.exists", "client_id"))
    bare = msgspec.structs.replace(plan, goals=tuple(map(_bare, plan.goals)), reviews=(), replaces=None)
    _check(work, case, bare, text)
    return _add(work, case, _reaching(bare), text)


def save(
    work: Work, case_id: UUID, plan_id: UUID, plan: structs.Plan, text: structs.PlanText, *, expected: str | None
) -> Plan:
    """Change a plan. One the client has answered to stays as it is: the change makes a new version, to be agreed to anew.

    States and changes of goals, remarks and reviews are carried on from what is held. A goal that was once answered to, or has
    changes, never gets lost: it is dropped with a reason. Nothing changed: nothing happens. Conflict where the plan is not the one
    that counts now.
    """
    case, row, held, held_text = _to_change(work, case_id, plan_id, expected)
    is_answered = bool(held.agreement)
    plan = msgspec.structs.replace(plan, client_id=held.client_id, goals=_carried(held, plan, _to_keep(work, held)))
    text = _carried_text(held_text, text, {goal.id for goal in plan.goals})
    if is_answered:
        if (plan.goals, text.goals) == (held.goals, held_text.goals):
            return row
        plan = msgspec.structs.replace(plan, reviews=(), replaces=row.id)
        text = msgspec.structs.replace(text, reviews=())
    else:
        plan = msgspec.structs.replace(plan, reviews=held.reviews, replaces=held.replaces)
        text = msgspec.structs.replace(text, reviews=held_text.reviews)
    _check(work, case, plan, text, known={goal.id: goal for goal in held.goals})
    if is_answered:
        return _add(work, case, _reaching(plan), text)
    return _keep(work, row, _reaching(plan), text)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the client, or the guardian, says to the plan: YA or TIDAK, on which day, in which words."""

    agreement: str
    on: date
    note: str = ""
    child_view: str = ""


def answer(work: Work, case_id: UUID, plan_id: UUID, given: Answer, *, expected: str | None) -> Plan:
    """Record what the client answered to the plan. Conflict where an answer stands: a changed plan is answered anew."""
    case, row, held, text = _to_change(work, case_id, plan_id, expected)
    if held.agreement:
        raise Conflict("plan answered")
    plan = msgspec.structs.replace(held, agreement=given.agreement, agreed_on=given.on)
    text = msgspec.structs.replace(text, agreement_note=given.note, child_view=given.child_view)
    _check_answer(work, case, plan)
    texts_within(text)
    return _keep(work, row, plan, text)


def move_goal(work: Work, case_id: UUID, plan_id: UUID, step: Step, *, expected: str | None) -> Plan:
    """Close a goal (met, not met, dropped with a reason) or open it again. Part of carrying the plan out: no new version.

    NotFound for no goal of this plan, Conflict where it stands there already.
    """
    case, row, held, text = _to_change(work, case_id, plan_id, expected)
    goal = next((goal for goal in held.goals if goal.id == step.goal_id), None)
    if goal is None:
        raise NotFound("goal")
    if goal.state == step.state:
        raise Conflict("goal is in this state")
    _check_step(work, case, goal, step)
    change = structs.GoalChange(id=new_id(), state=step.state, on=step.on, by=work.actor.user_id)
    moved = msgspec.structs.replace(goal, state=step.state, changes=(*goal.changes, change))
    goals = tuple(moved if each.id == goal.id else each for each in held.goals)
    if step.reason.strip():
        remark = structs.Remark(change.id, step.reason)
        words = (
            msgspec.structs.replace(each, remarks=(*each.remarks, remark)) if each.id == goal.id else each
            for each in text.goals
        )
        text = msgspec.structs.replace(text, goals=tuple(words))
    return _keep(work, row, msgspec.structs.replace(held, goals=goals), text)


def review(
    work: Work, case_id: UUID, plan_id: UUID, on: date, outcome: str, words: str, *, expected: str | None
) -> Plan:
    """Record that the plan was looked through (DEF-REVIEW, every 3 months). Refused without an outcome, or for a day that has not come."""
    case, row, held, text = _to_change(work, case_id, plan_id, expected)
    not_future(work, case, on, "on")
    if not outcome:
        raise Refused(Problem("required", "outcome"))
    done = structs.PlanReview(id=new_id(), on=on, outcome=outcome, by=work.actor.user_id)
    known_codes(done)
    remark = structs.Remark(done.id, words)
    texts_within(remark)
    plan = msgspec.structs.replace(held, reviews=(*held.reviews, done))
    return _keep(work, row, plan, msgspec.structs.replace(text, reviews=(*text.reviews, remark)))


def read(work: Work, row: Plan) -> structs.Plan:
    """The coded head of a plan."""
    return work.vault.open(row.place(Section.PLAN), row.head_sealed, structs.Plan)


def read_text(work: Work, row: Plan) -> structs.PlanText:
    """The words of a plan (S4)."""
    return work.vault.open(row.place(Section.PLAN_TEXT), row.text_sealed, structs.PlanText)


def pairs(work: Work, case_id: UUID) -> list[course.PlanPair]:
    """The plans of a case that were not taken back, with their coded heads, oldest first."""
    return [(row, read(work, row)) for row in course.rows(work.session, Plan, [case_id])]


def _to_change(
    work: Work, case_id: UUID, plan_id: UUID, expected: str | None
) -> tuple[Case, Plan, structs.Plan, structs.PlanText]:
    case = editable(work, case_id)
    row = record_of(work, Plan, case_id, plan_id)
    fresh(expected, row.head_sealed, row.text_sealed)
    held = read(work, row)
    current = course.current_plans(pairs(work, case_id)).get(held.client_id)
    if current is None or current[0].id != row.id:
        raise Conflict("plan replaced or taken back")
    return case, row, held, read_text(work, row)


def _bare(goal: structs.Goal) -> structs.Goal:
    """A goal as a form gives it: open, without a history."""
    return structs.Goal(
        id=goal.id,
        horizon=goal.horizon,
        services=goal.services,
        activities=goal.activities,
        responsible=goal.responsible,
        institution_id=goal.institution_id,
        target_on=goal.target_on,
    )


def _to_keep(work: Work, held: structs.Plan) -> set[UUID]:
    """Goals that must stay: all of an answered plan, those of the version before it, those with a history."""
    if held.agreement:
        return {goal.id for goal in held.goals}
    before = read(work, work.session.get_one(Plan, held.replaces)).goals if held.replaces else ()
    return {goal.id for goal in before} | {goal.id for goal in held.goals if goal.changes}


def _carried(held: structs.Plan, plan: structs.Plan, to_keep: set[UUID]) -> tuple[structs.Goal, ...]:
    """The goals as given, each with the state and history it has; those to keep that were not given come last."""
    known = {goal.id: goal for goal in held.goals}
    given = {goal.id: _bare(goal) for goal in plan.goals}
    kept = tuple(goal for goal in held.goals if goal.id in to_keep and goal.id not in given)
    carried = (
        msgspec.structs.replace(goal, state=known[goal.id].state, changes=known[goal.id].changes)
        if goal.id in known
        else goal
        for goal in given.values()
    )
    return (*carried, *kept)


def _carried_text(held: structs.PlanText, text: structs.PlanText, goal_ids: set[UUID]) -> structs.PlanText:
    known = {goal.id: goal for goal in held.goals}
    given = {goal.id: goal for goal in text.goals}
    words = [
        msgspec.structs.replace(
            given.get(goal_id, known.get(goal_id, structs.GoalText(goal_id))), remarks=_remarks(known, goal_id)
        )
        for goal_id in dict.fromkeys([*given, *known])
        if goal_id in goal_ids
    ]
    return msgspec.structs.replace(text, goals=tuple(words))


def _remarks(known: dict[UUID, structs.GoalText], goal_id: UUID) -> tuple[structs.Remark, ...]:
    return known[goal_id].remarks if goal_id in known else ()


def _reaching(plan: structs.Plan) -> structs.Plan:
    """The plan with the horizon of each goal that has only a target day."""
    goals = (
        msgspec.structs.replace(goal, horizon=horizon_of(plan.on, goal.target_on))
        if goal.target_on and not goal.horizon
        else goal
        for goal in plan.goals
    )
    return msgspec.structs.replace(plan, goals=tuple(goals))


def _check(
    work: Work,
    case: Case,
    plan: structs.Plan,
    text: structs.PlanText,
    known: dict[UUID, structs.Goal] | None = None,
) -> None:
    """Refused with everything that is wrong; a goal that did not change is not judged again."""
    not_future(work, case, plan.on, "on")
    known_codes(plan)
    texts_within(text)
    if plan.agreement:
        _check_answer(work, case, plan)
    problems = [*_number(plan)]
    team = {user_id for user_id, _ in held_roles(work, case.id)}
    client = record_of(work, Client, case.id, plan.client_id)
    words = {goal.id: goal for goal in text.goals}
    for place, goal in enumerate(plan.goals):
        problems += _about_words(place, words.get(goal.id))
        if known is None or known.get(goal.id) != goal:
            problems += _about_goal(plan, place, goal, team)
            problems += mediating.problems(work, client, goal.activities, f"goals.{place}.activities", None)
    if problems:
        raise Refused(*problems)


def _number(plan: structs.Plan) -> Iterable[Problem]:
    if not plan.goals:
        yield Problem("plan.no-goal", "goals.0.goal")
    if len(plan.goals) > MAX_GOALS:
        yield Problem("plan.too-many-goals", params={"limit": str(MAX_GOALS)})


def _about_words(place: int, words: structs.GoalText | None) -> Iterable[Problem]:
    if words is None or not words.goal.strip():
        yield Problem("required", f"goals.{place}.goal")


def _about_goal(plan: structs.Plan, place: int, goal: structs.Goal, team: set[UUID]) -> Iterable[Problem]:
    at = f"goals.{place}"
    known_codes(goal)
    if not goal.horizon and goal.target_on is None:
        yield Problem("goal.until-when", f"{at}.horizon")
    if goal.target_on is not None:
        if goal.target_on < plan.on and not goal.changes:
            yield Problem("goal.target-before-plan", f"{at}.target_on")
        elif goal.horizon and not reaches(goal.horizon, plan.on, goal.target_on):
            yield Problem("goal.beyond-horizon", f"{at}.target_on")
    if goal.responsible is not None and goal.responsible not in team:
        yield Problem("team.unknown", f"{at}.responsible")


def _check_answer(work: Work, case: Case, plan: structs.Plan) -> None:
    known_codes(plan)
    if plan.agreement not in {"YA", "TIDAK"}:
        raise Refused(Problem("required", "agreement"))
    if plan.agreed_on is None:
        raise Refused(Problem("required", "agreed_on"))
    not_future(work, case, plan.agreed_on, "agreed_on")
    if plan.agreed_on < plan.on:
        raise Refused(Problem("plan.answered-before", "agreed_on"))


def _check_step(work: Work, case: Case, goal: structs.Goal, step: Step) -> None:
    not_future(work, case, step.on, "on")
    change = structs.GoalChange(id=goal.id, state=step.state, on=step.on)
    known_codes(change)
    if not step.state:
        raise Refused(Problem("required", "state"))
    if goal.changes and step.on < goal.changes[-1].on:
        raise Refused(Problem("goal.before-last-change", "on"))
    if needs_reason(step.state) and not step.reason.strip():
        raise Refused(Problem("required", "reason"))
    texts_within(structs.Remark(goal.id, step.reason))


def _add(work: Work, case: Case, plan: structs.Plan, text: structs.PlanText) -> Plan:
    sealed = {"head_sealed": (Section.PLAN, plan), "text_sealed": (Section.PLAN_TEXT, text)}
    row = add_record(work, Plan, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.PLAN_SAVED, row.id, row=row)
    return row


def _keep(work: Work, row: Plan, plan: structs.Plan, text: structs.PlanText) -> Plan:
    seal_into(work, row, {"head_sealed": (Section.PLAN, plan), "text_sealed": (Section.PLAN_TEXT, text)})
    work.touched(row.case_id, Event.PLAN_SAVED, row.id, row=row)
    return row
