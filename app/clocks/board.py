"""The deadlines board: cases by their next due moment, bounded and paged; fast however many cases there are.

Cases are found by the clear `due_at` (an index per unit), a page of them is opened under one event that names them, and their clocks
are shown: everything overdue or warned of, and of each further subject the clock that runs out next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import load_only

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import families
from app.cases import queries as case_queries
from app.cases.models import Case, TeamMember
from app.clocks import lines as clock_lines
from app.clocks.lines import Line
from app.domain.access import Capability
from app.domain.clocks import Status
from app.domain.zones import Zone, day_range, local_day
from app.referrals.models import Referral
from app.web.sealed import Unopened
from app.work import Opening, Work

PAGE_SIZE: Final = 30
LOOK_THROUGH: Final = 400
_MINUTE: Final = timedelta(minutes=1)
_WEEK: Final = timedelta(days=7)
_PRESSING: Final = frozenset({Status.WARN, Status.OVERDUE, Status.ESCALATED})


class When(StrEnum):
    """The sections of the board, by the case's next due moment."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks the board for."""

    own: bool = False
    when: When | None = None
    worker: UUID | None = None
    institution: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the permission check found: the cases to open, how many there are in each section, whether some were left out."""

    cases: tuple[Case, ...]
    counts: Mapping[When, int]
    cut: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One case on the board. `more`: running clocks that are not shown here."""

    case: Case
    when: When
    lines: Sequence[Line] | Unopened
    more: int
    workers: tuple[str, ...]


def bounds(now: datetime, zone: Zone) -> Mapping[When, tuple[datetime | None, datetime | None]]:
    """From when until before when a due moment falls into each section. The due minute itself is still in time (case-management 9.1)."""
    late = now - _MINUTE
    tomorrow = day_range(local_day(now, zone), zone)[1]
    return {
        When.OVERDUE: (None, late + timedelta(microseconds=1)),
        When.TODAY: (late + timedelta(microseconds=1), tomorrow),
        When.WEEK: (tomorrow, tomorrow + _WEEK),
        When.LATER: (tomorrow + _WEEK, None),
    }


def counts(work: Work, wanted: Wanted) -> Mapping[When, int]:
    """How many cases there are in each section; clear columns only."""
    columns = [
        func.coalesce(func.sum(case((_within(limits), 1), else_=0)), 0)
        for limits in bounds(work.now, zone_of(work)).values()
    ]
    row = work.session.execute(select(*columns).select_from(Case).where(*_rules(work, wanted))).one()
    return {when: int(number) for when, number in zip(When, row, strict=True)}


def dated(work: Work, most: int, *, own: bool = False, when: When | None = None) -> list[Case]:
    """Cases with a running clock, next due first, at most so many: clear columns only, for digests and calendars. `own`: those of whose
    team the actor is; otherwise the unit's."""
    rules = _rules(work, Wanted(own=own))
    if when is not None:
        rules.append(_within(bounds(work.now, zone_of(work))[when]))
    rows = select(Case).options(load_only(*_SHOWN, raiseload=True)).where(*rules).order_by(Case.due_at, Case.id)
    return let_in(work, work.session.scalars(rows.limit(most)))


def find(work: Work, wanted: Wanted, page: int) -> Found:
    """The cases to open, next due first: one page of them, or those among which a sealed filter looks."""
    work.actor.require(Capability.CASE_READ if wanted.own else Capability.CLOCK_BOARD)
    rules = _rules(work, wanted)
    if wanted.when is not None:
        rules.append(_within(bounds(work.now, zone_of(work))[wanted.when]))
    rows = select(Case).options(load_only(*_SHOWN, raiseload=True)).where(*rules).order_by(Case.due_at, Case.id)
    if wanted.institution is None:
        cases = work.session.scalars(rows.limit(PAGE_SIZE).offset((max(1, page) - 1) * PAGE_SIZE)).all()
        return Found(tuple(let_in(work, cases)), counts(work, wanted))
    referred = rows.where(exists().where(Referral.case_id == Case.id)).limit(LOOK_THROUGH + 1)
    cases = let_in(work, work.session.scalars(referred).all())
    return Found(tuple(cases[:LOOK_THROUGH]), counts(work, wanted), len(cases) > LOOK_THROUGH)


def opening(work: Work, found: Found) -> Opening:
    """What the board opens: one event names every case on the page."""
    whole = families.with_duplicates(work, [each.id for each in found.cases])
    return Opening(Event.CLOCKS_LISTED, whole, clock_lines.SECTIONS)


