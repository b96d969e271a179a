"""Derived columns of ledger rows: age groups and bands, own or outside area. Whole columns at a time.

Sources: case-management 3.2, 3.3, 4.1; kla-cluster-v 4.2; design 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from app.domain.codes import perp_age_band, victim_age_band
from app.reports.counting.codebook import mask_of, numbers
from app.reports.counting.codecs import NO_AGE
from app.reports.counting.settings import AgeBasis

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[Any]

CHILD, ADULT, UNKNOWN_AGE = 0, 1, 2
"""Positions of ANAK, DEWASA, TIDAK_DIKETAHUI."""
AGE_GROUPS = ("ANAK", "DEWASA", "TIDAK_DIKETAHUI")
ADULT_FROM = 18
_AGES = 200
_KECAMATAN_DIGITS = 6


def ints(column: Rows) -> Ints:
    """The column as contiguous 64-bit numbers."""
    return column.astype(np.int64)


def age(clients: Rows, basis: AgeBasis = AgeBasis.INCIDENT) -> Ints:
    """Completed years by the basis, by the other day where that one is unknown, NO_AGE where both are; the unborn are 0."""
    first, second = ints(clients["age_at_incident"]), ints(clients["age_at_report"])
    if basis is AgeBasis.REPORT:
        first, second = second, first
    return np.where(clients["unborn"] == 1, 0, np.where(first == NO_AGE, second, first))


def age_group(clients: Rows) -> Ints:
    """CHILD, ADULT or UNKNOWN_AGE by the age at the incident, else at the report; never by the setting of the band."""
    years = age(clients)
    return np.where(years == NO_AGE, UNKNOWN_AGE, np.where(years < ADULT_FROM, CHILD, ADULT))


def victim_band(clients: Rows, basis: AgeBasis) -> Ints:
    """The number of the victim age band."""
    return _band(age(clients, basis), "age_band_victim", victim_age_band)


def reported_band(reported: Rows) -> Ints:
    """The number of the four-band reported-person age band."""
    return _band(ints(reported["age"]), "age_band_perp", perp_age_band)


def reported_band_of_seven(reported: Rows) -> Ints:
    """The number of the victim age band of a reported person: which list version 3 uses is unknown, so both are given."""
    return _band(ints(reported["age"]), "age_band_victim", victim_age_band)


def _band(years: Ints, list_name: str, band: Callable[[int | None], str]) -> Ints:
    return _bands(list_name, band)[np.where(years == NO_AGE, _AGES, np.clip(years, 0, _AGES - 1))]


@cache
def _bands(list_name: str, band: Callable[[int | None], str]) -> Ints:
    known = numbers(list_name)
    return np.array([*(known[band(years)] for years in range(_AGES)), known[band(None)]])


def kinds_of_disability(clients: Rows) -> Ints:
    """The recorded kinds of disability as bits; the entries for none and unknown left out."""
    return ints(clients["disability"]) & ~mask_of("disability", ("DS_NONE", "DS_NA"))


def disability(clients: Rows) -> Ints:
    """The recorded disability bits, where "none" and "unknown" give way to a recorded kind."""
    kinds = kinds_of_disability(clients)
    return np.where(kinds > 0, kinds, ints(clients["disability"]))


def place_position(areas: Rows, unit_area: str, places: Sequence[str]) -> Ints:
    """Position of each area in `places`; len(places) for outside the unit, len(places) + 1 for not known.

    An area known only as the unit's own kabupaten or province is not known; any other area is outside.
    """
    numbers_ = ints(areas)
    own_digits = len(unit_area.replace(".", ""))
    numbers_ = _cut(numbers_, own_digits + 2)
    own = np.isin(_cut(numbers_, own_digits), _own_or_above(unit_area))
    wanted = np.array([int(code.replace(".", "")) for code in places], np.int64)
    outside, unknown = len(places), len(places) + 1
    found = np.where(own | (numbers_ == 0), unknown, outside)
    if len(wanted):
        order = np.argsort(wanted)
        at = np.clip(np.searchsorted(wanted[order], numbers_), 0, len(wanted) - 1)
        found = np.where(wanted[order][at] == numbers_, order[at], found)
    return found


def _cut(areas: Ints, digits: int) -> Ints:
    """The first `digits` digits of each area that has more; areas are 2, 4 or 6 digits long."""
    for length in range(_KECAMATAN_DIGITS, digits, -2):
        areas = np.where((areas >= 10 ** (length - 1)), areas // 10 ** (length - digits), areas)
    return areas


def _own_or_above(unit_area: str) -> list[int]:
    parts = unit_area.split(".")
    return [int("".join(parts[:level])) for level in range(1, len(parts) + 1)]
