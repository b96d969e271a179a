"""What the form pages of the course of a case offer to choose from: people, roles, partners, goals."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.accounts import queries as accounts
from app.accounts.labels import role_label
from app.cases import partners, queries, team
from app.cases.acts import Desk
from app.cases.course_forms import Choices
from app.cases.goal_names import NamedGoal, named_goals
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import course as structs
from app.security.structs import work as work_structs

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


def people(at: Desk, held: UUID | None = None) -> Choices:
    """Everybody of the unit who works on cases, whoever worked on this one, and who is named already (`held`)."""
    known = {
        str(user.id): user.display_name for user in accounts.holders(at.work, at.case.unit_id, Capability.CASE_READ)
    }
    named = accounts.names(at.work, [held]) if held is not None else {}
    also = {str(user_id): name for user_id, name in named.items()}
    return sorted((also | dict(colleagues(at)) | known).items(), key=lambda pair: pair[1])


def institutions(at: Desk, held: structs.Plan | None = None) -> Choices:
    """The partners in use, and those the plan names although they are not in use any more."""
    offered = list(partners.offered(at.work, at.case.unit_id))
    named = {goal.institution_id for goal in held.goals} if held is not None else set()
    missing = {each for each in named if each is not None and str(each) not in dict(offered)}
    names = partners.names(at.work, missing)
    return [*offered, *((str(each), names.get(each, "–")) for each in missing)]


def goals(at: Desk, client_id: UUID | None = None) -> Choices:
    """Goals of the plans that are not reached; of one client, all of them."""
    found = named_goals(at.work, at.case)
    if client_id is None:
        return [_choice(at, each) for each in found if each.is_open]
    return [_choice(at, each) for each in found if each.client_id == client_id]


def goals_served(at: Desk, held: work_structs.Service | None = None) -> Choices:
    """Goals a service may be given for: those in hand; of a service that is `held`, those of its client and what it served already."""
    found = named_goals(at.work, at.case)
    if held is None:
        return [_choice(at, each) for each in found if each.is_in_hand]
    own = (each for each in found if each.client_id == held.client_id)
    return [_choice(at, each) for each in own if each.is_in_hand or each.goal.id in held.goals]


def _choice(at: Desk, named: NamedGoal) -> tuple[str, str]:
    whose = dict(at.clients).get(named.client_id, "")
    return str(named.goal.id), f"{whose}: {named.name}" if len(at.clients) > 1 else named.name
