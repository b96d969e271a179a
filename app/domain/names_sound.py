"""The readings of one canonical word: its spellings (rule 4), its sounds (rule 5), and the coarse keys the index keeps (design 3)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, islice
from typing import Final

from app.domain.names_read import Word
from app.domain.names_rules import VOWELS, Rewriter, name_rules

MAX_SPELLINGS: Final = 4
MAX_SOUNDS: Final = 6
MAX_KEYS: Final = 6
_SKELETON_WORD: Final = 5  # letters; the bones of a shorter word are shared by too many names
_SKELETON_BONES: Final = 2


def spellings(word: Word) -> tuple[str, ...]:
    """The modern spellings a word may stand for, the canonical one first; at most 4."""
    readings = name_rules().spelling.outcomes(word.typed, MAX_SPELLINGS)
    return tuple(dict.fromkeys([word.text, *readings]))[:MAX_SPELLINGS]


def joined(first: Word, second: Word) -> Word:
    """Two words written as one."""
    return Word(first.text + second.text, first.typed + second.typed)


def sounds(word: Word) -> tuple[str, ...]:
    """How the word may sound, as the score compares it; at most 6."""
    return _readings(spellings(word), name_rules().sound, MAX_SOUNDS)


def index_keys(word: Word) -> tuple[str, ...]:
    """The phonetic index keys of a word: coarser than its sounds, and for long words the consonants alone, which
    survive most slips of the pen; at most 6 and as many skeletons."""
    keys = _readings(sounds(word), name_rules().coarse, MAX_KEYS)
    return tuple(dict.fromkeys([*keys, *filter(None, map(_skeleton, keys))]))


def _readings(words: Iterable[str], table: Rewriter, limit: int) -> tuple[str, ...]:
    readings = dict.fromkeys(_collapsed(reading) for word in words for reading in table.outcomes(word, limit))
    return tuple(islice((reading for reading in readings if reading), limit))


def _collapsed(word: str) -> str:
    """Double letters are one letter: Rizkky, Anna."""
    return "".join(letter for letter, _ in groupby(word))


def _skeleton(key: str) -> str:
    """First letter and the other consonants in alphabetical order: what a lost vowel or a swap of letters leaves alone."""
    bones = sorted({letter for letter in key[1:] if letter not in VOWELS})
    return key[0] + "".join(bones) if len(key) >= _SKELETON_WORD and len(bones) >= _SKELETON_BONES else ""
