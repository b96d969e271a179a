"""Words of village notes: where one stands at the desk, what a volunteer hears, sentences of what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.village_notes import Fate, Standing, Told
from app.patbm.queries import Show

TOLD: Final[Mapping[Told, Any]] = {
    Told.RECEIVED: _l("received"),
    Told.HANDLED: _l("being handled"),
    Told.CLOSED: _l("finished"),
}
TOLD_TONES: Final[Mapping[Told, str]] = {Told.RECEIVED: "info", Told.HANDLED: "warn", Told.CLOSED: "good"}
TOLD_MEANING: Final[Mapping[Told, Any]] = {
    Told.RECEIVED: _l("The office has your note and looks into it."),
    Told.HANDLED: _l("The office is helping."),
    Told.CLOSED: _l("The office has finished with this note."),
}
STANDINGS: Final[Mapping[Standing, Any]] = {
    Standing.NEW: _l("new"),
    Standing.RECEIVED: _l("received"),
    Standing.TAKEN: _l("intake under way"),
    Standing.SETTLED: _l("settled"),
}
STANDING_TONES: Final[Mapping[Standing, str]] = {
    Standing.NEW: "warn",
    Standing.RECEIVED: "info",
    Standing.TAKEN: "info",
    Standing.SETTLED: "good",
}
FATES: Final[Mapping[Fate, Any]] = {
    Fate.CASE: _l("lies in a case"),
    Fate.CONTACT: _l("recorded as a contact"),
    Fate.DECLINED: _l("not taken up, with advice"),
}
SHOWS: Final[Mapping[Show, Any]] = {
    Show.WAITING: _l("Not settled yet"),
    Show.URGENT: _l("Danger now"),
    Show.NEW: _l("Nobody has received them"),
    Show.SETTLED: _l("Settled"),
}
SENTENCES: Final[Mapping[str, Any]] = {
    "village-note.age": _l("Enter an age from 0 to %(limit)s years."),
    "village-note.danger": _l("Say yes or no."),
    "village-note.nik": _l("This looks like a NIK or a family-card number. A village note holds none: take it out."),
    "village-note.phone": _l(
        "A phone number belongs into the box for the call back, and nowhere else. Take it out here."
    ),
    "village-note.too-many": _l("You have sent %(limit)s notes within an hour. Please phone the office."),
    "village-note.not-that-case": _l(
        "No case of this number takes a further report from you. Check the number, or ask a supervisor to add the note."
    ),
    "village-note.one-end": _l(
        "Choose one of the two: a contact with its topic, or a reason why the note is not taken up."
    ),
}


def told_label(told: Told | None) -> str:
    """What the volunteer hears, in a word."""
    return str(TOLD[told]) if told is not None else str(_("sent, not opened yet"))


def told_tone(told: Told | None) -> str:
    """The tone of its tag."""
    return TOLD_TONES[told] if told is not None else "plain"


def told_meaning(told: Told) -> str:
    """The same in a sentence."""
    return str(TOLD_MEANING[told])


def standing_label(standing: str) -> str:
    """Where a note stands at the desk."""
    return str(STANDINGS[Standing(standing)])


def standing_tone(standing: str) -> str:
    """The tone of its tag."""
    return STANDING_TONES[Standing(standing)]


def fate_label(kind: str) -> str:
    """What came of a settled note; nothing where that is not known."""
    return str(FATES[Fate(kind)]) if kind else ""
