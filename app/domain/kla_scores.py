"""Rounds of the KLA evaluation and their scores: checked, compared with the levels, never predicted (kla-cluster-v 2.1, 2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.domain.errors import Problem
from app.domain.indicators import IndicatorSet, ScoreLevel

MOST_YEARS: Final = 2  # data years of a round (kla-cluster-v 2.2)
_SCORE: Final = re.compile(r"[0-9]{1,5}(?:[.,][0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entered score stands: its level (None below the first), the next one, and what is missing to its bound.

    `beyond`: the bound itself does not reach the next level, so more than `gap` is missing.
    """

    level: ScoreLevel | None
    next: ScoreLevel | None
    gap: Decimal | None
    beyond: bool


def standing(indicators: IndicatorSet, score: Decimal) -> Standing:
    """The standing of an entered score."""
    level = indicators.level_of(float(score))
    at = -1 if level is None else indicators.levels.index(level)
    if at + 1 == len(indicators.levels):
        return Standing(level, None, None, False)
    ahead = indicators.levels[at + 1]
    return Standing(level, ahead, ahead.bound - score, not ahead.inclusive)


def read_score(text: str) -> Decimal | None:
    """`588,40` or `588.4`; None for anything else."""
    return Decimal(text.replace(",", ".")) if _SCORE.fullmatch(text) else None


def score_problems(indicators: IndicatorSet, stage: str, text: str) -> list[Problem]:
    """What is wrong with a score of a stage: no such stage, no number, or beyond the most the set allows."""
    score, most = read_score(text), indicators.max_score
    unknown = [] if stage in indicators.score_stages else [Problem("code.unknown", "stage")]
    beyond = score is None or score > most
    return unknown + ([Problem("score.range", "score", params={"limit": str(most)})] if beyond else [])


def round_problems(indicators: IndicatorSet, award_year: int, first_year: int, last_year: int) -> list[Problem]:
    """What is wrong with a round: one or two data years in a row, all before the award, all within the life of the set."""
    found = []
    if not 0 <= last_year - first_year < MOST_YEARS:
        found.append(Problem("round.years", "last_year", params={"limit": str(MOST_YEARS)}))
    if last_year >= award_year:
        found.append(Problem("round.award", "award_year"))
    begins, ends = indicators.valid_from, indicators.valid_to
    if (begins and award_year < begins.year) or (ends and award_year > ends.year):
        found.append(Problem("round.set", "indicator_set"))
    return found
