"""*Kalender*: what falls on which day of the weeks ahead. Gathered from where it stands; nothing here is stored twice (issue 4 point 7).

Deadlines of every file looked through, hearings, next steps of services, decisions and goals with a day, conferences of those weeks, stays
in a shelter that end, and tasks of one's own. A page carries register numbers and masks only: it is printed and hangs on a wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.audit.events import Event
from app.cases import queries as cases
from app.cases.models import Case
from app.clocks import board
from app.clocks import lines as clock_lines
from app.domain.access import Capability
from app.domain.stages import Status
from app.domain.zones import Zone, local_day, to_local
from app.reference import rulebook
from app.safety import readers, reading
from app.security.sections import Purpose, Section
from app.security.structs import safety
from app.security.structs import work as work_structs
from app.tasks import gathering, queries
from app.tasks.gathering import ConferencePair, Looked, Source, Task
from app.tasks.services import today_of
from app.web.sealed import UNOPENED, Unopened
from app.work import Opening, Work

WEEKS: Final = (1, 2, 4, 6)
USUAL: Final = 4
REACH: Final = timedelta(days=366)
"""How far from today a calendar may begin: further off stands nothing that anybody planned."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_ENDLESS: Final = "23:59"  # deadlines counted in days run out with their day: that needs no time beside it


@dataclass(frozen=True, slots=True)
class Span:
    """Whole weeks, Monday to Sunday."""

    first: date
    weeks: int = USUAL

    @property
    def last(self) -> date:
        """The last Sunday."""
        return self.first + self.weeks * _WEEK - _DAY

    @property
    def days(self) -> Sequence[date]:
        """Every day of it."""
        return [self.first + number * _DAY for number in range(7 * self.weeks)]

    def moved(self, weeks: int) -> date:
        """The Monday so many weeks on."""
        return self.first + weeks * _WEEK


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose calendar: the actor's own, the unit's, or the one of a worker of the unit."""

    own: bool = True
    worker: UUID | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """One thing on a day. `time`: HH:MM where the hour matters."""

    task: Task
    time: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Day:
    """A day with what falls on it, and the name of the holiday where it is one."""

    on: date
    is_off: bool
    holiday: str
    items: Sequence[Item] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Agenda:
    """The days, how much from before them still waits, whether files were left out, how many records did not open."""

    days: Sequence[Day]
    today: date
    earlier: int = 0
    cut: bool = False
    closed: int = 0

    @property
    def total(self) -> int:
        """How much falls on these days."""
        return sum(len(day.items) for day in self.days)

    @property
    def weeks(self) -> Sequence[Sequence[Day]]:
        """The days week by week."""
        return [self.days[start : start + 7] for start in range(0, len(self.days), 7)]


def monday_of(day: date) -> date:
    """The Monday of the week in which the day lies."""
    return day - day.weekday() * _DAY


def span(asked: date | None, weeks: int, today: date) -> Span:
    """The weeks asked for; from this week where no day was asked for, or one beyond reach."""
    day = asked if asked is not None and abs(asked - today) <= REACH else today
    return Span(monday_of(day), weeks if weeks in WEEKS else USUAL)


def look(work: Work, wanted: Wanted) -> Looked:
    """The files to look through. The unit's are for those who watch its deadlines."""
    if wanted.own:
        return gathering.look(work)
    work.actor.require(Capability.CLOCK_BOARD)
    rows = queries.unit_waiting_cases(work, wanted.worker)
    shown = board.let_in(work, rows[: queries.MOST_CASES])
    return Looked(shown, len(rows) > queries.MOST_CASES, frozenset(case.id for case in shown))


def opening(looked: Looked) -> Opening:
    """One event names every file looked through and the sections that open."""
    return Opening(Event.AGENDA_LISTED, tuple(case.id for case in looked.cases), gathering.SECTIONS)


# --- stays in a shelter: for those on the list of readers alone ------------------------------------------------------


def with_shelter(work: Work, looked: Looked) -> tuple[UUID, ...]:
    """Those of the files whose shelter the actor may read about."""
    return tuple(sorted(readers.cases_of(work, [case.id for case in looked.cases]), key=str))


def shelter_opening(case_ids: tuple[UUID, ...]) -> Opening:
    """An event of its own: other people may know of it."""
    return Opening(Event.SHELTER_LISTED, case_ids, (Section.SHELTER,), purpose="list")


