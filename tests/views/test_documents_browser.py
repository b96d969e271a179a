"""Sending files and looking at them in a real browser: on a phone and at a desk, with scripting and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests import case_factories, paper
from tests.browser.accessibility import faults
from tests.document_office import make_document
from tests.factories import Office, Someone
from tests.views.test_accounts_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about the browser, not about the database")]

BLUR = "() => getComputedStyle(document.querySelector('.veil__picture')).filter"
LOADED = "() => { const picture = document.querySelector('.leaf__picture'); return picture.complete && picture.naturalWidth }"


def sent(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return case_factories.make_case(office, worker)


@pytest.fixture(params=[(390, True), (390, False), (1280, True)], ids=["phone", "phone-script-free", "desktop"])
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scripting = request.param
    viewport = {"width": width, "height": 844}
    context = chromium.new_context(viewport=viewport, java_script_enabled=scripting, bypass_csp=scripting)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_files_are_sent_shown_blurred_and_read_page_by_page(
    office: Office, address: str, worker: Someone, case_id: UUID, page: Any
) -> None:
    sign_in(page, address, worker.email)
    base = f"{address}/cases/{case_id}/documents"
    page.goto(f"{base}/new")
    page.set_input_files("#files", [sent("a.jpg", paper.photo()), sent("b.pdf", paper.pdf(3))])
    page.select_option("#kind", "DK_SEKOLAH")
    page.click(".action-bar button")
    page.wait_for_url(base)
    assert page.locator(".paper").count() == 2, page.locator("main").inner_text()

    page.locator(".paper", has_text="PDF").locator("a").last.click()
    page.locator("a[href$='/pages/1']").click()
    page.wait_for_url("**/pages/1")
    page.locator("a[rel=next]").first.click()
    page.wait_for_url("**/pages/2")
    assert "2" in page.locator(".page-head__lead").inner_text()
    page.wait_for_load_state("load")
    assert page.evaluate(LOADED)
    page.goto(base)
    page.locator(".paper", has_text="gambar").locator(".paper__name a").click()
    page.locator(".veil__picture").wait_for(state="attached")
    assert "blur" in page.evaluate(BLUR)
    page.locator(".veil__face").click()
    assert page.evaluate("() => document.querySelector('.veil').open")


def test_a_file_that_is_not_taken_says_why_and_the_others_are_kept_once(
    office: Office, address: str, worker: Someone, case_id: UUID, chromium: Any
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, address, worker.email)
    base = f"{address}/cases/{case_id}/documents"
    page.goto(f"{base}/new")
    page.set_input_files("#files", [sent("a.txt", b"satu"), sent("b.exe", b"MZ"), sent("c.txt", b"tiga")])
    page.select_option("#kind", "DK_SEKOLAH")
    page.fill("#title", "Judul yang tetap ada")
    page.wait_for_timeout(4_000)  # what is typed is kept meanwhile
    page.click(".action-bar button")
    page.locator(".upload__item--failed").wait_for()
    page.wait_for_function("() => document.querySelectorAll('.upload__item--kept').length === 2")

    assert "tidak diterima" in page.locator(".upload__item--failed").inner_text()
    assert page.input_value("#title") == "Judul yang tetap ada"
    assert faults(page) == []
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    page.locator(".upload__item--failed button").click()
    page.set_input_files("#camera", [sent("d.jpg", paper.photo())])
    page.click(".action-bar button")
    page.wait_for_url(base)
    assert page.locator(".paper").count() == 3
    assert faults(page) == []
    context.close()


def test_the_pages_of_documents_are_accessible_in_both_languages(
    office: Office, address: str, worker: Someone, case_id: UUID, chromium: Any
) -> None:
    documents = [make_document(office, case_id, name) for name in ("a.jpg", "b.pdf", "c.txt")]
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    sign_in(page, address, worker.email)
    base = f"{address}/cases/{case_id}/documents"
    tails = ["", "/new", *(f"/{each}" for each in documents)]
    tails += [f"/{documents[1]}/{way}" for way in ("pages/1", "edit", "replace", "remove")]
    wrong = []
    for language in ("id", "en"):
        for tail in tails:
            page.goto(base + tail)
            assert page.evaluate("() => document.documentElement.lang") == language
            wrong += [f"{language} {tail}: {fault}" for fault in faults(page)]
        if language == "id":
            page.locator(".menu__open").click()
            page.locator("button[name=language][value=en]").click()
            page.wait_for_load_state()
    assert wrong == []
    context.close()
