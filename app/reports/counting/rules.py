"""What follows from what was recorded, for whole columns: PP 78 items of children, categories of women (design 4).

The tables are the domain's (`app.domain.implications`); here they only become bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache

import numpy as np

from app.domain.codes import code_list
from app.domain.implications import ampk_of_item, implied_items, implied_ktp
from app.reports.counting.codebook import bit, mask_of, numbers
from app.reports.counting.codecs import NO_AGE, NO_DAY, YES, day_number
from app.reports.counting.columns import ADULT, CHILD, Bools, Ints, age, age_group, ints, kinds_of_disability
from app.reports.ledger_format import Arrays, Rows

_CONFIRMED = 2
_AGES = 200
_KTP_FLAGS = ("kdrt", "kbgo", "tppo")


def abh_role(clients: Rows) -> Ints:
    """The number of the role in juvenile justice; a client taken on as child offender has that role without a second entry."""
    role = ints(clients["abh_role"])
    offender = (role == 0) & (clients["capacity"] == numbers("capacity")["ABH_PELAKU"])
    return np.where(offender, numbers("abh_role")["ABH_PELAKU"], role)


def items_of_children(arrays: Arrays, cut_off: date) -> tuple[Ints, Ints]:
    """Per client the PP 78 items as bits (recorded up to the cut-off or implied), and those of them that are confirmed.

    Zero for everybody who is not a child: an item says something about a child (kla-cluster-v 6).
    """
    clients = arrays.client
    recorded, confirmed = _recorded(arrays, cut_off)
    items = recorded | _implied(clients)
    child = age_group(clients) == CHILD
    return np.where(child, items, 0), np.where(child, confirmed, 0)


def ktp_of_women(clients: Rows) -> Ints:
    """Woman categories as bits, recorded or implied; zero for everybody but women of 18 and over (design 4)."""
    found = ints(clients["ktp"])
    found |= map_bits(ints(clients["violence"]), _ktp_by_kind())
    for flag in _KTP_FLAGS:
        found |= np.where(clients[flag] == YES, mask_of("ktp", implied_ktp((), (flag,))), 0)
    found |= np.where(kinds_of_disability(clients) > 0, mask_of("ktp", implied_ktp((), disability=_any_kind())), 0)
    years = age(clients)
    found |= _ktp_by_age()[np.where(years == NO_AGE, _AGES, np.clip(years, 0, _AGES - 1))]
    return np.where(women(clients), found, 0)


def women(clients: Rows) -> Bools:
    """Women of 18 and over at the incident (case-management 4.1)."""
    hit: Bools = np.logical_and(ints(clients["sex"]) == numbers("sex")["P"], age_group(clients) == ADULT)
    return hit


def ampk_of_items(items: Ints) -> Ints:
    """The statutory categories as bits, from item bits."""
    table = {item.n: bit("ampk", ampk_of_item(item.code)) for item in code_list("ampk_items")}
    return map_bits(items, table)


def _recorded(arrays: Arrays, cut_off: date) -> tuple[Ints, Ints]:
    rows = arrays.item[(arrays.item["day"] == NO_DAY) | (arrays.item["day"] <= day_number(cut_off))]
    sure = rows[rows["certainty"] == _CONFIRMED]
    clients = len(arrays.client)
    return (
        bits_by_client(clients, rows["client"], ints(rows["item"])),
        bits_by_client(clients, sure["client"], ints(sure["item"])),
    )


def bits_by_client(clients: int, positions: Rows, codes: Ints) -> Ints:
    """Per client the union of the code numbers of its rows, number n as bit n - 1."""
    found = np.zeros(clients, np.int64)
    np.bitwise_or.at(found, positions.astype(np.int64), np.left_shift(1, codes - 1))
    return found


def _implied(clients: Rows) -> Ints:
    found = map_bits(ints(clients["violence"]), _items_by_kind())
    found |= np.where(kinds_of_disability(clients) > 0, mask_of("ampk_items", implied_items((), _any_kind())), 0)
    roles = {role.n: mask_of("ampk_items", implied_items((), (), role.code)) for role in code_list("abh_role")}
    by_role = np.array([roles.get(n, 0) for n in range(max(roles) + 1)])
    found |= by_role[abh_role(clients)]
    return found


def map_bits(values: Ints, table: Mapping[int, int]) -> Ints:
    """Bits to bits: where number n is set in a value, the bits `table[n]` are set in the result."""
    found = np.zeros(len(values), np.int64)
    for n, bits in table.items():
        if bits:
            found |= np.where(values >> (n - 1) & 1, bits, 0)
    return found


def _any_kind() -> tuple[str]:
    return (next(code.code for code in code_list("disability") if code.truth("present")),)


def _per_kind(name: str, implied: Callable[[tuple[str]], Iterable[str]]) -> Mapping[int, int]:
    return {kind.n: mask_of(name, implied((kind.code,))) for kind in code_list("violence")}


@cache
def _items_by_kind() -> Mapping[int, int]:
    return _per_kind("ampk_items", implied_items)


@cache
def _ktp_by_kind() -> Mapping[int, int]:
    return _per_kind("ktp", implied_ktp)


@cache
def _ktp_by_age() -> Ints:
    return np.array([*(mask_of("ktp", implied_ktp((), age=years)) for years in range(_AGES)), 0])
