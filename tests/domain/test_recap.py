"""The recap by example: the worked example, and every point of the decisions that changes an answer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.codes import code_list
from app.reports.counting.scope import scope
from app.reports.counting.settings import AgeBasis, Period, Settings, UnitInfo
from app.reports.counting.tables import Frame
from app.reports.facts import (
    OUTSIDE,
    CaseFacts,
    Certainty,
    ContactFacts,
    ItemFacts,
    PairFacts,
    ReferralFacts,
    ReportedFacts,
)
from app.reports.ledger_format import pack, read_all, shredded
from app.reports.recap import behind, recap
from tests.domain.counting_support import MARCH, UNIT, arrays_of, case, client, served

PERIOD = Period.month(2025, 3)


def recap_of(
    *cases: CaseFacts, period: Period = PERIOD, cut_off: date | None = None, choice: Settings | None = None
) -> Any:
    return recap(arrays_of(*cases), UNIT, period, cut_off or period.last, choice or Settings())


def counts(document: Any, table: str) -> dict[str, int]:
    """The rows of a table that are not 0."""
    return {row["code"]: row["count"] for row in document["tables"][table]["rows"] if row["count"]}


def worked_example() -> CaseFacts:
    girl = client(age_at_incident=9, violence=frozenset({"VK_FISIK", "VK_PSIKIS"}))
    boy = client(age_at_incident=4, sex="L")
    father, uncle = ReportedFacts(uuid4(), "L"), ReportedFacts(uuid4(), "L")
    pairs = [PairFacts(child.client_id, father.reported_id, "RL_ORTU") for child in (girl, boy)]
    pairs += [PairFacts(child.client_id, uncle.reported_id, "RL_KELUARGA") for child in (girl, boy)]
    return case(girl, boy, reported=(father, uncle), pairs=tuple(pairs))


def test_the_worked_example_comes_out_as_written() -> None:
    document = recap_of(worked_example())

    totals = document["totals"]
    assert {key: totals[key] for key in ("cases", "victims", "perpetrators", "pairs")} == {
        "cases": 1, "victims": 2, "perpetrators": 2, "pairs": 4,
    }  # fmt: skip
    assert counts(document, "victims_by_violence") == {"VK_FISIK": 2, "VK_PSIKIS": 1}
    assert document["tables"]["victims_by_violence"]["sum"] == 3
    assert counts(document, "cases_by_place") == {"PL_RT": 1}
    assert counts(document, "victims_by_place") == {"PL_RT": 2}
    assert counts(document, "pairs_by_relationship") == {"RL_ORTU": 2, "RL_KELUARGA": 2}
    assert counts(document, "victims_by_age_band") == {"V06_12": 1, "V00_05": 1}
    assert all(check["ok"] for check in document["checks"])


CONTRACT = {
    **dict.fromkeys(
        [f"victims_by_{axis}" for axis in (
            "sex", "age_band", "education", "occupation", "marital", "citizenship", "place", "online", "channel",
            "kecamatan_residence", "kecamatan_incident", "kdrt",
        )], ("victims", False),
    ),
    "victims_served": ("victims", True),
    **dict.fromkeys([f"victims_by_{axis}" for axis in ("disability", "violence", "tpks", "ktp", "ampk", "service")], ("victims", True)),
    "clients_by_capacity": ("clients", False),
    **dict.fromkeys([f"cases_by_{axis}" for axis in ("place", "channel", "kecamatan_incident")], ("cases", False)),
    **dict.fromkeys(
        [f"perpetrators_by_{axis}" for axis in ("sex", "age_band", "age_band_7", "education", "occupation", "marital")],
        ("perpetrators", False),
    ),
    "pairs_by_relationship": ("pairs", False),
    "services_by_kind": ("services", False),
    "referrals_by_institution": ("referrals", False),
    "cases_closed_by_reason": ("client ends", False),
    "contacts_by_topic": ("contacts", False),
}  # fmt: skip


def test_the_document_has_every_table_of_the_contract() -> None:
    document = recap_of()

    assert document["schema"] == "naungan/recap/1"
    assert document["period"] == {"from": "2025-03-01", "to": "2025-03-31", "cut_off": "2025-03-31"}
    assert document["unit"] == {"area": "63.03", "name": "UPTD PPA Contoh"}
    assert document["status"] == "open"
    for name, (counted, multi) in CONTRACT.items():
        table = document["tables"][name]
        assert (name, table["counts"], table["multi"]) == (name, counted, multi)
        assert table["note"]["id"]
        assert table["note"]["en"]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("victims_by_age_band", "age_band_victim"),
        ("victims_by_education", "education"),
        ("victims_by_violence", "violence"),
        ("victims_by_tpks", "tpks"),
        ("victims_by_service", "service"),
        ("perpetrators_by_age_band", "age_band_perp"),
        ("pairs_by_relationship", "relationship"),
        ("referrals_by_institution", "institution_type"),
    ],
)
def test_every_code_is_a_row_of_an_empty_month(table: str, name: str) -> None:
    rows = {row["code"]: row for row in recap_of()["tables"][table]["rows"]}

    assert {code.code for code in code_list(name).active()} <= set(rows)
    assert all(row["count"] == 0 for row in rows.values())
    assert all(row["label"]["id"] and row["label"]["en"] for row in rows.values())


def test_clients_are_split_by_age_group_and_sex_and_reported_persons_by_sex() -> None:
    document = recap_of(worked_example())

    [row] = [row for row in document["tables"]["victims_by_age_band"]["rows"] if row["code"] == "V06_12"]
    nobody = {"L": 0, "P": 0}
    assert row["by"] == {"ANAK": {"L": 0, "P": 1}, "DEWASA": nobody, "TIDAK_DIKETAHUI": nobody}
    assert document["tables"]["perpetrators_by_sex"]["rows"][0]["by"] == {"L": 2, "P": 0, "X": 0}
    assert "by" not in document["tables"]["cases_by_place"]["rows"][0]


def test_what_was_not_recorded_stands_in_the_row_of_its_own() -> None:
    accused = ReportedFacts(uuid4())
    document = recap_of(case(client(age_at_incident=None), place=None, channel=None, reported=(accused,)))

    assert counts(document, "victims_by_age_band") == {"V_UNK": 1}
    assert counts(document, "victims_by_education") == {"ED_NA": 1}
    assert counts(document, "victims_by_occupation") == {"OC_NA": 1}
    assert counts(document, "victims_by_marital") == {"MS_NA": 1}
    assert counts(document, "victims_by_disability") == {"DS_NA": 1}
    assert counts(document, "victims_by_citizenship") == {"CZ_NA": 1}
    assert counts(document, "pairs_by_relationship") == {"RL_NA": 1}
    assert counts(document, "perpetrators_by_age_band") == {"R_UNK": 1}
    for axis in ("place", "online", "channel", "kdrt", "kecamatan_residence", "kecamatan_incident"):
        assert counts(document, f"victims_by_{axis}") == {"TIDAK_DIKETAHUI": 1}


def test_no_reported_person_gives_no_pair() -> None:
    assert recap_of(case(client()))["totals"]["pairs"] == 0


def test_kecamatan_tables_know_own_outside_and_unknown() -> None:
    areas = ("63.03.05", "63.04.01", "64.02", OUTSIDE, "63.03", "63", None)
    document = recap_of(*(case(client(kecamatan_residence=area), kecamatan_incident=area) for area in areas))

    expected = {"63.03.05": 1, "LUAR": 3, "TIDAK_DIKETAHUI": 3}
    assert counts(document, "victims_by_kecamatan_residence") == expected
    assert counts(document, "cases_by_kecamatan_incident") == expected


def test_a_provincial_unit_counts_by_kabupaten() -> None:
    province = UnitInfo("63", "UPTD PPA Provinsi Contoh", {"63.01": "Tanah Laut", "63.03": "Banjar"})
    areas = ("63.03.05", "63.03", "63.01.02", "64.02.01", "63")
    arrays = arrays_of(*(case(client(kecamatan_residence=area)) for area in areas))

    document = recap(arrays, province, PERIOD, PERIOD.last, Settings())

    expected = {"63.03": 2, "63.01": 1, "LUAR": 1, "TIDAK_DIKETAHUI": 1}
    assert counts(document, "victims_by_kecamatan_residence") == expected


def test_only_victims_are_victims_but_everybody_is_a_client() -> None:
    witness = client(capacity="SAKSI", violence=frozenset())
    document = recap_of(case(client(), witness, reported=(ReportedFacts(uuid4()),)))

    assert document["totals"]["victims"] == 1
    assert document["totals"]["clients"] == 2
    assert document["totals"]["pairs"] == 2
    assert counts(document, "clients_by_capacity") == {"KORBAN": 1, "SAKSI": 1}


def test_only_transfer_in_takes_a_case_out_of_the_sums() -> None:
    taken_over = case(client(), transfer_in=True)
    handed_on = case(client(), channel="CH_LIMPAH")
    document = recap_of(taken_over, handed_on)

    assert document["totals"]["cases"] == 1
    assert counts(document, "cases_by_channel") == {"CH_LIMPAH": 1}
    assert document["transferred_in"]["cases"] == 1
    assert document["transferred_in"]["victims"] == 1


def test_services_are_counted_on_their_own_day_whenever_the_case_was_reported() -> None:
    child = client()
    old = case(
        child, report_day=date(2024, 11, 2), services=(served(child, date(2025, 3, 5)), served(child, date(2025, 4, 1)))
    )
    document = recap_of(old)

    assert document["totals"]["cases"] == 0
    assert counts(document, "services_by_kind") == {"SV_KESEHATAN": 1}


def test_internal_work_is_no_service() -> None:
    child = client()
    document = recap_of(case(child, services=(served(child, service=None),)))

    assert document["totals"]["services"] == 0
    assert counts(document, "victims_served") == {}


def test_victims_are_served_up_to_the_cut_off() -> None:
    child = client()
    facts = case(child, services=(served(child, MARCH, "SV_PENGADUAN"), served(child, date(2025, 4, 20))))

    assert counts(recap_of(facts), "victims_served") == {"LUAS": 1}
    assert counts(recap_of(facts), "victims_by_service") == {"SV_PENGADUAN": 1}
    later = recap_of(facts, cut_off=date(2025, 4, 30))
    assert counts(later, "victims_served") == {"LUAS": 1, "INTI": 1}
    assert counts(later, "services_by_kind") == {"SV_PENGADUAN": 1}


def test_a_report_after_the_cut_off_does_not_count() -> None:
    assert recap_of(case(client()), cut_off=date(2025, 3, 9))["totals"]["cases"] == 0


def test_closures_and_referrals_are_counted_on_their_own_days() -> None:
    child = client(ended_on=date(2025, 3, 20), closure="TM_SELESAI", closure_reason="AT_TUJUAN")
    sent = (ReferralFacts(child.client_id, date(2025, 3, 2), "IN_RS"), ReferralFacts(None, date(2025, 3, 3), "IN_UPPA"))
    document = recap_of(case(child, report_day=date(2025, 1, 5), referrals=sent))

    assert counts(document, "cases_closed_by_reason") == {"AT_TUJUAN": 1}
    assert counts(document, "referrals_by_institution") == {"IN_RS": 1, "IN_UPPA": 1}


def test_contacts_have_their_own_line() -> None:
    calls = (ContactFacts(uuid4(), MARCH, topic="KT_HUKUM"), ContactFacts(uuid4(), date(2025, 4, 1)))
    document = recap(read_all([pack([], calls)]), UNIT, PERIOD, PERIOD.last, Settings())

    assert document["totals"]["contacts"] == 1
    assert counts(document, "contacts_by_topic") == {"KT_HUKUM": 1}


def test_child_or_adult_is_judged_at_the_incident_and_only_the_band_follows_the_setting() -> None:
    turned_adult = case(client(age_at_incident=17, age_at_report=18))

    document = recap_of(turned_adult, choice=Settings(age_band=AgeBasis.REPORT))

    [row] = [row for row in document["tables"]["victims_by_age_band"]["rows"] if row["count"]]
    assert row["code"] == "V18_24"
    assert row["by"]["ANAK"]["P"] == 1
    assert counts(recap_of(turned_adult), "victims_by_age_band") == {"V13_17": 1}
    assert document["definitions"]["age_band"] == "age at report"


def test_an_unknown_incident_age_gives_way_to_the_age_at_report() -> None:
    assert counts(recap_of(case(client(age_at_incident=None, age_at_report=11))), "victims_by_age_band") == {
        "V06_12": 1
    }


def test_the_unborn_stand_in_the_first_band_as_children() -> None:
    document = recap_of(case(client(age_at_incident=None, unborn=True)))

    [row] = [row for row in document["tables"]["victims_by_age_band"]["rows"] if row["count"]]
    assert (row["code"], row["by"]["ANAK"]["P"]) == ("V00_05", 1)


def test_ktp_counts_women_of_18_and_over_with_what_is_recorded_or_implied() -> None:
    woman = client(
        age_at_incident=61,
        violence=frozenset({"VK_FISIK", "VK_TRAFFICKING"}),
        kdrt=True,
        kbgo=True,
        disability=frozenset({"DS_FISIK"}),
        ktp=frozenset({"KTP_KDP"}),
    )
    girl, man = client(kdrt=True), client(sex="L", age_at_incident=61, kdrt=True)
    document = recap_of(case(woman, girl, man))

    expected = ("FISIK", "TPPO", "KDRT", "KBGO", "DISABILITAS", "LANSIA", "KDP")
    assert counts(document, "victims_by_ktp") == {f"KTP_{code}": 1 for code in expected}


def test_ampk_counts_children_with_recorded_and_implied_items() -> None:
    child = client(
        violence=frozenset({"VK_SEKSUAL", "VK_EKSPLOITASI", "VK_LAIN"}),
        disability=frozenset({"DS_MENTAL"}),
        items=frozenset({ItemFacts(7), ItemFacts(12, Certainty.CONFIRMED), ItemFacts(13)}),
    )
    grown = client(age_at_incident=18, items=frozenset({ItemFacts(7)}))
    document = recap_of(case(child, grown))

    expected = ("SEKSUAL", "DISABILITAS", "PORNOGRAFI", "FISIK_PSIKIS")
    assert counts(document, "victims_by_ampk") == {f"AM_{code}": 1 for code in expected}


def test_a_recorded_kind_of_disability_wins_over_none() -> None:
    document = recap_of(case(client(disability=frozenset({"DS_NONE", "DS_FISIK", "DS_NA"}))))

    assert counts(document, "victims_by_disability") == {"DS_FISIK": 1}


def test_a_person_with_two_files_is_two_victims_and_one_person() -> None:
    person = uuid4()
    totals = recap_of(case(client(person=person)), case(client(person=person)), case(client()))["totals"]

    assert (totals["victims"], totals["victim_persons"]) == (3, 2)


def test_shredded_cases_go_on_counting_each_as_somebody_else() -> None:
    facts = [case(client()), case(client())]
    blob = pack(facts)
    for each in facts:
        blob = shredded(blob, each.case_id)

    totals = recap(read_all([blob]), UNIT, PERIOD, PERIOD.last, Settings())["totals"]

    assert (totals["victims"], totals["victim_persons"]) == (2, 2)


def test_the_checks_show_what_is_wrong_and_how_much_is_not_known() -> None:
    checks = {check["name"]: check for check in recap_of(case(client(violence=frozenset())))["checks"]}

    assert checks["victims without a kind = 0"]["ok"] is False
    assert checks["sum(victims_by_sex) = victims"] == {
        "name": "sum(victims_by_sex) = victims", "ok": True, "left": 1, "right": 1,
    }  # fmt: skip
    assert checks["not known(victims_by_education) <= victims"]["left"] == 1
    assert checks["ANAK+DEWASA+TIDAK_DIKETAHUI = victims"]["ok"]


def test_a_cell_opens_the_cases_behind_it() -> None:
    example = worked_example()
    arrays = arrays_of(example, case(client(age_at_incident=30)))
    frame = Frame(scope(arrays, PERIOD, PERIOD.last), UNIT, Settings())

    found = behind(frame, "victims_by_violence", "VK_FISIK", "ANAK", "L")

    assert found == [(example.case_id.bytes, example.clients[1].client_id.bytes)]
    with pytest.raises(KeyError):
        behind(frame, "victims_by_violence", "VK_NONSENSE")


def accused_of(token: UUID | None, day: date = MARCH, **changed: Any) -> CaseFacts:
    return case(client(), reported=(ReportedFacts(uuid4(), person=token),), report_day=day, **changed)


def test_a_reported_person_in_two_cases_is_two_terlapor_one_person_and_repeated_once() -> None:
    token = uuid4()
    totals = recap_of(accused_of(token), accused_of(token), accused_of(None), accused_of(None))["totals"]

    assert (totals["perpetrators"], totals["perpetrator_persons"], totals["perpetrators_repeated"]) == (4, 3, 1)


def test_an_earlier_case_makes_a_reported_person_repeated_and_a_later_one_does_not() -> None:
    before, after, elsewhere = uuid4(), uuid4(), uuid4()
    totals = recap_of(
        accused_of(before),
        accused_of(before, date(2024, 6, 1)),
        accused_of(after),
        accused_of(after, date(2025, 9, 1)),
        accused_of(elsewhere),
        accused_of(elsewhere, date(2024, 6, 1), transfer_in=True),
    )["totals"]

    assert (totals["perpetrators"], totals["perpetrators_repeated"]) == (3, 1)


def test_two_of_one_case_who_are_linked_are_no_repetition() -> None:
    token = uuid4()
    one = case(client(), reported=(ReportedFacts(uuid4(), person=token), ReportedFacts(uuid4(), person=token)))

    assert recap_of(one)["totals"]["perpetrators_repeated"] == 0
