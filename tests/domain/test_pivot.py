"""Pivots: the recap's own tables come out again, every cell opens as many things as it says, and a slow count agrees."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports import pivot as pivots
from app.reports.counting.axes import AXES, COUNTED, axis_of, codes_of_axis
from app.reports.counting.recap_tables import RECAP_TABLES
from app.reports.counting.scope import Unit, scope
from app.reports.counting.settings import Period, Settings
from app.reports.counting.tables import Frame
from app.reports.facts import CaseFacts
from app.reports.pivot import Condition, Pivot, pivoted, problems_of
from app.reports.recap import recap
from tests.domain.counting_reference import group
from tests.domain.counting_support import UNIT, arrays_of, case, client, offices, served

YEAR = Period.year(2024)


def frame_of(cases: list[CaseFacts], period: Period = YEAR, cut_off: date | None = None) -> Frame:
    return Frame(scope(arrays_of(*cases), period, cut_off or period.last), UNIT, Settings())


def cells(document: dict[str, Any]) -> dict[tuple[str, str], int]:
    heads = [head["code"] for head in document["heads"]]
    return {
        (line["code"], head): count
        for line in document["lines"]
        for head, count in zip(heads, line["cells"], strict=True)
        if count
    }


@given(offices())
def test_every_table_of_the_recap_comes_out_again_as_a_pivot(cases: list[CaseFacts]) -> None:
    frame = frame_of(cases)
    tables = recap(frame.scope.arrays, UNIT, YEAR, YEAR.last, Settings())["tables"]
    for table in RECAP_TABLES:
        document = pivoted(frame, Pivot(table.unit, axis_of(table)))
        assert {line["code"]: line["total"] for line in document["lines"]} == {
            row["code"]: row["count"] for row in tables[table.name]["rows"]
        }


def _pivots() -> st.SearchStrategy[Pivot]:
    def of(counted: Unit) -> st.SearchStrategy[Pivot]:
        names = list(AXES[counted])
        conditions = st.sampled_from([name for name in names if codes_of_axis(name)]).flatmap(
            lambda axis: st.builds(Condition, st.just(axis), st.sampled_from(codes_of_axis(axis)))
        )
        return st.builds(
            Pivot, st.just(counted), st.sampled_from(names), st.sampled_from(["", *names]),
            st.lists(conditions, max_size=3).map(tuple),
        ).filter(lambda wish: not problems_of(wish))  # fmt: skip

    return st.sampled_from([unit for unit in COUNTED if unit is not Unit.CONTACTS]).flatmap(of)


@given(offices(), _pivots())
def test_every_number_opens_as_many_things_as_it_says(cases: list[CaseFacts], wish: Pivot) -> None:
    frame = frame_of(cases)
    document = pivoted(frame, wish)
    assert len(pivots.behind(frame, wish)) == document["total"]
    for line in document["lines"]:
        assert len(pivots.behind(frame, wish, line["code"])) == line["total"]
        assert not document["heads"] or document["columns"]["multi"] or sum(line["cells"]) == line["total"]
    for (row, column), count in cells(document).items():
        assert len(pivots.behind(frame, wish, row, column)) == count
    if not document["rows"]["multi"]:
        assert sum(line["total"] for line in document["lines"]) == document["total"]


@given(offices())
def test_two_axes_under_a_condition_equal_a_slow_count(cases: list[CaseFacts]) -> None:
    wish = Pivot(
        Unit.VICTIMS, "sex", "age_group", (Condition("violence", "VK_SEKSUAL"), Condition("violence", "VK_FISIK"))
    )
    slow = Counter(
        (who.sex or "TIDAK_DIKETAHUI", group(who))
        for each in cases
        for who in each.clients
        if who.capacity == "KORBAN"
        and not each.transfer_in
        and each.report_day.year == YEAR.first.year
        and who.violence & {"VK_SEKSUAL", "VK_FISIK"}
    )
    assert cells(pivoted(frame_of(cases), wish)) == dict(slow)


def test_conditions_of_one_axis_widen_and_of_two_axes_narrow() -> None:
    girl, boy = client(violence=frozenset({"VK_SEKSUAL"})), client(sex="L")
    frame = frame_of([case(girl, boy, services=(served(girl),), report_day=date(2024, 3, 10))])

    def total(*conditions: Condition) -> int:
        return int(pivoted(frame, Pivot(Unit.VICTIMS, "sex", "", conditions))["total"])

    girls, boys = Condition("sex", "P"), Condition("sex", "L")
    assert (total(), total(girls), total(girls, boys), total(boys, Condition("violence", "VK_SEKSUAL"))) == (2, 1, 2, 0)


def test_months_are_those_of_the_day_a_thing_is_counted_on() -> None:
    who = client()
    late = date(2024, 5, 2)
    frame = frame_of([case(who, services=(served(who, late),), report_day=date(2024, 1, 31))])
    in_months = {
        counted: [line["code"] for line in pivoted(frame, Pivot(counted, "month"))["lines"] if line["total"]]
        for counted in (Unit.VICTIMS, Unit.SERVICES)
    }
    assert in_months == {Unit.VICTIMS: ["2024-01"], Unit.SERVICES: ["2024-05"]}
    assert [line["code"] for line in pivoted(frame, Pivot(Unit.CASES, "month"))["lines"]][::11] == [
        "2024-01",
        "2024-12",
    ]


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        (Pivot(Unit.CASES, "sex"), "pivot.axis", "rows"),
        (Pivot(Unit.VICTIMS, "sex", "relationship"), "pivot.axis", "columns"),
        (Pivot(Unit.VICTIMS, "sex", "sex"), "pivot.same-axis", "columns"),
        (Pivot(Unit.CASES, "place", "", (Condition("sex", "P"),)), "pivot.condition", "condition_1"),
        (Pivot(Unit.CASES, "place", "", (Condition("channel", "CH_NONE"),)), "pivot.code", "condition_1"),
        (Pivot(Unit.VICTIMS, "ampk", "kecamatan_residence"), "pivot.district-only", "columns"),
        (Pivot(Unit.VICTIMS, "kecamatan_incident", "", (Condition("ampk", "AMPK_G"),)), "pivot.district-only", "rows"),
    ],
)
def test_what_cannot_be_counted_is_refused_at_its_field(wish: Pivot, code: str, field: str) -> None:
    assert (code, field) in {(problem.code, problem.field) for problem in problems_of(wish)}
    with pytest.raises(ValueError, match="not a pivot"):
        pivoted(frame_of([]), wish)


def test_a_cell_that_is_not_there_and_contacts_open_nothing() -> None:
    frame = frame_of([])
    for wish, row in ((Pivot(Unit.VICTIMS, "sex"), "NONE"), (Pivot(Unit.CONTACTS, "topic"), "")):
        with pytest.raises(KeyError):
            pivots.behind(frame, wish, row)
