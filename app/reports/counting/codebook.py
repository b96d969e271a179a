"""The small numbers the ledger keeps for codes, and the rows a table prints for a list.

A code's number `n` is stable for ever (1, 2, ...); 0 in the ledger is "not recorded". The lists are data (`app.domain.codes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from app.domain.codes import code_list

NOT_KNOWN = "TIDAK_DIKETAHUI"
"""Code of the "not known" row where a list has none (contracts/recap)."""


@cache
def numbers(name: str) -> Mapping[str, int]:
    """Every code of the list with its number, retired ones included (closed files still carry them)."""
    return {code.code: code.n for code in code_list(name)}


@cache
def codes_by_number(name: str) -> Mapping[int, str]:
    """The reverse of `numbers`."""
    return {n: code for code, n in numbers(name).items()}


def bit(name: str, code: str) -> int:
    """The bit of a code: number n is bit n - 1."""
    return 1 << (numbers(name)[code] - 1)


def mask_of(name: str, codes: Iterable[str]) -> int:
    """The codes as one bit each. KeyError for a code the list does not have."""
    return sum(bit(name, code) for code in set(codes))


def codes_of(name: str, mask: int) -> frozenset[str]:
    """The reverse of `mask_of`."""
    return frozenset(code for code, n in numbers(name).items() if mask >> (n - 1) & 1)
