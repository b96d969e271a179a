"""Slips of the pen within one word: a priced Damerau-Levenshtein distance over the few letters in which two words differ (design 3)."""

from __future__ import annotations

from functools import cache
from os.path import commonprefix
from typing import Final

from app.domain.names_rules import VOWELS, name_rules

_SHORTEST: Final = 5  # in a shorter word every letter makes another name: Rina, Rani, Rini
_LONG: Final = 8
_LONGEST_DIFFERENCE: Final = 6
_FAR: Final = 9.0
_SLIP: Final = 1.0
_BUDGETS: Final = ((8, 2.0), (6, 1.4), (5, 1.2))  # letters of the longer word, price it may have


def likeness(a: str, b: str) -> float:
    """0 for another word, up to 0.92 for one slip of the pen in a word of five letters or more.

    The first letter and the last vowel must agree (Wati, Yati; Yanto, Yanti), and a last letter may be lost only from a long
    word (Dian, Diana); a last o for a is Javanese spelling.
    """
    length = max(len(a), len(b))
    if length < _SHORTEST or not a or not b or a[0] != b[0] or abs(len(a) - len(b)) > 2:
        return 0.0
    start = len(commonprefix((a, b)))
    a, b = a[start:], b[start:]
    end = len(commonprefix((a[::-1], b[::-1])))
    price = _price(a[: len(a) - end], b[: len(b) - end], at_end=end == 0, long=length >= _LONG)
    budget = next(price for letters, price in _BUDGETS if length >= letters)
    return 0.92 - 0.08 * price if price <= budget else 0.0


def _price(a: str, b: str, *, at_end: bool, long: bool) -> float:
    if max(len(a), len(b)) > _LONGEST_DIFFERENCE:
        return _FAR
    if at_end and not _end_may_differ(a, b, long=long):
        return _FAR
    return _distance(a, b)


def _end_may_differ(a: str, b: str, *, long: bool) -> bool:
    """Whether two words may end in these different letters and still be one word."""
    if len(a) == len(b):
        return {a[-1], b[-1]} == {"a", "o"} or sorted(a) == sorted(b)
    shorter, longer = sorted((a, b), key=len)
    return long and not shorter and longer[-1] not in VOWELS  # Yuliana and Yulianus are two people


def _distance(a: str, b: str) -> float:
    """Damerau-Levenshtein (adjacent swaps) with prices from the merge table."""
    before: list[float] = []
    row = [0.0]
    for letter in b:
        row.append(row[-1] + _added(letter))
    for i, x in enumerate(a, 1):
        last, row_before = row, before
        row = [last[0] + _added(x)]
        for j, y in enumerate(b, 1):
            best = min(last[j] + _added(x), row[j - 1] + _added(y), last[j - 1] + _replaced(x, y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                best = min(best, row_before[j - 2] + _SLIP)
            row.append(best)
        before = last
    return row[-1]


@cache
def _added(letter: str) -> float:
    return _SLIP if letter in VOWELS else name_rules().consonant_added


@cache
def _replaced(x: str, y: str) -> float:
    rules = name_rules()
    if x == y:
        return 0.0
    pair = frozenset((x, y))
    if pair <= VOWELS:
        return rules.vowel_prices.get(pair, _FAR)
    return _SLIP if pair in rules.neighbours else _FAR
