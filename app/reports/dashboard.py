"""The unit at a glance, for its head: twelve months from the ledger, and how the work stands today from what is in the clear.

Counts of people and violence come from the counting engine (design 4). Stage, risk, due moments and assignments stand in the clear
(design 2), so nothing sealed but the ledger is opened and the page is one audit event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, case, distinct, func, select

from app.accounts import queries as people
from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.models import Case, TeamMember
from app.clocks import board
from app.clocks.board import Wanted, When
from app.domain.access import Capability
from app.domain.stages import Stage, Status
from app.reports import queries, services
from app.reports.counting.settings import Period
from app.reports.periods import months_up_to
from app.work import Opening, Work

MOST_WORKERS: Final = 12  # with the most open cases; the board finds the rest


@dataclass(frozen=True, slots=True)
class Load:
    """One of the team: open cases, and those of them in which a deadline has run out."""

    name: str
    cases: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Twelve months up to today, and today. `others`: people with open cases who are not in `load`."""

    unit: Unit
    today: date
    month: services.RecapSheet
    year: services.RecapSheet
    stages: Mapping[Stage, int]
    clocks: Mapping[When, int]
    load: tuple[Load, ...]
    others: int

    @property
    def open_cases(self) -> int:
        """Cases being worked on."""
        return sum(self.stages.values())


def opening() -> Callable[[Work], Opening]:
    """The permission check (`clock:board` and `recap:read`) and the one event of the page."""

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.CLOCK_BOARD)
        unit = queries.unit(work)
        return services.recap_opening(_wish(_twelve_months(work, unit)), Event.RECAP_READ)(work)

    return plan


def dashboard(work: Work) -> Dashboard:
    """What the page shows; a constant number of queries, and the ledger is read once."""
    unit = queries.unit(work)
    year = _twelve_months(work, unit)
    month = months_up_to(year.last, 1)[0]
    sheets = services.recap_sheets(work, [_wish(month, year.last), _wish(year)])
    load = _load(work)
    return Dashboard(
        unit,
        year.last,
        sheets[0],
        sheets[1],
        _stages(work),
        board.counts(work, Wanted()),
        tuple(load[:MOST_WORKERS]),
        max(0, len(load) - MOST_WORKERS),
    )


def _wish(period: Period, cut_off: date | None = None) -> services.RecapWish:
    return services.RecapWish(period, cut_off or period.last)


def _twelve_months(work: Work, unit: Unit) -> Period:
    today = services.today_of(work, unit)
    return Period(months_up_to(today)[0].first, today)


def _open(work: Work) -> list[ColumnElement[bool]]:
    """Cases of the unit that are being worked on, as far as the actor may read them."""
    return [
        case_queries.readable_by(work.actor),
        Case.unit_id == work.actor.own_unit(),
        Case.status == Status.OPEN.value,
    ]


def _stages(work: Work) -> Mapping[Stage, int]:
    rows = work.session.execute(select(Case.stage, func.count()).where(*_open(work)).group_by(Case.stage))
    counts = {stage: int(number) for stage, number in rows}
    return {stage: counts.get(stage.value, 0) for stage in Stage}


def _load(work: Work) -> list[Load]:
    late = distinct(case((Case.due_at < work.now, Case.id)))
    counted = (
        select(TeamMember.user_id, func.count(distinct(Case.id)), func.count(late))
        .join(Case, Case.id == TeamMember.case_id)
        .where(*_open(work), TeamMember.until.is_(None))
        .group_by(TeamMember.user_id)
    )
    found: dict[UUID, tuple[int, int]] = {
        who: (int(cases), int(over)) for who, cases, over in work.session.execute(counted)
    }
    names = people.names(work, found)
    made = [Load(names[who], *numbers) for who, numbers in found.items() if who in names]
    return sorted(made, key=lambda each: (-each.cases, -each.overdue, each.name.casefold()))
