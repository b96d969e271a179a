"""What a count is asked for: the unit, the period, the cut-off, and the choices an office may make (design 4)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AgeBasis(StrEnum):
    """Which age the recap's victim bands use. Child or adult is always judged at the incident (case-management 3.2)."""

    INCIDENT = "incident"
    REPORT = "report"


class KecamatanBasis(StrEnum):
    """Which kecamatan the cluster V breakdown uses (kla-cluster-v 4.8: both are kept, residence is the default)."""

    RESIDENCE = "residence"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Period:
    """Days first..last, both counted. ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """A calendar month."""
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """Quarter 1..4 of a calendar year."""
        last = quarter * 3
        return cls(date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]))

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """The unit: its area code, its name, and the rows of its kecamatan tables in order, code to name.

    A kabupaten unit lists its kecamatan, a provincial unit its kabupaten (contracts/recap).
    """

    area: str
    name: str
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """An office's choices. `started_on`: first day the office recorded here; earlier years have no counted value.

    `kecamatan` and `served` (a definition of terlayani for the KLA export) are the indicator set's where None.
    """

    age_band: AgeBasis = AgeBasis.INCIDENT
    kecamatan: KecamatanBasis | None = None
    served: str | None = None
    started_on: date | None = None
