"""How alike two names are, once both may be read. The index forgives much; this decides, and ranks best first (design 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, permutations
from typing import Final, NamedTuple

from app.domain.names_read import Word, read_words
from app.domain.names_rules import name_rules
from app.domain.names_slips import likeness
from app.domain.names_sound import joined, sounds, spellings

MATCH_FROM: Final = 0.78
_SAME_SPELLING: Final = 0.97  # same word in two spellings
_SAME_SOUND: Final = 0.93
_INITIAL: Final = 0.8  # "A." for "Andi"
_FULLER: Final = 0.8  # share of the score of the better covered name; the other share keeps a part below the whole
_NOTHING_TELLING: Final = 0.5  # at most, when only words as common as Siti or Wayan agree and others do not

_COMMON_WEIGHT: Final = 0.4
_WEAK_WEIGHT: Final = 0.2
_INITIAL_WEIGHT: Final = 0.1
_ASIDE_FACTOR: Final = 0.4  # a father's name or an alias is often left out


@dataclass(frozen=True, slots=True, repr=False)
class _Form:
    """A word ready to be compared. No repr: it holds a part of a name."""

    word: Word
    weight: float
    telling: bool
    spellings: frozenset[str]
    sounds: frozenset[str]


class _Pair(NamedTuple):
    """Words of either side that agree, by position."""

    likeness: float
    left: tuple[int, ...]
    right: tuple[int, ...]


class Ranker:
    """A query read once, to score many candidates. It holds the query's words and should live no longer than the search."""

    __slots__ = ("_forms",)

    def __init__(self, query: str) -> None:
        self._forms = _forms(read_words(query))

    def score(self, candidate: str) -> float:
        """As `similarity`."""
        return _score(self._forms, _forms(read_words(candidate)))


def similarity(query: str, candidate: str) -> float:
    """How alike two names are: 1 the same words in any order, 0 nothing in common; symmetric.

    A name that holds all words of the other scores below 1, and more the more of it agrees; words that contradict each
    other on both sides pull down. Source: security 2.6 rule 6, design 7 (`search`).
    """
    return Ranker(query).score(candidate)


def _forms(words: Sequence[Word]) -> tuple[_Form, ...]:
    return tuple(map(_form, words))


def _form(word: Word) -> _Form:
    weight, telling = _weight(word.text)
    return _Form(
        word=word,
        weight=weight * (_ASIDE_FACTOR if word.aside else 1.0),
        telling=telling,
        spellings=frozenset(spellings(word)),
        sounds=frozenset(sounds(word)),
    )


def _weight(text: str) -> tuple[float, bool]:
    rules = name_rules()
    if text in rules.weak:
        return _WEAK_WEIGHT, False
    if len(text) == 1:
        return _INITIAL_WEIGHT, False
    if text in rules.common or len(text) == 2:
        return _COMMON_WEIGHT, text not in rules.common
    return 1.0, True


def _score(left: Sequence[_Form], right: Sequence[_Form]) -> float:
    if not left or not right:
        return 0.0
    pairs = _best_pairs(left, right)
    shares = sorted(
        (
            _share(left, [(pair.left, pair.likeness) for pair in pairs]),
            _share(right, [(pair.right, pair.likeness) for pair in pairs]),
        )
    )
    score = _FULLER * shares[1] + (1 - _FULLER) * shares[0]
    if shares[0] < _FULLER and not any(_is_telling(pair, left, right) for pair in pairs):
        score = min(score, _NOTHING_TELLING)
    return round(min(score, 1.0), 4)


def _share(forms: Sequence[_Form], agreed: Sequence[tuple[tuple[int, ...], float]]) -> float:
    """The agreeing part of a name, by weight."""
    total = sum(form.weight for form in forms)
    return sum(alike * sum(forms[at].weight for at in positions) for positions, alike in agreed) / total


def _is_telling(pair: _Pair, left: Sequence[_Form], right: Sequence[_Form]) -> bool:
    return any(left[at].telling for at in pair.left) and any(right[at].telling for at in pair.right)


def _best_pairs(left: Sequence[_Form], right: Sequence[_Form]) -> list[_Pair]:
    """Pairs of words, best first, each word in one pair at most. Order in the name has no say."""
    candidates = [
        *_word_pairs(left, right),
        *_joined_pairs(left, right),
        *(_Pair(pair.likeness, pair.right, pair.left) for pair in _joined_pairs(right, left)),
    ]
    candidates.sort(key=lambda pair: _rank(pair, left, right))
    chosen: list[_Pair] = []
    used_left: set[int] = set()
    used_right: set[int] = set()
    for pair in candidates:
        if used_left.isdisjoint(pair.left) and used_right.isdisjoint(pair.right):
            chosen.append(pair)
            used_left.update(pair.left)
            used_right.update(pair.right)
    return chosen


def _rank(pair: _Pair, left: Sequence[_Form], right: Sequence[_Form]) -> tuple[float, float, list[str]]:
    """Best first; ties by the words themselves, so that neither order nor side decides."""
    forms = [left[at] for at in pair.left] + [right[at] for at in pair.right]
    return -pair.likeness, -sum(form.weight for form in forms), sorted(form.word.text for form in forms)


def _word_pairs(left: Sequence[_Form], right: Sequence[_Form]) -> list[_Pair]:
    pairs = (_Pair(_alike(a, b), (i,), (j,)) for i, a in enumerate(left) for j, b in enumerate(right))
    return [pair for pair in pairs if pair.likeness > 0]


def _joined_pairs(left: Sequence[_Form], right: Sequence[_Form]) -> list[_Pair]:
    """Two words of one name written as one in the other: Nur Hidayah, Nurhidayah."""
    pairs = []
    for first, second in permutations(range(len(left)), 2):
        both = joined(left[first].word, left[second].word)
        near = [at for at, form in enumerate(right) if _may_be_one(both.text, form.word.text)]
        form = _form(both) if near else None
        pairs += [_Pair(_alike(form, right[at]), (first, second), (at,)) for at in near if form]
    return [pair for pair in pairs if pair.likeness > 0]


def _may_be_one(joined_text: str, text: str) -> bool:
    """A cheap look before the joined word is read in full."""
    return abs(len(text) - len(joined_text)) <= 2 and text[0] == joined_text[0]


def _alike(a: _Form, b: _Form) -> float:
    one, two = a.word.text, b.word.text
    if one == two:
        return 1.0
    if a.spellings & b.spellings:
        return _SAME_SPELLING
    if len(one) == 1 or len(two) == 1:
        return _INITIAL if one[0] == two[0] else 0.0
    if a.sounds & b.sounds:
        return _SAME_SOUND
    return max(chain([likeness(one, two)], (likeness(x, y) for x in a.sounds for y in b.sounds)))
