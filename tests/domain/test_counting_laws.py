"""Laws of counting, over random offices: the engine says what a slow count says, and nothing later changes the past."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.indicators import indicator_set
from app.reports.cluster_v import cluster_v
from app.reports.counting.recap_tables import TABLE
from app.reports.counting.scope import scope
from app.reports.counting.settings import AgeBasis, Period, Settings
from app.reports.counting.tables import Frame
from app.reports.facts import CaseFacts, FollowUpFacts, ItemFacts, ReferralFacts, ServiceFacts
from app.reports.ledger_format import concat, pack, read_all, read_period, unpack
from app.reports.recap import behind, recap
from tests.domain.counting_reference import ChildReference, Reference
from tests.domain.counting_support import UNIT, arrays_of, cases, offices
from tests.examples import examples

PERIOD = Period(date(2024, 6, 1), date(2025, 3, 31))
CUT_OFFS = st.sampled_from([date(2025, 3, 31), date(2025, 7, 1), date(2025, 1, 15)])
SETTINGS = st.sampled_from([Settings(), Settings(age_band=AgeBasis.REPORT)])
SET = indicator_set("24")


def _cells(table: dict[str, Any]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for row in table["rows"]:
        by = row.get("by")
        if by is None:
            found[row["code"], "", ""] += row["count"]
        elif set(by) == {"L", "P", "X"}:
            found.update({(row["code"], "", sex): n for sex, n in by.items()})
        else:
            found.update({(row["code"], group, sex): n for group, sexes in by.items() for sex, n in sexes.items()})
    return +found


@given(offices(), CUT_OFFS, SETTINGS)
@examples(100)
def test_every_table_of_the_recap_equals_the_slow_count(
    office: list[CaseFacts], cut_off: date, choice: Settings
) -> None:
    document = recap(arrays_of(*office), UNIT, PERIOD, cut_off, choice)
    slow = Reference(office, UNIT, PERIOD, cut_off, choice).tables()

    additions = {"cases_closed_by_kind", "contacts_by_topic", "contacts_by_channel"}
    for name in set(document["tables"]) - additions:
        assert (name, _cells(document["tables"][name])) == (name, slow.get(name, Counter()))


@given(offices(), CUT_OFFS)
@examples(40)
def test_a_row_is_the_sum_of_its_cells_and_a_total_the_sum_of_its_rows(office: list[CaseFacts], cut_off: date) -> None:
    document = recap(arrays_of(*office), UNIT, PERIOD, cut_off, Settings())

    for table in document["tables"].values():
        assert table["sum"] == sum(row["count"] for row in table["rows"])
        if "by" in table["rows"][0]:
            assert sum(_cells(table).values()) == table["sum"]
    wrong = [check["name"] for check in document["checks"] if not check["ok"]]
    assert all(name.startswith(("victims without a kind",)) for name in wrong)


@given(offices(), CUT_OFFS)
@examples(60)
def test_cluster_v_equals_the_slow_count(office: list[CaseFacts], cut_off: date) -> None:
    document = cluster_v(arrays_of(*office), UNIT, 2024, cut_off, SET)
    slow = ChildReference(office, 2024, cut_off, SET)

    for indicator in document["indicators"]:
        measures = {measure["code"]: measure for measure in indicator["measures"]}
        expected = slow.measures(indicator["code"])
        assert {code: measures[code]["value"] for code in expected} == expected
        assert measures["s.4"]["by"]["service"] == slow.services_of(indicator["code"])
    assert document["unsorted"] == slow.unsorted()
    files = slow.with_items()
    assert document["cluster"]["victim_files"] == len(files)
    assert document["cluster"]["children"] == len({who.person for _, who in files})


@given(offices())
@examples(40)
def test_single_valued_breakdowns_add_up_to_the_children(office: list[CaseFacts]) -> None:
    document = cluster_v(arrays_of(*office), UNIT, 2024, date(2024, 12, 31), SET)

    for indicator in document["indicators"]:
        first = indicator["measures"][0]
        assert sum(first["by_sex"].values()) == first["value"]
        for axis in ("age_band", "education", "disability", "channel", "place", "certainty", "kecamatan"):
            if axis in first["by"]:
                assert (axis, sum(first["by"][axis].values())) == (axis, first["value"])
        assert sum(first["by"]["violence"].values()) >= first["value"]


def _later(office: list[CaseFacts], day: date) -> list[CaseFacts]:
    """The same office after more has happened, all of it dated on or after `day`."""
    return [
        replace(
            case,
            services=(*case.services, *(ServiceFacts(who.client_id, day, "SV_REHSOS") for who in case.clients)),
            referrals=(*case.referrals, ReferralFacts(None, day, "IN_RS", day)),
            followups=(*case.followups, *(FollowUpFacts(who.client_id, day) for who in case.clients)),
            clients=tuple(
                replace(
                    who,
                    items=who.items | {ItemFacts(15, day=day), ItemFacts(20, day=day + timedelta(days=9))},
                    ended_on=who.ended_on or day,
                    closure=who.closure if who.ended_on else "TM_SELESAI",
                    withdrawn_on=who.withdrawn_on or day,
                )
                for who in case.clients
            ),
        )
        for case in office
    ]


@given(offices(), cases())
@examples(50)
def test_what_is_dated_after_the_cut_off_changes_nothing(office: list[CaseFacts], new: CaseFacts) -> None:
    cut_off = date(2024, 12, 31)
    day = date(2025, 1, 1)
    newcomer = _only_from(new, day)
    before, after = arrays_of(*office), arrays_of(*_later(office, day), newcomer)
    year = Period.year(2024)

    assert recap(after, UNIT, year, cut_off, Settings()) == recap(before, UNIT, year, cut_off, Settings())
    assert cluster_v(after, UNIT, 2024, cut_off, SET) == cluster_v(before, UNIT, 2024, cut_off, SET)


def _only_from(case: CaseFacts, day: date) -> CaseFacts:
    clients = tuple(replace(who, ended_on=None, withdrawn_on=None) for who in case.clients)
    return replace(case, report_day=day, clients=clients, services=(), referrals=(), followups=())


@given(offices())
@examples(30)
def test_the_order_of_cases_and_blobs_means_nothing(office: list[CaseFacts]) -> None:
    forward = read_all([pack([case]) for case in office])
    backward = concat([unpack(pack(office[::-1][:2])), unpack(pack(office[::-1][2:]))])
    cut_off = date(2024, 12, 31)

    assert recap(forward, UNIT, PERIOD, cut_off, Settings()) == recap(backward, UNIT, PERIOD, cut_off, Settings())
    assert cluster_v(forward, UNIT, 2024, cut_off, SET) == cluster_v(backward, UNIT, 2024, cut_off, SET)


@given(offices(), st.sampled_from([Period.month(2024, 9), Period.quarter(2025, 1), Period.year(2024)]))
@examples(40)
def test_a_recap_needs_only_what_touches_its_period(office: list[CaseFacts], period: Period) -> None:
    blobs = [pack([case]) for case in office]
    needed = read_period(blobs, period.first, period.last)
    cut_off = period.last + timedelta(days=40)

    told = [recap(each, UNIT, period, cut_off, Settings()) for each in (needed, read_all(blobs))]
    for document in told:
        document.pop("comparison")  # it looks at earlier periods: tests/domain/test_comparison.py
    assert told[0] == told[1]


@given(offices())
@examples(25)
def test_the_list_behind_a_cell_is_as_long_as_its_number(office: list[CaseFacts]) -> None:
    arrays, cut_off = arrays_of(*office), date(2025, 3, 31)
    document = recap(arrays, UNIT, PERIOD, cut_off, Settings())
    frame = Frame(scope(arrays, PERIOD, cut_off), UNIT, Settings())

    for name, table in document["tables"].items():
        for row in table["rows"]:
            assert len(behind(frame, name, row["code"])) == row["count"]
    for row in document["tables"]["victims_by_violence"]["rows"]:
        assert len(behind(frame, "victims_by_violence", row["code"], "ANAK", "P")) == row["by"]["ANAK"]["P"]
    assert set(document["tables"]) == set(TABLE)
