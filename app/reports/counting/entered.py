"""Numbers and answers that are typed in with evidence: X from other agencies, M manual (kla-cluster-v 5, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Entered:
    """One entered value of a measure and year. `nihil`: declared zero, different from not filled in (kla-cluster-v 4.6)."""

    indicator: str
    measure: str
    year: int
    value: float | str | None
    nihil: bool = False
    agency: str | None = None
    as_of: date | None = None
    document: str | None = None
    entered_by: str | None = None
    verified_by: str | None = None

    def document_part(self) -> dict[str, Any]:
        """What the contract prints of it: value, state and where it comes from."""
        state = "nihil" if self.nihil else "missing" if self.value is None else "entered"
        return {
            "value": 0 if self.nihil else self.value,
            "state": state,
            "agency": self.agency,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "document": self.document,
            "entered_by": self.entered_by,
            "verified_by": self.verified_by,
        }


MISSING: Mapping[str, Any] = {"value": None, "state": "missing"}


class EnteredValues:
    """Look-up of entered values by year, indicator and measure; the last one given wins."""

    def __init__(self, values: Iterable[Entered]) -> None:
        self._values = {(value.year, value.indicator, value.measure): value for value in values}

    def get(self, year: int, indicator: str, measure: str) -> Entered | None:
        """The entered value, or None."""
        return self._values.get((year, indicator, measure))

    def number(self, year: int, indicator: str, measure: str) -> float | None:
        """The entered number, 0 where declared nihil, None where nothing or no number was entered."""
        value = self.get(year, indicator, measure)
        if value is None:
            return None
        return 0 if value.nihil else value.value if isinstance(value.value, int | float) else None
