"""What a worked example of a clock touches, found from its days and the calendar: no tag of the table is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta

from app.domain.clocks import Clock, ClockType, Rule
from app.domain.zones import Zone, local_day

AROUND = frozenset({"holiday", "month-end"})
"""The days on which counting goes wrong most easily."""


def tags_of(clocks: tuple[Clock, ...], rule: Rule, days_off: Set[date], zone: Zone, halved: bool) -> frozenset[str]:
    """The tags of one example, from the clocks it should give."""
    spans = [_span(clock, zone) for clock in clocks]
    ends = [day for span in spans for day in span]
    covered = [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]
    is_hours = any(term.clock is ClockType.H for term in rule.terms)
    found: Mapping[str, bool] = {
        "holiday": any(day in days_off for day in covered),
        "month-end": any(day.day == 1 or (day + timedelta(days=1)).day == 1 for day in ends),
        "leap-day": any((day.month, day.day) == (2, 29) for day in covered),
        "year-change": any(first.year != last.year for first, last in spans),
        "utc-day": any(
            clock.trigger_at.date() != local_day(clock.trigger_at, zone) and not _is_midnight(clock, zone)
            for clock in clocks
        ),
        "time-unknown": is_hours and any(clock.time_assumed for clock in clocks),
        "series": any("#" in clock.occurrence for clock in clocks),
        "half": halved,
        "second-date": any(clock.second_date is not None for clock in clocks),
        "estimate": any(clock.estimated for clock in clocks),
    }
    return frozenset(name for name, is_so in found.items() if is_so)


def _span(clock: Clock, zone: Zone) -> tuple[date, date]:
    first, last = sorted((local_day(clock.trigger_at, zone), local_day(clock.due_at, zone)))
    return first, last


def _is_midnight(clock: Clock, zone: Zone) -> bool:
    at: datetime = clock.trigger_at.astimezone(zone.tz)
    return (at.hour, at.minute) == (0, 0)
