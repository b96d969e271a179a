"""Signing in with a real browser over plain HTTP on this machine: the hardened cookie must work there (design 1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import PASSWORD, Office

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]


@pytest.fixture(params=[True, False], ids=["scripting", "script-free"])
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = chromium.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def sign_in(page: Any, address: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form[method=post] button.btn-primary").click()


def test_a_person_signs_in_works_and_signs_out(office: Office, address: str, page: Any) -> None:
    who = office.somebody("ADMIN", name="Wulan Contoh")

    sign_in(page, address, who.email, "bukan kata sandinya")
    assert page.locator(".error-summary").is_visible()

    sign_in(page, address, who.email)
    assert page.url == f"{address}/"
    (cookie,) = page.context.cookies()
    assert cookie["name"] == "__Host-naungan"
    assert cookie["secure"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"

    page.goto(f"{address}/users")
    assert page.locator("h1").count() == 1

    page.locator("summary.menu__open").click()
    with page.expect_navigation(wait_until="load"):
        page.locator('form[action="/sign-out"] button').click()
    assert page.url.startswith(f"{address}/sign-in")
    page.go_back()
    page.goto(f"{address}/users")
    assert page.url.startswith(f"{address}/sign-in")


def test_an_administrator_adds_a_person_who_activates_the_account(office: Office, address: str, page: Any) -> None:
    admin = office.somebody("ADMIN", name="Wulan Contoh")
    sign_in(page, address, admin.email)

    page.goto(f"{address}/users/new")
    page.locator("input[name=name]").fill("Dewi Contoh")
    page.locator("input[name=email]").fill("dewi@contoh.go.id")
    page.locator("input[name=roles][value=MANAJER]").check()
    page.locator(".action-bar button").click()
    code = page.locator("#activation-code").inner_text()

    person = page.context.browser.new_context().new_page()
    person.goto(f"{address}/activate")
    person.locator("input[name=token]").fill(code)
    person.locator("input[name=password]").fill("payung hitam di teras")
    person.locator("input[name=again]").fill("payung hitam di teras")
    person.locator("button.btn-primary").click()
    assert person.url.startswith(f"{address}/sign-in")
    sign_in(person, address, "dewi@contoh.go.id", "payung hitam di teras")
    assert person.url == f"{address}/"
    person.context.close()