def entries(work: Work, found: Found, wanted: Wanted) -> list[Entry]:
    """The cases of the page with their clocks; the number of queries does not depend on how many there are."""
    ids = [each.id for each in found.cases]
    held = clock_lines.of_cases(work, ids)
    names = _workers(work, ids)
    limits = bounds(work.now, zone_of(work))
    made = [_entry(each, held.get(each.id, ()), names, limits, wanted) for each in found.cases]
    return [entry for entry in made if wanted.institution is None or (entry.lines and _names(entry.lines, wanted))]


def _entry(
    each: Case,
    lines: Sequence[Line] | Unopened,
    names: Mapping[UUID, tuple[str, ...]],
    limits: Mapping[When, tuple[datetime | None, datetime | None]],
    wanted: Wanted,
) -> Entry:
    when = next(when for when, (_low, high) in limits.items() if high is None or (each.due_at and each.due_at < high))
    workers = names.get(each.id, ())
    if isinstance(lines, Unopened):
        return Entry(each, when, lines, 0, workers)
    running = [line for line in lines if line.is_running]
    if wanted.institution is not None:
        running = [line for line in running if line.concern.institution_id == wanted.institution]
    shown = pressing(running)
    return Entry(each, when, shown, len(running) - len(shown), workers)


def pressing(running: Sequence[Line]) -> list[Line]:
    """What is overdue or warned of, and of every other subject its next clock: two referrals of one case both stay in sight.

    Clocks of the whole case that lie far ahead (30 days without a record) are left out beside those.
    """
    shown: list[Line] = []
    seen: set[UUID] = set()
    for line in running:
        if line.status in _PRESSING or line.clock.subject_id not in seen:
            shown.append(line)
        seen.add(line.clock.subject_id)
    near = [line for line in shown if line.status in _PRESSING or line.clock.subject_id != line.case_id]
    return near or shown


def _names(lines: Sequence[Line] | Unopened, wanted: Wanted) -> bool:
    return any(isinstance(line, Line) and line.concern.institution_id == wanted.institution for line in lines)


_SHOWN: Final = (Case.unit_id, Case.register_no, Case.stage, Case.status, Case.risk, Case.due_at, Case.is_hidden)


def _rules(work: Work, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Cases with a running clock that the actor may read, in the actor's unit; narrowed to one's own or one worker's."""
    rules: list[ColumnElement[bool]] = [case_queries.readable_by(work.actor), Case.due_at.is_not(None)]
    if wanted.own:
        rules.append(case_queries.on_team(work.actor))
    else:
        rules.append(Case.unit_id == work.actor.own_unit())
    if wanted.worker is not None:
        rules.append(Case.id.in_(_of_worker(wanted.worker)))
    return rules


def _of_worker(user_id: UUID) -> Select[UUID]:
    return select(TeamMember.case_id).where(TeamMember.user_id == user_id, TeamMember.until.is_(None))


def _within(limits: tuple[datetime | None, datetime | None]) -> ColumnElement[bool]:
    low, high = limits
    rules = [Case.due_at >= low] if low is not None else []
    return and_(*rules, *([Case.due_at < high] if high is not None else []))


def zone_of(work: Work) -> Zone:
    """The zone of the actor's unit."""
    unit_id = work.actor.own_unit()
    return case_queries.zones_of(work.session, [unit_id]).get(unit_id, Zone.WIB)


def let_in(work: Work, cases: Iterable[Case]) -> list[Case]:
    """Without those that only a forged assignment would show (security 2.9)."""
    rows = list(cases)
    outside = [each.id for each in rows if not case_queries.reads_unit_of(work.actor, each)]
    own = case_queries.assigned_among(work, outside)
    return [each for each in rows if each.id not in outside or each.id in own]


def _workers(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """Names of those on each case's team, the manager first."""
    team = [m for m in case_queries.team_of(work.session, case_ids) if case_queries.is_genuine(work, m)]
    names = people.names(work, {member.user_id for member in team})
    ordered = sorted(team, key=lambda member: member.role != "MANAJER")
    found: dict[UUID, tuple[str, ...]] = {}
    for member in ordered:
        name = names.get(member.user_id, "")
        if name and name not in found.get(member.case_id, ()):
            found[member.case_id] = (*found.get(member.case_id, ()), name)
    return found
