"""Signing in, staying signed in, and being signed out (security 5, 6 #5, #6, #13 to #18)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts import services
from app.accounts.models import SignedInSession
from app.audit.events import Event
from app.db.session import read_session
from tests.factories import PASSWORD, SAMPLES, Office, Someone, fill, hidden, send


def sign_in(client: FlaskClient, who: Someone, password: str = PASSWORD, page: str = "/sign-in") -> Any:
    return fill(client, page, email=who.email, password=password)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def token_of(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("token", ""))


# --- in --------------------------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_the_log_says_so(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()

    answer = sign_in(client, who)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/").status_code == 200
    event = office.events()[-1]
    assert (event.event, event.actor_id) == (Event.SIGNED_IN, who.id)
    assert event.session_hash != b""


def test_the_address_is_found_in_any_case_and_with_spaces(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    assert fill(client, "/sign-in", email=f"  {who.email.upper()} ", password=PASSWORD).status_code == 303


def test_unknown_disabled_inactive_and_wrong_give_one_answer(office: Office) -> None:
    known, off, waiting = office.somebody(), office.somebody(), office.somebody(password=False)
    with office.work() as work:
        services.disable(work, off.id)
    tries = {
        known.email: "salah sama sekali",
        off.email: PASSWORD,
        waiting.email: PASSWORD,
        "tidak.ada@contoh.go.id": PASSWORD,
    }
    bodies = set()
    for number, (email, password) in enumerate(tries.items()):
        client = office.stranger(f"10.0.0.{number}")
        answer = fill(client, "/sign-in", email=email, password=password)
        page = answer.get_data(as_text=True)
        for secret in (email, hidden(page, "csrf_token")):
            page = page.replace(secret, "")
        bodies.add((answer.status_code, _without_nonce(page)))
    assert len(bodies) == 1
    assert next(iter(bodies))[0] == 422


def _without_nonce(page: str) -> str:
    return "".join(part.partition('"')[2] for part in page.split('nonce="'))


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2f/evil.example", "/%5cevil", "evil"]
)
def test_signing_in_leads_nowhere_but_here(office: Office, wanted: str) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    page = client.get("/sign-in", query_string={"next": wanted}).get_data(as_text=True)
    fields = {"email": who.email, "password": PASSWORD, "csrf_token": hidden(page, "csrf_token")}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=fields)
    assert answer.location == "/"


def test_the_way_leads_back_to_where_the_person_wanted_to_be(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    asked = client.get("/account?x=1")
    assert asked.status_code == 303
    page = client.get(asked.location).get_data(as_text=True)
    action = page.partition('<form method="post" action="')[2].partition('"')[0].replace("&amp;", "&")
    answer = client.post(
        action, data={"email": who.email, "password": PASSWORD, "csrf_token": hidden(page, "csrf_token")}
    )
    assert answer.location == "/account?x=1"


def test_a_planted_token_never_becomes_valid(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    with client.session_transaction() as cookie:
        cookie["token"] = "ditanam-orang-lain"
    sign_in(client, who)
    assert token_of(client) not in ("", "ditanam-orang-lain")
    planted = office.stranger()
    with planted.session_transaction() as cookie:
        cookie["token"] = "ditanam-orang-lain"
    assert not is_in(planted)


def test_a_token_changes_at_every_sign_in_and_is_stored_only_as_a_hash(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    sign_in(client, who)
    first = token_of(client)
    sign_in(client, who)
    second = token_of(client)
    assert first != second
    assert len(second) >= 43
    with read_session(office.runtime.engine) as session:
        rows = session.execute(text("SELECT * FROM sessions")).all()
    assert not [cell for row in rows for cell in row if cell == second or cell == second.encode()]


def test_the_csrf_secret_is_renewed_for_another_person_only(office: Office) -> None:
    one, other, client = office.somebody(), office.somebody(), office.stranger()
    sign_in(client, one)
    client.get("/account")
    before = _csrf(client)
    office.clock.pass_by(minutes=20)
    sign_in(client, one)
    assert _csrf(client) == before
    sign_in(client, other)
    client.get("/account")
    assert _csrf(client) != before


def _csrf(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("csrf_token"))


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_session_locks_after_fifteen_idle_minutes(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    office.clock.pass_by(minutes=14, seconds=59)
    assert is_in(client)
    office.clock.pass_by(minutes=15, seconds=1)
    assert not is_in(client)


def test_a_session_ends_after_ten_hours_however_busy(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    for _quarter in range(40):
        office.clock.pass_by(minutes=14, seconds=59)
        assert is_in(client)
    office.clock.pass_by(minutes=14, seconds=59)
    assert not is_in(client)


def test_last_seen_is_written_at_most_once_a_minute(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    office.clock.pass_by(seconds=59)
    client.get("/account")
    assert _seen(office) == {office.clock.at.replace(minute=0, second=0)}
    office.clock.pass_by(seconds=2)
    client.get("/account")
    assert _seen(office) == {office.clock.at}


def _seen(office: Office) -> set[Any]:
    with read_session(office.runtime.engine) as session:
        return set(session.scalars(select(SignedInSession.seen_at)))


def test_a_fifth_session_ends_the_oldest(office: Office) -> None:
    who = office.somebody("PENERIMA")
    clients = []
    for _turn in range(5):
        clients.append(office.browser(who))
        office.clock.pass_by(seconds=1)
    assert [is_in(client) for client in clients] == [False, True, True, True, True]


# --- out -------------------------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_on_the_server(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    stolen = token_of(client)
    answer = send(client, "/account", "/sign-out")
    assert answer.status_code == 303
    assert "cache" in answer.headers["Clear-Site-Data"]
    thief = office.stranger()
    with thief.session_transaction() as cookie:
        cookie["token"] = stolen
    assert not is_in(client)
    assert not is_in(thief)
    assert office.events()[-1].event == Event.SIGNED_OUT


def test_quick_exit_ends_the_session_and_shows_nothing_of_this_place(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    answer = send(client, "/account", "/quick-exit")
    assert answer.status_code == 200
    assert b"Naungan" not in answer.data
    assert not is_in(client)


def test_quick_exit_leaves_even_with_a_token_from_before(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    answer = client.post("/quick-exit", data={"csrf_token": "kedaluwarsa"})
    assert answer.status_code == 400
    assert b"http-equiv" in answer.data
    assert is_in(client)


def test_disabling_a_person_ends_all_sessions_at_once(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client, other = office.browser(who), office.browser(who)
    with office.work() as work:
        services.disable(work, who.id)
    assert not is_in(client)
    assert not is_in(other)
    with office.work() as work:
        services.enable(work, who.id)
    assert not is_in(client)


def test_a_lost_role_ends_sessions_and_a_new_one_counts_on_the_next_request(office: Office) -> None:
    office.somebody("ADMIN")
    who = office.somebody("PENERIMA")
    client = office.browser(who)
    assert client.get("/users").status_code == 403
    with office.work() as work:
        services.set_roles(work, who.id, ["PENERIMA", "AUDITOR"])
    assert client.get("/audit").status_code == 200
    with office.work() as work:
        services.set_roles(work, who.id, ["PENERIMA"])
    assert not is_in(client)


def test_one_sees_and_ends_ones_own_sessions(office: Office) -> None:
    who = office.somebody("PENERIMA")
    here, there = office.browser(who), office.browser(who)
    page = here.get("/account").get_data(as_text=True)
    address = page.partition('action="/account/sessions/')[2].partition('"')[0]
    assert send(here, "/account", f"/account/sessions/{address}").status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_nobody_ends_anothers_session(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    foreign = SAMPLES["session_id"](office, office.unit_id)
    assert send(client, "/account", f"/account/sessions/{foreign}/end").status_code == 404


# --- the password ----------------------------------------------------------------------------------------------------


def change(client: FlaskClient, current: str, new: str, again: str | None = None) -> Any:
    fields = {"current": current, "password": new, "again": new if again is None else again}
    return send(client, "/account", "/account/password", **fields)


def test_changing_the_password_takes_the_current_one_and_ends_every_session(office: Office) -> None:
    who = office.somebody("PENERIMA")
    here, there = office.browser(who), office.browser(who)
    assert change(here, "bukan yang sekarang", "payung hitam di teras").status_code == 422
    assert is_in(there)
    assert change(here, PASSWORD, "payung hitam di teras").status_code == 303
    assert not is_in(here)
    assert not is_in(there)
    assert sign_in(here, who).status_code == 422
    assert sign_in(here, who, "payung hitam di teras").status_code == 303


@pytest.mark.parametrize("new", ["pendek sekali"[:11], "x" * 129, "naungan12345", "Wulan Contoh 2026"])
def test_a_password_that_is_short_long_or_easy_is_refused(office: Office, new: str) -> None:
    who = office.somebody("PENERIMA")
    assert change(office.browser(who), PASSWORD, new).status_code == 422


def test_two_different_entries_are_refused(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    assert change(client, PASSWORD, "payung hitam di teras", "payung hitam di terax").status_code == 422


def test_a_thief_in_an_open_session_cannot_try_passwords_for_long(office: Office) -> None:
    client = office.browser(office.somebody("PENERIMA"))
    statuses = [change(client, f"coba-coba {turn}", "payung hitam di teras").status_code for turn in range(8)]
    assert statuses[-1] == 429


# --- guessing --------------------------------------------------------------------------------------------------------


def test_guessing_is_slowed_but_a_known_device_still_gets_in(office: Office) -> None:
    who = office.somebody("PENERIMA")
    known = office.stranger("10.1.1.1")
    sign_in(known, who)
    send(known, "/account", "/sign-out")
    attacker = office.stranger("203.0.113.9")
    statuses = [sign_in(attacker, who, f"tebakan {turn}").status_code for turn in range(30)]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
    assert sign_in(office.stranger("203.0.113.10"), who).status_code == 429
    assert sign_in(known, who).status_code == 303


def test_a_known_place_still_gets_in_when_the_browser_forgot(office: Office) -> None:
    who = office.somebody("PENERIMA")
    sign_in(office.stranger("10.1.1.1"), who)
    attacker = office.stranger("203.0.113.9")
    for turn in range(10):
        sign_in(attacker, who, f"tebakan {turn}")
    assert sign_in(office.stranger("10.1.1.1"), who).status_code == 303


def test_the_delay_passes_and_trying_in_vain_does_not_lengthen_it(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    for turn in range(5):
        sign_in(client, who, f"tebakan {turn}")
    first = sign_in(client, who).headers["Retry-After"]
    for _turn in range(20):
        assert sign_in(client, who).headers["Retry-After"] == first
    office.clock.pass_by(seconds=int(first))
    assert sign_in(client, who).status_code == 303


def test_an_address_that_guesses_at_many_accounts_is_slowed(office: Office) -> None:
    client = office.stranger("203.0.113.9")
    statuses = [
        fill(client, "/sign-in", email=f"tak.ada{turn}@contoh.go.id", password=PASSWORD).status_code
        for turn in range(21)
    ]
    assert statuses == [422] * 20 + [429]


def test_a_forged_device_is_no_known_device(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger("203.0.113.9")
    with client.session_transaction() as cookie:
        cookie["device"] = f"{'00' * 16}.{'11' * 16}"
    statuses = [sign_in(client, who, f"tebakan {turn}").status_code for turn in range(7)]
    assert statuses[-1] == 429


def test_a_wrong_try_is_recorded_without_the_address(office: Office) -> None:
    who, client = office.somebody("PENERIMA"), office.stranger()
    sign_in(client, who, "salah sama sekali")
    event = office.events()[-1]
    assert (event.event, event.object_id, event.result) == (Event.SIGN_IN_FAILED, who.id, "failed")
    assert who.email not in event.purpose
