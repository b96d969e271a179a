"""What is to be entered into SIMFONI: by unit and month, what waited longest first. Masks only, no names (product "Safety")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.models import Case, Client, SimfoniEntry
from app.clocks import services as clocks
from app.clocks.models import CaseClocks
from app.domain.access import Actor, Capability
from app.domain.clocks import Clock
from app.domain.errors import Unreadable
from app.domain.simfoni import numbers
from app.domain.simfoni.months import last_day
from app.domain.zones import Zone, days_range, local_day
from app.reports import queries as report_queries
from app.reports.counting.settings import Period
from app.reports.periods import months_up_to
from app.security import index
from app.security.sections import Purpose, Section
from app.security.structs.people import ClientProfile
from app.security.structs.simfoni import Entry
from app.simfoni import queries
from app.simfoni.models import AWAITING, SimfoniState, Standing
from app.simfoni.state import RULE
from app.work import Opening, Work

PAGE_SIZE: Final = 50
MONTHS_SHOWN: Final = 3
SECTIONS: Final = (Section.CLIENT_PROFILE, Section.CLOCKS, Section.SIMFONI_ENTRY)


class Show(StrEnum):
    """Which cases a list shows."""

    AWAITING = "awaiting"
    NEW = "new"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"
    ENTERED = "entered"


_STANDINGS: Final[Mapping[Show, frozenset[Standing]]] = {
    Show.AWAITING: AWAITING,
    Show.NEW: frozenset({Standing.WAITING}),
    Show.AGAIN: frozenset({Standing.CHANGED, Standing.ASKED}),
    Show.WITHDRAWN: frozenset({Standing.WITHDRAWN}),
    Show.ENTERED: frozenset({Standing.ENTERED}),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks the list for. The month is that of the report, in which SIMFONI counts the case."""

    show: Show = Show.AWAITING
    month: Period | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list as its permission check found it, the number of cases in all, and the numbers of each kind of list."""

    rows: tuple[tuple[Case, SimfoniState], ...]
    total: int
    counts: Mapping[Show, int]


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One case of the list. `profiles` holds None for a client whose profile does not open; `clock` the running DEF-SIMFONI."""

    case: Case
    standing: Standing
    since: datetime | None
    profiles: tuple[ClientProfile | None, ...]
    clock: Clock | None
    entered_on: date | None


@dataclass(frozen=True, slots=True)
class Month:
    """How many cases of a report month wait, and the last day for them."""

    month: Period
    waiting: int
    last_day: date
    is_over: bool


@dataclass(frozen=True, slots=True)
class OfUnit:
    """How many cases of a unit wait, and since when the first of them."""

    unit: Unit
    waiting: int
    since: datetime | None


def find(work: Work, wanted: Wanted, page: int) -> Found:
    """One page of the cases in sight, what waited longest first, and how many there are."""
    work.actor.require(Capability.SIMFONI_READ)
    rules = [*_sight(work.actor), *_month(work, wanted.month)]
    counted = select(SimfoniState.standing, func.count()).join(Case, Case.id == SimfoniState.case_id).where(*rules)
    numbers = {Standing(name): count for name, count in work.session.execute(counted.group_by(SimfoniState.standing))}
    counts = {show: sum(numbers.get(each, 0) for each in standings) for show, standings in _STANDINGS.items()}
    chosen = SimfoniState.standing.in_([each.value for each in _STANDINGS[wanted.show]])
    rows = select(Case, SimfoniState).join(SimfoniState, SimfoniState.case_id == Case.id).where(*rules, chosen)
    order = (Case.received_at.desc(), Case.id) if wanted.show is Show.ENTERED else (SimfoniState.since, Case.id)
    found = work.session.execute(rows.order_by(*order).limit(PAGE_SIZE).offset((max(1, page) - 1) * PAGE_SIZE)).all()
    let_in = tuple((case, state) for case, state in found if _let_in(work, case, state))
    return Found(let_in, counts[wanted.show], counts)


def opening(found: Found) -> Opening:
    """What the list opens: masks, deadlines and days of entry of the cases on this page. The event names them."""
    return Opening(Event.SIMFONI_LISTED, tuple(case.id for case, _ in found.rows), SECTIONS)


def lines(work: Work, found: Found) -> list[Line]:
    """The lines of the page; the number of queries does not depend on how many there are."""
    ids = [case.id for case, _ in found.rows]
    work.vault.keys.preload(Purpose.CASE, ids)
    masks: dict[UUID, list[ClientProfile | None]] = {case_id: [] for case_id in ids}
    for row in sorted(case_queries.records(work.session, Client, ids), key=lambda row: row.position):
        masks[row.case_id].append(_profile(work, row))
    entered = _entered(work, ids)
    held = _clocks(work, ids)
    return [
        Line(
            case,
            Standing(state.standing),
            state.since,
            tuple(masks[case.id]),
            held.get(case.id),
            entered.get(case.id),
        )
        for case, state in found.rows
    ]


