"""Which passwords are guessed first: common ones, English and Indonesian, keyboard runs, years, and words about the person.

A password is cut into the fewest pieces: a listed word, a word about the person or office, a year, two digits, a run (1234, qwerty,
!!!), or a single other character. With fewer than five pieces it is guessable, however long it is: `Naungan2025!!` has three.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Final

FEWEST_PIECES: Final = 5
_FILE: Final = Path(__file__).parent / "data" / "common_passwords.txt"
_LONGEST_WORD: Final = 40
_SHORTEST_WORD: Final = 3
_SHORTEST_RUN: Final = 3
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "!@#$%^&*()",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_LOOKALIKES: Final = str.maketrans("@4301$57!", "aaeoissti")


@cache
def common_words() -> frozenset[str]:
    """The shipped list, folded; lines beginning with # are comments."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(_fold(line) for line in lines if line and not line.startswith("#"))


def is_guessable(password: str, personal: Iterable[str] = ()) -> bool:
    """Whether the password falls into fewer than five guessable pieces. `personal` texts count word by word."""
    words = common_words() | {word for text in personal for word in _words(text)}
    return _pieces(_unrepeated(_fold(password)), words) < FEWEST_PIECES


def _fold(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).casefold() if not ch.isspace())


def _unrepeated(text: str) -> str:
    """The part a text repeats, or the text itself: aB1!aB1!aB1! is no better than aB1!."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text


def _words(text: str) -> set[str]:
    """The words of a text as written and without signs, and all of them in one: "Budi Santoso" gives budi, santoso, budisantoso."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    written = folded.replace("@", " ").split()
    plain = "".join(ch if ch.isalnum() else " " for ch in folded).split()
    return {word for word in [*written, *plain, "".join(plain)] if len(word) >= _SHORTEST_WORD}


def _pieces(text: str, words: Collection[str]) -> int:
    """The fewest pieces the text can be cut into."""
    best = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        best[end] = best[end - 1] + 1
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            if best[start] + 1 < best[end] and _is_piece(text[start:end], words):
                best[end] = best[start] + 1
    return best[-1]


def _is_piece(part: str, words: Collection[str]) -> bool:
    return part in words or part.translate(_LOOKALIKES) in words or _is_number(part) or _is_run(part)


def _is_number(part: str) -> bool:
    """Two digits, or a year."""
    return part.isdecimal() and (len(part) == 2 or (len(part) == 4 and part[:2] in {"19", "20"}))


def _is_run(part: str) -> bool:
    """One character over and over, or a stretch of the alphabet, the digits or the keyboard, in either direction."""
    if len(set(part)) == 1:
        return True
    return len(part) >= _SHORTEST_RUN and any(part in row or part[::-1] in row for row in _ROWS)
