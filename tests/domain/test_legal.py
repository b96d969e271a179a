"""The table of milestones: what each asks for, which step it is, and which deadlines it touches (case-management 8; 9.2-9.5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import legal
from app.domain.clocks import EventKind, load_rules
from app.domain.codes import code_list
from app.domain.legal import Field, milestones, suggested_procedure, unusual
from app.legal.labels import FIELDS, LISTS, PARTS
from app.security.structs.work import LegalStep, LegalStepText
from tests.examples import examples

DAY = date(2026, 5, 4)

TOUCHES_NONE = {
    *("LG_VISUM_REQ", "LG_VISUM_RES", "LG_TSK", "LG_TAHAP2", "LG_TUNTUTAN", "LG_BANDING", "LG_KASASI"),
    *("AB_PELAKSANAAN", "PL_SIDANG"),
    *("PD_DAFTAR", "PD_MEDIASI", "PD_SIDANG", "PD_PUTUSAN", "PD_UPAYA", "PD_INKRACHT", "PD_LAKSANA"),
    *("DK_MOHON", "DK_TERBIT", "DK_TOLAK"),
}
"""Milestones no rule of 9.2-9.5 names. All of them are news, which DEF-LEGAL asks about."""


def events_of(code: str) -> set[EventKind]:
    return {each.event for each in milestones()[code].events}


def answers(code: str, **given: object) -> dict[str, object]:
    return {name.value: given.get(name.value) for name in Field} | given


@pytest.mark.parametrize("code", [code.code for code in code_list("milestone")])
def test_every_milestone_starts_or_meets_a_rule_or_is_listed_as_touching_none(code):
    named = {match.event for rule in load_rules() for match in (*rule.trigger, *rule.fulfilled_by, *rule.closed_by)}
    touched = events_of(code) & named

    assert bool(touched) != (code in TOUCHES_NONE)
    assert events_of(code) <= named, "an event that no rule reads"


def test_every_rule_on_a_track_can_be_started_and_met_by_milestones():
    recorded = {event for code in milestones() for event in events_of(code)}
    for rule in load_rules():
        if rule.active and rule.subject.value == "track":
            assert recorded & {match.event for match in rule.trigger}, rule.id
            assert recorded & {match.event for match in rule.fulfilled_by}, rule.id


def test_the_table_and_the_list_of_codes_name_the_same_milestones_and_their_own_track_is_among_theirs():
    assert list(milestones()) != []
    assert milestones().keys() == {code.code for code in code_list("milestone")}
    for code in code_list("milestone"):
        assert code.text("track") in milestones()[code.code].tracks
    assert {kind for each in milestones().values() for kind in each.tracks} == {
        code.code for code in code_list("legal_track")
    }


def test_every_field_is_kept_and_has_a_name_and_a_list_where_it_is_coded():
    kept = {*LegalStep.__struct_fields__, *LegalStepText.__struct_fields__}
    assert {name.value for name in Field} <= kept
    assert FIELDS.keys() == set(Field)
    assert PARTS.keys() == {each.part for each in milestones().values()}
    for each in milestones().values():
        assert set(each.needs) <= set(each.fields)
        assert set(each.called) <= set(each.fields)
        assert each.ahead == (Field.HELD in each.fields) == (Field.COMPANION in each.fields)
        for recorded in each.events:
            used = {*recorded.when, *recorded.tells.values(), recorded.given, recorded.on} - {None}
            assert used <= set(each.fields), each.code
            for name, values in recorded.when.items():
                assert all(value in code_list(LISTS[name]) for value in values)


def test_a_hearing_is_a_step_only_once_it_was_held():
    hearing = milestones()["LG_SIDANG"]
    for held, wanted in (("", 0), ("SD_TUNDA", 0), ("SD_BATAL", 0), ("SD_DIGELAR", 1)):
        assert len([*legal.steps(hearing, DAY, answers("LG_SIDANG", held=held))]) == wanted


def test_a_refused_order_orders_nothing_and_a_part_payment_pays_nothing():
    order, paid = milestones()["PL_TETAP"], milestones()["LG_RESTITUSI_PAID"]

    def told(each, **given):
        return {step.event for step in legal.steps(each, DAY, answers(each.code, **given))}

    assert told(order, decision="LK_TOLAK", expires_on=DAY) == {EventKind.PROTECTION_REFUSED}
    assert told(order, decision="LK_KABUL", expires_on=DAY) == {
        EventKind.PROTECTION_ORDERED,
        EventKind.PROTECTION_EXPIRES,
    }
    assert told(paid, complete="TIDAK", amount=1) == set()
    assert told(paid, complete="YA", amount=1) == {EventKind.RESTITUTION_PAID}


def test_days_of_their_own_are_kept_and_stages_are_told_in_the_words_of_the_rules():
    stopped = [*legal.steps(milestones()["LG_SP3"], DAY, answers("LG_SP3", told_on=DAY + timedelta(days=3)))]
    assert [(step.event, (step.on - DAY).days, step.own_day) for step in stopped] == [
        (EventKind.INVESTIGATION_STOPPED, 0, True),
        (EventKind.VICTIM_TOLD_STOPPED, 3, False),
    ]
    detained = next(legal.steps(milestones()["LG_TAHAN"], DAY, answers("LG_TAHAN", stage="TP_KASASI")))
    diverted = next(
        legal.steps(
            milestones()["AB_DIVERSI"], DAY, answers("AB_DIVERSI", held="SD_DIGELAR", diversion_stage="DV_TUNTUT")
        )
    )
    assert (detained.tells, diverted.tells) == ({"procedure_stage": "CASSATION"}, {"procedure_stage": "PROSECUTION"})


def test_the_code_of_procedure_in_force_is_suggested_by_the_day():
    assert suggested_procedure(date(2026, 1, 1)) == "KUHAP1981"
    assert suggested_procedure(date(2026, 1, 2)) == "KUHAP2025"


def test_an_imported_milestone_goes_to_its_own_kind_of_track_and_to_a_child_offenders_where_there_is_one():
    civil = ["PD_DAFTAR", "PL_MOHON", "LG_LPSK"]
    for beside in (civil, civil[::-1]):  # whatever the order in which they were found
        assert [legal.kind_for(code, beside) for code in civil] == ["PERDATA", "PERLINDUNGAN", "PIDANA"]
    child = [*civil, "AB_DIVERSI_OK"]
    assert [legal.kind_for(code, child) for code in child] == ["PERDATA", "PERLINDUNGAN", "ABH", "ABH"]


def test_an_order_out_of_the_ordinary_is_noticed_and_repeated_steps_are_none():
    usual = [
        ("LG_LP", DAY),
        ("LG_SIDIK", DAY),
        ("LG_SPDP", DAY + timedelta(days=2)),
        ("LG_P21", DAY + timedelta(days=9)),
    ]
    assert unusual(usual) == frozenset()
    odd = [*usual, ("LG_LIDIK", DAY + timedelta(days=5))]
    assert unusual(odd) == {1, 2, 4}
    back_and_forth = [("LG_TAHAP1", DAY), ("LG_P19", DAY + timedelta(days=5)), ("LG_TAHAP1", DAY + timedelta(days=9))]
    assert unusual(back_and_forth) == frozenset()


@given(st.lists(st.tuples(st.sampled_from([*milestones(), "NO_SUCH"]), st.dates(date(2025, 1, 1), date(2026, 12, 31)))))
@examples(60)
def test_what_stands_in_its_usual_order_is_never_noticed(recorded):
    places = {code: each.order for code, each in milestones().items() if each.order and not each.is_repeatable}
    plain = sorted({code: on for code, on in recorded if code in places}, key=lambda code: places[code])
    days = sorted(on for _code, on in recorded)
    assert unusual(zip(plain, days, strict=False)) == frozenset()
    assert all(0 <= place < len(recorded) for place in unusual(recorded))
