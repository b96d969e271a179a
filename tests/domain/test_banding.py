"""Bands of small kecamatan cells: what a reader who knows the total and the rule of bands can still think possible."""

from __future__ import annotations

import random
from functools import cache

from app.domain.disclosure.banding import VEILED, banded

BELOW, MOST = 5, 60


@cache
def reach(kinds: tuple[str, ...], total: int) -> bool:
    """Whether cells of these kinds can add up to the total."""
    if not kinds:
        return total == 0
    low, high = (1, BELOW - 1) if kinds[0] == "small" else (BELOW, MOST)
    return any(reach(kinds[1:], total - count) for count in range(low, min(high, total) + 1))


def possible(shown: list[int | str], total: int) -> set[int]:
    """What one small cell may be, for a reader of the table."""
    rest = total - sum(cell for cell in shown if isinstance(cell, int))
    kinds = ["small" if cell == "1–4" else "large" for cell in shown if isinstance(cell, str)]
    kinds.remove("small")
    return {count for count in range(1, BELOW) if reach(tuple(sorted(kinds)), rest - count)}


def test_every_number_of_a_band_stays_possible_or_the_table_is_veiled() -> None:
    dice = random.Random(7)  # noqa: S311  # made-up cells
    for _ in range(600):
        cells = [dice.choice((0, 0, 1, 2, 3, 4, 5, 6, 9, 14)) for _ in range(dice.randint(1, 8))]
        shown = banded(cells, BELOW)
        assert not [cell for cell in shown if isinstance(cell, int) and 0 < cell < BELOW]
        if VEILED in shown:
            assert set(shown) == {VEILED}
        elif "1–4" in shown:
            assert possible(shown, sum(cells)) == {1, 2, 3, 4}, (cells, shown)
        else:
            assert shown == cells


def test_a_lone_small_cell_takes_the_least_larger_one_that_protects_it() -> None:
    assert banded([2, 5, 9, 0, 20], BELOW) == ["1–4", 5, "5 atau lebih", 0, 20]
    assert banded([0, 7, 8], BELOW) == [0, 7, 8]
    assert banded([4, 4], BELOW) == [VEILED, VEILED]
    assert banded([1, 0, 0], BELOW) == [VEILED, VEILED, VEILED]
