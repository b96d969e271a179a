"""Words of the SIMFONI room: how a case stands, which list is shown, sentences of what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.domain.simfoni.layout import Words
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
SENTENCES: Final[Mapping[str, Any]] = {
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
