"""Impossible and odd combinations in an intake: each is named, on its field, and only what is impossible refuses."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.cases import completeness, labels, validation
from app.domain.errors import Problem, Severity
from app.security.structs.case import Chronology, Reporter
from app.security.structs.intake import Intake, IntakeIncident, IntakeReport, Screening
from app.security.structs.people import Category, Diversion, Relation
from tests.intake_support import TODAY, a_client, a_reported, an_intake, known_as


def found(intake: Intake) -> dict[str, str]:
    """Code to field of every problem."""
    return {problem.code: problem.field for problem in validation.check(intake, TODAY)}


def refused(intake: Intake) -> dict[str, str]:
    """Code to field of what refuses."""
    return {problem.code: problem.field for problem in validation.errors(validation.check(intake, TODAY))}


def warned(intake: Intake) -> dict[str, str]:
    """Code to field of what is only said."""
    return {problem.code: problem.field for problem in validation.warnings(validation.check(intake, TODAY))}


def test_a_complete_intake_has_no_problem() -> None:
    client = a_client()
    intake = an_intake(client, reported=(a_reported(client),))
    assert validation.check(intake, TODAY) == ()
    assert validation.required_for_registration(intake) == ()


def test_an_empty_intake_contradicts_nothing_and_lacks_the_minimum() -> None:
    assert validation.check(Intake(), TODAY) == ()
    assert {problem.field for problem in validation.required_for_registration(Intake())} == {
        "report.on",
        "report.time",
        "report.channel",
        "incident.first_on",
        "incident.area",
        "screening.risk",
        "screening.danger_prompts",
        "clients",
    }


# --- days ------------------------------------------------------------------------------------------------------------


def report_on(day: date) -> Intake:
    return replace(an_intake(), report=replace(an_intake().report, on=day), incident=IntakeIncident())


IMPOSSIBLE_DAYS: list[tuple[Intake, str, str]] = [
    (report_on(date(2026, 5, 21)), "report.future", "report.on"),
    (report_on(date(1989, 12, 31)), "day.too-early", "report.on"),
    (an_intake(first_on=date(2026, 5, 21)), "incident.after-report", "incident.first_on"),
    (an_intake(last_on=date(2026, 5, 21)), "incident.after-report", "incident.last_on"),
    (an_intake(last_on=date(2026, 5, 17)), "incident.last-before-first", "incident.last_on"),
    (an_intake(first_on=date(1899, 12, 31)), "day.too-early", "incident.first_on"),
    (an_intake(event_on=date(2026, 5, 21)), "day.future", "incident.event_on"),
    (Intake(incident=IntakeIncident(first_on=date(2026, 5, 21))), "day.future", "incident.first_on"),
    (
        an_intake(known_as(a_client(), birth_date=date(2026, 5, 19))),
        "birth.after-incident",
        "clients.0.identity.birth_date",
    ),
    (
        replace(
            report_on(date(2026, 5, 1)),
            clients=(known_as(a_client(stated_age=None), birth_date=date(2026, 5, 2)),),
        ),
        "birth.after-report",
        "clients.0.identity.birth_date",
    ),
    (an_intake(known_as(a_client(), birth_date=date(2026, 5, 21))), "birth.future", "clients.0.identity.birth_date"),
    (an_intake(known_as(a_client(), birth_date=date(1899, 1, 1))), "day.too-early", "clients.0.identity.birth_date"),
    (an_intake(known_as(a_client(), birth_date=date(1902, 1, 1))), "age.range", "clients.0.identity.birth_date"),
    (
        an_intake(a_client(categories=(Category("1", on=date(2026, 6, 1)),))),
        "day.future",
        "clients.0.profile.categories.0.on",
    ),
    (
        an_intake(a_client(diversion=(Diversion("DV_SIDIK", on=date(2026, 6, 1)),))),
        "day.future",
        "clients.0.profile.diversion.0.on",
    ),
    (an_intake(a_client(reunited_on=date(2026, 6, 1))), "day.future", "clients.0.profile.reunited_on"),
    (an_intake(a_client(withdrawn_on=date(2026, 6, 1))), "day.future", "clients.0.profile.withdrawn_on"),
]


@pytest.mark.parametrize(("intake", "code", "field"), IMPOSSIBLE_DAYS, ids=[row[2] for row in IMPOSSIBLE_DAYS])
def test_an_impossible_day_is_refused_where_it_stands(intake: Intake, code: str, field: str) -> None:
    assert refused(intake).get(code) == field


def test_a_reported_person_is_not_born_after_the_incident() -> None:
    client = a_client()
    person = replace(a_reported(client), identity=replace(a_reported().identity, birth_date=date(2026, 5, 19)))
    assert refused(an_intake(client, reported=(person,)))["birth.after-incident"] == "reported.0.identity.birth_date"


def test_the_day_of_the_report_itself_may_be_the_incident_and_the_birth() -> None:
    client = known_as(a_client(stated_age=None), birth_date=TODAY)
    assert refused(an_intake(client, first_on=TODAY, last_on=TODAY)) == {}


@given(st.dates(date(1990, 1, 1), date(2026, 12, 31)), st.dates(date(1990, 1, 1), date(2026, 12, 31)))
def test_an_incident_is_accepted_exactly_up_to_its_report(incident: date, report: date) -> None:
    intake = replace(report_on(report), incident=IntakeIncident(first_on=incident))
    assert ("incident.after-report" in refused(intake)) == (incident > report)


@pytest.mark.parametrize("clock", ["25:00", "9:00", "12:60", "tengah hari", "12.30"])
def test_a_time_that_is_none_is_refused(clock: str) -> None:
    report = IntakeReport(on=TODAY, time=clock)
    assert refused(Intake(report=report))["time.unreadable"] == "report.time"
    assert refused(Intake(incident=IntakeIncident(time=clock)))["time.unreadable"] == "incident.time"


# --- ages and children ---------------------------------------------------------------------------------------------


CHILD_ONLY: list[tuple[dict[str, Any], str]] = [
    ({"categories": (Category("1"),)}, "clients.0.profile.categories"),
    ({"abh_role": "ABH_SAKSI"}, "clients.0.profile.abh_role"),
    ({"capacity": "ABH_PELAKU"}, "clients.0.profile.capacity"),
    ({"capacity": "AMPK_LAIN"}, "clients.0.profile.capacity"),
]


@pytest.mark.parametrize(("profile", "field"), CHILD_ONLY, ids=["category", "role", "offender", "other"])
def test_a_child_of_thirty_is_refused(profile: dict[str, Any], field: str) -> None:
    assert refused(an_intake(a_client(stated_age=30, **profile)))["category.adult"] == field


@pytest.mark.parametrize(("profile", "field"), CHILD_ONLY, ids=["category", "role", "offender", "other"])
def test_a_child_of_seventeen_is_not(profile: dict[str, Any], field: str) -> None:
    assert "category.adult" not in found(an_intake(a_client(stated_age=17, **profile)))


def test_who_was_a_child_at_the_incident_may_be_grown_up_at_the_report() -> None:
    client = known_as(a_client(stated_age=None, categories=(Category("14"),)), birth_date=date(2008, 5, 1))
    intake = an_intake(client, first_on=date(2026, 4, 30))
    assert "category.adult" not in found(intake)


@pytest.mark.parametrize("age", [-1, 121, 300])
def test_nobody_has_such_an_age(age: int) -> None:
    client = a_client()
    assert refused(an_intake(a_client(stated_age=age)))["age.range"] == "clients.0.profile.stated_age"
    assert refused(an_intake(client, reported=(a_reported(client, age=age),)))["age.range"] == "reported.0.profile.age"


def test_an_age_that_contradicts_the_birth_date_warns() -> None:
    client = known_as(a_client(stated_age=12), birth_date=date(2015, 1, 1))
    assert warned(an_intake(client))["age.contradicts-birth"] == "clients.0.profile.stated_age"
    assert refused(an_intake(client)) == {}


def test_an_age_holds_for_the_day_on_which_it_was_told() -> None:
    client = known_as(a_client(stated_age=11, stated_on=TODAY), birth_date=date(2015, 1, 1))
    assert warned(an_intake(client, first_on=date(2020, 1, 1))) == {}


def test_an_unborn_child_has_neither_age_nor_birth_date() -> None:
    client = known_as(a_client(unborn=True, stated_age=3), birth_date=date(2026, 1, 1))
    assert refused(an_intake(client)) == {
        "unborn.age": "clients.0.profile.stated_age",
        "unborn.birth": "clients.0.identity.birth_date",
    }


def test_a_role_under_child_justice_that_does_not_fit_the_age_warns() -> None:
    assert warned(an_intake(a_client(stated_age=9, abh_role="ABH_PELAKU")))["abh.age"] == "clients.0.profile.abh_role"


def test_a_womans_category_on_a_girl_warns() -> None:
    assert warned(an_intake(a_client(ktp=("KTP_FISIK",))))["ktp.child"] == "clients.0.profile.ktp"


def test_a_grown_reported_person_is_no_child_offender() -> None:
    client = a_client()
    person = a_reported(client, age=30, child_offender="YA")
    assert warned(an_intake(client, reported=(person,)))["offender.age"] == "reported.0.profile.child_offender"


# --- numbers -----------------------------------------------------------------------------------------------------------

GIRL_OF_2017 = "6303054201170001"  # born on 2 January 2017, a woman


def test_a_nik_that_fits_says_nothing() -> None:
    client = known_as(a_client(stated_age=None), nik=GIRL_OF_2017, birth_date=date(2017, 1, 2))
    assert found(an_intake(client)) == {}


@pytest.mark.parametrize(
    ("nik", "profile", "birth", "code"),
    [
        (GIRL_OF_2017, {"sex": "L"}, None, "nik.sex"),
        (GIRL_OF_2017, {}, date(2017, 1, 3), "nik.birth"),
        ("630305420117", {}, None, "nik.length"),
        ("63030542011700AB", {}, None, "nik.digits"),
        ("0103054201170001", {}, None, "nik.province"),
        ("6303054213170001", {}, None, "nik.month"),
        ("6303057102170001", {}, None, "nik.day"),
    ],
)
def test_an_odd_nik_warns_and_never_refuses(nik: str, profile: dict[str, Any], birth: date | None, code: str) -> None:
    client = known_as(a_client(**profile), nik=nik, birth_date=birth)
    assert warned(an_intake(client))[code] == "clients.0.identity.nik"
    assert refused(an_intake(client)) == {}


def test_two_people_with_one_nik_warn_on_both() -> None:
    first, second = known_as(a_client(), nik=GIRL_OF_2017), known_as(a_client("Anggrek"), nik="6303 0542 0117 0001")
    fields = {p.field for p in validation.check(an_intake(first, second), TODAY) if p.code == "nik.twice"}
    assert fields == {"clients.0.identity.nik", "clients.1.identity.nik"}


def test_a_phone_or_family_card_that_is_none_warns() -> None:
    client = known_as(a_client(), phone="tidak ada", kk="123")
    assert warned(an_intake(client)) == {
        "phone.unreadable": "clients.0.identity.phone",
        "kk.length": "clients.0.identity.kk",
    }


# --- relations, codes, texts ------------------------------------------------------------------------------------------


def test_a_relation_to_a_client_who_is_not_there_is_refused() -> None:
    client, stranger = a_client(), a_client()
    intake = an_intake(client, reported=(a_reported(client, stranger),))
    assert refused(intake)["relation.unknown-client"] == "reported.0.relations.1"


def test_two_relations_to_one_client_are_refused() -> None:
    client = a_client()
    assert refused(an_intake(client, reported=(a_reported(client, client),)))["relation.duplicate"]


def test_every_pair_needs_a_relation_to_be_registered() -> None:
    first, second = a_client(), a_client("Anggrek")
    intake = an_intake(first, second, reported=(a_reported(first),))
    assert [p.field for p in validation.required_for_registration(intake)] == ["reported.0.relations.1"]


def test_one_id_for_two_people_is_refused() -> None:
    client = a_client()
    twin = replace(a_reported(client), id=client.id)
    assert refused(an_intake(client, reported=(twin,)))["people.same-id"]


def test_more_people_than_a_form_holds_are_refused() -> None:
    crowd = tuple(replace(a_client(), id=uuid4()) for _ in range(validation.MAX_PEOPLE + 1))
    assert refused(replace(an_intake(), clients=crowd))["people.too-many"] == "clients"


CODED: list[tuple[Intake, str]] = [
    (Intake(report=IntakeReport(channel="CH_BURUNG")), "report.channel"),
    (Intake(report=IntakeReport(reporter_kind="PR_X")), "report.reporter_kind"),
    (an_intake(place="PL_BULAN"), "incident.place"),
    (an_intake(online="MUNGKIN"), "incident.online"),
    (Intake(screening=Screening(risk="RK_SANGAT")), "screening.risk"),
    (Intake(screening=Screening(danger_prompts=("DG_X",))), "screening.danger_prompts"),
    (an_intake(a_client(violence=("VK_FISIK", "VK_X"))), "clients.0.profile.violence"),
    (an_intake(a_client(tpks=("TP_X",))), "clients.0.profile.tpks"),
    (an_intake(a_client(categories=(Category("21"),))), "clients.0.profile.categories.0.item"),
    (an_intake(known_as(a_client(), religion="AG_X")), "clients.0.identity.religion"),
    (an_intake(reported=(a_reported(sex="Q"),)), "reported.0.profile.sex"),
    (
        an_intake(reported=(a_reported(relations=(Relation(uuid4(), "RL_X"),)),)),
        "reported.0.relations.0.relationship",
    ),
]


@pytest.mark.parametrize(("intake", "field"), CODED, ids=[field for _, field in CODED])
def test_an_unknown_code_is_refused_where_it_stands(intake: Intake, field: str) -> None:
    assert refused(intake)["code.unknown"] == field


@pytest.mark.parametrize("field", ["area", "patbm_village", "event_area"])
def test_an_area_that_does_not_exist_is_refused(field: str) -> None:
    assert refused(an_intake(**{field: "63.99.99"}))["area.unknown"] == f"incident.{field}"


def test_an_area_of_a_client_that_does_not_exist_is_refused() -> None:
    assert refused(an_intake(a_client(residence="63.99.99")))["area.unknown"] == "clients.0.profile.residence"


TEXTS: list[tuple[Intake, str]] = [
    (an_intake(chronology=Chronology(text="a" * 20_001)), "incident.chronology.text"),
    (Intake(report=IntakeReport(reporter=Reporter(name="a" * 201))), "report.reporter.name"),
    (an_intake(known_as(a_client(), name="a" * 201)), "clients.0.identity.name"),
    (an_intake(known_as(a_client(), aliases=("a" * 201,))), "clients.0.identity.aliases"),
    (an_intake(a_client(country="a" * 201)), "clients.0.profile.country"),
    (an_intake(reported=(a_reported(name="a" * 201),)), "reported.0.identity.name"),
]


@pytest.mark.parametrize(("intake", "field"), TEXTS, ids=[field for _, field in TEXTS])
def test_a_text_beyond_its_limit_is_refused(intake: Intake, field: str) -> None:
    assert refused(intake)["text.too-long"] == field


def test_a_text_at_its_limit_is_not() -> None:
    assert refused(an_intake(known_as(a_client(), name="a" * 200), chronology=Chronology(text="a" * 20_000))) == {}


def test_a_nul_is_refused() -> None:
    assert refused(an_intake(known_as(a_client(), name="Mel\0ati")))["text.nul"] == "clients.0.identity.name"


# --- combinations ------------------------------------------------------------------------------------------------------


def test_no_disability_and_a_disability_contradict_each_other() -> None:
    client = a_client(disability=("DS_NONE", "DS_FISIK"))
    assert refused(an_intake(client))["disability.contradiction"] == "clients.0.profile.disability"
    assert refused(an_intake(a_client(disability=("DS_MENTAL", "DS_FISIK")))) == {}


def test_the_same_category_twice_is_refused_on_the_second() -> None:
    client = a_client(categories=(Category("1"), Category("1")))
    assert refused(an_intake(client))["category.duplicate"] == "clients.0.profile.categories.1.item"


def test_an_end_without_its_day_is_refused() -> None:
    assert refused(an_intake(a_client(closure="TM_SELESAI")))["ended.undated"] == "clients.0.profile.ended_on"


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"pregnant": "YA", "sex": "L"}, "pregnant.sex"),
        ({"trafficking": ("TR_SEKS",)}, "trafficking.without-kind"),
    ],
)
def test_what_is_odd_about_a_client_warns(profile: dict[str, Any], code: str) -> None:
    intake = an_intake(a_client(**profile))
    assert code in warned(intake)
    assert refused(intake) == {}


@pytest.mark.parametrize("level", ["RK_RENDAH", "RK_SEDANG"])
def test_a_lower_risk_than_the_signs_suggest_warns_until_it_has_its_reason(level: str) -> None:
    screening = Screening(danger_prompts=("DG_SENJATA",), risk=level)
    assert warned(Intake(screening=screening)) == {"risk.below-prompts": "screening.risk"}
    reasoned = msgspec.structs.replace(screening, risk_reason="senjata sudah disita polisi")
    assert found(Intake(screening=reasoned)) == {}


@pytest.mark.parametrize(
    "screening",
    [
        Screening(danger_prompts=("DG_SENJATA",), risk="RK_TINGGI"),
        Screening(prompts_asked=True, risk="RK_RENDAH"),
        Screening(prompts_asked=True, risk="RK_SEDANG"),
        Screening(risk="RK_RENDAH"),
    ],
)
def test_the_risk_suggested_a_higher_one_and_one_before_the_signs_were_asked_need_no_reason(screening) -> None:
    assert found(Intake(screening=screening)) == {}


def test_who_is_no_victim_needs_no_kind_of_violence() -> None:
    witness = a_client(capacity="SAKSI", violence=())
    victim = a_client(violence=())
    lacking = [p.code for p in validation.required_for_registration(an_intake(witness, victim))]
    assert lacking == ["violence.required"]


# --- words -------------------------------------------------------------------------------------------------------------


def test_every_problem_of_the_case_room_has_a_sentence_and_its_field_a_name() -> None:
    intakes = [row[0] for row in (*IMPOSSIBLE_DAYS, *CODED, *TEXTS)]
    problems: list[Problem] = [problem for intake in intakes for problem in validation.check(intake, TODAY)]
    problems += validation.required_for_registration(replace(an_intake(), clients=(a_client("", violence=(), sex=""),)))
    for problem in problems:
        assert problem.code in labels.SENTENCES, problem.code
        assert labels.label(problem.field)


def test_every_code_written_in_the_room_has_a_sentence() -> None:
    room = Path(validation.__file__).parent
    written = {code for file in room.glob("*.py") for code in re.findall(r'Problem\(\s*"([a-z.-]+)"', file.read_text())}
    assert len(written) > 25
    modules = (import_module(f"app.cases.{file.stem}") for file in room.glob("*.py"))
    said = {code for module in modules for code in getattr(module, "SENTENCES", {})}
    assert written - said == set()


@given(st.data())
def test_whatever_is_wrong_is_said_without_repeating_what_was_typed(data: st.DataObject) -> None:
    secret = data.draw(st.text(min_size=8, max_size=12, alphabet="QWXZ"))
    client = known_as(a_client(country=secret), name=secret, nik=secret, phone=secret, kk=secret)
    problems = validation.check(an_intake(client, area=secret, place=secret), TODAY)
    assert any(problem.severity is Severity.ERROR for problem in problems)
    assert secret not in msgspec.json.encode([[p.code, p.field, dict(p.params)] for p in problems]).decode()


@pytest.mark.parametrize(
    ("citizenship", "country", "lacks"), [("WNI", "", False), ("WNA", "", True), ("WNA", "Malaysia", False)]
)
def test_of_a_foreign_reported_person_the_country_is_missing(citizenship: str, country: str, lacks: bool) -> None:
    client = a_client()
    person = a_reported(client, citizenship=citizenship, country=country)
    lacking = {spot.path for spot in completeness.measure(an_intake(client, reported=(person,))).wanted}
    assert ("reported.0.profile.country" in lacking) is lacks
