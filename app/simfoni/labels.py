"""Words of the SIMFONI room: how a case stands, which list is shown, sentences of what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.domain.simfoni.layout import Words
from app.reports.counting.tables import list_rows
from app.reports.counting.titles import TOTAL, title_of
from app.simfoni.listing import Show
from app.simfoni.models import Standing

STANDINGS: Final[Mapping[Standing, Any]] = {
    Standing.NONE: _l("nothing to enter"),
    Standing.WAITING: _l("not entered yet"),
    Standing.ASKED: _l("entry asked for"),
    Standing.CHANGED: _l("changed since the entry"),
    Standing.ENTERED: _l("entered"),
    Standing.WITHDRAWN: _l("to be taken out of SIMFONI"),
}
TONES: Final[Mapping[Standing, str]] = {
    Standing.NONE: "plain",
    Standing.WAITING: "warn",
    Standing.ASKED: "warn",
    Standing.CHANGED: "warn",
    Standing.ENTERED: "good",
    Standing.WITHDRAWN: "bad",
}
SHOWS: Final[Mapping[Show, Any]] = {
    Show.AWAITING: _l("To be entered"),
    Show.NEW: _l("Not entered yet"),
    Show.AGAIN: _l("Changed since the entry"),
    Show.WITHDRAWN: _l("To be taken out"),
    Show.ENTERED: _l("Entered"),
}
NUMBER_LISTS: Final[Mapping[str, Any]] = {
    "missing": _l("Entered here, but their number is not in the list"),
    "unentered": _l("Reported in this month and not entered yet"),
    "elsewhere": _l("In the list, but reported here in another month"),
    "shared": _l("The same number on several of our cases"),
}
REASONS: Final[Mapping[str, Any]] = {
    "waiting": _l("cases of the month not entered yet"),
    "changed": _l("cases changed since they were entered"),
    "late": _l(
        "cases entered after the month: SIMFONI may count them by the day of entry, we by the day of the report"
    ),
    "transferred": _l("cases taken over: the first unit counts them, here they stand beside the sums"),
    "unknown": _l("victims whose sex, age or place is not known: SIMFONI has no row for them"),
}
SENTENCES: Final[Mapping[str, Any]] = {
    "simfoni.nothing-typed": _l("Type at least one number that SIMFONI shows."),
    "simfoni.not-numbers": _l(
        "%(count)s entries of this list cannot be register numbers. Only the numbers belong here."
    ),
    "simfoni.too-many": _l("At most %(limit)s numbers at once."),
    "simfoni.number": _l("Enter the number as SIMFONI shows it: letters, digits, full stops, strokes."),
    "simfoni.number-taken": _l(
        "Another case of ours carries this number. Check it once more; if both belong to one record there, tick below."
    ),
    "simfoni.before-report": _l("The entry cannot come before the report."),
}


def standing_label(value: str) -> str:
    """How a case stands, in words."""
    return str(STANDINGS[Standing(value)])


def standing_tone(value: str) -> str:
    """The tone of its tag."""
    return TONES[Standing(value)]


def said(words: Words) -> str:
    """Words of the sheet in the reader's language."""
    return words.en if str(get_locale() or "id").startswith("en") else words.id


def table_title(name: str, language: str) -> str:
    """The title of a compared table."""
    return {"id": "Jumlah", "en": "Totals"}[language] if name == TOTALS else title_of(name)[language]


def row_label(table: str, code: str, language: str) -> str:
    """The words of a compared row."""
    if table == TOTALS:
        return TOTAL[code][language]
    found = next((row for row in list_rows(_LISTS[table]) if row.code == code), None)
    return str(getattr(found, language)) if found is not None else code


TOTALS: Final = "totals"
_LISTS: Final[Mapping[str, str]] = {
    "victims_by_sex": "sex",
    "victims_by_age_band": "age_band_victim",
    "victims_by_violence": "violence",
    "cases_by_place": "place",
    "victims_by_place": "place",
    "victims_by_service": "service",
    "services_by_kind": "service",
}
