"""Where mediation is barred and where it needs a reason (case-management 6.2): the table, line by line."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from app.domain import mediation
from app.domain.codes import code_list
from app.domain.mediation import Effect, Fact

EVERY = [frozenset(chosen) for size in range(5) for chosen in combinations(Fact, size)]


@pytest.mark.parametrize("facts", EVERY, ids=lambda facts: "+".join(sorted(facts)) or "nothing")
def test_a_sexual_violence_crime_is_barred_but_for_a_child_offender_and_nothing_else_is(facts: frozenset[Fact]) -> None:
    effects = {rule.effect for rule in mediation.applying(facts)}

    assert (Effect.BAR in effects) is (Fact.TPKS in facts and Fact.CHILD_OFFENDER not in facts)
    assert (Effect.WARN in effects) is bool({Fact.KDRT, Fact.CHILD_VICTIM} & facts)


def test_every_line_says_how_sure_it_is_and_a_bar_names_its_article() -> None:
    assert mediation.activity() in code_list("activity")
    for rule in mediation.mediation_rules():
        assert rule.certainty in {"C", "C2", "S"}
        assert rule.law or rule.effect is not Effect.BAR
        assert set(chain([rule.holds], [rule.unless] if rule.unless else [])) <= set(Fact)
