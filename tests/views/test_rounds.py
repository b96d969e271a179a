"""Evaluation rounds: opened once, scored stage by stage, and honest about what nobody entered."""

from __future__ import annotations

from typing import Any

from app.audit.events import Event
from app.web.session import LANGUAGE
from tests.factories import Office, Someone, hidden

ROUNDS = "/reports/klaster-v/rounds"
ROUND = {"award_year": "2027", "first_year": "2025", "last_year": "2026", "indicator_set": "24"}


def post(office: Office, who: Someone, page: str, to: str, **fields: str) -> Any:
    client = office.browser(who)
    shown = client.get(page).get_data(as_text=True)
    given = {name: hidden(shown, name) for name in ("csrf_token", "submit_id")}
    return client.post(to, data=given | fields)


def test_a_round_is_opened_once_and_its_scores_say_their_level(office: Office) -> None:
    who = office.somebody("DATA")
    made = post(office, who, ROUNDS, ROUNDS, **ROUND)
    where = made.headers["Location"]
    assert made.status_code == 303
    assert post(office, who, ROUNDS, ROUNDS, **ROUND).status_code == 422

    for score in ("721", "588,40"):
        office.clock.pass_by(minutes=1)
        assert post(office, who, where, f"{where}/scores", stage="mandiri", score=score).status_code == 303
    assert post(office, who, where, f"{where}/scores", stage="final", score="1000,5").status_code == 422
    page = office.browser(who).get(where).get_data(as_text=True)

    assert "588,4" in page
    assert "Pratama" in page
    assert "0 / 17" in page  # questions of 21a
    events = [event.event for event in office.events()]
    assert (events.count(Event.ROUND_OPENED), events.count(Event.ROUND_SCORED)) == (1, 2)


def test_levels_are_named_in_the_language_of_the_reader(office: Office) -> None:
    who = office.somebody("DATA")
    where = post(office, who, ROUNDS, ROUNDS, **ROUND | {"award_year": "2028"}).headers["Location"]
    post(office, who, where, f"{where}/scores", stage="mandiri", score="850")
    client = office.browser(who)
    with client.session_transaction() as held:
        held[LANGUAGE] = "en"
    page = client.get(where).get_data(as_text=True)

    assert "Utama" in page
    assert "Child-friendly district/city" in page


def test_who_only_reads_the_sheet_opens_no_round(office: Office) -> None:
    reader = office.somebody("KEPALA")
    page = office.browser(reader).get(ROUNDS)
    assert page.status_code == 200
    assert "award_year" not in page.get_data(as_text=True)
