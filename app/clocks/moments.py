"""When something happened, as the clock engine takes it."""

from __future__ import annotations

from datetime import date, datetime, time

from app.domain.zones import Zone, at_local


def at_day(day: date, clock: str, zone: Zone) -> datetime | date:
    """A moment where the time is known (HH:MM), else the day (the engine then assumes 00:00, case-management 9.1)."""
    hour, _, minute = clock.partition(":")
    return at_local(day, time(int(hour), int(minute)), zone) if minute else day
