"""Whom a notice of a case reaches: people who are there, may open the case, and have no part in the matter (security 3).

Made once for the cases of an act: a handful of queries, however many cases and people there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts import covers
from app.accounts import queries as people
from app.accounts.genuine import is_genuine
from app.accounts.models import User
from app.cases import families, impartial
from app.cases import queries as case_queries
from app.cases.models import Case
from app.domain.access import Capability, capabilities_of
from app.domain.notices import Audience
from app.work import Work

MANAGER: Final = "MANAJER"
_ROLES: Final[Mapping[Audience, str]] = {Audience.SUPERVISORS: "SUPERVISOR", Audience.HEADS: "KEPALA"}
_INSTEAD: Final[Mapping[Audience, Audience]] = {
    Audience.HANDLERS: Audience.SUPERVISORS,
    Audience.SUPERVISORS: Audience.HEADS,
    Audience.HEADS: Audience.SUPERVISORS,
}
"""Who is told where nobody of an audience is there: a deadline must not pass in silence because a unit has no head."""


@dataclass(frozen=True, repr=False)
class Recipients:
    """The people of some cases."""

    people: Mapping[UUID, User]
    _handlers: Mapping[UUID, tuple[UUID, ...]]
    _leaders: Mapping[tuple[UUID, str], tuple[UUID, ...]]  # by unit and role
    _shut_out: Mapping[UUID, frozenset[UUID]]  # of each case: who has a part in it

    def of(self, case: Case, audiences: Iterable[Audience]) -> list[User]:
        """The people of these audiences of one case, each once."""
        found: dict[UUID, None] = {}
        for audience in audiences:
            found.update(dict.fromkeys(self._there(case, audience) or self._there(case, _INSTEAD[audience])))
        return [self.people[user_id] for user_id in found]

    def named(self, case_id: UUID, user_id: UUID) -> list[User]:
        """The person an act names, where there."""
        found = self.people.get(user_id)
        return [found] if found is not None and user_id not in self._shut_out.get(case_id, frozenset()) else []

    def supervisors_of(self, unit_id: UUID) -> list[User]:
        """Who decides in a unit that is asked something; its head where it has no supervisor."""
        role = next((role for role in _ROLES.values() if self._leaders.get((unit_id, role))), "")
        return [self.people[user_id] for user_id in self._leaders.get((unit_id, role), ())]

    def _there(self, case: Case, audience: Audience) -> list[UUID]:
        if audience in _ROLES:
            wanted = self._leaders.get((case.unit_id, _ROLES[audience]), ())
        else:
            wanted = self._handlers.get(case.id, ())
        shut_out = self._shut_out.get(case.id, frozenset())
        return [user_id for user_id in wanted if user_id in self.people and user_id not in shut_out]


def gather(work: Work, cases: Sequence[Case], named: Collection[UUID] = (), units: Collection[UUID] = ()) -> Recipients:
    """Everybody who may have to be told of these cases; `named` people and leaders of further `units` besides."""
    handlers = _handlers(work, [case.id for case in cases])
    leaders = _leaders(work, {case.unit_id for case in cases} | set(units))
    ids = {user_id for seats in handlers.values() for user_id in seats} | set(named)
    there = _there(work, ids | {user_id for held in leaders.values() for user_id in held})
    return Recipients(there, handlers, leaders, _shut_out(work, [case.id for case in cases], there))


def _handlers(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[UUID, ...]]:
    """Who manages each case, or its whole team where nobody does; whoever is on leave is stood in for. Merged files have one team."""
    kin = families.families(work, case_ids)
    team = case_queries.team_of(work.session, {each for members in kin.values() for each in members})
    seats = [seat for seat in team if case_queries.is_genuine(work, seat)]
    instead = {
        absent: cover.stand_in_id
        for absent, cover in covers.standing_in_for(work, {seat.user_id for seat in seats}).items()
    }
    found: dict[UUID, tuple[UUID, ...]] = {}
    for case_id, members in kin.items():
        own = [seat for seat in seats if seat.case_id in members]
        chosen = [seat for seat in own if seat.role == MANAGER] or own
        found[case_id] = tuple(dict.fromkeys(instead.get(seat.user_id, seat.user_id) for seat in chosen))
    return found


def _leaders(work: Work, unit_ids: Collection[UUID]) -> Mapping[tuple[UUID, str], tuple[UUID, ...]]:
    rows = work.session.scalars(_active().where(User.unit_id.in_(list(unit_ids)))).all()
    roles = people.roles_by_user(work, [row for row in rows if is_genuine(work.vault.crypt, row)])
    found: dict[tuple[UUID, str], tuple[UUID, ...]] = defaultdict(tuple)
    for row in rows:
        for role in roles.get(row.id, ()):
            if role in _ROLES.values() and Capability.CASE_READ_UNIT in capabilities_of([role]):
                found[row.unit_id, role] += (row.id,)
    return found


def _there(work: Work, user_ids: Collection[UUID]) -> Mapping[UUID, User]:
    """Those who can sign in."""
    rows = work.session.scalars(_active().where(User.id.in_(list(user_ids))))
    return {row.id: row for row in rows if is_genuine(work.vault.crypt, row)}


def _active() -> Select[User]:
    able = select(User).where(User.disabled_at.is_(None), User.password_hash.is_not(None))
    return able.order_by(User.id)


def _shut_out(work: Work, case_ids: Sequence[UUID], there: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Who declared a part in which of these cases, and was not let in all the same."""
    found: dict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    for user_id in sorted(impartial.declared_among(work, case_ids, there)):
        for case_id, stance in impartial.stances(work, case_ids, user_id).items():
            if stance not in impartial.MAY_WORK:
                found[case_id] |= {user_id}
    return found
