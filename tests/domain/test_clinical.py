"""The clinical window after sexual violence (case-management 9.8): counted from the incident, early where the time is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import clinical
from app.domain.codes import code_list
from app.domain.zones import Zone

DAY = date(2026, 10, 9)


def test_the_hours_and_their_basis_are_those_of_the_rule() -> None:
    assert clinical.hours() == timedelta(hours=72)
    assert clinical.rule().active
    assert clinical.rule().needs_check


def test_it_ends_72_hours_after_the_last_day_of_the_incident_in_the_zone_of_the_unit() -> None:
    window = clinical.window(date(2026, 10, 1), DAY, "22:10", Zone.WIB)
    assert window
    assert window.until == datetime(2026, 10, 12, 15, 10, tzinfo=UTC)
    assert window.is_open(window.until)
    assert not window.is_open(window.until + timedelta(minutes=1))


@given(st.times(), st.sampled_from(list(Zone)))
def test_without_a_time_the_warning_never_comes_later_than_with_one(clock, zone) -> None:
    known = clinical.window(DAY, None, f"{clock:%H:%M}", zone)
    guessed = clinical.window(DAY, None, "", zone)
    assert known
    assert guessed
    assert guessed.until <= known.until
    assert (known.time_known, guessed.time_known) == (True, False)


def test_without_a_day_there_is_no_window() -> None:
    assert clinical.window(None, None, "10:00", Zone.WIT) is None


@pytest.mark.parametrize(
    ("kinds", "forms", "crimes", "sexual"),
    [
        (("VK_SEKSUAL",), (), (), True),
        ((), ("BF_CABUL",), (), True),
        ((), (), ("TP_FISIK",), True),
        (("VK_FISIK",), ("BF_PUKUL",), (), False),
        ((), ("BF_ENTAH",), (), False),
    ],
)
def test_sexual_violence_is_seen_by_kind_form_or_crime(kinds, forms, crimes, sexual) -> None:
    assert clinical.is_sexual(kinds, forms, crimes) is sexual


def test_penetration_is_what_the_lists_say_it_is() -> None:
    marked = {
        code.code
        for name in ("violence_form", "tpks", "danger_prompt")
        for code in code_list(name)
        if code.truth("penetration")
    }
    assert marked == {"BF_SETUBUH", "BF_PERKOSA", "TP2_PERKOSAAN", "DG_SEKS72"}
    assert clinical.is_penetration((), (), ("DG_SEKS72",))
    assert not clinical.is_penetration(("BF_CABUL",), ("TP_FISIK",), ("DG_LUKA",))
