"""The pages of answers: what an institution meets without an account, and what the unit does with it (decision 50)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from app.answers import links, queries
from app.domain.answer_codes import grouped
from app.referrals.models import Referral
from app.web import uploads
from tests import document_office, paper, paper_office, pdfs
from tests import referral_office as desk
from tests.factories import Office, hidden, send


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = desk.english_office(database_url, tmp_path)
    yield made
    made.runtime.engine.dispose()


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_from_the_code_to_the_units_own_record(office: Office) -> None:
    worker = office.somebody("MANAJER", password=False)
    case = desk.make_case(office, worker)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    browser, page = office.browser(worker), f"/answers/{referral}"
    assert "No code stands" in text(browser.get(page))
    assert send(browser, page, f"{page}/issue").status_code == 303
    with office.work() as work:
        shown = links.read(work, queries.links_of(work, referral)[0])
        work.recorded("page:opened")
    assert grouped(shown.code) in text(browser.get(page))
    assert grouped(shown.code) in pdfs.text_of(paper_office.press(browser, case, "f7", referral).data)

    partner, address = office.stranger(), f"/answer/{shown.token}"
    door = partner.get(address)
    assert door.headers["Cache-Control"] == "no-store"
    assert door.headers["Referrer-Policy"] == "no-referrer"
    token = hidden(door.data, "csrf_token")
    wrong = partner.post(address, data={"csrf_token": token, "code": "AAA-AAA-AAA"})
    unknown = partner.post("/answer/" + "x" * 43, data={"csrf_token": token, "code": shown.code})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    plain = text(wrong).replace(shown.token, "")
    assert (
        plain[plain.index("<main") :].split("csrf_token")[0]
        == text(unknown)
        .replace("x" * 43, "")[text(unknown).replace("x" * 43, "").index("<main") :]
        .split("csrf_token")[0]
    )
    form = partner.post(address, data={"csrf_token": token, "code": grouped(shown.code).lower()})
    assert form.status_code == 200
    assert "Anak Uji" not in text(form)
    said = {"csrf_token": token, "kind": "declined", "name": "Dr. Uji"}
    target = re.search(r'action="(/answer/[^"]+/[^"]+)"', text(form))[1]
    missing = partner.post(target, data=said)
    assert (missing.status_code, "Dr. Uji" in text(missing)) == (422, True)
    for _ in range(2):
        letter = {"files": (BytesIO(paper.GOOD["a.pdf"]), "surat balasan.pdf")}
        sent = partner.post(target, data=said | {"words": "Penuh"} | letter, content_type="multipart/form-data")
        assert sent.status_code == 303
    assert "Thank you" in text(partner.get(sent.location))
    assert partner.post(address, data={"code": shown.code}).status_code == 400

    with office.runtime.looking(desk.OPERATOR) as work:
        (row,) = queries.answers_of(work, referral)
        assert work.session.get_one(Referral, referral).status == "RF_SENT"
    shows = text(browser.get(page))
    assert "Penuh" in shows
    assert "with the code of the letter" in shows
    taken = browser.get(f"{page}/{row.id}/letter")
    assert (taken.status_code, taken.data) == (200, paper.GOOD["a.pdf"])
    assert "balasan" not in str(taken.headers)
    assert office.events()[-1].event == "answer:letter-opened"
    assert send(browser, page, f"{page}/{row.id}/aside", reason="").status_code == 422
    assert send(browser, page, f"{page}/{row.id}/confirm").status_code == 303
    assert send(browser, page, f"{page}/{row.id}/confirm").status_code == 409
    with office.runtime.looking(desk.OPERATOR) as work:
        assert work.session.get_one(Referral, referral).status == "RF_REJECTED"
    assert browser.get(f"{page}/{row.id}/letter").status_code == 404
    assert "lies among the documents" in text(browser.get(page))


def test_a_large_letter_is_refused_in_words_and_without_a_ticket_unread(office: Office) -> None:
    case = desk.make_case(office)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    with office.work() as work:
        shown = links.read(work, links.issue(work, referral))
    partner, address = office.stranger(), f"/answer/{shown.token}"
    token = hidden(partner.get(address).data, "csrf_token")
    form = partner.post(address, data={"csrf_token": token, "code": shown.code})
    target = re.search(r'action="(/answer/[^"]+/[^"]+)"', text(form))[1]
    said = {"csrf_token": token, "kind": "received", "name": "Dr. Uji"}
    fields = "".join(
        f'--mark\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in said.items()
    )
    head = f'{fields}--mark\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.4'.encode()

    def post(where: str, size: int):
        body = head + bytes(size) + b"\r\n--mark--\r\n"
        return partner.post(where, data=body, content_type="multipart/form-data; boundary=mark")

    assert post(target, 20 << 20).status_code == 413
    assert (large := post(target, (10 << 20) + 9)).status_code == 422
    assert "10 MB" in text(large)
    assert "Dr. Uji" in text(large)
    assert post(f"{address}/{'x' * 43}", 2 << 20).status_code == 413, "nothing is read before the right code"
    assert post(f"{address}/{'x' * 43}", 9).status_code == 422
    assert uploads.may_bring(office.app, "POST", f"{address}/{'x' * 43}") == 0
    assert uploads.may_bring(office.app, "POST", target) == (10 << 20) + uploads.FORM_BYTES
    assert document_office.files_on_disk(office) == []


def test_an_answer_that_comes_too_late_stands_on_the_page(office: Office) -> None:
    case = desk.make_case(office)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    with office.work() as work:
        shown = links.read(work, links.issue(work, referral))
    partner, address = office.stranger(), f"/answer/{shown.token}"
    token = hidden(partner.get(address).data, "csrf_token")
    form = partner.post(address, data={"csrf_token": token, "code": shown.code})
    target = re.search(r'action="(/answer/[^"]+/[^"]+)"', text(form))[1]
    office.clock.pass_by(minutes=21)
    said = {"csrf_token": token, "kind": "declined", "name": "Dr. Uji", "words": "tempat tidur penuh"}
    late, bogus = partner.post(target, data=said), partner.post(f"{address}/{'x' * 43}", data=said)
    assert (late.status_code, bogus.status_code) == (422, 422)
    for page in map(text, (late, bogus)):
        assert "was not sent" in page
        assert "tempat tidur penuh" in page
        assert f'href="{address}"' in page
    with office.runtime.looking(desk.OPERATOR) as work:
        assert queries.answers_of(work, referral) == []


def test_a_clerk_writes_an_answer_down(office: Office) -> None:
    worker = office.somebody("MANAJER", password=False)
    case = desk.make_case(office, worker)
    referral = desk.make_referral(office, case, desk.clients_of(office, case)[0], desk.make_institution(office))
    browser, page = office.browser(worker), f"/answers/{referral}"
    bad = send(browser, page, f"{page}/enter", kind="received", name="Bu Uji", code="123-456-789")
    assert (bad.status_code, "Bu Uji" in text(bad)) == (422, True)
    assert send(browser, page, f"{page}/enter", kind="received", name="Bu Uji", how="WY_TELEPON").status_code == 303
    assert "without the code" in text(browser.get(page))
    assert office.browser(office.somebody("MANAJER", password=False)).get(page).status_code == 404
