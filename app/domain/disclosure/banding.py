"""Small cells of the kecamatan in an official return (design 4): written as a band, so that the band is all the reader learns.

The kabupaten total of the table is true and shown, so whatever is left over once the shown cells are taken from it could give a small
cell away. A band is therefore kept only where every number in it stays possible; else a larger cell is veiled too, else the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

VEILED: Final = "disamarkan"


def banded(cells: Sequence[int], small_below: int) -> list[int | str]:
    """The cells of one table whose sum is known to the reader: 1 to `small_below` − 1 as `1–4`, a veiled larger one as `5 atau lebih`.

    Where no choice leaves every small cell its whole band, all cells are `disamarkan`.
    """
    small = [count for count in cells if 0 < count < small_below]
    if not small:
        return list(cells)
    others = _veiled_beside(small, sorted(count for count in cells if count >= small_below), small_below)
    if others is None:
        return [VEILED] * len(cells)
    left = list(others)
    return [_shown(count, left, small_below) for count in cells]


def _shown(count: int, left: list[int], small_below: int) -> int | str:
    if 0 < count < small_below:
        return f"1–{small_below - 1}"
    if count in left:
        left.remove(count)
        return f"{small_below} atau lebih"
    return count


def _veiled_beside(small: Sequence[int], large: Sequence[int], small_below: int) -> list[int] | None:
    """Larger cells to veil with the small ones, as few and as small as do; None where not even all of them do."""
    rest, most = sum(small), small_below - 1
    needed = len(small) - 1 + most  # one small cell at the top of its band, the others at 1
    if needed <= rest <= 1 + most * (len(small) - 1):
        return []
    spare = needed - rest  # what the veiled cells must hold above their own least
    alone = next((count for count in large if count - small_below >= spare), None)
    if alone is not None:
        return [alone]
    chosen: list[int] = []
    for count in reversed(large):
        chosen.append(count)
        if sum(chosen) - small_below * len(chosen) >= spare:
            return chosen
    return None
