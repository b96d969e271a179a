"""Areas: complete, keyed by code, and found under the names people publish."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import NotFound
from app.reference import areas
from app.reference.areas import Level
from tests.examples import examples

PUBLISHED_2024 = """Anggana; Kembang Janggut; Kenohan; Kota Bangun; Loa Janan; Loa Kulu; Marang Kayu; Muara Badak; Muara Jawa;
Muara Kaman; Muara Muntai; Muara Wis; Sanga-Sanga; Sebulu; Semboja; Tabang; Tenggarong; Tenggarong Seberang"""


def test_every_area_of_the_country_is_there():
    provinces = areas.children()
    kabupaten = [each for province in provinces for each in areas.children(province.code)]
    kecamatan = [each for kab in kabupaten for each in areas.children(kab.code)]
    villages = [each for kec in kecamatan for each in areas.children(kec.code)]
    assert [len(level) for level in (provinces, kabupaten, kecamatan, villages)] == [38, 514, 7285, 83762]
    assert len({each.code for each in villages}) == 83762
    assert all(kec.code.startswith(f"{kec.parent}.") and kec.level is Level.KECAMATAN for kec in kecamatan)


def test_the_last_village_of_the_list_is_found_too():
    assert areas.area("96.71.10.1004").name == "Tanjung Kasuari"
    assert areas.area("11.01.01.2001").name == "Keude Bakongan"


def test_an_area_knows_what_it_lies_in():
    village = areas.area("64.02.06.1001")
    assert (village.name, village.level, village.parent) == ("Jahab", Level.VILLAGE, "64.02.06")
    assert areas.kecamatan_of(village.code) == areas.area("64.02.06")
    assert areas.kabupaten_of(village.code) == areas.kabupaten_of("64.02") == areas.area("64.02")
    assert areas.kabupaten_of("64") is areas.kecamatan_of("64.02") is None
    assert areas.children(village.code) == ()
    assert areas.area("64").parent is None


def test_codes_are_accepted_with_and_without_dots():
    assert areas.area("6402061001") == areas.area("64.02.06.1001") == areas.find(" 64.02.061001 ")
    assert areas.exists("640206")


@pytest.mark.parametrize(
    "code", ["", "6", "99", "64.99", "64.02.99", "64.02.06.9999", "64.02.0", "75114", "x", "٦٤", "64.02\x00"]
)
def test_what_is_no_code_is_no_area(code):
    assert not areas.exists(code)
    with pytest.raises(NotFound):
        areas.area(code)


def test_the_eighteen_published_kecamatan_names_of_one_kabupaten_are_all_found():
    names = [name.strip() for name in PUBLISHED_2024.split(";")]
    found = [areas.find(name, within="64.02") for name in names]
    assert len(names) == 18
    assert all(each and each.level is Level.KECAMATAN and each.parent == "64.02" for each in found)
    assert len({each.code for each in found if each}) == 18


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Sanga-Sanga", "64.02.15"),
        ("sangasanga", "64.02.15"),
        ("KEC. SANGA SANGA", "64.02.15"),
        ("Kecamatan Semboja", "64.02.13"),
        ("Kec.Tenggarong", "64.02.06"),
        ("Marangkayu", "64.02.17"),
        ("Kota Bangun", "64.02.08"),
        ("Kec. Kota Bangun", "64.02.08"),
        ("Loa Ipuh", "64.02.06.1002"),
        ("Kel. Loa Ipuh", "64.02.06.1002"),
        ("Loa Ipuh, Tenggarong", "64.02.06.1002"),
    ],
)
def test_published_spellings_mean_one_area_of_the_kabupaten(written, code):
    assert areas.find(written, within="6402") == areas.area(code)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Kutai Kartanegara", "64.02"),
        ("Kab. Kutai Kartanegara", "64.02"),
        ("kota samarinda", "64.72"),
        ("Kab. Bogor", "32.01"),
        ("Kota Bogor", "32.71"),
        ("DKI Jakarta", "31"),
        ("Prov. Kalimantan Timur", "64"),
        ("Tenggarong, Kutai Kartanegara, Kalimantan Timur", "64.02.06"),
        ("Kab. Adm. Kepulauan Seribu", "31.01"),
    ],
)
def test_names_are_understood_across_the_country(written, code):
    assert areas.find(written) == areas.area(code)


def test_a_name_with_two_meanings_is_not_guessed():
    assert areas.find("Bogor") is None
    assert {each.code for each in areas.candidates("Bogor")} == {"32.01", "32.71"}
    assert areas.find("Sebulu", within="64.03") is None
    assert areas.candidates("", within="64.02") == ()
    assert areas.find("Tenggarong", within="64.02", level=Level.VILLAGE) is None
    assert areas.find("Jahab") is None, "villages are looked for inside one kabupaten"


def test_a_code_outside_the_wanted_area_is_not_found():
    assert areas.find("64.03.01", within="64.02") is None
    assert areas.find("64.02.06.1001", within="64.02", level=Level.KECAMATAN) is None
    assert areas.find("Tenggarong", within="nowhere") is None


@given(st.text(max_size=30), st.sampled_from([None, "64", "64.02", "64.02.06"]))
@examples(80)
def test_any_text_is_either_an_area_inside_or_nothing(text, within):
    for each in areas.candidates(text, within):
        assert within is None or each.code.startswith(within)


@given(st.data())
@examples(40)
def test_each_kecamatan_is_found_by_its_own_name_inside_its_kabupaten(data):
    kabupaten = data.draw(st.sampled_from([k.code for k in areas.children("64") + areas.children("11")]))
    kecamatan = data.draw(st.sampled_from(areas.children(kabupaten)))
    assert kecamatan in areas.candidates(f"Kec. {kecamatan.name}", kabupaten)


def test_areas_at_rest_stay_small():
    """Traced memory of a first look at a village, villages of one kabupaten included."""
    script = (
        "import tracemalloc, json; tracemalloc.start(); from app.reference import areas;"
        "areas.find('Loa Ipuh', within='64.02'); print(json.dumps(tracemalloc.get_traced_memory()))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    at_rest, peak = json.loads(out.stdout)
    assert at_rest < 9_000_000
    assert peak < 16_000_000
