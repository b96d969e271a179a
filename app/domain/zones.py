"""The three Indonesian time zones. Moments are kept in UTC; a day on a form is a day in the unit's zone (design 1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum


class Zone(StrEnum):
    """WIB, WITA, WIT: UTC+7, +8, +9 without summer time. The member is also the name shown beside a time on screen."""

    WIB = "WIB"
    WITA = "WITA"
    WIT = "WIT"

    @property
    def hours(self) -> int:
        """Whole hours ahead of UTC."""
        return _HOURS[self]

    @property
    def tz(self) -> timezone:
        """Fixed offset carrying the Indonesian abbreviation, so `%Z` prints WITA and not +0800."""
        return _TZ[self]

    @property
    def tz_name(self) -> str:
        """Name in the IANA database, for calendar feeds and libraries that want one."""
        return _TZ_NAMES[self]

    @property
    def display_name(self) -> str:
        """Long Indonesian name with the offset, for the choice of zone in settings."""
        return f"{_LONG_NAMES[self]} ({self.value}, UTC+{self.hours})"


_HOURS = {Zone.WIB: 7, Zone.WITA: 8, Zone.WIT: 9}
_TZ = {zone: timezone(timedelta(hours=hours), zone.value) for zone, hours in _HOURS.items()}
_TZ_NAMES = {Zone.WIB: "Asia/Jakarta", Zone.WITA: "Asia/Makassar", Zone.WIT: "Asia/Jayapura"}
_LONG_NAMES = {
    Zone.WIB: "Waktu Indonesia Barat",
    Zone.WITA: "Waktu Indonesia Tengah",
    Zone.WIT: "Waktu Indonesia Timur",
}


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC. ValueError for a naive datetime: a time without a zone is not a moment."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(UTC)


def to_local(moment: datetime, zone: Zone) -> datetime:
    """The same moment on the clock of `zone`. ValueError for a naive datetime."""
    return to_utc(moment).astimezone(zone.tz)


def local_day(moment: datetime, zone: Zone) -> date:
    """The calendar day on which `moment` falls in `zone`."""
    return to_local(moment, zone).date()


def at_local(day: date, clock: time, zone: Zone) -> datetime:
    """The UTC moment at which the clocks of `zone` show `clock` on `day`."""
    return datetime.combine(day, clock.replace(tzinfo=None), zone.tz).astimezone(UTC)


def day_start(day: date, zone: Zone) -> datetime:
    """00:00 of a local day, in UTC."""
    return at_local(day, time(), zone)


def day_range(day: date, zone: Zone) -> tuple[datetime, datetime]:
    """A local day as a half-open UTC range: start <= moment < end."""
    return days_range(day, day, zone)


def days_range(first: date, last: date, zone: Zone) -> tuple[datetime, datetime]:
    """The local days `first` to `last`, both included, as a half-open UTC range. ValueError when `last` is earlier."""
    if last < first:
        raise ValueError("the last day lies before the first")
    start = day_start(first, zone)
    return start, start + timedelta(days=(last - first).days + 1)
