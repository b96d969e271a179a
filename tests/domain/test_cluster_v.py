"""Cluster V by example: distinct children, two definitions of terlayani, carry-over, entered values, earlier years."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from app.domain.indicators import indicator_set
from app.reports.cluster_v import cluster_v, files_behind
from app.reports.counting.cohorts import YearOfChildren
from app.reports.counting.entered import Entered
from app.reports.counting.settings import KecamatanBasis, Settings
from app.reports.facts import CaseFacts, Certainty, FollowUpFacts, ItemFacts, ReferralFacts
from tests.domain.counting_support import MARCH, UNIT, arrays_of, case, client, served

SET = indicator_set("24")
CUT_OFF = date(2025, 12, 31)
NOTHING: frozenset[str] = frozenset()


def sheet(*cases: CaseFacts, cut_off: date = CUT_OFF, **given: Any) -> Any:
    return cluster_v(arrays_of(*cases), UNIT, 2025, cut_off, SET, **given)


def measure(document: Any, indicator: str, code: str) -> Any:
    [found] = [part for part in document["indicators"] if part["code"] == indicator]
    [one] = [part for part in found["measures"] if part["code"] == code]
    return one


def value(document: Any, indicator: str, code: str) -> Any:
    return measure(document, indicator, code)["value"]


def with_items(*items: int, **given: Any) -> Any:
    return client(violence=NOTHING, items=frozenset(ItemFacts(item) for item in items), **given)


def test_the_document_has_the_shape_of_the_contract() -> None:
    document = sheet(case(client()))

    assert document["schema"] == "naungan/klaster-v/1"
    assert (document["year"], document["cut_off"], document["set"]) == (2025, "2025-12-31", "24")
    assert [part["code"] for part in document["indicators"]] == [
        "21a",
        "21b",
        "22a",
        "22b",
        "23a",
        "23b",
        "24a",
        "24b",
        "24c",
    ]
    assert document["definitions"]["terlayani"] == "inti"
    assert document["definitions"]["kecamatan"] == "residence"
    assert set(document["years"]) == {"2024", "2023"}
    first = document["indicators"][0]["measures"][0]
    assert (first["code"], first["source"], first["value"], first["state"]) == ("s.1", "K", 1, "counted")
    assert first["by_sex"] == {"L": 0, "P": 1}
    assert {"age_band", "violence", "kecamatan", "disability", "channel"} <= set(first["by"])


def test_a_child_with_two_files_is_one_child() -> None:
    person = uuid4()
    document = sheet(case(client(person=person)), case(client(person=person)), case(client()))

    cluster = document["cluster"]
    assert (cluster["victim_files"], cluster["repeated"], cluster["children"]) == (3, 1, 2)
    assert value(document, "21a", "s.1") == 2


def test_a_child_in_two_indicators_counts_once_in_the_cluster() -> None:
    document = sheet(case(client(disability=frozenset({"DS_FISIK"}))))

    assert value(document, "21a", "s.1") == 1
    assert value(document, "23a", "s.1") == 1
    assert document["cluster"]["children"] == 1


def test_a_child_is_served_where_one_of_the_files_that_count_there_has_the_service() -> None:
    person = uuid4()
    beaten, filmed = client(person=person), with_items(7, person=person)
    document = sheet(case(beaten, services=(served(beaten),)), case(filmed))

    assert value(document, "21a", "s.2.inti") == 1
    assert value(document, "22a", "s.2.inti") == 0
    assert document["cluster"]["served"]["inti"] == {"all": 1, "L": 0, "P": 1}


def test_the_complaint_alone_serves_only_in_the_broad_sense() -> None:
    child = client()
    document = sheet(case(child, services=(served(child, MARCH, "SV_PENGADUAN"),)))

    assert (value(document, "21a", "s.3.luas"), value(document, "21a", "s.3.inti")) == (1.0, 0.0)
    assert measure(document, "21a", "s.4")["by"]["service"]["SV_PENGADUAN"] == 1


def test_services_after_the_cut_off_do_not_serve() -> None:
    child = client()
    facts = case(child, services=(served(child, date(2026, 1, 5)),))

    assert value(sheet(facts), "21a", "s.2.inti") == 0
    assert value(sheet(facts, cut_off=date(2026, 1, 31)), "21a", "s.2.inti") == 1


def test_a_category_dated_after_the_cut_off_does_not_count() -> None:
    child = client(violence=NOTHING, items=frozenset({ItemFacts(15, day=date(2026, 2, 1))}))

    assert value(sheet(case(child)), "24b", "s.1") == 0
    assert sheet(case(child))["unsorted"] == 1


@pytest.mark.parametrize(
    ("kind", "indicator"),
    [
        ("VK_FISIK", "21a"),
        ("VK_PSIKIS", "21a"),
        ("VK_SEKSUAL", "21a"),
        ("VK_PENELANTARAN", "21a"),
        ("VK_TRAFFICKING", "21a"),
    ],
)
def test_kinds_imply_items(kind: str, indicator: str) -> None:
    assert value(sheet(case(client(violence=frozenset({kind})))), indicator, "s.1") == 1


@pytest.mark.parametrize("kind", ["VK_EKSPLOITASI", "VK_LAIN"])
def test_exploitation_and_other_imply_nothing_and_are_unsorted(kind: str) -> None:
    document = sheet(case(client(violence=frozenset({kind}))))

    assert document["unsorted"] == 1
    assert document["cluster"]["children"] == 0


def test_a_child_with_an_item_in_another_file_is_sorted() -> None:
    person = uuid4()
    document = sheet(case(client(person=person)), case(client(person=person, violence=frozenset({"VK_LAIN"}))))

    assert document["unsorted"] == 0


def test_abh_victims_stand_in_21a_through_their_kinds_not_by_the_role() -> None:
    facing_the_law = frozenset({ItemFacts(2)})
    beaten = client(abh_role="ABH_KORBAN", items=facing_the_law)
    role_only = client(abh_role="ABH_KORBAN", violence=NOTHING, items=facing_the_law)
    document = sheet(case(beaten), case(role_only))

    assert value(document, "21a", "s.1") == 1
    assert value(document, "24a", "s.1") == 2
    assert measure(document, "24a", "24a.2.korban")["counted"]["value"] == 2


def test_a_role_without_an_item_is_still_to_be_sorted() -> None:
    document = sheet(case(client(capacity="SAKSI", violence=NOTHING, abh_role="ABH_SAKSI")))

    assert (document["cluster"]["children"], document["unsorted"]) == (0, 1)


def test_every_capacity_counts_in_the_cluster() -> None:
    offender = client(
        capacity="ABH_PELAKU", sex="L", age_at_incident=15, violence=NOTHING, items=frozenset({ItemFacts(2)})
    )
    witness = client(capacity="SAKSI", violence=NOTHING, abh_role="ABH_SAKSI", items=frozenset({ItemFacts(2)}))
    document = sheet(case(offender, witness))

    assert document["cluster"]["children"] == 2
    assert measure(document, "24a", "24a.1")["counted"]["value"] == 1
    assert measure(document, "24a", "24a.1.kasus")["counted"]["value"] == 1


def test_adults_and_people_of_unknown_age_are_no_children() -> None:
    document = sheet(case(client(age_at_incident=18), client(age_at_incident=None)))

    assert document["cluster"]["victim_files"] == 0
    assert document["unsorted"] == 0


def test_a_taken_over_case_is_shown_beside_the_sums() -> None:
    document = sheet(case(client(), transfer_in=True), case(client(), channel="CH_LIMPAH"))

    assert document["cluster"]["children"] == 1
    assert document["transferred_in"] == {"files": 1}


def test_suspected_and_confirmed_both_count_and_are_shown_apart() -> None:
    sure = client(violence=NOTHING, items=frozenset({ItemFacts(14, Certainty.CONFIRMED), ItemFacts(7)}))
    document = sheet(case(sure), case(with_items(14)))

    assert measure(document, "21a", "s.1")["by"]["certainty"] == {"terkonfirmasi": 1, "dugaan": 1}
    assert measure(document, "22a", "s.1")["by"]["certainty"] == {"terkonfirmasi": 0, "dugaan": 1}


def test_economic_exploitation_stands_in_21b_and_in_21a_where_it_is_not_work() -> None:
    document = sheet(case(with_items(4)), case(with_items(4, economic_not_work=True)))

    assert value(document, "21b", "s.1") == 2
    assert value(document, "21a", "s.1") == 1


def test_22a_has_a_block_for_hiv_and_one_for_the_rest() -> None:
    document = sheet(case(with_items(6)), case(with_items(7)), case(with_items(7, 8)))

    assert value(document, "22a", "s.1") == 3
    assert value(document, "22a", "i.s.1") == 3
    assert value(document, "22a", "ii.s.1") == 1


def test_substance_and_hiv_are_never_broken_down_by_kecamatan() -> None:
    document = sheet(case(with_items(6, 8)))

    for code in ("s.1", "i.s.1", "ii.s.1"):
        assert "kecamatan" not in measure(document, "22a", code)["by"]
    assert "kecamatan" in measure(document, "21a", "s.1")["by"]


def test_referrals_count_as_sent_and_as_accepted() -> None:
    first, second = client(), client()
    whole_case = case(first, second, referrals=(ReferralFacts(None, MARCH, "IN_RS", accepted_day=date(2026, 1, 2)),))
    document = sheet(whole_case, case(client()))

    sent = measure(document, "21a", "s.5")
    assert (sent["value"], sent["denominator"], sent["by"]["institution_type"]["IN_RS"]) == (2, 3, 2)
    assert value(document, "21a", "s.5.diterima") == 0


def test_follow_up_counts_visits_after_the_end() -> None:
    before, after = client(ended_on=date(2025, 6, 1)), client(ended_on=date(2025, 6, 1))
    facts = case(
        before,
        after,
        followups=(FollowUpFacts(before.client_id, date(2025, 5, 1)), FollowUpFacts(after.client_id, date(2025, 7, 1))),
    )
    followed = measure(sheet(facts), "21a", "s.6")

    assert (followed["value"], followed["denominator"]) == (1, 2)


def test_only_the_outcome_finished_counts_as_finished() -> None:
    done = client(ended_on=date(2025, 6, 1), closure="TM_SELESAI")
    given_up = client(ended_on=date(2025, 6, 1), closure="TM_DITUTUP")
    document = sheet(case(done, given_up))

    assert value(document, "21a", "s.7") == 1


def test_the_year_shows_what_was_carried_over_and_served_whenever_reported() -> None:
    still_open = client(ended_on=date(2025, 2, 1))
    closed = client(ended_on=date(2024, 12, 30))
    old = case(still_open, closed, report_day=date(2024, 5, 5), services=(served(still_open, date(2025, 1, 20)),))
    document = sheet(old)

    [first] = [part for part in document["indicators"] if part["code"] == "21a"]
    assert first["flow"] == {"reported": 0, "carried_over": 1, "served_in_year": {"luas": 1, "inti": 1}}


def test_nothing_below_the_line_gives_no_value() -> None:
    share = measure(sheet(case(client())), "24c", "s.3.inti")

    assert (share["value"], share["state"], share["denominator"]) == (None, "no_cases", 0)


def test_shares_are_rounded_to_six_places() -> None:
    people = [client() for _ in range(3)]
    document = sheet(*(case(who, services=(served(who),) if i == 0 else ()) for i, who in enumerate(people)))

    assert value(document, "21a", "s.3.inti") == 0.333333


def test_a_number_from_elsewhere_is_missing_until_entered() -> None:
    entered = Entered("21b", "21b.3", 2025, 4, agency="Disnaker", as_of=date(2025, 12, 1), document="BA-1")

    missing = measure(sheet(), "21b", "21b.3")
    assert (missing["value"], missing["state"]) == (None, "missing")
    there = measure(sheet(entered=[entered]), "21b", "21b.3")
    assert (there["value"], there["state"], there["agency"], there["as_of"]) == (4, "entered", "Disnaker", "2025-12-01")


def test_own_cases_stand_beside_a_number_from_elsewhere_and_are_never_added() -> None:
    child = client(work_sector="SK_TANI", withdrawn_on=date(2025, 8, 1), schooling="SH_SEKOLAH")
    entered = Entered("21b", "21b.3", 2025, 4)
    document = sheet(case(child), entered=[entered])

    assert measure(document, "21b", "21b.3")["value"] == 4
    assert measure(document, "21b", "21b.3")["counted"]["value"] == 1
    assert measure(document, "21b", "21b.4")["counted"]["value"] == 1.0
    assert measure(document, "21b", "21b.5")["counted"]["value"] == 1


def test_an_entered_number_never_replaces_a_count() -> None:
    document = sheet(case(client()), entered=[Entered("21a", "s.1", 2025, 40, agency="Polres")])

    assert value(document, "21a", "s.1") == 1
    assert measure(document, "21a", "s.1")["entered"]["value"] == 40


def test_a_declared_zero_is_nihil_and_not_missing() -> None:
    document = sheet(
        entered=[Entered("24b", "s.1", 2025, None, nihil=True), Entered("21b", "21b.1", 2025, None, nihil=True)]
    )

    assert (value(document, "24b", "s.1"), measure(document, "24b", "s.1")["state"]) == (0, "nihil")
    assert (value(document, "21b", "21b.1"), measure(document, "21b", "21b.1")["state"]) == (0, "nihil")


def test_a_share_of_all_children_follows_once_their_number_is_entered() -> None:
    entered = [Entered("21a", "21a.anak", 2025, 8)]

    assert value(sheet(case(client())), "21a", "21a.proporsi") is None
    assert value(sheet(case(client()), entered=entered), "21a", "21a.proporsi") == 0.125


def test_earlier_years_are_counted_by_the_same_definitions() -> None:
    child = client()
    last_year = case(child, report_day=date(2024, 3, 1), services=(served(child, date(2025, 1, 9)),))
    years = sheet(last_year)["years"]

    assert years["2024"]["21a"]["s.1"] == 1
    assert years["2024"]["21a"]["s.2.inti"] == 0
    assert years["2023"]["21a"]["s.1"] is None


def test_an_earlier_year_reported_after_an_early_cut_off_counts_none_and_is_not_missing() -> None:
    last_year = case(client(), report_day=date(2024, 10, 5))

    years = sheet(last_year, cut_off=date(2025, 6, 30))["years"]

    assert (years["2024"]["21a"]["s.1"], years["2023"]["21a"]["s.1"]) == (0, None)


def test_a_year_before_the_register_takes_the_entered_value() -> None:
    entered = [Entered("21a", "s.1", 2023, 47)]
    years = sheet(case(client()), entered=entered, settings=Settings(started_on=date(2024, 1, 1)))["years"]

    assert years["2023"]["21a"]["s.1"] == 47
    assert years["2024"]["21a"]["s.1"] == 0


def test_the_kecamatan_is_of_residence_unless_the_office_chooses_the_incident() -> None:
    facts = case(client(kecamatan_residence="63.03.05"), kecamatan_incident="63.03.12")
    by_incident = sheet(facts, settings=Settings(kecamatan=KecamatanBasis.INCIDENT))

    assert measure(sheet(facts), "21a", "s.1")["by"]["kecamatan"]["63.03.05"] == 1
    assert measure(by_incident, "21a", "s.1")["by"]["kecamatan"]["63.03.12"] == 1
    assert by_incident["definitions"]["kecamatan"] == "incident"


def test_a_child_speaks_with_its_first_file_where_one_value_is_allowed() -> None:
    person = uuid4()
    early = case(client(person=person, age_at_incident=12), report_day=date(2025, 1, 2), channel="CH_WA")
    late = case(client(person=person, age_at_incident=13, violence=frozenset({"VK_SEKSUAL"})), channel="CH_PATBM")
    by = measure(sheet(late, early), "21a", "s.1")["by"]

    assert (by["age_band"]["V06_12"], by["age_band"]["V13_17"]) == (1, 0)
    assert (by["channel"]["CH_WA"], by["channel"]["CH_PATBM"]) == (1, 0)
    assert (by["violence"]["VK_FISIK"], by["violence"]["VK_SEKSUAL"]) == (1, 1)


def test_a_number_opens_the_files_behind_it() -> None:
    person = uuid4()
    girl, again, boy = client(person=person), client(person=person), client(sex="L")
    facts = [case(girl), case(again), case(boy)]
    year = YearOfChildren(arrays_of(*facts), UNIT, 2025, CUT_OFF, SET, Settings())

    children = year.cohort("21a").reported

    assert len(files_behind(children)) == len(children) == 2
    assert files_behind(children, sex="L") == [[(facts[2].case_id.bytes, boy.client_id.bytes)]]
    assert sorted(len(files) for files in files_behind(children)) == [1, 2]


def test_the_old_set_counts_with_the_same_engine() -> None:
    document = cluster_v(arrays_of(case(client())), UNIT, 2025, CUT_OFF, indicator_set("2011"))

    assert value(document, "28", "s.1") == 1
    assert value(document, "28", "28.kekerasan") == 1
    assert measure(document, "30", "30.M")["state"] == "missing"
