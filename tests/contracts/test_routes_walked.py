"""What is so for every route: strangers, forged posts, headers, cookies (security 6 #20, #43 to #47, #67, #82)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import text
from werkzeug.datastructures import Headers

from app.db.base import Base
from app.domain.access import Capability, roles
from tests.contracts.walking import Route, objects, routes
from tests.factories import Office, Someone, hidden
from tests.sharing import office_of_the_module as office

__all__ = ["office"]
pytestmark = pytest.mark.sqlite_only(reason="about routes, not about the database")
ALL_ROLES = tuple(roles())


Door = tuple[Route, str]


@dataclass(frozen=True)
class Answer:
    """What a route answered to somebody who may do everything."""

    route: Route
    address: str
    status: int
    headers: Headers
    page: str


@dataclass(frozen=True)
class Walk:
    """Every route asked once: what was answered, and which tables the reading changed."""

    answers: list[Answer]
    heads: dict[str, int]
    changed: set[str]

    @property
    def pages(self) -> Iterator[Answer]:
        """Whole pages that were read."""
        for answer in self.answers:
            if (
                answer.route.method == "GET"
                and answer.status == 200
                and answer.headers["Content-Type"][:9] == "text/html"
            ):
                yield answer


@pytest.fixture(scope="module")
def owner(office: Office) -> Someone:
    """Somebody who may do everything."""
    return office.somebody(*ALL_ROLES)


@pytest.fixture(scope="module")
def doors(office: Office, owner: Someone) -> list[Door]:
    """Every route, with objects of the owner's."""
    mine = objects(office, owner)
    return [(route, route.address(office, mine)) for route in routes(office)]


@pytest.fixture(scope="module")
def walk(office: Office, owner: Someone, doors: list[Door]) -> Walk:
    """Every door opened by the owner: read twice, and sent nothing."""
    client = office.browser(owner)

    def ask(route: Route, address: str) -> Answer:
        answer = client.open(address, method=route.method)
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        return Answer(route, address, answer.status_code, answer.headers, page)

    before = contents(office)
    answers = [ask(*door) for door in doors if door[0].method == "GET"]
    heads = {answer.address: client.head(answer.address).status_code for answer in answers}
    after = contents(office)
    answers += [ask(*door) for door in doors if door[0].method != "GET"]
    return Walk(answers, heads, {name for name in before if before[name] != after[name]})


def contents(office: Office) -> dict[str, int]:
    """A number for the rows of each table: equal while nothing changed."""
    with office.runtime.engine.connect() as connection:
        return {
            name: hash(tuple(map(tuple, connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1')))))  # noqa: S608
            for name in Base.metadata.tables
        }


def test_a_stranger_gets_the_sign_in_page_or_nothing(office: Office, doors: list[Door]) -> None:
    client = office.stranger()
    for route, address in doors:
        if route.capability is Capability.PUBLIC:
            continue
        if route.method == "GET":
            answer = client.get(address)
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), address
        else:
            token = _csrf(client)
            assert client.post(address, data={"csrf_token": token}).status_code == 401, address


def test_a_stranger_who_asks_for_a_fragment_is_led_out_of_the_page(office: Office) -> None:
    answer = office.stranger().get("/users", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.mark.parametrize("token", [None, "", "bukan-token", "milik-orang-lain"])
def test_no_post_acts_without_its_own_token(office: Office, doors: list[Door], token: str | None) -> None:
    client = office.browser(office.somebody(*ALL_ROLES))
    if token == "milik-orang-lain":
        token = _csrf(office.browser(office.somebody("PENERIMA")))
    before = contents(office)
    for route, address in doors:
        if route.method != "GET":
            data = {} if token is None else {"csrf_token": token}
            assert client.open(address, method=route.method, data=data).status_code == 400, address
    assert contents(office) == before


def test_reading_changes_nothing_but_the_log_and_the_session(walk: Walk) -> None:
    for answer in walk.answers:
        if answer.route.method == "GET":
            assert answer.status in (200, 303, 404, 409), answer.address
    assert {address for address, status in walk.heads.items() if status not in (200, 303, 404, 409)} == set()
    assert len(walk.heads) > 100
    assert walk.changed <= {"audit_events", "audit_head", "sessions"}


def test_every_answer_carries_the_headers(walk: Walk) -> None:
    assert len(walk.answers) > 200
    for answer in walk.answers:
        headers, address = answer.headers, answer.address
        assert headers["Cache-Control"] == "no-store", address
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert not {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(headers.keys())


def test_the_only_cookie_is_ours_and_hardened(walk: Walk) -> None:
    seen = 0
    for answer in walk.answers:
        for line in answer.headers.getlist("Set-Cookie"):
            seen += 1
            (name, morsel), *_rest = SimpleCookie(line).items()
            assert name == "__Host-naungan"
            assert morsel["secure"]
            assert morsel["httponly"]
            assert morsel["samesite"] == "Strict"
            assert morsel["path"] == "/"
            assert not morsel["domain"]
            assert len(line) < 4096
    assert seen


def test_the_cookie_carries_no_identity(office: Office) -> None:
    who = office.somebody("PENERIMA")
    client = office.browser(who)
    client.get("/account")
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"token", "device", "language", "csrf_token", "_flashes", "_permanent"}
        assert str(who.id) not in str(dict(cookie))


def test_a_cross_site_request_is_refused_and_a_link_is_led_through_a_neutral_page(office: Office) -> None:
    client = office.browser(office.somebody("ADMIN"))
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = client.get("/users", headers=link)
    assert answer.status_code == 200
    assert b"Wulan" not in answer.data
    assert client.get("/users", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/users", headers=link).status_code == 403


def test_every_page_has_one_heading_a_title_and_a_token_in_each_form(walk: Walk) -> None:
    pages = list(walk.pages)
    assert len(pages) > 80
    for answer in pages:
        page, address = answer.page, answer.address
        assert page.count("<h1") == 1, address
        assert "<title>" in page
        identifiers = re.findall(r'\sid="([^"]+)"', page)
        assert len(identifiers) == len(set(identifiers)), address
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.S):
            assert 'name="csrf_token"' in form, address


def _csrf(client) -> str:  # type: ignore[no-untyped-def]
    return hidden(client.get("/activate").data, "csrf_token")
