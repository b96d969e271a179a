"""The recap is what somebody counts by hand from the exported files (design 4, contracts/recap): for random sets of every sheet."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.oracle import Oracle
from tests.exchange.packages import write
from tests.exchange.random_packages import package

Run = Callable[..., tuple[int, str, str]]
RunJson = Callable[..., tuple[int, Any]]
UNCOUNTED = {"cases_closed_by_kind", "contacts_by_topic", "contacts_by_channel"}
"""Additions to the contract, and contacts: the exchange format has none."""


def cells(table: Mapping[str, Any]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for row in table["rows"]:
        by = row.get("by")
        if by is None:
            found[row["code"], "", ""] += row["count"]
        elif set(by) == {"L", "P", "X"}:
            found.update({(row["code"], "", sex): count for sex, count in by.items()})
        else:
            found.update({(row["code"], group, sex): n for group, sexes in by.items() for sex, n in sexes.items()})
    return +found


@pytest.mark.parametrize(
    ("seed", "sets"),
    [(0, 5), *(pytest.param(seed, 20, marks=pytest.mark.slow) for seed in range(1, 11))],
    ids=str,
)
@pytest.mark.sqlite_only(reason="the ledger is the same bytes on both; the round trip above runs on both")
def test_the_recap_is_what_somebody_counts_from_the_exported_files(
    naungan_json: RunJson, naungan: Run, tmp_path: Path, seed: int, sets: int
) -> None:
    """A set is the cases of one year, with what was done for them then and later: counted over the year, and at a cut-off within it."""
    years = range(2001, 2001 + sets)
    sheets = package(random.Random(seed), years)  # noqa: S311 - chance, not secrecy
    code, document = naungan_json("import", write(tmp_path / "package", sheets))
    assert (code, document["refused"]) == (0, []), json.dumps(document["refused"][:3])
    assert naungan("export", tmp_path / "out", "--plaintext-i-know")[0] == 0

    for year in years:
        cut_off = date(year, 9, 30) if year % 2 else date(year, 12, 31)
        recap = naungan_json("recap", "--year", str(year), "--cut-off", str(cut_off))[1]
        oracle = Oracle(tmp_path / "out", "64.02", date(year, 1, 1), date(year, 12, 31), cut_off)
        for name in recap["tables"].keys() - UNCOUNTED:
            assert cells(recap["tables"][name]) == oracle.tables.get(name, Counter()), (year, name)
        totals = oracle.totals()
        assert {name: recap["totals"][name] for name in totals} == totals
