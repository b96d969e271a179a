"""The whole way of an answer without an account, as an institution walks it on a telephone (decision 50; issue 4 point 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.answers import links, queries
from app.documents import queries as documents
from app.referrals.models import Referral
from app.web import runtime as web
from app.web.session import COOKIE
from tests import paper, paper_office, pdfs, serving
from tests import referral_office as desk
from tests.browser import accessibility
from tests.browser.people import PHONE
from tests.factories import Office

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only(reason="about pages, not about the database")]


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = desk.english_office(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


def fits(page: Any) -> None:
    """No wider than the telephone, one heading, nothing axe-core finds."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, page.url
    assert page.get_by_role("heading", level=1).count() == 1
    assert accessibility.faults(page) == []


def window(chromium: Any, **options: Any) -> Any:
    made = chromium.new_context(viewport=PHONE, bypass_csp=True, reduced_motion="reduce", **options)
    made.set_default_timeout(10_000)
    return made


def opens(page: Any, address: str, code: str) -> None:
    page.goto(address)
    page.get_by_label("Code on the letter").fill(code.lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Send the answer").wait_for()


def says(page: Any, kind: str, words: str = "", letter: Path | None = None) -> None:
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Reason, or result of the service").fill(words)
    page.get_by_label("Name of who answers").fill("Dr. Karangan")
    if letter is not None:
        page.get_by_label("Reply letter").set_input_files(letter)
    page.get_by_role("button", name="Send the answer").click()


def test_from_the_letter_to_the_units_own_record(office: Office, chromium: Any, tmp_path: Path) -> None:
    worker = office.somebody("MANAJER", password=False)
    case = desk.make_case(office, worker)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    letter = tmp_path / "Surat balasan Anak Uji.pdf"
    letter.write_bytes(paper.GOOD["a.pdf"])
    with serving.running(serving.of_office(office)) as server:
        outside = replace(office.runtime.outside, public_url=server.url)
        office.app.extensions[web._KEY] = replace(web.runtime(office.app), outside=outside)
        browser = office.browser(worker)
        address, code = printed(office, browser, case, referral)
        plain, rich = window(chromium, java_script_enabled=False), window(chromium)
        _institution(plain.new_page(), rich.new_page(), address, code, letter)
        session = browser.get_cookie(COOKIE)
        assert session is not None
        rich.add_cookies([{"name": COOKIE, "value": session.value, "domain": "127.0.0.1", "path": "/", "secure": True}])
        _unit(rich.new_page(), f"{server.url}/answers/{referral}")
        plain.close()
        rich.close()
    with office.runtime.looking(desk.OPERATOR) as work:
        assert work.session.get_one(Referral, referral).status == "RF_ACK"
        assert sorted(row.standing for row in queries.answers_of(work, referral)) == [
            "confirmed",
            "set-aside",
            "waiting",
        ]
        assert len(documents.of_case(work, case)) == 1


def printed(office: Office, browser: Any, case: UUID, referral: UUID) -> tuple[str, str]:
    """Address and code as the letter shows them."""
    with office.work() as work:
        links.issue(work, referral)
    text = pdfs.squeezed(pdfs.text_of(paper_office.press(browser, case, "f7", referral).data))
    address = re.search(r"http://127\.0\.0\.1:\d+/answer/[\w-]{43}", text)
    code = re.search(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}", text)
    assert address is not None
    assert code is not None
    return address[0], code[0]


def _institution(plain: Any, rich: Any, address: str, code: str, letter: Path) -> None:
    """Receipt, refusal and result, without scripting; with it the same pages are looked at."""
    plain.goto(address)
    plain.get_by_label("Code on the letter").fill("AAA-AAA-AAA")
    plain.get_by_role("button", name="Go on").click()
    plain.get_by_text("This code cannot be used here").first.wait_for()
    opens(plain, address, code)
    assert "Anak Uji" not in plain.content()
    says(plain, "We received the referral", letter=letter)
    plain.get_by_role("heading", name="Thank you").wait_for()
    opens(plain, address, code)
    says(plain, "We cannot serve")
    plain.get_by_text("Please fill this in.").first.wait_for()
    assert plain.get_by_label("Name of who answers").input_value() == "Dr. Karangan"
    says(plain, "We cannot serve", "Tempat tidur penuh.")
    plain.get_by_role("heading", name="Thank you").wait_for()
    rich.goto(address)
    fits(rich)
    opens(rich, address, code)
    fits(rich)
    says(rich, "Result of the service", "Selesai dilayani.", letter)
    rich.get_by_role("heading", name="Thank you").wait_for()


def _unit(page: Any, address: str) -> None:
    """Three answers wait: each is seen to by itself."""
    page.goto(address)
    fits(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    received = page.get_by_role("listitem").filter(has_text="We received the referral")
    received.get_by_role("button", name="Confirm and record").click()
    page.get_by_text("Recorded.").first.wait_for()
    refused = page.get_by_role("listitem").filter(has_text="We cannot serve")
    refused.locator("summary").click()
    refused.get_by_label("Why it is set aside").fill("bukan jawaban lembaga itu")
    refused.get_by_role("button", name="Set aside").click()
    page.get_by_text("The answer is set aside.").first.wait_for()
