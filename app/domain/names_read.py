"""From a name as typed to its words: rules 1 to 4 of security 2.6. The stored name stays as typed; only this reading is used."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from app.domain.names_rules import name_rules

MAX_NAME: Final = 200  # characters of a name that are read
MAX_WORD: Final = 40  # letters of a word that are read
MAX_WORDS: Final = 12
_APOSTROPHES: Final = frozenset("'`\u00b4\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02be\u02bf\u2032\uff07")
_COMMA: Final = ","


class Word(NamedTuple):
    """One word: canonical, as typed (only there an old spelling shows what else it may mean), and whether it stands aside:
    behind bin, binti or alias, and so tells of a father or another name."""

    text: str
    typed: str
    aside: bool = False


def read_words(name: str) -> tuple[Word, ...]:
    """The canonical words of a name in the order typed: at most 12 words of 40 letters out of the first 200 characters."""
    words = [Word(piece, piece) for piece in _pieces(name)]
    # Until nothing changes, so that reading twice is reading once. Each pass shortens; mostly one is all it takes.
    for _ in range(MAX_NAME):
        again = _pass(words)
        if again == words:
            break
        words = again
    return tuple(words)


def _pieces(name: str) -> list[str]:
    """Rule 1: the raw words, with a comma as a word of its own."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name[:MAX_NAME]).casefold())
    text = "".join(map(_letter, folded))
    return [piece[:MAX_WORD] for piece in text.split()]


def _letter(character: str) -> str:
    if character.isascii():
        return _ascii(character)
    kind = unicodedata.category(character)
    if character in _APOSTROPHES or kind in {"Mn", "Me", "Cf", "Lm", "Cn", "Co", "Cs"}:
        return ""
    return character if kind[0] == "L" or kind == "Nd" else " "


def _ascii(character: str) -> str:
    if character.isalnum():
        return character
    if character == _COMMA:
        return f" {_COMMA} "
    return "" if character in _APOSTROPHES else " "


def _pass(words: Sequence[Word]) -> list[Word]:
    """Rules 2, 3 and 4 once over all words."""
    rules = name_rules()
    kept = _without_degrees(words)
    named: list[Word] = []
    aside = False
    for word in kept:
        aside = aside or (word.text in rules.asides and bool(named))
        if word.text not in rules.dropped:
            named.append(_canonical(word)._replace(aside=aside or word.aside))
    return (named or kept)[:MAX_WORDS]  # "Ibu" alone may be all that is known of her


def _canonical(word: Word) -> Word:
    rules = name_rules()
    full = rules.full_form.get(word.text)
    if full:
        return Word(full, full)
    return word._replace(text=rules.spelling.canonical(word.text))


def _without_degrees(words: Sequence[Word]) -> list[Word]:
    """The words without academic suffixes: peeled from the end, one degree after another, and never the whole name."""
    kept = list(words)
    while True:
        while kept and kept[-1].text == _COMMA:
            kept.pop()
        size = _degree_size([word.text for word in kept[-name_rules().longest_degree - 1 :]])
        if not size or all(word.text == _COMMA for word in kept[:-size]):
            return [word for word in kept if word.text != _COMMA]
        del kept[-size:]


def _degree_size(tail: Sequence[str]) -> int:
    """How many words at the end make one degree, the longest first; 0 for none."""
    rules = name_rules()
    for size in range(min(rules.longest_degree, len(tail)), 0, -1):
        degree = "".join(tail[-size:])
        behind_comma = len(tail) > size and tail[-size - 1] == _COMMA
        if degree in rules.degrees_at_end or (behind_comma and degree in rules.degrees_after_comma):
            return size
    return 0
