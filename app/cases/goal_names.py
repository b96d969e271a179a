"""Goals of the plans of a case by name: in the words of the plan where they are open to the person, else by their services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from app.cases import course, plans
from app.cases.models import Case, Plan
from app.cases.panels import is_open
from app.domain.course import is_closed
from app.security.sections import Section
from app.security.structs import course as structs
from app.web.filters import code_labels
from app.web.sealed import Unopened, opened
from app.work import Work


@dataclass(frozen=True, slots=True, repr=False)
class NamedGoal:
    """A goal of the plan that counts now. `is_in_hand`: open, and agreed to."""

    client_id: UUID
    goal: structs.Goal
    name: str
    is_in_hand: bool

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done for it."""
        return not is_closed(self.goal.state)


def named_goals(work: Work, case: Case) -> Iterator[NamedGoal]:
    """Every goal of every client's plan, in their order; the sections of the plans must be open, their words may be closed."""
    heads = [(row, opened(lambda row=row: plans.read(work, row))) for row in course.rows(work.session, Plan, [case.id])]  # type: ignore[misc]
    known = [(row, head) for row, head in heads if not isinstance(head, Unopened)]
    for client_id, (row, plan) in course.current_plans(known).items():
        words = _words(work, case, row)
        in_hand = course.goals_in_hand(known, client_id)
        for number, goal in enumerate(plan.goals, start=1):
            services = ", ".join(code_labels(goal.services, "service"))
            name = words.get(goal.id) or services or _("goal %(number)s", number=number)
            yield NamedGoal(client_id, goal, name, goal in in_hand)


def _words(work: Work, case: Case, row: Plan) -> dict[UUID, str]:
    if not is_open(work, case, Section.PLAN_TEXT):
        return {}
    text = opened(lambda: plans.read_text(work, row))
    return {} if isinstance(text, Unopened) else {goal.id: goal.goal for goal in text.goals}