def today(work: Work) -> date:
    """The day it is where the person works."""
    return local_day(work.now, _zone(work))


def months(work: Work) -> list[Month]:
    """The last months up to this one: how many of their cases wait, and by when they are to be in."""
    day = today(work)
    return [
        Month(month, _waiting(work, _month(work, month)), last_day(month.first), day > last_day(month.first))
        for month in months_up_to(day, MONTHS_SHOWN)
    ]


def units(work: Work) -> list[OfUnit]:
    """A provincial unit's units: how many cases of each wait. Numbers of cases only; their lists are the units' own."""
    in_sight = report_queries.units(work)
    if len(in_sight) < 2 or not work.actor.may(Capability.RECAP_READ):
        return []
    awaiting = SimfoniState.standing.in_([each.value for each in AWAITING])
    wanted = (
        select(SimfoniState.unit_id, func.count(), func.min(SimfoniState.since))
        .join(Case, Case.id == SimfoniState.case_id)
        .where(awaiting, Case.is_hidden.is_(False), SimfoniState.unit_id.in_([unit.id for unit in in_sight]))
        .group_by(SimfoniState.unit_id)
    )
    numbers = {unit_id: (count, since) for unit_id, count, since in work.session.execute(wanted)}
    return [OfUnit(unit, *numbers.get(unit.id, (0, None))) for unit in in_sight]


def by_number(work: Work, typed: str) -> list[UUID]:
    """The cases in sight that carry this number in SIMFONI, at most two; none for what cannot be a number."""
    try:
        tag = index.simfoni_tag(work.vault.crypt, numbers.written(typed))
    except ValueError:
        return []
    ids = [row.case_id for row in queries.carrying(work, work.actor.own_unit(), [tag])]
    in_sight = select(Case.id).where(Case.id.in_(ids), queries.in_sight(work.actor)).limit(2)
    return list(work.session.scalars(in_sight))


def _waiting(work: Work, rules: Sequence[ColumnElement[bool]]) -> int:
    wanted = select(func.count()).select_from(SimfoniState).join(Case, Case.id == SimfoniState.case_id)
    chosen = SimfoniState.standing.in_([each.value for each in AWAITING])
    return work.session.scalar(wanted.where(*_sight(work.actor), *rules, chosen)) or 0


def _sight(actor: Actor) -> list[ColumnElement[bool]]:
    """As `queries.in_sight`, written so that whoever sees the whole unit walks the unit's index; cases of other units stay away."""
    if actor.may(Capability.SIMFONI_ENTER) or actor.may(Capability.CASE_READ_UNIT):
        unit_id = actor.own_unit()  # said of both tables, so that a month walks the index of the cases
        return [and_(SimfoniState.unit_id == unit_id, Case.unit_id == unit_id, Case.is_hidden.is_(False))]
    return [queries.in_sight(actor)]


def _let_in(work: Work, case: Case, state: SimfoniState) -> bool:
    """Not what only a row that this program did not write would show (security 2.9)."""
    if not queries.is_genuine(work, state):
        return False
    return queries.of_whole_unit(work.actor, case) or case_queries.is_on_team(work, case.id)


def _month(work: Work, month: Period | None) -> list[ColumnElement[bool]]:
    if month is None:
        return []
    low, high = days_range(month.first, month.last, _zone(work))
    return [Case.received_at >= low, Case.received_at < high]


def _zone(work: Work) -> Zone:
    unit_id = work.actor.own_unit()
    return case_queries.zones_of(work.session, [unit_id]).get(unit_id, Zone.WIB)


def _profile(work: Work, row: Client) -> ClientProfile | None:
    try:
        return work.vault.open(row.place(Section.CLIENT_PROFILE), row.profile_sealed, ClientProfile)
    except Unreadable:
        return None


def _entered(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """The day of the last standing entry of each case."""
    found: dict[UUID, date] = {}
    for row in case_queries.records(work.session, SimfoniEntry, ids):
        if not row.is_removed:
            try:
                found[row.case_id] = work.vault.open(row.place(Section.SIMFONI_ENTRY), row.entry_sealed, Entry).on
            except Unreadable:
                continue
    return found


def _clocks(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, Clock]:
    """The running DEF-SIMFONI of each case, the earliest due; none where the clocks do not open."""
    found: dict[UUID, Clock] = {}
    for row in work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(ids))):
        try:
            running = [clock for clock in clocks.clocks_of(work, row) if clock.rule_id == RULE and clock.is_running]
        except Unreadable:
            continue
        if running:
            found[row.case_id] = min(running, key=lambda clock: clock.due_at)
    return found
