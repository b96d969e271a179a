"""Finding people by name: how a name is read, which tokens the index holds, and how alike two names are. See docs/names.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import Final, Literal, NamedTuple

from app.domain.names_read import Word, read_words
from app.domain.names_rules import name_rules
from app.domain.names_score import MATCH_FROM, Ranker, similarity
from app.domain.names_sound import index_keys, joined, spellings

__all__ = [
    "MATCH_FROM",
    "MAX_TOKENS",
    "VERSION",
    "Ranker",
    "Token",
    "index_tokens",
    "is_match",
    "is_weak",
    "normal_tokens",
    "query_plan",
    "similarity",
    "telling_plan",
]

VERSION: Final = 1  # raise it with every change that gives other tokens: the index must then be built anew
MAX_TOKENS: Final = 64  # tokens of one name; a usual name gives 8 to 16
_SHORTEST_QUERY_WORD: Final = 2


class Token(NamedTuple):
    """What the index holds of a word: its spelling, or how it sounds. A part of a name: never log it."""

    kind: Literal["exact", "phonetic"]
    text: str


def normal_tokens(name: str) -> tuple[str, ...]:
    """The canonical words of a name, in the order typed; empty when it holds no letter. Security 2.6 rules 1 to 4.

    Only the first 200 characters, 12 words and 40 letters of a word are read, in linear time. Never raises.
    """
    return tuple(word.text for word in read_words(name))


def index_tokens(name: str) -> frozenset[Token]:
    """The tokens under which a name is found, at most 64: each word, exact and phonetic, in every reading, and each two
    neighbours as one word (Nur Hayati, Nurhayati). Security 2.6 rule 6, design 3."""
    words = read_words(name)
    tokens = dict.fromkeys(token for word in words if _is_indexed(word) for token in _word_tokens(word))
    tokens |= dict.fromkeys(token for first, second in pairwise(words) for token in _joined_tokens(first, second))
    return frozenset(islice(tokens, MAX_TOKENS))


def query_plan(query: str) -> list[frozenset[Token]]:
    """For each word of a query of two letters or more: the tokens any of which finds the word.

    A row is a hit when it holds a token of some word that `is_weak` does not name; the more words it holds, the better.
    Empty when there is nothing to search for.
    """
    words = read_words(query)
    return [_tokens_of(words, at) for at, word in enumerate(words) if len(word.text) >= _SHORTEST_QUERY_WORD]


def telling_plan(name: str) -> list[frozenset[Token]]:
    """As `query_plan`, without the words so usual that sharing them says nothing (Siti, Muhammad, Wayan).

    Empty when no other word is there. For warnings, where a name shared by thousands would only teach people to look away.
    """
    words, rules = read_words(name), name_rules()
    usual = rules.common | rules.weak
    wanted = (at for at, word in enumerate(words) if word.text not in usual and len(word.text) > _SHORTEST_QUERY_WORD)
    return [_tokens_of(words, at) for at in wanted]


def _tokens_of(words: Sequence[Word], at: int) -> frozenset[Token]:
    """The tokens any of which finds the word at this place, alone or joined with a neighbour."""
    neighbours = [token for pair in pairwise(words[max(0, at - 1) : at + 2]) for token in _joined_tokens(*pair)]
    return frozenset([*_word_tokens(words[at]), *neighbours])


def is_weak(token_text: str) -> bool:
    """Whether a token, exact or phonetic, may never find somebody by itself: the Balinese I, Ni and birth-order names."""
    return token_text in _weak_texts()


def is_match(query: str, candidate: str) -> bool:
    """Whether a search would show the candidate: the index finds it by a token that is not weak, and `similarity` is at
    least `MATCH_FROM`."""
    wanted = {token for word in query_plan(query) for token in word if not is_weak(token.text)}
    return not wanted.isdisjoint(index_tokens(candidate)) and similarity(query, candidate) >= MATCH_FROM


def _is_indexed(word: Word) -> bool:
    """An initial finds nobody; the Balinese I is indexed with its kind."""
    return len(word.text) >= _SHORTEST_QUERY_WORD or is_weak(word.text)


def _word_tokens(word: Word) -> Iterator[Token]:
    yield from (Token("exact", text) for text in spellings(word))
    yield from _phonetic(index_keys(word))


def _joined_tokens(first: Word, second: Word) -> Iterator[Token]:
    if min(len(first.text), len(second.text)) >= _SHORTEST_QUERY_WORD:
        yield from _phonetic(index_keys(joined(first, second)))


def _phonetic(keys: Iterable[str]) -> Iterator[Token]:
    return (Token("phonetic", key) for key in keys)


@cache
def _weak_texts() -> frozenset[str]:
    return frozenset(token.text for word in name_rules().weak for token in _word_tokens(Word(word, word)))
