"""Requests refused before anything looks at them, errors that say nothing, and forms sent twice (security 6 #38 to #41, #65, #72)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Blueprint, request, url_for
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event, text

from app.accounts import queries, services
from app.audit.models import AuditHead
from app.db.session import write_session
from app.domain.access import Capability
from app.domain.errors import Conflict, NotFound, NotPermitted, Problem, Refused, Stale, Unavailable, Unreadable
from app.factory import BLUEPRINTS
from app.security.vault import NotOpened
from app.web import errors, runtime
from app.web.guard import public, requires
from app.web.paths import own_path
from app.web.render import render_page
from app.web.sealed import UNOPENED, opened
from app.web.submit import once
from app.work import Opening
from tests.factories import Office, Someone, fill, hidden, make_office, send

SECRET = "Nama Rahasia"
FAULTS: dict[str, Exception] = {
    "not-found": NotFound(SECRET),
    "not-permitted": NotPermitted(SECRET),
    "conflict": Conflict(SECRET),
    "stale": Stale(SECRET),
    "refused": Refused(Problem("code.unknown")),
    "unavailable": Unavailable(SECRET),
    "unreadable": Unreadable(SECRET),
    "not-opened": NotOpened(SECRET),
    "bug": KeyError(SECRET),
    "too-deep": RecursionError(SECRET),
}
STATUS = {
    "not-found": 404, "not-permitted": 403, "conflict": 409, "stale": 409, "refused": 422, "unavailable": 503,
    "unreadable": 500, "not-opened": 500, "bug": 500, "too-deep": 500,
}  # fmt: skip


@pytest.fixture
def laboratory(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with a few routes for trying things out."""
    bp = Blueprint("lab", __name__, url_prefix="/lab")
    bp.get("/<any('" + "','".join(FAULTS) + "'):fault>", endpoint="fault")(requires(Capability.SELF)(_raise))
    bp.get("/open", endpoint="open")(requires(Capability.SELF)(_page_with_unreadable))
    bp.post("/count", endpoint="count")(requires(Capability.SELF)(_count))
    bp.get("/public", endpoint="public")(public(lambda: "public"))
    office = make_office(database_url, tmp_path, blueprints=(*BLUEPRINTS, bp))
    yield office
    office.runtime.engine.dispose()


def _raise(fault: str) -> str:
    raise FAULTS[fault]


def _page_with_unreadable() -> Any:
    def read() -> str:
        raise Unreadable("sealed value")

    return render_page("layouts/left.html") if opened(read) is not UNOPENED else str(opened(read))


def _count() -> Any:
    """An act that leaves a row each time it runs."""
    with runtime.begin() as work:
        receipt = once(work, UUID(request.form["submit_id"]))
        work.recorded("page:opened", purpose="counted")
        receipt.leads_to(url_for("lab.fault", fault="bug"))
    return receipt.redirect()


def counted(office: Office) -> int:
    return sum(event.purpose == "counted" for event in office.events())


