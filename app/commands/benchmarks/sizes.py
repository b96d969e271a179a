"""How much data a run makes. Limits are held to at full size; the smaller ones are for a quick look and for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Sizes:
    """Counts of what each part makes, and how often a short act is repeated."""

    times: int
    cases_a_month: int
    small_ledger: int
    large_ledger: int
    swept_cases: int
    clocks_a_case: int
    imported: int
    seals: int
    listed: int
    searched: int


SCALES: Final[Mapping[str, Sizes]] = {
    "full": Sizes(9, 20, 10_000, 1_000_000, 25_000, 4, 2_000, 5_000, 10_000, 50_000),
    "small": Sizes(5, 10, 2_000, 50_000, 1_000, 4, 200, 1_000, 500, 1_000),
    "tiny": Sizes(1, 1, 40, 80, 12, 4, 3, 20, 4, 6),
}
FULL: Final = "full"
