"""The table from danger prompts to a suggested level (case-management 4.6, mark S)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import risk
from app.domain.codes import code_list

PROMPTS = risk.prompts()
SOME = st.sets(st.sampled_from(PROMPTS))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_prompt_of_the_domain_file_suggests_high_by_itself(prompt: str) -> None:
    suggestion = risk.suggest({prompt}, set(PROMPTS) - {prompt})
    assert (suggestion.level, suggestion.because) == ("RK_TINGGI", (prompt,))


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_that_nobody_knows_suggests_medium_where_none_holds(prompt: str) -> None:
    suggestion = risk.suggest((), set(PROMPTS) - {prompt})
    assert (suggestion.level, suggestion.because) == ("RK_SEDANG", (prompt,))


def test_low_is_suggested_only_where_every_prompt_was_asked_and_none_holds() -> None:
    assert risk.suggest((), PROMPTS).level == "RK_RENDAH"
    assert risk.suggest((), ()).level == "RK_SEDANG"


@given(SOME, SOME, st.sampled_from(PROMPTS))
def test_one_more_sign_never_lowers_and_one_more_denial_never_raises_the_suggestion(present, absent, one) -> None:
    before = risk.rank(risk.suggest(present, absent).level)
    assert risk.rank(risk.suggest(present | {one}, absent).level) >= before
    assert risk.rank(risk.suggest(present, absent | {one}).level) <= before


@given(st.lists(st.sampled_from(["", "RK_RENDAH", "RK_SEDANG", "RK_TINGGI", "TIDAK_DIKETAHUI", "kata lain"])))
def test_the_highest_of_levels_is_one_of_them_and_none_is_above_it(levels) -> None:
    highest = risk.highest(levels)
    assert highest in {*levels, ""}
    assert all(risk.rank(level) <= risk.rank(highest) for level in levels)


def test_the_table_names_only_prompts_and_levels_that_are_there_and_its_last_line_always_applies() -> None:
    for rule in risk.risk_rules():
        assert rule.any_present | rule.any_unknown <= set(PROMPTS)
        assert rule.level in risk.levels()
        assert rule.certainty == "S"
        assert rule.id
        assert rule.en
    assert not (risk.risk_rules()[-1].any_present)
    assert not (risk.risk_rules()[-1].any_unknown)


def test_levels_come_highest_first_without_the_one_for_not_screened() -> None:
    assert risk.levels() == ("RK_TINGGI", "RK_SEDANG", "RK_RENDAH")
    assert code_list("risk").unknown not in risk.levels()
