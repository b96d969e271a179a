"""Letter numbers: what a numbering template may hold, and the number it gives (case-management 7; the office's own scheme).

A template is text with places in braces, such as `{no}/{code}/{unit}/{month_roman}/{year}`. The running number is gapless per unit,
kind of letter and year; which signs stand around it is the office's choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from app.domain.errors import Problem

PLACES: Final = ("no", "code", "unit", "day", "month", "month_roman", "year")
REFERRAL: Final = "F7"
TERMINATION: Final = "F12"
TRANSFER: Final = "PELIMPAHAN"
"""The letter of a transfer: none of the forms F1-F13, so it goes by its name."""
ANSWER: Final = "BALASAN"
"""The answer to a referral that came to us: it goes by its name too."""
NUMBERED: Final[Mapping[str, str]] = MappingProxyType(
    {"F3": "AGD", REFERRAL: "RUJ", TERMINATION: "TERM", TRANSFER: "LIMPAH", ANSWER: "BLS"}
)
"""Kinds of letter that get a number, with the code that stands for them until the office names its own."""
AFTER_THE_END: Final = frozenset({TERMINATION, ANSWER})
"""Kinds that go out of a closed case too: the act that decides on the last end closes the case, and who sent us the client is told then."""
DEFAULT_TEMPLATE: Final = "{no}/{code}/{unit}/{month_roman}/{year}"
TEMPLATE_LIMIT: Final = 80
CODE_LIMIT: Final = 30
_DIGITS: Final = 3
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_PLACE: Final = re.compile(r"\{([a-z_]*)\}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ./\-_:()]*")


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What fills the places: running number, classification code of the kind, short name of the unit, day of the letter."""

    no: int
    code: str
    unit: str
    on: date


def template_problem(template: str, field: str = "template") -> Problem | None:
    """What is wrong with a template: no `{no}`, an unknown place, a stray brace or another sign, too long. None where it is good."""
    if len(template) > TEMPLATE_LIMIT:
        return Problem("text.too-long", field, params={"limit": str(TEMPLATE_LIMIT)})
    places = _PLACE.findall(template)
    unknown = [place for place in places if place not in PLACES]
    if unknown or not _PLAIN.fullmatch(_PLACE.sub("", template)):
        return Problem("letter.template", field)
    if places.count("no") != 1 or "year" not in places:
        return Problem("letter.template-number", field)
    return None


def number(template: str, parts: NumberParts) -> str:
    """The letter number: `{no}` has at least three digits. ValueError for a template that is not valid."""
    if template_problem(template) is not None:
        raise ValueError("numbering template")
    values = {
        "no": f"{parts.no:0{_DIGITS}d}",
        "code": parts.code,
        "unit": parts.unit,
        "day": f"{parts.on.day:02d}",
        "month": f"{parts.on.month:02d}",
        "month_roman": _ROMAN[parts.on.month - 1],
        "year": str(parts.on.year),
    }
    return _PLACE.sub(lambda place: values[place[1]], template)
