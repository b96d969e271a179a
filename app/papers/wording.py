"""How values stand on paper: in Indonesian whatever the reader's language, because the papers are official (decisions, "papers")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from babel.dates import format_date, format_time

from app.cases import places
from app.domain.codes import code_list
from app.domain.zones import Zone, to_local
from app.reference import phones

_LOCALE: Final = "id"


def day(value: date | None) -> str:
    """`20 Mei 2026`; empty for no day."""
    return "" if value is None else str(format_date(value, "d MMMM y", locale=_LOCALE))


def weekday(value: date | None) -> str:
    """`Rabu, 20 Mei 2026`; empty for no day."""
    return "" if value is None else str(format_date(value, "EEEE, d MMMM y", locale=_LOCALE))


def moment(value: datetime, zone: Zone) -> str:
    """`20 Mei 2026 12.00 WITA`."""
    local = to_local(value, zone)
    return f"{day(local.date())} {format_time(local.time(), 'HH.mm', locale=_LOCALE)} {zone.value}"


def clock(value: str, zone: Zone) -> str:
    """`13.30 WITA` for a time kept as HH:MM; empty for none."""
    return f"{value.replace(':', '.')} {zone.value}" if value else ""


def days(first: date | None, last: date | None) -> str:
    """One day, or the span of two."""
    if first is None or last is None or first == last:
        return day(first or last)
    return f"{day(first)} sampai {day(last)}"


def code(name: str, value: str | None) -> str:
    """The Indonesian label of a code; empty for none. A word that is no code of the list stands as it is."""
    if not value:
        return ""
    entries = code_list(name)
    return entries.get(value).id if value in entries else value


def codes(name: str, values: Iterable[str]) -> str:
    """The labels of several codes, separated by commas."""
    return ", ".join(code(name, value) for value in values)


def birth(place: str, on: date | None) -> str:
    """`Martapura, 5 Juli 2014`."""
    return ", ".join(part for part in (place, day(on)) if part)


def age(years: int | None, *, unborn: bool = False) -> str:
    """`9 tahun`; an unborn child is said to be one."""
    if unborn:
        return "dalam kandungan"
    return "" if years is None else f"{years} tahun"


def count(value: int | None) -> str:
    """A whole number; empty where it is not recorded."""
    return "" if value is None else str(value)


def phone(value: str) -> str:
    """A phone number as people here write it."""
    return phones.display(value) if value else ""


def area(value: str) -> str:
    """A place in words: village, kecamatan, kabupaten."""
    return places.name(value) if value else ""


def joined(*parts: str, by: str = ", ") -> str:
    """The parts that say something, in one line."""
    return by.join(part for part in parts if part)


def rupiah(value: int | None) -> str:
    """`Rp1.250.000`."""
    return "" if value is None else f"Rp{value:,}".replace(",", ".")
