"""What every answer tells the browser, and which requests get none (security 6, rows 42, 43, 46, 47, 82)."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.web.assets import ROOT, hashed_names
from tests.views.face_app import make_app

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def browser() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize("path", ["/", "/plain", "/nowhere", "/static/app.css", "/static/icons.svg", "/file"])
def test_every_answer_carries_the_security_headers(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, buffered=True)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/plain", "/nowhere"])
def test_no_page_is_kept_by_the_browser(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_scripts_run_by_a_nonce_that_is_new_each_time(browser: FlaskClient) -> None:
    nonces = set()
    for _ in range(2):
        answer = browser.get("/")
        nonce = re.search(r"script-src 'nonce-([\w-]{20,})'", answer.headers["Content-Security-Policy"])
        assert nonce
        assert set(re.findall(r'<script[^>]* nonce="([^"]*)"', answer.text)) == {nonce[1]}
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_the_policy_allows_nothing_inline_and_nothing_foreign(browser: FlaskClient) -> None:
    policy = browser.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert not re.search(r"https?:", policy)
    for part in ("form-action 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"):
        assert part in policy


def test_a_view_may_be_stricter_than_the_rule(browser: FlaskClient) -> None:
    assert browser.get("/file").headers["Content-Security-Policy"].startswith("sandbox")


def test_a_link_from_elsewhere_arrives_on_a_neutral_page(browser: FlaskClient) -> None:
    answer = browser.get("/cases?stage=ST1&page=2", headers=LINK)
    assert answer.status_code == 200
    assert 'href="/cases?stage=ST1&amp;page=2"' in answer.text
    assert "<h1>Kasus" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%2F%2Fevil.example"])
def test_the_neutral_page_never_leads_elsewhere(browser: FlaskClient, path: str) -> None:
    addresses = re.findall(r'class="btn btn-primary" href="([^"]*)"', browser.get(path, headers=LINK).text)
    assert addresses
    assert all(re.match(r"/(?![/\\])", address) for address in addresses)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("method", "mode", "dest"), [
    ("POST", "navigate", "document"), ("GET", "no-cors", "image"), ("GET", "cors", "empty"), ("GET", "navigate", "iframe"),
])  # fmt: skip
def test_anything_else_from_elsewhere_is_refused(
    browser: FlaskClient, site: str, method: str, mode: str, dest: str
) -> None:
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert browser.open("/", method=method, headers=sent).status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_requests_pass(browser: FlaskClient, site: str) -> None:
    assert "<h1>Beranda" in browser.get("/", headers=LINK | {"Sec-Fetch-Site": site}).text


def test_files_are_kept_for_a_year_under_a_name_that_names_their_content(browser: FlaskClient) -> None:
    name = hashed_names(ROOT)["app.css"]
    answer = browser.get(f"/static/{name}", buffered=True)
    assert re.fullmatch(r"app\.[0-9a-f]{10}\.css", name)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in browser.get("/static/app.css", buffered=True).headers["Cache-Control"]


def test_files_travel_compressed_where_the_browser_can(browser: FlaskClient) -> None:
    packed = browser.get("/static/app.css", headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert packed.headers["Content-Encoding"] == "br"
    assert "Content-Encoding" not in browser.get("/static/app.css", buffered=True).headers
    assert len(packed.data) < 20_000


def test_pages_travel_compressed_where_the_browser_can(browser: FlaskClient) -> None:
    plain, packed = browser.get("/"), browser.get("/", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in browser.get("/file", headers={"Accept-Encoding": "br"}).headers
