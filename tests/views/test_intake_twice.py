"""Pressing twice, at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cases.models import Case, IntakeDraft, Report
from app.db.session import read_session
from tests.factories import Office, Someone
from tests.intake_support import an_intake, begin, form_of, register


@pytest.fixture
def who(office: Office) -> Someone:
    return office.somebody("PENERIMA")


def every(office: Office, model: type[Any]) -> list[Any]:
    with read_session(office.runtime.engine) as session:
        return list(session.scalars(select(model)))


def at_once(presses: list[Callable[[], Any]]) -> list[Any]:
    """The answers to presses at the same moment."""
    together, answers = threading.Barrier(len(presses)), []

    def press(each: Callable[[], Any]) -> None:
        together.wait()
        answers.append(each())

    threads = [threading.Thread(target=press, args=(each,)) for each in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sender(window: FlaskClient, address: str, fields: dict[str, Any]) -> Callable[[], Any]:
    return lambda: window.post(address, data=fields)


def test_three_windows_registering_make_one_case(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    presses = []
    for window in [office.browser(who) for _ in range(3)]:
        fields = form_of(window.get(f"/intake/{draft_id}/check").get_data(as_text=True))
        presses.append(sender(window, f"/intake/{draft_id}/register", fields))
    answers = at_once(presses)
    (case,) = every(office, Case)
    assert [answer.headers.get("Location") for answer in answers] == [f"/cases/{case.id}"] * 3


def test_a_double_click_on_register_makes_one_case(office: Office, who: Someone) -> None:
    draft_id = begin(office, who, an_intake())
    window = office.browser(who)
    fields = form_of(window.get(f"/intake/{draft_id}/check").get_data(as_text=True))
    second = office.app.test_client()
    second._cookies.update(window._cookies)
    answers = at_once([sender(each, f"/intake/{draft_id}/register", fields) for each in (window, second)])
    (case,) = every(office, Case)
    assert [answer.headers.get("Location") for answer in answers] == [f"/cases/{case.id}"] * 2


def test_a_double_click_on_search_and_begin_makes_one_draft(office: Office, who: Someone) -> None:
    window = office.browser(who)
    page = window.get("/intake").get_data(as_text=True)
    fields = form_of(page) | {"name": "Melati", "then": "begin"}
    second = office.app.test_client()
    second._cookies.update(window._cookies)
    answers = at_once([sender(each, "/intake/search", fields) for each in (window, second)])
    (draft,) = every(office, IntakeDraft)
    assert [answer.headers.get("Location") for answer in answers] == [f"/intake/{draft.id}/report"] * 2


def test_a_double_click_on_joining_adds_one_report(office: Office, who: Someone) -> None:
    case_id = register(office, who, an_intake())
    window = office.browser(who)
    page = window.get(f"/intake/join/{case_id}").get_data(as_text=True)
    fields = form_of(page) | {"report-channel": "CH_TELEPON"}
    second = office.app.test_client()
    second._cookies.update(window._cookies)
    at_once([sender(each, f"/intake/join/{case_id}", fields) for each in (window, second)])
    assert len(every(office, Report)) == 2
