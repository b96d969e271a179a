"""From a trigger to a due moment (case-management 9.1). No rule knows how days are counted; this file does."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from app.domain.clocks.rules import ClockType, RuleKind, Term, Unit
from app.domain.workdays import YearStatus
from app.domain.zones import Zone, at_local, local_day, to_utc

END_OF_DAY = time(23, 59)
"""A day-counted clock is due at 23:59:00 local time of its last day; the whole of that minute is still in time."""

MINUTE = timedelta(minutes=1)
_MINUTES = {Unit.MINUTE: 1, Unit.HOUR: 60, Unit.DAY: 24 * 60}


class Calendar(Protocol):
    """What clocks ask of the unit's working days; `app.domain.workdays.WorkCalendar` answers."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day."""

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it when negative); `day` itself is not counted."""

    def status(self, year: int) -> YearStatus:
        """How well the free days of that year are known."""


@dataclass(frozen=True, slots=True)
class Days:
    """What turns days into moments: the unit's calendar and its zone."""

    calendar: Calendar
    zone: Zone


def due_moment(trigger: datetime, amount: int, term: Term, kind: RuleKind, days: Days) -> datetime:
    """The due moment in UTC, `amount` units of `term` after the trigger (before it for LEAD).

    The trigger's day is not counted and a due day on a holiday does not move (case-management 9.1, S).
    """
    step = -amount if kind is RuleKind.LEAD else amount
    if term.clock is ClockType.H:
        return to_utc(trigger) + (timedelta(minutes=step) if term.unit is Unit.MINUTE else timedelta(hours=step))
    day = local_day(trigger, days.zone)
    if term.clock is ClockType.CD:
        last = day + timedelta(days=step)
    elif term.clock is ClockType.WD:
        last = days.calendar.add_working_days(day, step)
    else:
        last = add_months(day, step)
    return at_local(last, END_OF_DAY, days.zone)


def add_months(day: date, months: int) -> date:
    """The same day number so many months later (or earlier), clipped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def second_date(due: datetime, term: Term, kind: RuleKind, days: Days) -> date | None:
    """The other date to show when a CD or MO clock falls due on a day off, else None.

    For DUE the next working day (where the due date might move to); for MAX and LEAD the working day before, because
    then something lapses and offices must be reached in time.
    """
    day = local_day(due, days.zone)
    if term.clock not in (ClockType.CD, ClockType.MO) or days.calendar.is_working_day(day):
        return None
    return days.calendar.add_working_days(day, 1 if kind is RuleKind.DUE else -1)


def is_estimated(trigger: datetime, due: datetime, term: Term, days: Days) -> bool:
    """Whether what is shown leans on a year whose holidays are not sure (*perkiraan*, design 5).

    WD clocks: any year from trigger to due. CD and MO: the due day's year, which decides the second date. H never.
    """
    if term.clock is ClockType.H:
        return False
    first, last = sorted((local_day(trigger, days.zone).year, local_day(due, days.zone).year))
    years = range(first, last + 1) if term.clock is ClockType.WD else (local_day(due, days.zone).year,)
    return any(days.calendar.status(year) is not YearStatus.SURE for year in years)


def halved(amount: int, term: Term) -> tuple[int, Term]:
    """Half the time: days rounded down, half of one day is 12 hours (case-management 9.9, S).

    ValueError for months: no rule says what half a month is.
    """
    if term.unit is Unit.MONTH:
        raise ValueError("months are not halved")
    if term.unit is Unit.DAY and amount > 1:
        return amount // 2, term
    minutes = amount * _MINUTES[term.unit] // 2
    return minutes, Term((minutes,), Unit.MINUTE, ClockType.H, term.when)
