"""Layouts and macros: what every page has, and what a form says to those who do not see it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import render_template, render_template_string
from flask.testing import FlaskClient

from app.web.paging import Page
from app.web.render import render_page
from tests.views.face_app import make_app


class Reading(HTMLParser):
    """Start tags in document order, and the ids they carry."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]

    def focusable(self) -> list[tuple[str, dict[str, str | None]]]:
        return [
            (tag, attrs)
            for tag, attrs in self.tags
            if tag in {"a", "button", "select", "textarea", "summary"}
            or (tag == "input" and attrs.get("type") != "hidden")
        ]


@pytest.fixture
def browser() -> FlaskClient:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


@pytest.fixture
def reading(browser: FlaskClient) -> Reading:
    return Reading(browser.get("/form").text)


@pytest.fixture
def refused(browser: FlaskClient) -> tuple[str, Reading]:
    token = re.search(r'id="csrf_token"[^>]*value="([^"]+)"', browser.get("/form").text)
    assert token
    text = browser.post("/form", data={"csrf_token": token[1], "name": "  ", "channel": "D"}).text
    return text, Reading(text)


def test_quick_exit_comes_first_for_the_keyboard(reading: Reading) -> None:
    tag, attrs = reading.focusable()[0]
    assert tag == "button"
    assert attrs["class"] == "quick-exit__button"
    assert reading.focusable()[1][1]["href"] == "#main"
    form = next(attrs for attrs in reading.all("form") if "data-quick-exit" in attrs)
    assert (form["method"], form["action"]) == ("post", "/leave")


def test_quick_exit_stands_on_pages_without_a_login_too(browser: FlaskClient) -> None:
    tag, attrs = Reading(browser.get("/plain").text).focusable()[0]
    assert tag == "a"
    assert "data-quick-exit-link" in attrs


