"""What the form pages of the course of a case offer to choose from: people, roles, partners, goals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.labels import role_label
from app.cases import course, partners, plans, queries, team
from app.cases.acts import Desk
from app.cases.course_forms import Choices
from app.cases.models import Plan
from app.cases.panels import is_open
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import course as structs
from app.web.filters import code_labels
from app.web.sealed import Unopened, opened

GOALS: Final = (Section.PLAN,)
GOAL_WORDS: Final = (Section.PLAN_TEXT,)
"""What a page opens to name goals: the coded heads for everybody who may write, the words for the team."""


def roles(at: Desk) -> Choices:
    """Who works or worked on the case, and as what: `user id/ROLE`."""
    held = sorted(team.held_roles(at.work, at.case.id), key=lambda pair: (str(pair[0]), pair[1]))
    names = accounts.names(at.work, {user_id for user_id, _role in held})
    return [(f"{user_id}/{role}", f"{names.get(user_id, '–')} ({role_label(role)})") for user_id, role in held]


def own_role(at: Desk) -> list[str]:
    """What the person at the desk is on the case now."""
    members = queries.team_of(at.work.session, [at.case.id])
    own = [row for row in members if row.user_id == at.work.actor.user_id and queries.is_genuine(at.work, row)]
    return [f"{row.user_id}/{row.role}" for row in own]


def colleagues(at: Desk) -> Choices:
    """Who works or worked on the case, by user id."""
    ids = {user_id for user_id, _role in team.held_roles(at.work, at.case.id)}
    names = accounts.names(at.work, ids)
    return sorted(((str(user_id), names.get(user_id, "–")) for user_id in ids), key=lambda pair: pair[1])


def people(at: Desk) -> Choices:
    """Everybody of the unit who works on cases, and whoever worked on this one."""
    known = {
        str(user.id): user.display_name for user in accounts.holders(at.work, at.case.unit_id, Capability.CASE_READ)
    }
    return sorted((dict(colleagues(at)) | known).items(), key=lambda pair: pair[1])


def institutions(at: Desk, held: structs.Plan | None = None) -> Choices:
    """The partners in use, and those the plan names although they are not in use any more."""
    offered = list(partners.offered(at.work, at.case.unit_id))
    named = {goal.institution_id for goal in held.goals} if held is not None else set()
    missing = {each for each in named if each is not None and str(each) not in dict(offered)}
    names = partners.names(at.work, missing)
    return [*offered, *((str(each), names.get(each, "–")) for each in missing)]


def goals(at: Desk, client_id: UUID | None = None) -> Choices:
    """Goals that are not reached, by the words of the plan where they are open to the person, else by their services."""
    return [*_goals(at, client_id)]


def _goals(at: Desk, client_id: UUID | None) -> Iterator[tuple[str, str]]:
    rows = course.rows(at.work.session, Plan, [at.case.id])
    heads = [(row, opened(lambda row=row: plans.read(at.work, row))) for row in rows]  # type: ignore[misc]
    known = [(row, head) for row, head in heads if not isinstance(head, Unopened)]
    masks = dict(at.clients)
    for whose, (row, plan) in course.current_plans(known).items():
        if client_id is not None and whose != client_id:
            continue
        words = _words(at, row)
        for number, goal in enumerate(plan.goals, start=1):
            name = (
                words.get(goal.id)
                or ", ".join(code_labels(goal.services, "service"))
                or _("goal %(number)s", number=number)
            )
            if goal in course.open_goals(plan) or client_id is not None:
                yield str(goal.id), f"{masks.get(whose, '')}: {name}" if len(at.clients) > 1 else name


def _words(at: Desk, row: Plan) -> dict[UUID, str]:
    if not is_open(at.work, at.case, Section.PLAN_TEXT):
        return {}
    text = opened(lambda: plans.read_text(at.work, row))
    return {} if isinstance(text, Unopened) else {goal.id: goal.goal for goal in text.goals}
