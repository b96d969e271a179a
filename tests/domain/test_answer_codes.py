"""The short code of a referral letter: however it is typed it is found, and no slip passes (decision 50)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.answer_codes import ALPHABET, code_of, grouped, typed
from app.domain.partner_answers import NEEDS_WORDS, STEP_OF, Kind
from app.domain.referrals import Need, steps
from tests.examples import examples

CHOICES = st.lists(st.integers(0, 31), min_size=8, max_size=8)


@examples(60)
@given(CHOICES)
def test_a_code_is_read_as_people_type_it(chosen: list[int]) -> None:
    code = code_of(chosen)
    assert typed(f" {grouped(code).lower().replace('0', 'o').replace('1', 'l')} ") == code


@examples(150)
@given(CHOICES, st.integers(0, 8), st.integers(1, 31))
def test_one_wrong_character_never_passes(chosen: list[int], place: int, by: int) -> None:
    code = code_of(chosen)
    other = ALPHABET[(ALPHABET.index(code[place]) + by) % 32]
    assert typed(code[:place] + other + code[place + 1 :]) == ""


@examples(150)
@given(CHOICES, st.integers(0, 7))
def test_two_neighbours_changed_over_never_pass(chosen: list[int], place: int) -> None:
    code = code_of(chosen)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert typed(swapped) == (code if swapped == code else "")


def test_what_cannot_be_a_code_is_none() -> None:
    assert [typed(text) for text in ("", "ABC", "Ü" * 9, "1" * 400, "U" * 9)] == [""] * 5


def test_every_answer_has_a_step_and_asks_for_the_words_the_step_needs() -> None:
    needing = {step.code for step in steps() if set(step.needs) & {Need.REFUSAL, Need.RESULT}}
    assert set(STEP_OF) == set(Kind)
    assert {STEP_OF[kind] for kind in NEEDS_WORDS} == needing
