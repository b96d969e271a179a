"""The self-checks every recap runs (case-management 11): sums against units, and how much is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import eq, ge, le
from typing import Any

from app.reports.counting.columns import AGE_GROUPS
from app.reports.counting.recap_tables import TABLE
from app.reports.counting.scope import Scope, Unit
from app.reports.counting.tables import Tally

_SIGNS: Mapping[str, Callable[[int, int], bool]] = {"=": eq, "<=": le, ">=": ge}
_WORDS = {Unit.ENDS: "client ends"}


def checks_of(counted: Scope, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """Every self-check with both sides; a failing one is printed, never hidden."""
    return [*_sums(counted, tallies), *_victims(counted, tallies), *_not_known(tallies)]


def _check(left_name: str, sign: str, right_name: str, left: int, right: int) -> dict[str, Any]:
    return {"name": f"{left_name} {sign} {right_name}", "ok": _SIGNS[sign](left, right), "left": left, "right": right}


def _sums(counted: Scope, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    return [
        _check(
            f"sum({name})", "=", _WORDS.get(TABLE[name].unit, TABLE[name].unit.value), int(found.counts.sum()), total
        )
        for name, found in tallies.items()
        if not TABLE[name].multi
        for total in [len(counted[TABLE[name].unit])]
    ]


def _victims(counted: Scope, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    victims = len(counted[Unit.VICTIMS])
    groups = tallies["victims_by_sex"].counts.sum(axis=(0, 2))
    kinds, served = tallies["victims_by_violence"], tallies["victims_served"].by_code
    return [
        _check("+".join(AGE_GROUPS), "=", "victims", int(groups.sum()), victims),
        _check("sum(victims_by_violence)", ">=", "victims", int(kinds.counts.sum()), victims),
        _check("victims without a kind", "=", "0", kinds.not_known, 0),
        _check("victims_served(LUAS)", "<=", "victims", served["LUAS"], victims),
        _check("victims_served(INTI)", "<=", "victims_served(LUAS)", served["INTI"], served["LUAS"]),
    ]


def _not_known(tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    return [
        _check(f"not known({name})", "<=", TABLE[name].unit.value, found.not_known, found.size)
        for name, found in tallies.items()
        if any(row.unknown for row in found.rows)
    ]
