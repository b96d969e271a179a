"""Load per worker (*Pengawasan*): how many open files, overdue ones and referrals under way each has. Clear columns only, nothing opened.

Whether an assignment is genuine is not asked here: a forged row would be counted, and opens nothing (security 2.9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select

from app.accounts import queries as people
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case, TeamMember
from app.clocks.board import When, bounds, zone_of
from app.domain.access import Capability
from app.domain.stages import Status
from app.referrals.board import OPEN_STATUSES
from app.referrals.models import Referral
from app.work import Work

MANAGER: Final = "MANAJER"


@dataclass(frozen=True, slots=True)
class Burden:
    """What one worker has. `managed`: the open files led as case manager; `overdue`: open files whose next deadline has passed."""

    user_id: UUID
    name: str
    files: int = 0
    managed: int = 0
    overdue: int = 0
    referrals: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """The workers, the most files first, and how many open files have nobody on their team."""

    workers: Sequence[Burden] = field(default_factory=tuple)
    unassigned: int = 0


def load(work: Work) -> Load:
    """The load of the actor's unit, in a number of queries that does not depend on how many workers or files there are."""
    work.actor.require(Capability.CLOCK_BOARD)
    own = [case_queries.readable_by(work.actor), Case.unit_id == work.actor.own_unit()]
    rules = [*own, Case.status == Status.OPEN.value]
    # A referral may outlast its file: counted as the referral board shows them, where the number leads.
    files, referrals = _files(work, rules), _referrals(work, [*own, Case.status.not_in(CLOSED_TO_EDITS)])
    there = {each.id: each.display_name for each in people.holders(work, work.actor.own_unit(), Capability.CASE_EDIT)}
    names = there | people.names(work, (files.keys() | referrals.keys()) - there.keys())
    made = [
        Burden(user_id, name, *files.get(user_id, (0, 0, 0)), referrals.get(user_id, 0))
        for user_id, name in names.items()
    ]
    ordered = sorted(made, key=lambda each: (-each.files, each.name.casefold(), str(each.user_id)))
    return Load(ordered, _unassigned(work, rules))


def _files(work: Work, rules: Sequence[ColumnElement[bool]]) -> Mapping[UUID, tuple[int, int, int]]:
    late = bounds(work.now, zone_of(work))[When.OVERDUE][1]
    held = (  # one row a worker and file: somebody may have two parts in one team
        select(
            TeamMember.user_id,
            func.max(case((TeamMember.role == MANAGER, 1), else_=0)).label("managed"),
            func.max(case((Case.due_at < late, 1), else_=0)).label("overdue"),
        )
        .join(Case, Case.id == TeamMember.case_id)
        .where(*rules, TeamMember.until.is_(None))
        .group_by(TeamMember.user_id, TeamMember.case_id)
        .subquery()
    )
    columns: tuple[Any, ...] = (func.count(), func.sum(held.c.managed), func.sum(held.c.overdue))
    rows = work.session.execute(select(held.c.user_id, *columns).group_by(held.c.user_id))
    return {user_id: (int(files), int(managed), int(overdue)) for user_id, files, managed, overdue in rows}


def _referrals(work: Work, rules: Sequence[ColumnElement[bool]]) -> Mapping[UUID, int]:
    rows = (
        select(TeamMember.user_id, func.count(Referral.id.distinct()))
        .join(Case, Case.id == TeamMember.case_id)
        .join(Referral, Referral.case_id == Case.id)
        .where(*rules, TeamMember.until.is_(None), Referral.status.in_(OPEN_STATUSES))
        .group_by(TeamMember.user_id)
    )
    return {user_id: int(count) for user_id, count in work.session.execute(rows)}


def _unassigned(work: Work, rules: Sequence[ColumnElement[bool]]) -> int:
    anybody = exists().where(TeamMember.case_id == Case.id, TeamMember.until.is_(None))
    return int(work.session.scalar(select(func.count()).select_from(Case).where(*rules, ~anybody)) or 0)
