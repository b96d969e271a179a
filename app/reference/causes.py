"""Why clocks were counted again, in words: the decree that moved a day, the version of a rule, or a release that knows other days off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from app.reference import rule_words
from app.reference.calendar import of_text
from app.reference.models import CalendarChange, DayChange, RuleVersion
from app.reference.rulebook import Book


def cause_words(book: Book, numbers: Iterable[int], rule_id: str) -> list[str]:
    """The changes with these numbers that can have moved a clock of this rule: days off, and versions of that rule itself."""
    found: list[str] = []
    for number in numbers:
        made = book.made.get(number)
        if isinstance(made, DayChange):
            found.append(_day(made, taken_back=made.withdrawn_no == number))
        elif isinstance(made, CalendarChange):
            found.append(_year(made))
        elif made is not None and made.rule_id == rule_id:
            found.append(_version(made))
    return found


def _day(row: DayChange, *, taken_back: bool) -> str:
    said = {"day": format_date(row.day, "d MMM y", locale=get_locale() or "id"), "name": row.name, "decree": row.decree}
    if taken_back:
        return str(_("taken back: %(day)s, %(name)s (%(decree)s)", **said))
    if row.kind == "complete":
        return str(_("the list of %(year)s is complete (%(decree)s)", year=row.day.year, decree=row.decree))
    if row.kind == "off":
        return str(_("%(day)s is off: %(name)s (%(decree)s)", **said))
    return str(_("%(day)s is not off any more: %(name)s (%(decree)s)", **said))


def _year(row: CalendarChange) -> str:
    """What a release changed of one year, day by day; without days where it is known better or worse now and no day differs."""
    before, after = of_text(row.before).free, of_text(row.after).free
    off, not_off = _days(after.keys() - before.keys()), _days(before.keys() - after.keys())
    if off and not_off:
        return str(
            _(
                "new days off of %(year)s came with the program: %(off)s; not off any more: %(not_off)s",
                year=row.year,
                off=off,
                not_off=not_off,
            )
        )
    if off:
        return str(_("new days off of %(year)s came with the program: %(off)s", year=row.year, off=off))
    if not_off:
        return str(_("days off of %(year)s were taken out of the program: %(not_off)s", year=row.year, not_off=not_off))
    return str(_("the program knows the days off of %(year)s with other certainty now", year=row.year))


def _days(days: Iterable[date]) -> str:
    return ", ".join(format_date(day, "d MMM y", locale=get_locale() or "id") for day in sorted(days))


def _version(row: RuleVersion) -> str:
    return str(
        _("%(version)s of the rule: %(reason)s", version=rule_words.version_words(row.number), reason=row.reason)
    )
