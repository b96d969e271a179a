"""Cluster V as files: the paper to sign leaves under its own event, and names no person."""

from __future__ import annotations

import re

import pytest

from app.audit.events import Event
from tests import pdfs
from tests.factories import Office
from tests.reporting import make_case, worked_example

PAPER = "/reports/klaster-v/paper.pdf?year=2026"


def test_the_paper_of_one_indicator_counts_and_leaves_under_an_event_of_its_own(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    before = len(office.events())
    answer = client.get(f"{PAPER}&indicator=21a")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="klaster-v-2026-21a.pdf"'
    text = pdfs.text_of(answer.data)
    assert "21a Anak korban kekerasan" in text
    assert "22a Anak korban pornografi" not in text
    assert "TERBATAS" in text
    assert "UPTD PPA" in text
    (event,) = office.events()[before:]
    assert event.event == Event.CLUSTER_EXPORTED


@pytest.mark.sqlite_only(reason="about addresses, not about the database")
def test_an_indicator_that_is_none_and_a_person_without_the_right_get_nothing(office: Office) -> None:
    assert office.browser(office.somebody("DATA")).get(f"{PAPER}&indicator=99z").status_code == 404
    assert office.browser(office.somebody("ADMIN")).get(PAPER).status_code == 403


def test_another_definition_is_tried_out_and_nothing_is_kept(office: Office) -> None:
    make_case(office, worked_example())
    client = office.browser(office.somebody("DATA"))
    page = client.get("/reports/klaster-v/effect?year=2026&item=12&indicator=24c").get_data(as_text=True)

    assert re.search(r"24c.*?→ <strong>1</strong>", page, re.S)
    assert client.get("/reports/klaster-v/effect").status_code == 200
    assert client.get("/reports/klaster-v/effect?year=2026&item=99").status_code == 422
