"""Moments, spans, numbers and words as people read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import current_app, g
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.domain.zones import Zone
from app.web import filters
from tests.views.face_app import make_app

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def in_indonesian() -> Iterator[None]:
    with make_app(locale="id").test_request_context():
        yield


@pytest.fixture
def in_english() -> Iterator[None]:
    with make_app(locale="en").test_request_context():
        yield


@pytest.mark.usefixtures("in_indonesian")
@pytest.mark.parametrize(("zone", "shown"), [
    (Zone.WIB, "20 Mei 2026 11.00 WIB"), (Zone.WITA, "20 Mei 2026 12.00 WITA"), ("WIT", "20 Mei 2026 13.00 WIT"),
])  # fmt: skip
def test_a_moment_names_the_zone_it_is_shown_in(zone: Zone | str, shown: str) -> None:
    assert filters.moment(NOON, zone).striptags() == shown
    assert filters.moment(NOON, zone).startswith('<time datetime="2026-05-20T1')


@pytest.mark.usefixtures("in_english")
def test_english_keeps_the_indonesian_name_of_the_zone() -> None:
    assert filters.moment(NOON, "WITA").striptags() == "20 May 2026 12:00 WITA"


@pytest.mark.usefixtures("in_indonesian")
def test_the_zone_of_the_request_is_taken_when_none_is_given() -> None:
    g.zone = Zone.WIT
    assert filters.clock_time(NOON).striptags() == "13.00 WIT"


@pytest.mark.usefixtures("in_indonesian")
def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        filters.moment(NOON.replace(tzinfo=None))


@pytest.mark.usefixtures("in_indonesian")
def test_a_day_is_the_day_in_the_units_zone() -> None:
    late = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)
    assert filters.day(late, "WIB").striptags() == "20 Mei 2026"
    assert filters.day(late, "WITA").striptags() == "21 Mei 2026"
    assert filters.day(date(2026, 8, 1)).striptags() == "1 Agustus 2026"
    assert filters.month(date(2026, 8, 1)).striptags() == "Agustus 2026"


@pytest.mark.usefixtures("in_indonesian")
@pytest.mark.parametrize(("value", "shown"), [
    (timedelta(hours=3, minutes=20), "3 jam 20 menit"), (timedelta(days=2), "2 hari"),
    (timedelta(days=1, hours=6, minutes=5), "1 hari 6 jam"), (timedelta(days=9, hours=6), "9 hari"),
    (timedelta(seconds=40), "0 menit"), (-timedelta(hours=1), "1 jam"), (timedelta(days=1, minutes=5), "1 hari 5 menit"),
])  # fmt: skip
def test_a_span_shows_its_two_largest_units(value: timedelta, shown: str) -> None:
    assert filters.span(value) == shown


@pytest.mark.usefixtures("in_english")
def test_what_is_left_and_what_is_overdue_are_told_apart() -> None:
    assert filters.left(NOON + timedelta(hours=3, minutes=20), NOON) == "3 hours 20 minutes left"
    assert filters.left(NOON - timedelta(days=2, hours=4), NOON) == "2 days overdue"
    assert filters.left(NOON, NOON) == "0 minutes left"
    assert filters.ago(NOON - timedelta(hours=2), NOON) == "2 hours ago"


@pytest.mark.usefixtures("in_indonesian")
def test_numbers_are_written_the_indonesian_way() -> None:
    assert filters.number(1234.5) == "1.234,5"
    assert filters.number(Decimal("1234567")) == "1.234.567"
    assert filters.number(2, 1) == "2,0"
    assert filters.percent(0.125) == "12,5%"
    assert filters.share(13, 14) == "92,9%"


@pytest.mark.usefixtures("in_english")
def test_numbers_are_written_the_english_way() -> None:
    assert filters.number(1234.5) == "1,234.5"
    assert filters.percent(1, 0) == "100%"


@pytest.mark.usefixtures("in_indonesian")
def test_not_known_is_a_dash_and_never_nought() -> None:
    assert [filters.number(None), filters.percent(None), filters.share(0, 0), filters.share(None, 3)] == ["–"] * 4
    assert [str(filters.moment(None)), str(filters.day(None)), filters.code(None, "sex")] == ["–"] * 3
    assert filters.number(0) == "0"


@pytest.mark.usefixtures("in_indonesian")
def test_a_code_is_shown_by_its_indonesian_label() -> None:
    assert filters.code("P", "sex") == "Perempuan"
    assert filters.code_labels(["P", "L"], "sex") == ["Perempuan", "Laki-laki"]


@pytest.mark.usefixtures("in_english")
def test_a_code_is_shown_by_its_english_label() -> None:
    assert filters.code("P", "sex") == "Female"


def test_typed_text_keeps_its_paragraphs_and_loses_its_markup() -> None:
    shown = filters.paragraphs("satu\r\ndua\r\n\r\n<script>alert(1)</script>\n\n\n\n& tiga")
    assert shown == "<p>satu<br>dua</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>&amp; tiga</p>"
    assert filters.paragraphs(None) == ""


@given(st.text(alphabet="<>&\"'\n\r ab/", max_size=60))
def test_no_typed_text_becomes_markup(text: str) -> None:
    shown = filters.paragraphs(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in shown
    assert ">" not in shown


def test_a_code_written_in_a_template_is_told_to_each_reader_in_the_readers_language() -> None:
    with make_app(locale="id").test_request_context():
        template = current_app.jinja_env.from_string('{{ "P" | code("sex") }}')
        assert template.render() == "Perempuan"
        with force_locale("en"):
            assert template.render() == "Female"
