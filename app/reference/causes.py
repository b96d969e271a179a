"""Why clocks were counted again, in words: the decree that moved a day, or the version of a rule."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from app.reference import rule_words
from app.reference.models import DayChange, RuleVersion
from app.reference.rulebook import Book


def cause_words(book: Book, numbers: Iterable[int], rule_id: str) -> list[str]:
    """The changes with these numbers that can have moved a clock of this rule: days off, and versions of that rule itself."""
    found: list[str] = []
    for number in numbers:
        made = book.made.get(number)
        if isinstance(made, DayChange):
            found.append(_day(made, taken_back=made.withdrawn_no == number))
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


def _version(row: RuleVersion) -> str:
    return str(
        _("%(version)s of the rule: %(reason)s", version=rule_words.version_words(row.number), reason=row.reason)
    )
