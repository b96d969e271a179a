"""The numbers SIMFONI gives to cases. How it writes them is not documented (U), so the check takes what looks like a number of a register."""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 40
_NUMBER: Final = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9./-]*")
_BETWEEN: Final = re.compile(r"[\s,;]+")
_BLANKS: Final = re.compile(r"\s+")


def written(text: str) -> str:
    """A number in its one way of writing: no blanks, capital letters. ValueError for what cannot be one."""
    number = _BLANKS.sub("", text).upper()
    if len(number) > MAX_LENGTH or not _NUMBER.fullmatch(number):
        raise ValueError("not a register number")
    return number


def listed(text: str) -> tuple[list[str], list[str]]:
    """The numbers of a pasted list, in order and with repeats, and the parts of it that cannot be numbers.

    Numbers stand on lines of their own or between commas, semicolons and blanks.
    """
    good: list[str] = []
    bad: list[str] = []
    for part in _BETWEEN.split(text.strip()):
        if not part:
            continue
        try:
            good.append(written(part))
        except ValueError:
            bad.append(part)
    return good, bad
