"""How moments, spans, numbers and codes stand on screen: `20 Mei 2026 12.00 WITA`, `sisa 3 jam 20 menit`, `1.234,5`.

Formats follow the reader's language; the zone follows the unit (style "Time"). Everything here is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, Protocol

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, current_app, g
from flask_babel import get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app.domain import codes
from app.domain.zones import Zone, to_local

NOTHING = "–"

Number = int | float | Decimal


def init_app(app: Flask) -> None:
    """Give templates the filters below, and the test `moment` that tells a datetime from a day."""
    filters = (
        moment,
        moment_short,
        clock_time,
        day,
        day_short,
        month,
        span,
        left,
        ago,
        number,
        percent,
        share,
        code,
        code_labels,
        in_language,
        paragraphs,
    )
    app.jinja_env.filters.update({each.__name__: _when_rendered(each) for each in filters})
    app.jinja_env.tests["moment"] = lambda value: isinstance(value, datetime)


def _when_rendered(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, asked each time a page is made. Jinja works a filter of a constant out when it compiles the template: a code written
    there would be told to everybody in the language of whoever came first."""

    @pass_context
    @wraps(filter_)
    def asked(_context: Context, *given: Any, **named: Any) -> Any:
        return filter_(*given, **named)

    return asked


def _language() -> str:
    return str(get_locale() or "id")


def _in_english() -> bool:
    return _language().startswith("en")


def zone_of(zone: Zone | str | None = None) -> Zone:
    """The zone given, else that of the request (`g.zone`), else the unit's (`UNIT_ZONE`)."""
    return Zone(zone if zone is not None else g.get("zone", current_app.config.get("UNIT_ZONE", Zone.WIB)))


def _local(value: datetime, zone: Zone | str | None) -> tuple[datetime, str]:
    chosen = zone_of(zone)
    return to_local(value, chosen), chosen.value


def _time_tag(machine: str, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, shown)


def moment(value: datetime | None, zone: Zone | str | None = None) -> Markup:
    """`20 Mei 2026 12.00 WITA` in a <time>. Refuses naive values."""
    return _moment(value, zone, "d MMMM y")


def moment_short(value: datetime | None, zone: Zone | str | None = None) -> Markup:
    """`20 Mei 12.00 WITA`, for chips and rows whose year is plain from the heading."""
    return _moment(value, zone, "d MMM")


def _moment(value: datetime | None, zone: Zone | str | None, pattern: str) -> Markup:
    if value is None:
        return escape(NOTHING)
    local, name = _local(value, zone)
    hours = "HH:mm" if _in_english() else "HH.mm"
    shown = format_datetime(local, f"{pattern} {hours}", locale=_language())
    return _time_tag(local.isoformat(timespec="minutes"), f"{shown} {name}")


def clock_time(value: datetime | None, zone: Zone | str | None = None) -> Markup:
    """`12.00 WITA`."""
    if value is None:
        return escape(NOTHING)
    local, name = _local(value, zone)
    shown = format_time(local.time(), "HH:mm" if _in_english() else "HH.mm", locale=_language())
    return _time_tag(local.isoformat(timespec="minutes"), f"{shown} {name}")


def day(value: date | datetime | None, zone: Zone | str | None = None) -> Markup:
    """`20 Mei 2026`. A moment gives the day it falls on in the unit's zone."""
    return _day(value, zone, "d MMMM y")


def day_short(value: date | datetime | None, zone: Zone | str | None = None) -> Markup:
    """`20 Mei 2026` with the month cut to three letters, for tables."""
    return _day(value, zone, "d MMM y")


def _day(value: date | datetime | None, zone: Zone | str | None, pattern: str) -> Markup:
    if value is None:
        return escape(NOTHING)
    local = _local(value, zone)[0].date() if isinstance(value, datetime) else value
    return _time_tag(local.isoformat(), format_date(local, pattern, locale=_language()))


def month(value: date | None) -> Markup:
    """`Mei 2026`."""
    if value is None:
        return escape(NOTHING)
    return _time_tag(value.strftime("%Y-%m"), format_date(value, "MMMM y", locale=_language()))


_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def span(value: timedelta, parts: int = 2) -> str:
    """`3 jam 20 menit`, `2 hari`: the `parts` largest units; hours are dropped from a week on, less than a minute is 0."""
    seconds = int(abs(value).total_seconds())
    if seconds >= 7 * 86_400:
        parts = 1
    words: list[str] = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            words.append(format_unit(count, unit, locale=_language()))
        if words and len(words) >= parts:
            break
    return " ".join(words[:parts]) or format_unit(0, "minute", locale=_language())


def left(due: datetime, now: datetime) -> str:
    """`sisa 3 jam 20 menit` before `due`, `lewat 2 hari` after it."""
    if due >= now:
        return str(gettext("%(span)s left", span=span(due - now)))
    return str(gettext("%(span)s overdue", span=span(now - due, parts=1)))


def ago(value: datetime, now: datetime) -> str:
    """`3 jam yang lalu`; under a minute `baru saja`."""
    if now - value < timedelta(minutes=1):
        return str(gettext("just now"))
    return str(gettext("%(span)s ago", span=span(now - value, parts=1)))


def number(value: Number | None, places: int = 0) -> str:
    """`1.234,5`. None is a dash: nothing known is never 0."""
    if value is None:
        return NOTHING
    pattern = "#,##0." + "0" * places if places else "#,##0.###"
    return str(format_decimal(value, pattern, locale=_language()))


def percent(value: Number | None, places: int = 1) -> str:
    """A share between 0 and 1 as `12,5%`."""
    if value is None:
        return NOTHING
    return str(format_percent(value, "#,##0." + "0" * places + "%" if places else "#,##0%", locale=_language()))


def share(part: Number | None, whole: Number | None) -> str:
    """`part` of `whole` as a percentage; a dash where there is no whole."""
    return percent(part / whole) if part is not None and whole else NOTHING  # type: ignore[operator]


def code(value: str | None, name: str) -> str:
    """The label of code `value` in list `name`, in the reader's language. UnknownCode where the list has no such code."""
    if value is None:
        return NOTHING
    entry = codes.code_list(name).get(value)
    return entry.en if _in_english() else entry.id


def code_labels(values: Iterable[str], name: str) -> list[str]:
    """The labels of several codes of one list, in the order given."""
    return [code(value, name) for value in values]


class InBoth(Protocol):
    """Words that stand in data in both languages."""

    @property
    def id(self) -> str:
        """In Indonesian."""

    @property
    def en(self) -> str:
        """In English."""


def in_language(words: InBoth | None) -> str:
    """Words of a data file in the reader's language; nothing for none."""
    if words is None:
        return ""
    return words.en if _in_english() else words.id


_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def paragraphs(text: str | None) -> Markup:
    """Typed text as <p>, a single line end as <br>. Everything is escaped; no markup is understood."""
    blocks = [block for block in _BLANK_LINES.split((text or "").replace("\r\n", "\n").strip()) if block]
    wrapped = (Markup("<p>{}</p>").format(_lines(block)) for block in blocks)
    return Markup("").join(wrapped)


def _lines(block: str) -> Markup:
    return Markup("<br>").join(block.split("\n"))
