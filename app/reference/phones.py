"""Telephone numbers: one spelling to store and compare, one to show."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat

_HOME = "ID"
_COUNTRY_CODE = 62
_DIALLED_ABROAD = re.compile(r"^\s*00\s*(?=[1-9])")
_LONGEST = 40


def to_e164(text: str) -> str | None:
    """The number as +62...; a leading 0, 62, 0062 and +62 are the same (security 2.6). None where it is no number.

    Foreign numbers keep their own country code and need a + or 00.
    """
    number = _parsed(_DIALLED_ABROAD.sub("+", text, count=1))
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def display(e164: str) -> str:
    """How people here write it: 0812-3456-7890 at home, +60 12-345 6789 from abroad; the text itself if unreadable."""
    number = _parsed(e164)
    if number is None:
        return e164
    home = number.country_code == _COUNTRY_CODE
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    if len(text) > _LONGEST:
        return None
    try:
        return phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        return None
