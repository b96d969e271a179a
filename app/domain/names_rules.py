"""The name tables of `data/names/` as frozen values, and the reader that applies a merge table to one word (design 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

_FOLDER: Final = Path(__file__).parent / "data" / "names"
VOWELS: Final = frozenset("aeiou")

_RuleRow = TypedDict("_RuleRow", {"from": str, "to": list[str], "at": NotRequired[str], "note": NotRequired[str]})


class _Slips(TypedDict):
    note: str
    vowels: dict[str, float]
    consonant_added: float
    neighbours: list[str]


class _Merges(TypedDict):
    source: str
    note: str
    spelling: list[_RuleRow]
    sound: list[_RuleRow]
    coarse: list[_RuleRow]
    slips: _Slips


class _Titles(TypedDict):
    honour: list[str]
    schooling: list[str]
    address: list[str]
    the_late: list[str]
    clan_marker: list[str]
    child_of: list[str]
    also_known_as: list[str]


class _Degrees(TypedDict):
    at_end: list[str]
    after_comma: list[str]


class _Abbreviations(TypedDict):
    forms: dict[str, list[str]]


class _Weights(TypedDict):
    weak: dict[str, list[str]]
    common: list[str]


def _load(name: str) -> object:
    return cast(object, json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")))


# Where a rule of a merge table may apply. All are of fixed width, so a table is read in linear time.
_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "any": ("", ""),
    "start": (r"\A", ""),
    "end": (r"(?<!\A)", r"\Z"),
    "inside": (r"(?<!\A)", ""),
    "between_vowels": ("(?<=[aeiouyw])", "(?=[aeiouyw])"),  # y and w sound as vowels there: Riyadi, Tuwo
    "after_consonant": ("(?<=[^aeiou])", ""),
    "before_consonant": ("", "(?=[^aeiou])"),
}


class Rewriter:
    """A merge table, read from left to right over a word, the longest fitting rule first; each letter is read once."""

    def __init__(self, rows: Iterable[_RuleRow]) -> None:
        ordered = sorted(rows, key=lambda row: (-len(row["from"]), "at" not in row))
        self._pattern = re.compile("|".join(map(_as_group, ordered)))
        self._outcomes = tuple(tuple(row["to"]) for row in ordered)

    def outcomes(self, word: str, limit: int) -> tuple[str, ...]:
        """All readings of the word, the canonical one first, at most `limit`: ambiguity beyond it takes the first outcome."""
        readings = [""]
        at = 0
        for match in self._pattern.finditer(word):
            choices = self._outcomes[(match.lastindex or 1) - 1]
            before, at = word[at : match.start()], match.end()
            first = [reading + before + choices[0] for reading in readings]
            others = [reading + before + choice for choice in choices[1:] for reading in readings]
            readings = first + others[: max(0, limit - len(first))]
        return tuple(dict.fromkeys(reading + word[at:] for reading in readings))

    def canonical(self, word: str) -> str:
        """The first reading alone."""
        return self._pattern.sub(lambda match: self._outcomes[(match.lastindex or 1) - 1][0], word)


def _as_group(row: _RuleRow) -> str:
    before, behind = _PLACES[row.get("at", "any")]
    return f"({before}{re.escape(row['from'])}{behind})"


@dataclass(frozen=True, slots=True)
class NameRules:
    """All tables of one version of the normaliser."""

    dropped: frozenset[str]
    asides: frozenset[str]
    degrees_at_end: frozenset[str]
    degrees_after_comma: frozenset[str]
    longest_degree: int
    full_form: Mapping[str, str]
    weak: frozenset[str]
    common: frozenset[str]
    spelling: Rewriter
    sound: Rewriter
    coarse: Rewriter
    vowel_prices: Mapping[frozenset[str], float]
    consonant_added: float
    neighbours: frozenset[frozenset[str]]


def _full_forms(table: _Abbreviations) -> dict[str, str]:
    return {short: full for full, shorts in table["forms"].items() for short in shorts}


def _glued(degrees: Sequence[str]) -> frozenset[str]:
    return frozenset(degree.replace(" ", "") for degree in degrees)


@cache
def name_rules() -> NameRules:
    """The tables as they ship; read once. Sources: security 2.6 rules 2 to 5, design 3."""
    titles = cast(_Titles, _load("titles"))
    degrees = cast(_Degrees, _load("degrees"))
    weights = cast(_Weights, _load("weights"))
    merges = cast(_Merges, _load("merges"))
    asides = frozenset(titles["child_of"] + titles["also_known_as"])
    words = [titles[group] for group in ("honour", "schooling", "address", "the_late", "clan_marker")]
    slips = merges["slips"]
    return NameRules(
        dropped=frozenset(chain(*words)) | asides,
        asides=asides,
        degrees_at_end=_glued(degrees["at_end"]),
        degrees_after_comma=_glued(degrees["after_comma"]),
        longest_degree=max(len(degree.split()) for degree in degrees["at_end"]),
        full_form=_full_forms(cast(_Abbreviations, _load("abbreviations"))),
        weak=frozenset(chain(*weights["weak"].values())),
        common=frozenset(weights["common"]),
        spelling=Rewriter(merges["spelling"]),
        sound=Rewriter(merges["sound"]),
        coarse=Rewriter(merges["coarse"]),
        vowel_prices={frozenset(pair): price for pair, price in slips["vowels"].items()},
        consonant_added=slips["consonant_added"],
        neighbours=frozenset(
            frozenset(pair) for row in slips["neighbours"] for pair in zip(row, row[1:], strict=False)
        ),
    )
