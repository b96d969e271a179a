"""The short code of a referral letter: eight characters that are easily read out and one that tells a slip (Crockford's base 32;
security 5, case-management 6.4).

A slip of one character and two neighbours changed over never pass: the last character makes the word divisible in GF(32).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHOSEN: Final = 8
"""Characters chosen at random: 40 bits, behind a link of 256 bits and a growing delay."""
LIVES: Final = timedelta(days=90)
"""How long a link takes answers; a unit that waits longer writes again, with another letter."""
WRONG_TRIES: Final = 20
"""Wrong codes after which a link takes none any more, whoever typed them. The office issues another one."""
WAITING_AT_MOST: Final = 5
"""Answers of one link that may wait for the office at the same time: a flood fills neither disk nor desk."""
_ALIKE: Final = str.maketrans("OIL", "011")


def code_of(chosen: Sequence[int]) -> str:
    """The code of eight numbers 0–31, with its check character."""
    if len(chosen) != CHOSEN:
        raise ValueError("eight characters")
    return "".join(ALPHABET[each] for each in (*chosen, _check(chosen)))


def grouped(code: str) -> str:
    """As it stands on the letter: `ABC-DEF-GHJ`."""
    return "-".join(code[at : at + 3] for at in range(0, len(code), 3))


def typed(text: str) -> str:
    """The code somebody typed, in whichever case and grouping, O for 0 and I or L for 1; empty where it cannot be one."""
    plain = "".join(text.split()).replace("-", "").upper().translate(_ALIKE)
    if len(plain) != CHOSEN + 1 or any(each not in ALPHABET for each in plain):
        return ""
    values = [ALPHABET.index(each) for each in plain]
    return plain if _check(values[:-1]) == values[-1] else ""


def _check(values: Sequence[int]) -> int:
    """Horner in GF(32) over x^5 + x^2 + 1: every place weighs another power of x."""
    found = 0
    for value in values:
        found = (found ^ value) << 1
        found ^= 0b100101 if found & 0b100000 else 0
    return found
