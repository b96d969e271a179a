"""Cluster V as data: order, mapping of the twenty items, measures, the definition of terlayani, levels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import indicators
from app.domain.codes import ALL_LISTS, code_list
from app.domain.indicators import INDICATOR_SETS, indicator_set
from tests.examples import examples

NEW = indicator_set("24")
OLD = indicator_set("2011")
ITEMS = [str(n) for n in range(1, 21)]
every_set = pytest.mark.parametrize("code", INDICATOR_SETS)


def test_the_indicators_stand_in_the_order_of_the_form():
    assert [each.code for each in NEW.indicators] == ["21a", "21b", "22a", "22b", "23a", "23b", "24a", "24b", "24c"]
    assert [each.code for each in OLD.indicators] == ["28", "29", "30", "31"]
    assert (NEW.status, OLD.status) == ("active", "closed")


@pytest.mark.parametrize(
    ("indicator", "items"),
    [
        ("21a", "5 9 10 11 12 13 14 17 18"),
        ("21b", "4"),
        ("22a", "6 7 8"),
        ("22b", "1"),
        ("23a", "3 16"),
        ("23b", "19"),
        ("24a", "2"),
        ("24b", "15"),
        ("24c", "20"),
    ],
)
def test_each_item_stands_in_its_indicator(indicator, items):
    assert [item for item in ITEMS if indicator in NEW.indicators_for([item])] == items.split()


def test_every_item_stands_in_exactly_one_indicator_without_a_condition():
    assert {len(NEW.indicators_for([item])) for item in ITEMS} == {1}
    assert NEW.indicators_for([]) == ()


def test_economic_exploitation_that_is_no_work_stands_in_21a_as_well():
    assert NEW.indicators_for(["4"], conditions=["ekonomi_bukan_kerja"]) == ("21a", "21b")
    assert [each.code for each in NEW.conditions] == ["ekonomi_bukan_kerja"]


def test_a_child_victim_in_proceedings_stands_in_21a_by_the_act_and_not_by_the_role():
    assert NEW.indicators_for(["2"], "ABH_KORBAN") == ("24a",)
    assert NEW.indicators_for(["2", "14"], "ABH_KORBAN") == ("21a", "24a")


def test_a_child_victim_with_a_disability_stands_in_both():
    assert NEW.indicators_for(["12", "16"]) == ("21a", "23a")


def test_in_the_old_set_28_holds_every_item_and_29_only_offenders():
    assert all("28" in OLD.indicators_for([item]) for item in ITEMS)
    assert OLD.indicators_for(["2"], "ABH_PELAKU") == OLD.indicators_for(["2"], "ABH_LT12") == ("28", "29")
    assert OLD.indicators_for(["2"], "ABH_SAKSI") == OLD.indicators_for(["2"]) == ("28",)
    assert OLD.indicators_for(["4"]) == ("28", "31")


@given(st.sets(st.sampled_from(ITEMS)), st.sampled_from([None, "ABH_PELAKU", "ABH_KORBAN"]))
@examples(80)
def test_a_child_stands_where_each_of_its_items_stands_and_nowhere_else(items, role):
    each_alone = {code for item in items for code in NEW.indicators_for([item], role)}
    together = NEW.indicators_for(items, role)
    assert set(together) == each_alone
    assert len(together) == len(set(together))


def test_the_numeric_core_has_the_codes_scripts_rely_on():
    codes = [measure.code for measure in NEW.indicator("21a").measures]
    assert codes[:6] == ["s.1", "s.2.luas", "s.2.inti", "s.3.luas", "s.3.inti", "s.4"]
    assert {"s.5", "s.6", "s.7"} <= set(codes)
    share = NEW.indicator("21a").measure("s.3.inti")
    assert (share.source, share.numerator, share.denominator) == ("K", "s.2.inti", ("s.1",))
    assert NEW.indicator("21b").measure("21b.3").source == "X"


def test_pornography_and_hiv_are_counted_apart():
    block = NEW.indicator("22a").measure("ii.s.3.inti")
    assert (block.block, block.items, block.numerator, block.denominator) == ("ii", ("8",), "ii.s.2.inti", ("ii.s.1",))
    assert NEW.indicator("22a").measure("i.s.1").items == ("6", "7")


def test_every_indicator_of_the_new_set_asks_the_common_questions():
    for indicator in NEW.indicators:
        asked = {measure.code.partition(".")[0] for measure in indicator.measures if measure.source == "M"}
        assert {f"Q{n}" for n in range(1, 16)} <= asked
    assert {"Q1.kekerasan", "Q1.penelantaran", "Q6.simfoni"} <= {m.code for m in NEW.indicator("21a").measures}
    questions = [m for m in NEW.indicator("21a").measures if m.code.startswith("Q")]
    assert len(questions) == 17, "the list of 2018 has seventeen lines"


@every_set
def test_a_measure_refers_only_to_what_exists(code):
    chosen = indicator_set(code)
    for indicator in chosen.indicators:
        own = {measure.code for measure in indicator.measures}
        assert len(own) == len(indicator.measures)
        for measure in indicator.measures:
            refers = {measure.numerator, measure.count_from, *measure.denominator, *measure.denominator_choices}
            assert refers - {None} <= own
            check_words(measure, chosen)
    for total in chosen.totals:
        check_words(total, chosen)


def check_words(measure, chosen):
    assert measure.source in "KXM"
    assert measure.certainty in {"C", "O", "I", "U", "S"}
    assert measure.kind in {"count", "share", "choice", "yes_no", "number", "money", "text", "table"}
    assert measure.served in {None, *(each.code for each in chosen.served)}
    assert set(measure.items) <= set(ITEMS)
    assert set(measure.roles) <= {role.code for role in code_list("abh_role")}
    assert set(measure.channels) <= {channel.code for channel in code_list("channel")}
    assert set(measure.by) <= {*ALL_LISTS, "age_band", "kecamatan", "agency", "kla_line"}
    assert (measure.kind == "share") <= (measure.numerator is not None and bool(measure.denominator))


@every_set
def test_a_mapping_speaks_of_codes_that_exist(code):
    chosen = indicator_set(code)
    for rule in chosen.mapping:
        assert rule.item in ITEMS
        assert rule.indicator in {each.code for each in chosen.indicators}
        assert rule.roles is None or rule.roles <= {role.code for role in code_list("abh_role")}
        assert rule.when in {None, *(each.code for each in chosen.conditions)}
    assert [total.code for total in chosen.totals] == ["V.1", "V.2.luas", "V.2.inti", "V.3.luas", "V.3.inti"]


def test_a_complaint_alone_serves_in_the_wide_sense_only():
    assert NEW.is_served(["SV_PENGADUAN"], "luas")
    assert not NEW.is_served(["SV_PENGADUAN"], "inti")
    assert not NEW.is_served(["SV_PENGADUAN"])
    assert NEW.is_served(["SV_PENGADUAN", "SV_KESEHATAN"])
    assert not NEW.is_served([], "luas")
    with pytest.raises(KeyError):
        NEW.served_definition("no such")


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (499.99, None),
        (500, "PRATAMA"),
        (600, "PRATAMA"),
        (600.5, "MADYA"),
        (700, "MADYA"),
        (800.1, "UTAMA"),
        (900, "UTAMA"),
        (901, "KLA"),
    ],
)
def test_a_score_between_the_printed_bands_has_a_level(score, level):
    reached = NEW.level_of(score)
    assert (reached.code if reached else None) == level


def test_there_are_only_these_sets():
    folder = Path(indicators.__file__).parent / "data" / "indicators"
    assert {path.stem for path in folder.glob("*.json")} == set(INDICATOR_SETS)
    with pytest.raises(KeyError):
        indicator_set("2010")


def test_an_edited_set_is_read_like_a_seeded_one():
    raw = json.loads((Path(indicators.__file__).parent / "data" / "indicators" / "24.json").read_text(encoding="utf-8"))
    raw["mapping"] = [rule for rule in raw["mapping"] if rule["item"] != "19"]
    raw["mapping"].append({"item": "19", "indicator": "24a", "roles": None, "when": None, "certainty": "I"})
    assert indicators.read_set(raw).indicators_for(["19"]) == ("24a",)
    del raw["levels"]
    with pytest.raises(KeyError):
        indicators.read_set(raw)
