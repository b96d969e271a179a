"""One page of a long list: how many rows there are, which of them stand here, and the addresses of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

AROUND = 2


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list stands. `number` counts from 1; `args` are the filters that every link keeps (codes, never names)."""

    number: int
    size: int
    total: int
    endpoint: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        """The first row shown, counted from 1; 0 for an empty list."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last_row(self) -> int:
        """The last row shown."""
        return min(self.total, self.number * self.size)

    def url(self, number: int) -> str:
        """The address of page `number` under the same filters."""
        return url_for(self.endpoint, **{**self.args, "page": number})

    def near(self) -> list[int | None]:
        """Page numbers to offer: the ends, those around this one, None where some are left out."""
        shown = sorted({1, self.last, *range(max(1, self.number - AROUND), min(self.last, self.number + AROUND) + 1)})
        offered: list[int | None] = []
        for number in shown:
            if offered and number - (offered[-1] or 0) > 1:
                offered.append(None)
            offered.append(number)
        return offered
