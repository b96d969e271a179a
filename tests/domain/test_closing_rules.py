"""What closing compares and asks: cells, differences, the checklist."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Severity
from app.reports.closing_rules import CellName, Change, Facts, cells, changes, checklist, encoded, hash_of, is_nihil
from app.reports.counting.settings import Period, Settings
from app.reports.recap import recap
from tests.domain.counting_support import UNIT, arrays_of, case, client

MARCH = Period.month(2025, 3)
OVER = Facts(date(2025, 4, 1))


def recap_of(*facts: Any) -> dict[str, Any]:
    return recap(arrays_of(*facts), UNIT, MARCH, MARCH.last, Settings())


def test_a_difference_goes_down_to_age_group_and_sex() -> None:
    found = changes(recap_of(), recap_of(case(client(sex="P"))))

    assert Change(CellName("victims_by_sex", "P", "ANAK", "P"), 0, 1) in found
    assert Change(CellName("totals", "victims"), 0, 1) in found
    assert not any(each.cell.sex == "L" for each in found if each.cell.table == "victims_by_sex")


def test_a_difference_turned_round_is_the_same_difference() -> None:
    before, after = recap_of(case(client(sex="P"))), recap_of(case(client(sex="L")), case(client(sex="P")))
    turned = [Change(each.cell, each.now, each.frozen) for each in changes(after, before)]
    assert changes(before, after) == turned
    assert changes(before, before) == []


@given(st.lists(st.sampled_from("LP"), max_size=4), st.lists(st.sampled_from("LP"), max_size=4))
def test_the_differences_lead_from_the_frozen_numbers_to_the_present_ones(before: list[str], after: list[str]) -> None:
    frozen, now = (recap_of(*(case(client(sex=sex)) for sex in sexes)) for sexes in (before, after))
    told = {each.cell: each.now for each in changes(frozen, now)}
    assert {name: n for name, n in (cells(frozen) | told).items() if n} == {k: n for k, n in cells(now).items() if n}


def test_one_bit_changes_the_hash() -> None:
    raw = encoded(recap_of())
    assert hash_of(raw) != hash_of(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert len(hash_of(raw)) == 32


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        (Facts(date(2025, 3, 31)), "closing.not-over", Severity.ERROR),
        (Facts(date(2025, 4, 1), unfinished_imports=1), "closing.import-unfinished", Severity.ERROR),
        (Facts(date(2025, 4, 1), not_in_simfoni=2), "closing.not-in-simfoni", Severity.WARNING),
        (Facts(date(2025, 4, 1), open_months=3), "closing.months-open", Severity.WARNING),
    ],
)
def test_each_line_of_the_checklist(facts: Facts, code: str, severity: Severity) -> None:
    found = checklist(recap_of(), facts)
    assert [(each.code, each.severity) for each in found] == [(code, severity)]


def test_a_failed_check_refuses_and_an_empty_month_is_nihil() -> None:
    document = recap_of()
    assert is_nihil(document)
    assert checklist(document, OVER) == ()
    document["checks"][0]["ok"] = False
    assert [each.severity for each in checklist(document, OVER)] == [Severity.ERROR]
    assert not is_nihil(recap_of(case(client())))


def test_attributes_nobody_entered_are_counted() -> None:
    found = {each.code: each.count for each in checklist(recap_of(case(client(education="ED_NA"))), OVER)}
    assert found["closing.not-known"] >= 1