# --- refused whole ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5", "[::2]", "localhost.evil"])
def test_a_request_for_another_host_is_refused(office: Office, host: str) -> None:
    assert office.stranger().get("/sign-in", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_this_machine_is_answered_under_each_of_its_names(office: Office, host: str) -> None:
    assert office.stranger().get("/sign-in", headers={"Host": host}).status_code == 200


def test_forwarded_headers_of_nobody_count_for_nothing(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client = office.stranger("203.0.113.9")
    client.environ_base.update(HTTP_X_FORWARDED_FOR="10.1.1.1", HTTP_X_FORWARDED_HOST="evil.example")
    statuses = [fill(client, "/sign-in", email=who.email, password=f"tebakan {n}").status_code for n in range(6)]
    assert statuses[-1] == 429
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "10.1.1.2"
    assert fill(client, "/sign-in", email=who.email, password="x").status_code == 429


def test_an_oversize_request_is_refused_whole(office: Office) -> None:
    admin = office.somebody("ADMIN")
    client = office.browser(admin)
    before = len(office.events())
    answer = send(client, "/users/new", "/users", name="x" * (1 << 20), email="a@contoh.go.id")
    assert answer.status_code == 413
    assert len(office.events()) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"name=a%00b", "application/x-www-form-urlencoded"),
        (b"name=%ff%fe", "application/x-www-form-urlencoded"),
        (b"name=\xff", "application/x-www-form-urlencoded"),
        (b"na%00me=a", "application/x-www-form-urlencoded"),
        (b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\xffb\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\0b\r\n--x--\r\n', "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
def test_nul_and_broken_text_are_refused_with_a_page(office: Office, body: bytes, kind: str) -> None:
    answer = office.stranger().post("/sign-in", data=body, content_type=kind)
    assert answer.status_code == 400
    assert b"<h1" in answer.data


@pytest.mark.parametrize("query", ["next=%00", "next=%ff", "%00=1"])
def test_nul_and_broken_text_in_an_address_are_refused(office: Office, query: str) -> None:
    assert office.stranger().get(f"/sign-in?{query}").status_code == 400


def test_a_value_given_twice_is_refused(office: Office) -> None:
    client = office.browser(office.somebody("ADMIN"))
    page = client.get("/users/new").data
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    given = {"name": ["Dewi", "Sari"], "email": "dewi@contoh.go.id", "language": "id"}
    assert client.post("/users", data=fields | given).status_code == 400
    given = {"name": "Dewi", "email": "dewi@contoh.go.id", "language": "id", "roles": ["PENERIMA", "URC"]}
    assert client.post("/users", data=fields | given).status_code == 200
    assert client.get("/sign-in?next=/a&next=/b").status_code == 400
    assert client.post("/users?name=Sari", data=fields | given).status_code == 400


@given(st.text(max_size=60) | st.from_regex(r"(/|//|\\|%2f|%5c|https?:|[a-z.])*", fullmatch=True))
def test_a_path_of_ours_never_leaves_this_site(wanted: str) -> None:
    path = own_path(wanted)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert "\\" not in path
    assert not any(ord(sign) < 33 for sign in path)


# --- errors ----------------------------------------------------------------------------------------------------------


def test_every_fault_gives_its_status_and_a_neutral_page_with_a_number(laboratory: Office) -> None:
    client = laboratory.browser(laboratory.somebody("PENERIMA"))
    for fault, status in STATUS.items():
        answer = client.get(f"/lab/{fault}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, fault
        assert SECRET not in page
        assert "Traceback" not in page
        assert 'class="plain__incident"' in page
        assert answer.headers["Cache-Control"] == "no-store"


def test_incident_numbers_differ(laboratory: Office) -> None:
    client = laboratory.browser(laboratory.somebody("PENERIMA"))
    pages = {client.get("/lab/bug").get_data(as_text=True).partition("<code>")[2][:16] for _turn in range(3)}
    assert len(pages) == 3


def test_the_error_pages_open_no_database(laboratory: Office) -> None:
    client = laboratory.stranger()
    laboratory.runtime.engine.dispose()
    with laboratory.app.test_request_context("/"):
        statements: list[str] = []
        event.listen(laboratory.runtime.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        for status in errors.PAGES:
            assert errors.page(status).status_code == status
        assert statements == []
    assert client.get("/tidak-ada").status_code == 404


def test_what_cannot_be_opened_says_so_in_its_place(laboratory: Office) -> None:
    client = laboratory.browser(laboratory.somebody("PENERIMA"))
    answer = client.get("/lab/open")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) in ("tidak dapat dibuka", "cannot be opened")


def test_a_contact_that_does_not_open_leaves_the_page_standing(office: Office) -> None:
    admin, who = office.somebody("ADMIN"), office.somebody("PENERIMA", name="Sari Contoh")
    with office.runtime.engine.begin() as connection:
        connection.execute(text("UPDATE users SET contact_sealed = email_tag"))
    page = office.browser(admin).get(f"/users/{who.id}")
    assert page.status_code == 200
    assert b"Sari Contoh" in page.data
    assert b"unopened" in page.data


def test_nothing_is_shown_and_nothing_saved_when_the_log_cannot_be_written(office: Office) -> None:
    admin, who = office.somebody("ADMIN"), office.somebody("PENERIMA", name="Sari Contoh")
    client = office.browser(admin)
    page = client.get("/users/new").data
    with write_session(office.runtime.engine) as session:
        session.execute(delete(AuditHead))
        session.commit()
    answer = client.get(f"/users/{who.id}")
    assert answer.status_code == 503
    assert b"Sari Contoh" not in answer.data
    fields = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
    answer = client.post("/users", data=fields | {"name": "Dewi", "email": "dewi@contoh.go.id", "language": "id"})
    assert answer.status_code == 503
    assert _users(office) == 2


def _users(office: Office) -> int:
    with office.runtime.engine.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM users")) or 0)


# --- sent twice ------------------------------------------------------------------------------------------------------


def post(office: Office, who: Someone, submit_id: UUID) -> tuple[int, str | None]:
    client = office.browser(who)
    token = hidden(client.get("/activate").data, "csrf_token")
    answer = client.post("/lab/count", data={"csrf_token": token, "submit_id": str(submit_id)})
    return answer.status_code, answer.location


def test_a_repeat_leads_to_the_first_result(laboratory: Office) -> None:
    who, submit_id = laboratory.somebody("PENERIMA"), uuid4()
    assert post(laboratory, who, submit_id) == post(laboratory, who, submit_id) == (303, "/lab/bug")
    assert counted(laboratory) == 1


def test_two_at_the_same_moment_act_once(laboratory: Office) -> None:
    who, submit_id = laboratory.somebody("PENERIMA"), uuid4()
    answers: list[tuple[int, str | None]] = []
    threads = [threading.Thread(target=lambda: answers.append(post(laboratory, who, submit_id))) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/lab/bug")] * 4
    assert counted(laboratory) == 1


def test_another_persons_one_time_id_is_a_conflict(laboratory: Office) -> None:
    submit_id = uuid4()
    post(laboratory, laboratory.somebody("PENERIMA"), submit_id)
    assert post(laboratory, laboratory.somebody("PENERIMA"), submit_id)[0] == 409


# --- language --------------------------------------------------------------------------------------------------------


def test_the_language_is_a_persons_choice_and_is_kept(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client = office.browser(who)
    assert 'lang="id"' in client.get("/").get_data(as_text=True)
    assert send(client, "/account", "/language", language="en", next="/account").location == "/account"
    assert '<html lang="en"' in client.get("/").get_data(as_text=True)
    elsewhere = office.stranger()
    fill(elsewhere, "/sign-in", email=who.email, password="kursi bambu warna tembaga")
    assert '<html lang="en"' in elsewhere.get("/").get_data(as_text=True)


def test_a_stranger_chooses_a_language_too_and_no_other_than_ours(office: Office) -> None:
    client = office.stranger()
    assert send(client, "/sign-in", "/language", language="en", next="//evil.example").location == "/"
    assert '<html lang="en"' in client.get("/sign-in").get_data(as_text=True)
    assert send(client, "/sign-in", "/language", language="xx", next="/").status_code == 400


# --- a page may open only what it named ------------------------------------------------------------------------------


def test_a_page_opens_what_its_event_names(office: Office) -> None:
    who = office.somebody("PENERIMA")
    with (
        office.runtime.reading(who.actor, lambda _work: Opening("page:opened")) as work,
        pytest.raises(NotOpened),
    ):
        services.contact_of(work, queries.get(work, who.id))