@pytest.mark.parametrize("path", ["/", "/form", "/cases", "/plain"])
def test_a_page_has_a_language_a_neutral_title_one_heading_and_unique_ids(browser: FlaskClient, path: str) -> None:
    text = browser.get(path).text
    page = Reading(text)
    assert page.all("html")[0]["lang"] == "id"
    assert len(page.all("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
    assert re.search(r"<title>(?:[\w ]+ · )?Services</title>", text)


def test_every_post_form_carries_a_token(reading: Reading, browser: FlaskClient) -> None:
    text = browser.get("/form").text
    posts = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
    assert len(posts) == 4
    assert all('name="csrf_token"' in form for form in posts)


def test_names_are_escaped_wherever_they_stand(browser: FlaskClient) -> None:
    text = browser.get("/").text
    assert "Ani &lt;b&gt;Uji&lt;/b&gt;" in text
    assert "<b>Uji" not in text


def test_a_printed_page_names_who_printed_it_and_when(browser: FlaskClient) -> None:
    mark = re.search(r'<p class="print-mark"[^>]*>(.*?)</p>', browser.get("/").text)
    assert mark
    assert re.search(r"Printed by Ani .*<time datetime=", mark[1])


def test_demo_data_is_marked_on_every_page_and_only_there(browser: FlaskClient) -> None:
    assert 'class="ribbon"' in browser.get("/").text
    assert 'class="ribbon"' not in make_app(demo=False).test_client().get("/").text


def test_every_control_has_a_label(reading: Reading) -> None:
    labelled = {attrs.get("for") for attrs in reading.all("label")}
    controls = [a for a in reading.all("input", "select", "textarea") if a.get("type") != "hidden"]
    assert len(controls) > 6
    assert {attrs["id"] for attrs in controls} <= labelled


def test_errors_are_told_beside_their_field_and_in_the_summary(refused: tuple[str, Reading]) -> None:
    text, page = refused
    name = next(attrs for attrs in page.all("input") if attrs.get("id") == "name")
    assert name["aria-invalid"] == "true"
    assert (name["aria-describedby"] or "").split() == ["name-hint", "name-error"]
    assert {"name-hint", "name-error", "sex-error", "kinds-error"} <= set(page.ids)
    assert re.search(r'<a href="#name">Name: Enter a name</a>', text)


def test_every_link_of_the_summary_leads_to_a_control(refused: tuple[str, Reading]) -> None:
    text, page = refused
    summary = re.search(r'<div class="error-summary".*?</div>', text, re.DOTALL)
    assert summary
    targets = re.findall(r'href="#([^"]+)"', summary[0])
    assert targets == ["name", "sex-0", "kinds-0", "on"]
    assert set(targets) <= set(page.ids)


def test_a_form_without_errors_has_no_summary(browser: FlaskClient) -> None:
    assert "error-summary" not in browser.get("/form").text


def test_enter_presses_save_and_never_remove(reading: Reading) -> None:
    acts = [attrs for attrs in reading.all("button") if attrs.get("name") == "act"]
    assert [attrs["value"] for attrs in acts] == ["save", "remove", "save"]
    assert acts[0]["aria-hidden"] == "true"


def test_conditional_fields_are_there_without_scripting(reading: Reading) -> None:
    part = next(attrs for attrs in reading.all("div") if "data-show-when" in attrs)
    assert part["data-show-values"] == "P"
    assert "hidden" not in part


def test_the_menu_shows_only_what_a_person_may_enter() -> None:
    app = make_app(lambda capability: capability != "case:list")
    app.view_functions["cases.index"].capability = "case:list"  # type: ignore[attr-defined]
    text = app.test_client().get("/").text
    assert 'href="/form"' in text
    assert 'href="/cases"' not in text


def test_the_menu_marks_where_one_is(browser: FlaskClient) -> None:
    page = Reading(browser.get("/recap").text)
    here = {attrs["href"] for attrs in page.all("a") if attrs.get("aria-current") == "page"}
    assert here == {"/recap"}


def test_htmx_may_not_evaluate_nor_keep_pages_in_the_browser(browser: FlaskClient) -> None:
    config = next(a for a in Reading(browser.get("/").text).all("meta") if a.get("name") == "htmx-config")["content"]
    for setting in ('"allowEval": false', '"includeIndicatorStyles": false', '"historyCacheSize": 0', '"code": "422"'):
        assert setting in (config or "")


def test_a_fragment_is_sent_to_htmx_and_a_page_to_others() -> None:
    app = make_app()
    with app.test_request_context(headers={"HX-Request": "true"}):
        part = render_page("errors/404.html", "layouts/left.html", status=422)
    with app.test_request_context():
        whole = render_page("errors/404.html", "layouts/left.html", incident="A")
    assert (part.status_code, b"http-equiv" in part.data) == (422, True)
    assert (whole.status_code, b"http-equiv" in whole.data) == (200, False)
    assert "HX-Request" in part.headers["Vary"]
    assert "HX-Request" in whole.headers["Vary"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_an_error_page_says_what_to_do_and_its_number(status: int) -> None:
    with make_app().test_request_context():
        text = render_template(f"errors/{status}.html", incident="7K2M-94QD")
    assert "7K2M-94QD" in text
    assert text.count("<h1") == 1


def test_the_page_after_quick_exit_says_nothing_of_this_place(browser: FlaskClient) -> None:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    text = app.test_client().post("/leave").text
    assert 'http-equiv="refresh"' in text
    assert "UPTD" not in text
    assert "Ani" not in text


TABLE = """{% from "components/table.html" import table, td %}{% set cols = [("Number", ""), ("Count", "num")] %}
{% call(row) table("Cases", cols, rows, total=total, page=page, empty_title="No cases yet", empty_hint="Take a report") %}
{{ td(cols[0], row, head=true) }}{{ td(cols[1], 1234 | number) }}{% endcall %}"""


def _table(rows: list[str], total: int, number: int = 1) -> str:
    with make_app(locale="en").test_request_context():
        return render_template_string(TABLE, rows=rows, total=total, page=Page(number, 25, total, "cases.index"))


def test_a_list_says_how_many_it_holds() -> None:
    assert "7 rows" in _table(["<x>"] * 7, 7)
    assert "1 row<" in _table(["x"], 1)
    assert "&lt;x&gt;" in _table(["<x>"], 1)


def test_an_empty_list_says_what_to_do_next() -> None:
    text = _table([], 0)
    assert "Take a report" in text
    assert "<table" not in text


def test_a_list_of_ten_thousand_is_paged() -> None:
    text = _table(["x"] * 25, 10_000, number=7)
    assert "151–175 of 10,000 rows" in text
    assert 'rel="next" href="/cases?page=8"' in text
    assert re.findall(r">([\d,]+|…)</(?:a|span)>", text) == ["1", "…", "5", "6", "7", "8", "9", "…", "400"]


@pytest.mark.parametrize(
    ("number", "total", "near"), [(1, 0, [1]), (1, 60, [1, 2, 3]), (400, 10_000, [1, None, 398, 399, 400])]
)
def test_the_pager_offers_the_ends_and_the_neighbours(number: int, total: int, near: list[int | None]) -> None:
    assert Page(number, 25, total, "cases.index").near() == near


def test_a_chart_gives_its_numbers_in_words_too() -> None:
    with make_app().test_request_context():
        text = render_template_string(
            '{% from "components/bars.html" import bar_chart, column_chart %}'
            '{{ bar_chart("Kinds", [("A", 10), ("B", 0), ("C", none)], total=20) }}{{ column_chart("Year", [("Jan", 3)]) }}'
            '{{ column_chart("None", []) }}'
        )
    assert "50,0%" in text
    assert "no data yet" in text
    assert '<th scope="row">Jan</th><td>3</td>' in text


def test_two_versions_show_both_texts() -> None:
    with make_app().test_request_context():
        text = render_template_string(
            '{% from "components/versions.html" import two_versions %}{% from "components/clock.html" import clock_chip %}'
            '{{ two_versions([{"label": "Story", "mine": "<mine>", "theirs": "theirs"}], "Siti", none) }}'
        )
    assert "<p>&lt;mine&gt;</p>" in text
    assert "<p>theirs</p>" in text
