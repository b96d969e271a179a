"""The sheet for SIMFONI: the order of the register print, national words only, and what to do where there are none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import code_list
from app.domain.simfoni.changes import changes, facts_digest, kept_texts
from app.domain.simfoni.layout import CERTAINTIES, Kind, layout, least_sure
from app.domain.simfoni.sheet import Facts, Line, Sheet, Shut, State, build, national_text

PLACE = {"local": "Loa Ipuh, Tenggarong", "province": "Kalimantan Timur", "district": "Kutai Kartanegara"}
CODED = (Kind.CODE, Kind.CODES)


def victim(number: int = 1, **changed: Any) -> Facts:
    profile = {
        "age_at_incident": 9,
        "age_basis": "UB_TGL_LAHIR",
        "unborn": False,
        "sex": "P",
        "education": "ED_SD",
        "occupation": "OC_PELAJAR",
        "marital": "",
        "disability": ("DS_NONE",),
        "citizenship": "WNI",
        "country": "",
        "violence": ("VK_PSIKIS", "VK_FISIK"),
        "trafficking": (),
        "kdrt": "YA",
    }
    identity = {
        "name": "Bunga Rekaan",
        "nik": "",
        "birth_place": "",
        "birth_date": date(2017, 3, 4),
        "address": "Jalan Rekaan 1",
    }
    given: dict[str, Any] = {"id": f"v{number}", "asked": ("born",), "home": PLACE, "services": (), "referrals": ()}
    return given | {
        "profile": profile | changed.pop("profile", {}),
        "identity": changed.pop("identity", identity),
        **changed,
    }


def service(**changed: Any) -> Facts:
    given = {"id": "s1", "on": date(2026, 5, 21), "agency": "UPTD PPA", "code": "", "activity": "AK_KONSELING"}
    return given | {"detail": "Konseling", "text": {"description": "Sesi pertama"}} | changed


def reported(*relations: Facts, **profile: Any) -> Facts:
    known = {"age": 40, "sex": "L", "education": "", "occupation": "", "marital": "", "citizenship": ""}
    identity = {"name": "Terlapor Rekaan", "address": ""}
    return {"id": "r1", "profile": known | profile, "identity": identity, "relations": relations}


def relation(to: str = "v1", relationship: str = "", detail: str = "") -> Facts:
    return {"id": to, "number": 1, "relationship": relationship, "detail": detail}


def case(*victims: Facts, people: tuple[Facts, ...] = (), **changed: Any) -> Facts:
    incident = {
        "first_on": date(2026, 5, 18),
        "report_on": date(2026, 5, 20),
        "place": "PL_RT",
        "online": "TIDAK",
        "transfer_in": False,
    }
    return {
        "register_no": "PPA/2026/0042",
        "incident": incident | changed.pop("incident", {}),
        "chronology": {"text": "Ceritanya panjang", "scene_address": "Gang Rekaan 2"},
        "scene": PLACE,
        "victims": victims or (victim(),),
        "reported": people,
        **changed,
    }


def sheet_of(*victims: Facts, **given: Any) -> Sheet:
    return build(layout(), case(*victims, **given))


def line(sheet: Sheet, ending: str) -> Line:
    return next(each for each in sheet.lines() if each.path.endswith(ending))


# --- the file --------------------------------------------------------------------------------------------------------


def test_every_code_of_a_list_is_national_or_says_what_to_do_instead() -> None:
    for name, national in layout().lists.items():
        codes = {code.code for code in code_list(name)}
        assert set(national.codes) | set(national.instead) == codes, name
        assert not set(national.codes) & set(national.instead), name
        for instead in national.instead.values():
            assert instead.choose is None or instead.choose in national.codes
            assert instead.certainty in CERTAINTIES
            assert instead.why.id
            assert instead.why.en


def test_every_finer_value_leads_to_a_national_one() -> None:
    for group in layout().walk():
        for field in group.fields:
            if field.finer is not None:
                leads = {code.text(field.finer.via) for code in code_list(field.finer.list)} - {None}
                assert leads <= set(layout().lists[field.list].codes), field.code


def test_every_field_and_every_advice_names_lists_and_codes_that_exist() -> None:
    for group in layout().walk():
        assert len({field.code for field in group.fields}) == len(group.fields)
        for field in group.fields:
            assert field.certainty in CERTAINTIES
            assert (field.kind in (*CODED, Kind.AGE, Kind.PRESENCE)) == bool(field.list), field.code
            for advice in field.advice:
                choose = advice.instead.choose
                assert choose is None or choose in layout().lists[field.list].codes


def test_the_groups_stand_in_the_order_of_the_register_print() -> None:
    assert [group.code for group in layout().walk()] == [
        "case", "victim", "service", "referral", "reported", "relation"
    ]  # fmt: skip
    of_case = [field.code for field in layout().groups[0].fields]
    assert [code for code in of_case if code != "scene_area"] == [
        "register_no", "incident_on", "report_on", "description", "place", "scene_address", "scene_province", "scene_district",
    ]  # fmt: skip


def test_a_value_is_no_surer_than_its_field() -> None:
    assert least_sure("C", "C2") == "C2"
    assert least_sure("U", "C", "") == "U"
    assert least_sure() == "C"


# --- one case --------------------------------------------------------------------------------------------------------


def test_a_case_is_written_in_national_words_and_in_order() -> None:
    girl = victim(services=(service(),))
    sheet = sheet_of(girl, people=(reported(relation(relationship="RL_ORTU", detail="RD_AYAH_TIRI")),))

    assert [group.path for group in sheet.walk()] == [
        "case", "victim:v1", "victim:v1/service:s1", "reported:r1", "reported:r1/relation:v1"
    ]  # fmt: skip
    assert line(sheet, "case.incident_on").text == "18/05/2026"
    assert line(sheet, ".place").text == "Rumah tangga"
    assert line(sheet, ".violence").text == "Fisik, Psikis"
    assert line(sheet, "service:s1.service").text == "Rehabilitasi sosial"
    assert line(sheet, "service:s1.service").beside.id == "Konseling"  # type: ignore[union-attr]
    assert line(sheet, ".relationship").text == "Orang tua"
    assert line(sheet, ".relationship").beside.en == "Stepfather"  # type: ignore[union-attr]
    assert line(sheet, "victim:v1.age").text == "9"
    assert line(sheet, "victim:v1.age").beside.id == "6–12 tahun"  # type: ignore[union-attr]


def test_what_is_not_recorded_is_lacking_only_where_it_is_asked() -> None:
    sheet = sheet_of(victim(profile={"education": "", "country": "", "marital": ""}))

    lacking = {each.field.code for each in sheet.lines() if each.is_lacking}
    assert "education" in lacking
    assert not {"country", "marital", "trafficking"} & lacking
    adult = sheet_of(victim(asked=("born", "adults", "foreigners", "trafficked")))
    assert {"country", "marital", "trafficking"} <= {each.field.code for each in adult.lines() if each.is_lacking}


def test_an_unborn_child_is_not_asked_for_a_birth_date_or_a_school() -> None:
    identity = {"name": "Calon anak", "nik": "", "birth_place": "", "birth_date": None, "address": ""}
    unborn = victim(asked=(), identity=identity, profile={"unborn": True, "age_at_incident": 0, "education": ""})
    codes = {each.field.code for each in sheet_of(unborn).lines()}
    assert not {"birth_date", "nik", "education"} & codes
    assert "dalam kandungan" in line(sheet_of(unborn), "victim:v1.age").counsel[0].why.id


@pytest.mark.parametrize(
    ("incident", "text", "certainty"),
    [
        ({"online": "YA", "place": ""}, "Lainnya", "U"),
        ({"online": "YA", "place": "PL_LAIN"}, "Lainnya", "U"),
        ({"online": "YA", "place": "PL_SEKOLAH"}, "Sekolah", "U"),
        ({"online": "TIDAK", "place": "TIDAK_DIKETAHUI"}, "Lainnya", "S"),
    ],
)
def test_a_place_without_a_national_value_says_what_to_choose_and_why(incident, text, certainty) -> None:
    place = line(sheet_of(incident=incident), "case.place")
    assert (place.state, place.text) == (State.FILLED, text)
    assert [each.certainty for each in place.counsel] == [certainty]
    assert place.counsel[0].why.id


def test_an_unknown_sex_or_age_leaves_nothing_to_type_and_says_whom_to_ask() -> None:
    sheet = sheet_of(people=(reported(sex="X", age=None),))
    for field in ("reported:r1.sex", "reported:r1.age"):
        found = line(sheet, field)
        assert (found.state, found.text, found.counsel[0].choose) == (State.UNSURE, "", None)
        assert found.is_lacking


def test_a_stateless_victim_is_typed_as_a_foreign_citizen_with_the_reason() -> None:
    found = line(sheet_of(victim(profile={"citizenship": "CZ_STATELESS"})), ".citizenship")
    assert (found.text, found.counsel[0].choose.id) == ("Warga negara asing", "Warga negara asing")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kinds", "text"), [(("DS_NONE",), "Tidak"), (("DS_FISIK", "DS_MENTAL"), "Ya"), (("DS_NA",), ""), ((), "")]
)
def test_the_kinds_of_a_disability_become_yes_or_no(kinds, text) -> None:
    assert line(sheet_of(victim(profile={"disability": kinds})), ".disability").text == text


def test_a_value_from_a_less_sure_list_carries_that_mark() -> None:
    assert line(sheet_of(victim(profile={"occupation": "OC_KERJA"})), ".occupation").certainty == "C2"
    assert line(sheet_of(), "victim:v1.occupation").certainty == "C"


def test_a_case_taken_over_is_to_be_looked_up_first() -> None:
    of_case = next(sheet_of(incident={"transfer_in": True}).walk())
    assert "pelimpahan" in of_case.counsel[0].why.id


def test_what_is_not_open_is_named_and_nothing_of_it_stands_on_the_sheet() -> None:
    sheet = sheet_of(victim(identity=Shut.CLOSED), chronology=Shut.UNREADABLE)
    name, story = line(sheet, "victim:v1.name"), line(sheet, "case.description")
    assert (name.state, name.text, name.is_lacking) == (State.CLOSED, "", False)
    assert (story.state, story.text) == (State.UNREADABLE, "")


# --- what changed since it was typed ---------------------------------------------------------------------------------


def test_a_sheet_that_was_just_typed_has_no_changes() -> None:
    sheet = sheet_of(victim(services=(service(),)), people=(reported(relation(detail="RD_PACAR")),))
    assert not changes(sheet, kept_texts(sheet))


def test_a_new_service_a_corrected_value_and_what_is_gone_are_told_apart() -> None:
    before = sheet_of(victim(services=(service(),)))
    after = sheet_of(victim(services=(service(id="s2"),), profile={"education": "ED_SLTP"}))

    found = changes(after, kept_texts(before))

    assert found.before["victim:v1.education"] == "SD"
    assert found.before["victim:v1/service:s2.on"] == ""
    assert {gone.path for gone in found.gone} == {
        f"victim:v1/service:s1.{each}" for each in ("on", "agency", "service", "detail", "description")
    }
    assert layout().field("victim:v1/service:s1.on").label.en == "Day of the service"  # type: ignore[union-attr]


def test_of_a_long_text_only_a_digest_is_kept_and_its_change_is_seen() -> None:
    long = sheet_of(chronology={"text": "kata " * 200, "scene_address": ""})
    other = sheet_of(chronology={"text": "kata " * 199, "scene_address": ""})
    kept = kept_texts(long)
    assert "kata" not in kept["case.description"]
    assert not changes(long, kept)
    assert changes(other, kept).before == {"case.description": ""}


def test_lines_that_are_not_open_are_not_taken_for_changes() -> None:
    typed = kept_texts(sheet_of())
    assert not changes(sheet_of(victim(identity=Shut.CLOSED), chronology=Shut.CLOSED), typed)


# --- laws ------------------------------------------------------------------------------------------------------------

NATIONAL = {
    name: {national_text(layout(), name, code) for code in national.codes} for name, national in layout().lists.items()
}


def codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *(code.code for code in code_list(name))])


def many(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([code.code for code in code_list(name)]), max_size=4, unique=True).map(tuple)


profiles = st.fixed_dictionaries(
    {
        "age_at_incident": st.none() | st.integers(0, 110),
        "sex": codes("sex"),
        "education": codes("education"),
        "occupation": codes("occupation"),
        "marital": codes("marital"),
        "disability": many("disability"),
        "citizenship": codes("citizenship"),
        "violence": many("violence"),
        "trafficking": many("trafficking"),
        "kdrt": codes("yes_no_unknown"),
    }
)
incidents = st.fixed_dictionaries({"place": codes("place"), "online": codes("yes_no_unknown")})
services = st.builds(lambda code, activity: service(code=code, activity=activity), codes("service"), codes("activity"))


@given(profiles, incidents, services)
def test_whatever_is_recorded_only_national_words_are_offered_to_be_typed(profile, incident, given_service) -> None:
    sheet = sheet_of(victim(profile=profile, services=(given_service,)), incident=incident)
    for each in sheet.lines():
        if each.field.kind in CODED and each.text:
            assert set(each.text.split(", ")) <= NATIONAL[each.field.list], each.path
        assert (each.state is State.FILLED) == bool(each.text)
        assert each.state is not State.UNSURE or each.counsel


@given(profiles, profiles, incidents)
def test_the_digest_tells_two_cases_apart_exactly_where_a_value_differs(first, second, incident) -> None:
    one, other = (case(victim(profile=profile), incident=incident) for profile in (first, second))
    assert (facts_digest(one) == facts_digest(other)) == (first == second)
    sheet = build(layout(), one)
    assert not changes(sheet, kept_texts(sheet))


def test_the_digest_is_the_same_in_every_process_and_sees_days_and_what_is_shut() -> None:
    """Frozen: entries made with an earlier version are compared by it."""
    assert (
        facts_digest({"on": date(2026, 5, 20), "codes": ("A", "B"), "none": None}) == "4f81a38e4fde087986f852acf3f54a8d"
    )
    assert facts_digest({"on": date(2026, 5, 21)}) != facts_digest({"on": date(2026, 5, 20)})
    assert facts_digest({"words": Shut.CLOSED}) != facts_digest({"words": ""})