def stays(work: Work, looked: Looked, case_ids: Iterable[UUID]) -> tuple[list[Task], int]:
    """The stays that go on, by the day on which they end, and how many did not open."""
    held = {case.id: case for case in looked.cases}
    found, lost = reading.readable(work, case_ids)
    pairs = [pair for rows in found.values() for pair in rows if pair[1].out_on is None]
    return [Task(Source.SHELTER, end_of(stay), held[row.case_id], row.id, stay) for row, stay in pairs], lost


def end_of(stay: safety.ShelterStay) -> date | None:
    """The day a stay is to end: as it was last made longer, else as expected when it began."""
    return stay.extensions[-1].until if stay.extensions else stay.expected_end


# --- the calendar ----------------------------------------------------------------------------------------------------


def agenda(work: Work, wanted: Wanted, span: Span, looked: Looked, shelter: tuple[Sequence[Task], int]) -> Agenda:
    """The calendar of these weeks. The number of queries does not depend on how many files there are."""
    work.vault.keys.preload(Purpose.CASE, [case.id for case in looked.cases])
    zone = board.zone_of(work)
    found = [*_found(work, wanted, looked), *shelter[0]]
    there = [task for task in found if task.head is not UNOPENED]
    items: dict[date, list[Item]] = {day: [] for day in span.days}
    for task in there:
        if task.due_on in items:
            items[task.due_on].append(Item(task, _time(task, zone)))
    waiting = (task for task in there if task.source is not Source.CONFERENCE)  # one that was held waits for nobody
    earlier = sum(1 for task in waiting if task.due_on is not None and task.due_on < span.first)
    calendar = rulebook.of_unit(work, work.actor.own_unit()).calendar
    days = [
        Day(day, not calendar.is_working_day(day), calendar.holiday(day) or "", sorted(held, key=_order))
        for day, held in items.items()
    ]
    return Agenda(days, today_of(work), earlier, looked.cut, len(found) - len(there) + shelter[1])


def _found(work: Work, wanted: Wanted, looked: Looked) -> Iterator[Task]:
    held = {case.id: case for case in looked.cases}
    handled = {case.id: case for case in looked.cases if case.status != Status.CLOSED.value}
    whose = work.actor.user_id if wanted.own else wanted.worker
    yield from gathering.goals(work, handled, whose)
    conferences = gathering.conferences_of(work, handled)
    yield from gathering.decisions(conferences, handled, whose)
    yield from gathering.next_steps(work, handled, whose)
    yield from gathering.hearings(work, held, whose, looked.managed)
    yield from _held(conferences, handled)
    yield from _clocks(work, held)
    if wanted.own:
        yield from gathering.own_tasks(work)


def _held(pairs: Sequence[ConferencePair], held: Mapping[UUID, Case]) -> Iterator[Task]:
    """Conferences by their day. One that does not open is told by its decisions already."""
    for row, head in pairs:
        if not isinstance(head, Unopened):
            yield Task(Source.CONFERENCE, head.on, held[row.case_id], row.id, head)


def _clocks(work: Work, held: Mapping[UUID, Case]) -> Iterator[Task]:
    """Every deadline that runs, whoever is bound, by the day on which it runs out where the file's unit works."""
    zones = cases.zones_of(work.session, {case.unit_id for case in held.values()})
    for case_id, lines in clock_lines.of_cases(work, list(held)).items():
        if isinstance(lines, Unopened):
            yield gathering.unopened(Source.CLOCK, held[case_id])
            continue
        zone = zones.get(held[case_id].unit_id, Zone.WIB)
        for line in lines:
            if line.is_running:
                yield Task(Source.CLOCK, local_day(line.clock.due_at, zone), held[case_id], None, line)


def _time(task: Task, zone: Zone) -> str:
    if isinstance(task.head, clock_lines.Line):
        at = f"{to_local(task.head.clock.due_at, zone):%H:%M}"
        return "" if at == _ENDLESS else at
    return task.head.time if isinstance(task.head, work_structs.LegalStep) else ""


def _order(item: Item) -> tuple[bool, str, str, str]:
    number = item.task.case.register_no if item.task.case is not None else ""
    return not item.time, item.time, item.task.source, number
