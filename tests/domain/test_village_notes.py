"""Village notes: steps and words as the product tells them, and numbers that no note may hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Conflict
from app.domain.stages import Status
from app.domain.village_notes import Act, Fate, Standing, Told, advance, holds_nik, holds_phone, steps, told
from tests.examples import examples

ENDS = [(Fate.CONTACT, ""), (Fate.DECLINED, ""), *((Fate.CASE, status.value) for status in Status)]


def test_a_note_is_corrected_by_nobody_once_it_was_received() -> None:
    assert advance("new", Act.CORRECT) is Standing.NEW
    for standing in (Standing.RECEIVED, Standing.TAKEN, Standing.SETTLED):
        with pytest.raises(Conflict):
            advance(standing, Act.CORRECT)


def test_no_act_makes_a_note_new_again_and_none_settles_one_twice() -> None:
    assert {before for (before, _act), after in steps().items() if after is Standing.NEW} == {Standing.NEW}
    assert {act for (before, act) in steps() if before is Standing.SETTLED} == {Act.RETURN}


def test_the_volunteer_hears_nothing_before_the_office_received_it_and_one_of_three_words_after() -> None:
    for fate, status in ENDS:
        assert told(Standing.NEW, fate, status) is None
        for standing in (Standing.RECEIVED, Standing.TAKEN):
            assert told(standing, fate, status) is Told.RECEIVED
        assert told(Standing.SETTLED, fate, status) in Told


@pytest.mark.parametrize(
    ("status", "heard"),
    [
        ("open", Told.HANDLED),
        ("closed", Told.CLOSED),
        ("rejected", Told.CLOSED),
        ("transferred", Told.HANDLED),
        ("voided", Told.RECEIVED),
    ],
)
def test_the_word_follows_the_case(status: str, heard: Told) -> None:
    assert told(Standing.SETTLED, Fate.CASE, status) is heard


@pytest.mark.parametrize(
    "text", ["6303204507140098", "NIK 6303 2045 0714 0098", "630320.450714.0098", "nik:63032045071400"]
)
def test_a_nik_is_seen_in_any_writing(text: str) -> None:
    assert holds_nik(text)


@pytest.mark.parametrize(
    "text", ["081299017734", "telp 0812-9901-7734", "+62 812 9901 7734", "62812.9901.7734", "(0511) 4772345"]
)
def test_a_phone_number_is_seen_in_any_writing(text: str) -> None:
    assert holds_phone(text)
    assert not holds_nik(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "umur 9 tahun",
        "20/05/2026 pukul 08.30",
        "08-05-2026 09.30",
        "RT 09 RW 012 rumah nomor 1142",
        "3 anak, 2x dalam 10 hari",
    ],
)
def test_days_ages_and_house_numbers_are_neither(text: str) -> None:
    assert not holds_nik(text)
    assert not holds_phone(text)


@examples(100)
@given(words=st.text(max_size=40), digits=st.from_regex(r"\A[1-9][0-9]{15}\Z"), tail=st.text(max_size=40))
def test_a_nik_hides_in_no_text(words: str, digits: str, tail: str) -> None:
    assert holds_nik(words + digits + tail)
