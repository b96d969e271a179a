"""Rounds and scores of the evaluation: bounds of the levels, refusals, never a prediction (kla-cluster-v 2.1, 2.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import indicator_set
from app.domain.kla_scores import read_score, round_problems, score_problems, standing

SET = indicator_set("24")
SCORES = st.decimals(0, 1000, places=2)


@pytest.mark.parametrize(
    ("score", "level", "ahead", "gap", "beyond"),
    [
        ("499.99", None, "PRATAMA", "0.01", False),
        ("500", "PRATAMA", "MADYA", "100", True),
        ("588.40", "PRATAMA", "MADYA", "11.60", True),
        ("600", "PRATAMA", "MADYA", "0", True),
        ("600.50", "MADYA", "NINDYA", "99.50", True),
    ],
)
def test_a_score_between_the_printed_bands_has_its_level(
    score: str, level: str | None, ahead: str, gap: str, beyond: bool
) -> None:
    at = standing(SET, Decimal(score))
    assert (at.level and at.level.code, at.next and at.next.code) == (level, ahead)
    assert (at.gap, at.beyond) == (Decimal(gap), beyond)


@given(SCORES)
def test_a_hundredth_more_than_the_gap_always_reaches_the_next_level(score: Decimal) -> None:
    at = standing(SET, score)
    if at.next is not None and at.gap is not None:
        assert standing(SET, score + at.gap + Decimal("0.01")).level == at.next
        assert standing(SET, score + at.gap).level == (at.level if at.beyond else at.next)
    else:
        assert at.level is SET.levels[-1]


@pytest.mark.parametrize("text", ["", "1000,01", "-1", "abc", "588,405", "1e3", "٥"])
def test_what_is_no_score_is_refused(text: str) -> None:
    assert [problem.code for problem in score_problems(SET, "mandiri", text)] == ["score.range"]


def test_a_score_is_read_with_comma_or_point_and_only_for_a_stage_of_the_set() -> None:
    assert read_score("588,40") == read_score("588.4") == Decimal("588.4")
    assert [problem.field for problem in score_problems(SET, "akhir", "5")] == ["stage"]


@pytest.mark.parametrize(
    ("years", "codes"),
    [
        ((2025, 2023, 2024), []),
        ((2025, 2024, 2024), []),
        ((2025, 2022, 2024), ["round.years"]),
        ((2025, 2024, 2023), ["round.years"]),
        ((2025, 2024, 2025), ["round.award"]),
        ((2017, 2016, 2016), ["round.set"]),
    ],
)
def test_a_round_has_one_or_two_years_in_a_row_before_its_award(years: tuple[int, int, int], codes: list[str]) -> None:
    assert [problem.code for problem in round_problems(SET, *years)] == codes


def test_a_set_that_has_ended_takes_no_later_round() -> None:
    ended = replace(SET, valid_to=date(2024, 12, 31))
    assert [problem.code for problem in round_problems(ended, 2025, 2024, 2024)] == ["round.set"]
