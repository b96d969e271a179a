"""Another reading of an indicator set, and what it would change (kla-cluster-v 4.3, 4.8, 6)."""

from __future__ import annotations

import pytest

from app.domain.errors import Refused
from app.domain.indicators import indicator_set
from app.domain.kla_variants import Variant, applied
from app.reports.cluster_v import cluster_v
from app.reports.effect import lines_of
from tests.domain.counting_support import UNIT, arrays_of, case
from tests.domain.test_cluster_v import CUT_OFF, SET, with_items


def test_a_category_moves_with_all_its_children_and_the_whole_stays() -> None:
    arrays = arrays_of(case(with_items(19)), case(with_items(19)), case(with_items(12)))
    read = applied(SET, Variant(moved={"19": "24c"}))
    before, after = (cluster_v(arrays, UNIT, 2025, CUT_OFF, each) for each in (SET, read))
    lines = {line.code: line for line in lines_of(before, after)}

    assert (lines["23b"].before.reported, lines["23b"].after.reported) == (2, 0)
    assert (lines["24c"].before.reported, lines["24c"].after.reported) == (0, 2)
    assert lines["23b"].after.share is None
    assert not lines["V"].differs
    assert not lines["21a"].differs


def test_the_wide_definition_serves_whoever_only_complained() -> None:
    read = applied(SET, Variant(served="luas"))
    assert not SET.is_served(["SV_PENGADUAN"])
    assert read.is_served(["SV_PENGADUAN"])


def test_the_set_as_it_stands_is_untouched_by_no_choice() -> None:
    assert applied(SET, Variant()) == SET
    assert not Variant()


@pytest.mark.parametrize(
    ("variant", "field"),
    [
        (Variant(served="semua"), "served"),
        (Variant(kecamatan="desa"), "kecamatan"),
        (Variant(moved={"21": "21a"}), "item"),
        (Variant(moved={"19": "99"}), "indicator"),
    ],
)
def test_what_the_set_does_not_know_is_refused_with_its_field(variant: Variant, field: str) -> None:
    with pytest.raises(Refused) as refused:
        applied(indicator_set("24"), variant)
    assert [problem.field for problem in refused.value.problems] == [field]
