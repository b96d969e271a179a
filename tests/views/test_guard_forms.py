"""What every form does with what was typed (security 6 #38, #39; issue "bad input keeps what was typed")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from flask_babel import lazy_gettext as _l
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import FieldList, FormField

from app.domain.errors import Problem, Severity
from app.domain.text import clean_line, clean_text
from app.web import problems
from app.web.forms import (
    ClockField,
    CodeField,
    CodeRadios,
    CodesField,
    DayField,
    LineField,
    LongField,
    PartForm,
    Required,
    SectionForm,
    WholeField,
)
from tests.examples import examples
from tests.factories import Office

pytestmark = pytest.mark.sqlite_only(reason="about forms, not about the database")


class Person(PartForm):
    name = LineField("Name", Required(), limit=10)
    born = DayField("Born")


class Everything(SectionForm):
    name = LineField("Name", Required())
    story = LongField("Story", limit=50)
    day = DayField("Day")
    clock = ClockField("Time")
    count = WholeField("Count", low=1, high=1_000_000)
    sex = CodeRadios("Sex", codes="sex")
    kind = CodeField("Kind", codes="violence")
    kinds = CodesField("Kinds", codes="violence")
    people = FieldList(FormField(Person))


@pytest.fixture
def form(office: Office) -> Iterator[Any]:
    """Makes a form from what a browser would send."""
    with office.app.test_request_context("/", method="POST"):
        yield lambda **given: Everything(MultiDict(given), meta={"csrf": False})


def test_what_was_typed_is_cleaned_once(form: Any) -> None:
    typed = form(name="  Siti\u200b \u202eRahma\t h ", story="satu\r\ndua \r tiga\u2028empat ")
    assert typed.name.data == "Siti Rahma h"
    assert typed.story.data == "satu\ndua \n tiga\nempat"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-05-20", date(2026, 5, 20)),
        ("20/05/2026", date(2026, 5, 20)),
        ("20-5-2026", date(2026, 5, 20)),
        (" 20.5.2026 ", date(2026, 5, 20)),
        ("20 5 2026", date(2026, 5, 20)),
        ("", None),
    ],
)
def test_a_day_is_understood_as_people_write_it(form: Any, typed: str, meant: date | None) -> None:
    given_form = form(name="A", day=typed)
    assert given_form.validate(), given_form.errors
    assert given_form.day.data == meant


@pytest.mark.parametrize("typed", ["31/02/2026", "kemarin", "2026-13-01", "20/05/26", "20/05/20261", "1899-12-31", "0"])
def test_a_day_that_is_none_is_refused_and_shown_again(form: Any, typed: str) -> None:
    given_form = form(name="A", day=typed)
    assert not given_form.validate()
    assert given_form.day.errors
    assert f'value="{typed}"' in str(given_form.day())


@pytest.mark.parametrize(("typed", "meant"), [("13:30", time(13, 30)), ("13.30", time(13, 30)), ("00:00", time())])
def test_a_time_is_understood(form: Any, typed: str, meant: time) -> None:
    given_form = form(name="A", clock=typed)
    assert given_form.validate(), given_form.errors
    assert given_form.clock.data == meant


@pytest.mark.parametrize("typed", ["24:00", "siang", "7", "12:60"])
def test_a_time_that_is_none_is_refused_and_shown_again(form: Any, typed: str) -> None:
    given_form = form(name="A", clock=typed)
    assert not given_form.validate()
    assert typed in str(given_form.clock())


@pytest.mark.parametrize(("typed", "meant"), [("1.500", 1500), ("12", 12), ("", None), ("1.000.000", 1_000_000)])
def test_a_number_is_understood(form: Any, typed: str, meant: int | None) -> None:
    given_form = form(name="A", count=typed)
    assert given_form.validate(), given_form.errors
    assert given_form.count.data == meant


@pytest.mark.parametrize("typed", ["1,5", "1.5", "tiga", "0", "1000001", "١٢", "9" * 40, "--1"])
def test_a_number_that_is_none_or_out_of_bounds_is_refused(form: Any, typed: str) -> None:
    assert not form(name="A", count=typed).validate()


def test_spaces_alone_are_not_an_entry(form: Any) -> None:
    assert not form(name=" \u00a0\u200b ").validate()


def test_a_text_over_its_limit_is_refused_and_kept(form: Any) -> None:
    given_form = form(name="A", story="x" * 51)
    assert not given_form.validate()
    assert "x" * 51 in str(given_form.story())
    assert not form(name="x" * 201).validate()


def test_only_codes_of_the_list_are_taken(form: Any) -> None:
    assert not form(name="A", kind="APA_SAJA").validate()
    assert not form(name="A", sex="LAKI").validate()
    assert not Everything(
        MultiDict([("name", "A"), ("kinds", "VK_FISIK"), ("kinds", "RAJA")]), meta={"csrf": False}
    ).validate()


def test_nothing_chosen_is_nothing(form: Any) -> None:
    empty = form(name="A", kind="", sex="")
    assert empty.validate(), empty.errors
    assert (empty.kind.data, empty.sex.data, empty.kinds.data) == (None, None, [])


def test_a_choice_that_is_needed_is_asked_for(office: Office) -> None:
    class Needed(PartForm):
        sex = CodeRadios("Sex", Required(), codes="sex")
        kinds = CodesField("Kinds", Required(), codes="violence")

    with office.app.test_request_context("/", method="POST"):
        form = Needed(MultiDict({"sex": ""}))
        assert not form.validate()
        assert form.sex.errors
        assert form.kinds.errors


def test_a_value_said_twice_is_refused_in_parts_too(office: Office) -> None:
    twice = MultiDict([("name", "A"), ("people-0-name", "B"), ("people-0-name", "C")])
    with office.app.test_request_context("/", method="POST"), pytest.raises(BadRequest):
        Everything(twice, meta={"csrf": False})


def test_a_broken_one_time_id_is_refused(form: Any) -> None:
    with pytest.raises(BadRequest):
        assert form(name="A", submit_id="x").submit_key


def test_a_problem_stands_on_its_field_however_deep(office: Office) -> None:
    problems.register({"test.late": _l("Not before %(other)s.")})
    with office.app.test_request_context("/", method="POST"):
        form = Everything(
            MultiDict({"name": "A", "people-0-name": "B", "people-0-born": "2026-01-01"}), meta={"csrf": False}
        )
        problems.attach(
            form,
            [
                Problem("test.late", "people.0.born", params={"other": "20/05/2026"}),
                Problem("test.late", "people.7.born", params={"other": "x"}),
                Problem("test.late", "", params={"other": "y"}),
                Problem("test.late", "name", Severity.WARNING, {"other": "z"}),
                Problem("test.unheard-of", "name"),
            ],
        )
        assert form.people.entries[0].form.born.errors == ["Not before 20/05/2026."]
        assert form.form_errors == ["Not before x.", "Not before y."]
        assert form.warnings == [("name", "Not before z.")]
        assert "test.unheard-of" in form.name.errors[0]


def test_a_code_has_one_sentence() -> None:
    problems.register({"test.twice": _l("One.")})
    problems.register({"test.twice": _l("One.")})
    with pytest.raises(ValueError, match="test.twice"):
        problems.register({"test.twice": _l("Another.")})


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_cleaning_is_done_once_and_leaves_nothing_harmful(typed: str) -> None:
    for clean in (clean_line, clean_text):
        once = clean(typed)
        assert clean(once) == once
        assert not [sign for sign in once if ord(sign) in {0, 0x200B, 0x202E, 0x2066, 0xFEFF, 0x7F, 0x1B}]
    assert "\n" not in clean_line(typed)
