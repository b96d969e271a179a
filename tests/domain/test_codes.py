"""Code lists: frozen codes and ordinals, forgiving reading, ages and bands, and what one code implies."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import codes, implications
from app.domain.codes import ALL_LISTS, CERTAINTIES, UnknownCode, code_list
from tests.examples import examples

HERE = Path(__file__).parent
DATA = Path(codes.__file__).parent / "data" / "codes"
every_list = pytest.mark.parametrize("name", ALL_LISTS)


def test_every_file_is_a_list_and_every_list_a_file():
    assert {path.stem for path in DATA.glob("*.json")} == set(ALL_LISTS)
    assert len(set(ALL_LISTS)) == len(ALL_LISTS)


def test_codes_and_ordinals_once_given_are_never_changed_or_reused():
    golden = json.loads((HERE / "codes.golden.json").read_text(encoding="utf-8"))
    now = {name: {code.code: code.n for code in code_list(name)} for name in ALL_LISTS}
    assert now == golden, "new entries take the next n and are added to codes.golden.json; nothing else may change"


@every_list
def test_a_list_is_whole(name):
    entries = code_list(name)
    assert entries.name == name
    assert entries.source
    assert len({code.code for code in entries}) == len({code.n for code in entries}) == len(entries)
    assert all(1 <= code.n <= 255 for code in entries)
    assert all(code.id.strip() and code.en.strip() and code.certainty in CERTAINTIES for code in entries)
    assert entries.unknown is None or entries.unknown in entries


@every_list
def test_no_word_stands_for_two_codes_of_one_list(name):
    meant: dict[str, str] = {}
    for word, code in codes._words(code_list(name).codes):
        assert meant.setdefault(word, code.code) == code.code


@every_list
def test_each_code_is_found_by_code_label_and_ordinal_in_any_case_and_spacing(name):
    entries = code_list(name)
    for code in entries:
        for word in (code.code, code.id, code.en):
            assert entries.find(f"  {word.upper().replace(' ', '   ')}\t") is code
            assert entries.find(word.lower().replace("–", "-")) is code
        assert entries.by_n(code.n) is entries.get(code.code) is code


@every_list
def test_not_known_is_never_the_same_as_other(name):
    entries = code_list(name)
    other = {code.code for code in entries if code.en.startswith("Other") and "code" not in code.en}
    assert entries.unknown not in other


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        *(("age_band_victim", "V_UNK"), ("education", "ED_NA"), ("occupation", "OC_NA"), ("marital", "MS_NA")),
        *(("disability", "DS_NA"), ("relationship", "RL_NA"), ("citizenship", "CZ_NA"), ("place", "TIDAK_DIKETAHUI")),
        *(("channel", "TIDAK_DIKETAHUI"), ("yes_no_unknown", "TIDAK_DIKETAHUI")),
    ],
)
def test_not_known_has_the_code_the_recap_prints(name, unknown):
    assert code_list(name).unknown == unknown


def test_lists_have_the_length_their_source_gives():
    lengths = {"ampk": 15, "ampk_items": 20, "tpks": 19, "ktp": 13, "stage": 8, "danger_prompt": 9, "channel": 13}
    assert {name: len(code_list(name)) for name in lengths} == lengths
    assert sum(code.code.startswith("TP_") for code in code_list("tpks")) == 9


def test_an_unknown_code_is_refused_without_repeating_what_was_typed():
    with pytest.raises(UnknownCode) as refusal:
        code_list("sex").get("Putri Contoh")
    assert "Putri" not in str(refusal.value)
    assert refusal.value.problems[0].code == "code.unknown"
    with pytest.raises(UnknownCode):
        code_list("sex").by_n(99)
    assert code_list("sex").find("Putri Contoh") is None
    with pytest.raises(KeyError):
        code_list("no such list")


def test_published_words_are_understood():
    assert code_list("violence").find("tppo") is code_list("violence").get("VK_TRAFFICKING")
    assert code_list("education").find("smp") is code_list("education").get("ED_SLTP")
    assert code_list("yes_no_unknown").find("tidak") is code_list("yes_no_unknown").get("TIDAK")


@pytest.mark.parametrize(
    ("age", "victim", "perp", "group"),
    [
        (0, "V00_05", "R00_17", "ANAK"),
        (5, "V00_05", "R00_17", "ANAK"),
        (6, "V06_12", "R00_17", "ANAK"),
        (12, "V06_12", "R00_17", "ANAK"),
        (13, "V13_17", "R00_17", "ANAK"),
        (17, "V13_17", "R00_17", "ANAK"),
        (18, "V18_24", "R18_24", "DEWASA"),
        (24, "V18_24", "R18_24", "DEWASA"),
        (25, "V25_44", "R25_59", "DEWASA"),
        (45, "V45_59", "R25_59", "DEWASA"),
        (59, "V45_59", "R25_59", "DEWASA"),
        (60, "V60_UP", "R60_UP", "DEWASA"),
        (None, "V_UNK", "R_UNK", "TIDAK_DIKETAHUI"),
        (-1, "V_UNK", "R_UNK", "TIDAK_DIKETAHUI"),
    ],
)
def test_ages_fall_into_their_bands(age, victim, perp, group):
    assert (codes.victim_age_band(age), codes.perp_age_band(age)) == (victim, perp)
    assert codes.age_group(victim) == codes.age_group(perp) == group


def test_the_unborn_are_children_of_the_first_band():
    assert codes.victim_age_band(None, unborn=True) == "V00_05"


@given(st.integers(min_value=0, max_value=130))
@examples(60)
def test_every_age_is_a_child_exactly_below_eighteen(age):
    expected = "ANAK" if age < 18 else "DEWASA"
    assert codes.age_group(codes.victim_age_band(age)) == codes.age_group(codes.perp_age_band(age)) == expected


def test_a_word_that_is_no_band_has_no_age_group():
    with pytest.raises(UnknownCode):
        codes.age_group("V99")


def test_age_counts_full_years():
    assert codes.age_on(date(2010, 5, 20), date(2025, 5, 19)) == 14
    assert codes.age_on(date(2010, 5, 20), date(2025, 5, 20)) == 15
    assert codes.age_on(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert codes.age_on(date(2008, 2, 29), date(2025, 3, 1)) == 17
    assert codes.age_on(date(2025, 5, 20), date(2025, 5, 19)) == -1


def test_kinds_of_violence_imply_their_items_and_vague_kinds_imply_nothing():
    every_kind = [code.code for code in code_list("violence")]
    assert implications.implied_items(every_kind) == {"11", "12", "13", "14", "18"}
    assert implications.implied_items(["VK_EKSPLOITASI", "VK_LAIN"]) == frozenset()


def test_a_recorded_disability_implies_item_16_and_none_or_not_known_does_not():
    assert implications.implied_items([], ["DS_SENSORIK"]) == {"16"}
    assert implications.implied_items([], ["DS_NONE"]) == implications.implied_items([], ["DS_NA"]) == frozenset()
    assert [implications.has_disability(d) for d in (["DS_FISIK"], ["DS_NONE"], ["DS_NA"], [])] == [
        True,
        False,
        None,
        None,
    ]


def test_a_role_in_juvenile_justice_alone_implies_no_item():
    for role in code_list("abh_role"):
        assert implications.implied_items([], abh_role=role.code) == frozenset()


def test_women_categories_follow_from_kinds_flags_disability_and_age():
    implied = implications.implied_ktp(["VK_FISIK", "VK_TRAFFICKING"], ["kdrt", "kbgo"], ["DS_MENTAL"], 60)
    assert implied == {"KTP_FISIK", "KTP_TPPO", "KTP_KDRT", "KTP_KBGO", "KTP_DISABILITAS", "KTP_LANSIA"}
    assert implications.implied_ktp(["VK_EKSPLOITASI", "VK_PENELANTARAN"], [], ["DS_NONE"], 59) == frozenset()


def test_the_twenty_items_split_the_fifteen_categories():
    items = [item.code for item in code_list("ampk_items")]
    assert items == [str(n) for n in range(1, 21)]
    assert sorted((i for a in code_list("ampk") for i in implications.items_of_ampk(a.code)), key=int) == items
    for item in code_list("ampk_items"):
        assert code_list("ampk").get(implications.ampk_of_item(item.code)).text("letter") == item.text("letter")


def test_a_category_stands_for_an_item_only_where_it_does_not_split():
    split = {a.code for a in code_list("ampk") if implications.single_item_of_ampk(a.code) is None}
    assert split == {"AM_EKSPLOITASI", "AM_CULIK_JUAL", "AM_FISIK_PSIKIS", "AM_TELANTAR"}
    assert implications.single_item_of_ampk("AM_STIGMA") == "20"


def test_each_service_counts_in_one_line_of_the_form():
    lines = implications.kla_lines()
    assert [line.line for line in lines] == list("abcdefg")
    assert sorted(s for line in lines for s in line.services) == sorted(s.code for s in code_list("service"))
    assert implications.kla_line_of("SV_PEMULANGAN") == implications.kla_line_of("SV_REINTEGRASI") == "e"


def test_finer_values_lead_to_one_national_code():
    for detail in code_list("relationship_detail"):
        assert implications.relationship_of(detail.code) in code_list("relationship")
    assert {implications.relationship_of(d.code) for d in code_list("relationship_detail")} == {
        code.code for code in code_list("relationship")
    }
    for activity in code_list("activity"):
        service = implications.service_of_activity(activity.code)
        assert service is None or service in code_list("service")
    assert {form.text("violence") for form in code_list("violence_form")} <= {k.code for k in code_list("violence")}


def test_every_implication_speaks_of_codes_that_exist():
    tables = implications._tables()
    kinds = {code.code for code in code_list("violence")} | {"remark"}
    assert set(tables["items_by_kind"]) == set(tables["ktp_by_kind"]) == kinds
    assert set(tables["ktp_by_flag"]) == {flag.code for flag in code_list("flag")} | {"remark"}
    assert set(tables["items_by_abh_role"]) == {role.code for role in code_list("abh_role")} | {"remark"}
    for name, target in (("items_by", "ampk_items"), ("ktp_by", "ktp")):
        for table in (t for n, t in tables.items() if n.startswith(name)):
            assert all(code in code_list(target) for key, found in table.items() if key != "remark" for code in found)


def test_every_attribute_of_the_cluster_v_checklist_has_its_list():
    """kla-cluster-v 8: what is a choice there is a list here."""
    checklist = {
        *(
            "sex",
            "age_basis",
            "disability",
            "education",
            "schooling",
            "channel",
            "reporter_kind",
            "place",
            "ampk_items",
        ),
        *("certainty", "violence", "relationship", "abh_role", "offence", "diversion_stage", "diversion_outcome"),
        *("verdict", "work_sector", "bpta_kind", "incident_event", "separation", "substance", "service"),
        *(
            "service_outcome",
            "institution_type",
            "referral_status",
            "termination",
            "termination_reason",
            "followup_kind",
        ),
    }
    assert checklist <= set(ALL_LISTS)
