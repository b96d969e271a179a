"""Pages of the documents of a case: sending, looking, taking away; who may, under which event, and what a browser is told."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from app.documents import reader
from app.documents.reading import tasks
from app.documents.reading.found import Refusal
from app.domain.errors import Problem, Refused
from tests import case_factories, document_office, paper
from tests.document_office import files_on_disk, make_document, upload
from tests.factories import Office, Someone, hidden, send


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader without a process of its own; the process has tests of its own."""

    def look(name, pieces):
        try:
            return tasks.look(b"".join(pieces), {"name": name})
        except Refusal as refusal:
            raise Refused(Problem(refusal.code, "files", params=refusal.params)) from None

    monkeypatch.setattr(reader, "look", look)
    monkeypatch.setattr(reader, "page", lambda n, pieces: tasks.page(b"".join(pieces), {"number": n}).parts[0].data)


@pytest.fixture
def worker(office: Office) -> Someone:
    return office.somebody("MANAJER", name="Wulan Contoh")


@pytest.fixture
def case_id(office: Office, worker: Someone) -> UUID:
    return case_factories.make_case(office, worker)


@pytest.fixture
def client(office: Office, worker: Someone) -> FlaskClient:
    return office.browser(worker)


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.get_data(as_text=True)


def sources(page: str, what: str) -> list[str]:
    """Addresses of the pictures of a page."""
    return [html.unescape(found) for found in re.findall(r'<img[^>]*src="([^"]+)"', page) if f"/{what}" in found]


def last(office: Office):
    return office.events()[-1]


# --- sending ----------------------------------------------------------------------------------------------------------


def test_several_files_are_kept_at_once_without_scripting(office, client, case_id):
    answer = upload(client, case_id, ("a.pdf", paper.pdf()), ("b.jpg", paper.photo()), ("c.txt", b"catatan"))

    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}/documents")
    page = text_of(client, f"/cases/{case_id}/documents")
    assert page.count('class="paper"') == 3
    assert "3 dokumen disimpan" in page


def test_forms_that_send_files_say_so_to_browsers_without_scripting(office, client, case_id):
    document = make_document(office, case_id)
    for address in (f"/cases/{case_id}/documents/new", f"/cases/{case_id}/documents/{document}/replace"):
        (form,) = [
            each for each in re.findall(r"<form.*?</form>", text_of(client, address), re.S) if 'type="file"' in each
        ]
        assert 'enctype="multipart/form-data"' in form


@pytest.mark.parametrize(("language", "activity"), [("id", "Pendampingan visum"), ("en", "forensic examination")])
def test_what_is_said_of_a_visum_leads_to_what_there_is(office, client, case_id, language, activity):
    with client.session_transaction() as cookie:
        cookie["language"] = language
    for address in ("documents", "documents/new"):
        (said,) = re.findall(
            r"<p[^>]*>([^<]*investigator[^<]*|[^<]*penyidik[^<]*)</p>", text_of(client, f"/cases/{case_id}/{address}")
        )
        assert activity in said
    assert re.search(
        rf'<option[^>]*value="AK_VISUM"[^>]*>[^<]*{activity}', text_of(client, f"/cases/{case_id}/services/new")
    )


def test_when_one_file_is_not_taken_nothing_is_kept_and_the_page_says_why(office, client, case_id):
    answer = upload(client, case_id, ("a.pdf", paper.pdf()), ("b.exe", b"MZ"), title="Judul yang diketik")

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "tidak diterima" in page
    assert "Judul yang diketik" in page
    assert files_on_disk(office) == []


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.jpg", b"", "Berkas kosong"),
        ("a.pdf", paper.picture(), "tidak sesuai dengan akhiran"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(99), "HEIC"),
        ("a.pdf", paper.pdf(behind=paper.docx()), "tersembunyi"),
        ("a.docx", paper.docx(**{"word/vbaProject.bin": b"x"}), "makro"),
        ("a.docx", paper.docx(**{"word/big.xml": bytes(30 << 20)}), "membengkak"),
    ],
)  # fmt: skip
def test_each_refusal_has_its_sentence_in_both_languages(office, client, case_id, name, data, words):
    answer = upload(client, case_id, (name, data))

    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert files_on_disk(office) == []
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    again = upload(client, case_id, (name, data)).get_data(as_text=True)
    assert words not in again or words == "HEIC"


def test_nothing_chosen_and_too_much_are_said(office, client, case_id):
    assert "Pilih sedikitnya satu berkas" in upload(client, case_id).get_data(as_text=True)
    office.app.config["FILE_BYTES"] = 100
    assert "lebih besar dari" in upload(client, case_id, ("a.pdf", paper.pdf())).get_data(as_text=True)
    office.app.config.update(FILE_BYTES=1 << 20, CASE_FILES_BYTES=100)
    assert "sudah penuh" in upload(client, case_id, ("a.pdf", paper.pdf())).get_data(as_text=True)
    assert files_on_disk(office) == []


def test_the_script_of_the_page_is_answered_with_a_place_or_a_reason(office, client, case_id):
    done = upload(client, case_id, ("a.pdf", paper.pdf()), by_script=True)
    assert (done.status_code, done.json) == (200, {"url": f"/cases/{case_id}/documents"})
    wrong = upload(client, case_id, ("a.exe", b"MZ"), by_script=True)
    assert wrong.status_code == 422
    assert any("tidak diterima" in sentence for sentence in wrong.json["problems"])
    assert "disimpan." not in text_of(client, f"/cases/{case_id}/documents")  # no sentence for each of twenty files


def test_a_form_sent_twice_keeps_its_files_once(office, client, case_id):
    page = text_of(client, f"/cases/{case_id}/documents/new")
    once = hidden(page, "submit_id")
    for _turn in range(2):
        assert upload(client, case_id, ("a.pdf", paper.pdf()), submit_id=once).status_code == 303
    assert text_of(client, f"/cases/{case_id}/documents").count('class="paper"') == 1
    assert len(files_on_disk(office)) == 2


def test_an_odd_name_is_kept_harmless_and_stands_in_no_header(office, client, case_id):
    upload(client, case_id, ("../rahasia\u202efdp%0D%0AX-Evil: 1.pdf", paper.pdf()))
    document = re.search(
        rf'/cases/{case_id}/documents/([0-9a-f-]{{36}})"', text_of(client, f"/cases/{case_id}/documents")
    )
    answer = client.get(f"/cases/{case_id}/documents/{document[1]}/download")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="dokumen-{document[1][:8]}.pdf"'
    assert "X-Evil" not in answer.headers


# --- looking ----------------------------------------------------------------------------------------------------------


def test_a_list_is_one_event_that_names_its_documents_and_its_pictures_need_no_other(office, client, case_id):
    first, second = (make_document(office, case_id, name) for name in ("a.jpg", "b.pdf"))

    page = text_of(client, f"/cases/{case_id}/documents")
    event = last(office)
    pictures = sources(page, "thumbnail")

    assert (event.event, set(event.objects.split())) == ("document:listed", {str(first), str(second)})
    assert len(pictures) == 2
    for picture in pictures:
        answer = client.get(picture)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.data.startswith(b"\xff\xd8")
    assert last(office).seq == event.seq


def test_pictures_are_blurred_until_they_are_clicked_without_scripting_too(office, client, case_id):
    document = make_document(office, case_id, "a.jpg")
    for address in (f"/cases/{case_id}/documents", f"/cases/{case_id}/documents/{document}"):
        page = text_of(client, address)
        assert re.search(r'<details class="veil[^>]*>\s*<summary[^>]*><img class="veil__picture"', page)
        assert '<details class="veil" open' not in page


def test_a_picture_is_given_under_the_event_of_its_page_and_no_other(office, client, worker, case_id):
    document, other = make_document(office, case_id, "a.jpg"), make_document(office, case_id, "b.jpg")
    page = text_of(client, f"/cases/{case_id}/documents/{document}")
    (picture,) = sources(page, "image")
    under = picture.partition("under=")[2]
    colleague = office.somebody("PENDAMPING")
    case_factories.join_team(office, case_id, colleague)
    base = f"/cases/{case_id}/documents"

    assert client.get(picture).status_code == 200
    for address in (
        f"{base}/{other}/image?under={under}",
        f"{base}/{document}/image",
        f"{base}/{document}/image?under={uuid4()}",
    ):
        assert client.get(address).status_code == 404, address
    assert office.browser(colleague).get(picture).status_code == 404
    assert office.browser(worker).get(picture).status_code == 404  # the same person, another session
    office.clock.pass_by(minutes=14)
    assert client.get(picture).status_code == 200


def test_somebody_taken_off_the_case_sees_no_picture_any_more(office, client, worker, case_id):
    document = make_document(office, case_id, "a.jpg")
    case_factories.join_team(office, case_id, office.somebody("PENDAMPING"))
    (picture,) = sources(text_of(client, f"/cases/{case_id}/documents/{document}"), "image")
    from app.cases import team
    from app.cases.models import TeamMember

    with office.work() as work:
        members = work.session.query(TeamMember).filter_by(case_id=case_id, user_id=worker.id).all()
        for member in members:
            team.unassign(work, case_id, member.id)
    assert client.get(picture).status_code == 404


def test_each_page_of_a_pdf_is_an_event_and_its_picture_is_of_that_page(office, client, case_id):
    document = make_document(office, case_id, "a.pdf", paper.pdf(300))
    base = f"/cases/{case_id}/documents/{document}"

    page = text_of(client, f"{base}/pages/300")
    (picture,) = sources(page, "pages/300/image")

    assert last(office).purpose == "team page 300"
    assert client.get(picture).mimetype == "image/jpeg"
    assert client.get(picture.replace("pages/300", "pages/299")).status_code == 404
    assert f'href="{base}/pages/299"' in page
    assert f'href="{base}/pages/301"' not in page
    assert "Halaman 300 dari 300" in page
    assert "Halaman 7 dari 300" in text_of(client, f"{base}/pages?number=7")
    assert "Halaman 1 dari 300" in text_of(client, f"{base}/pages?number=abc")
    for wrong in (0, 301):
        assert client.get(f"{base}/pages/{wrong}").status_code == 404


def test_no_file_is_handed_to_the_browser_to_show_but_pictures(office, client, case_id):
    for name, data in paper.GOOD.items():
        document = make_document(office, case_id, name, data)
        answer = client.get(f"/cases/{case_id}/documents/{document}/download")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.data) == int(answer.headers["Content-Length"])
        assert last(office).event == "document:downloaded"
        if name == "a.pdf":
            assert answer.data == data


def test_text_is_shown_as_words(office, client, case_id):
    document = make_document(office, case_id, "a.txt", b"<script>alert(1)</script> baris")
    page = text_of(client, f"/cases/{case_id}/documents/{document}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; baris" in page


def test_the_page_of_a_document_says_who_opened_it(office, client, worker, case_id):
    document = make_document(office, case_id)
    colleague = office.somebody("PENDAMPING", name="Rahma Contoh")
    case_factories.join_team(office, case_id, colleague)
    other = office.browser(colleague)
    text_of(other, f"/cases/{case_id}/documents")
    other.get(f"/cases/{case_id}/documents/{document}/download")

    page = text_of(client, f"/cases/{case_id}/documents/{document}")

    assert page.count("Rahma Contoh") == 2
    assert "diambil" in page


def test_a_damaged_file_says_so_and_nothing_of_it_is_sent(office, client, case_id):
    document = make_document(office, case_id)
    for path in files_on_disk(office):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    answer = client.get(f"/cases/{case_id}/documents/{document}/download")
    assert answer.status_code == 500
    assert b"%PDF" not in answer.data
    assert client.get(f"/cases/{case_id}/documents/{document}").status_code == 200


# --- who may ----------------------------------------------------------------------------------------------------------


def test_a_reader_of_the_unit_sees_which_there_are_and_opens_one_with_a_reason(office, case_id):
    document = make_document(office, case_id, "a.pdf", paper.pdf(2))
    boss = office.browser(office.somebody("SUPERVISOR"))
    base = f"/cases/{case_id}/documents"

    listed = text_of(boss, base)
    assert document_office.TITLE not in listed
    assert sources(listed, "thumbnail") == []
    closed = text_of(boss, f"{base}/{document}")
    assert document_office.TITLE not in closed
    for way in ("download", "pages/1"):
        assert boss.get(f"{base}/{document}/{way}").status_code == 403

    opened = send(boss, f"{base}/{document}", f"{base}/{document}/open", reason="quality", words="memeriksa berkas")
    page = opened.get_data(as_text=True)
    assert document_office.TITLE in page
    assert (last(office).event, last(office).purpose, last(office).object_id) == ("case:revealed", "quality", document)
    download = html.unescape(re.search(r'href="([^"]+/download[^"]*)"', page)[1])
    assert boss.get(download).data == paper.pdf(2)
    pages = html.unescape(re.search(r'href="([^"]+/pages/1[^"]*)"', page)[1])
    (picture,) = sources(text_of(boss, pages), "pages/1/image")
    assert last(office).purpose == "quality page 1"
    assert boss.get(picture).status_code == 200
    assert boss.get(f"{base}/{document}/download").status_code == 403  # without the event nothing carries over


def test_restricted_papers_are_closed_to_the_team_but_for_their_list_and_author(office, client, case_id):
    author, expert = office.somebody("PENDAMPING"), office.somebody("PSIKOLOG")
    for who in (author, expert):
        case_factories.join_team(office, case_id, who)
    document = make_document(office, case_id, actor=author.actor, kind="DK_PSIKOLOGI", title="Hasil tes rekaan")
    base = f"/cases/{case_id}/documents"

    for browser, expected in ((client, False), (office.browser(author), True), (office.browser(expert), True)):
        page = text_of(browser, f"{base}/{document}")
        assert ("Hasil tes rekaan" in page) is expected
        assert browser.get(f"{base}/{document}/download").status_code == (200 if expected else 404)
    listed = text_of(client, base)
    assert "Hasil tes rekaan" not in listed
    assert sources(listed, "thumbnail") == []
    under = last(office).id
    assert client.get(f"{base}/{document}/thumbnail?under={under}").status_code == 404
    for form in ("edit", "replace", "remove"):
        assert client.get(f"{base}/{document}/{form}").status_code == 403


def test_a_document_of_another_case_is_not_there(office, client, worker, case_id):
    other = case_factories.make_case(office, worker)
    document = make_document(office, other)
    for way in ("", "/download", "/pages/1", "/edit", "/replace", "/remove"):
        assert client.get(f"/cases/{case_id}/documents/{document}{way}").status_code == 404, way
    stranger = office.browser(office.somebody("MANAJER", unit_id=office.other_unit_id))
    assert stranger.get(f"/cases/{other}/documents/{document}").status_code == 404


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_newer_version_stands_in_front_and_the_older_says_so(office, client, case_id):
    document = make_document(office, case_id)
    page = text_of(client, f"/cases/{case_id}/documents/{document}/replace")
    given = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    given["files"] = (io.BytesIO(paper.pdf(3)), "baru.pdf")
    answer = client.post(
        f"/cases/{case_id}/documents/{document}/replace", data=given, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    listed = text_of(client, f"/cases/{case_id}/documents")
    assert listed.count('class="paper"') == 1
    assert f'/documents/{document}"' not in listed
    assert "Ada versi yang lebih baru" in text_of(client, f"/cases/{case_id}/documents/{document}")


def test_what_two_people_write_at_once_is_lost_for_nobody(office, client, case_id):
    document = make_document(office, case_id)
    address = f"/cases/{case_id}/documents/{document}/edit"
    page = text_of(client, address)
    stale = {name: hidden(page, name) for name in ("csrf_token", "submit_id", "etag")}
    about = {"kind": "DK_SEKOLAH", "on": "2026-05-20"}
    assert send(client, address, address, title="Judul pertama", **about).status_code == 303
    answer = client.post(address, data=stale | about | {"title": "Judul kedua"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Judul pertama" in text
    assert "Judul kedua" in text


def test_a_removed_document_leaves_the_list_and_its_page_says_why(office, client, case_id):
    document = make_document(office, case_id)
    base = f"/cases/{case_id}/documents"
    assert send(client, f"{base}/{document}/remove", f"{base}/{document}/remove", reason="").status_code == 422
    assert (
        send(client, f"{base}/{document}/remove", f"{base}/{document}/remove", reason="salah kirim").status_code == 303
    )
    assert 'class="paper"' not in text_of(client, base)
    assert "salah kirim" in text_of(client, f"{base}/{document}")
    assert client.get(f"{base}/{document}/download").status_code == 404
    assert files_on_disk(office) == []


CHANGES = ("edit", "replace", "remove")


def test_a_closed_case_offers_new_documents_and_nothing_else(office, client, case_id):
    document = make_document(office, case_id)
    base = f"/cases/{case_id}/documents"
    assert all(f"{document}/{act}" in text_of(client, f"{base}/{document}") for act in CHANGES)

    case_factories.finish(office, case_id, "closed")

    for address in (base, f"/cases/{case_id}"):
        assert f'href="{base}/new"' in text_of(client, address)
    assert upload(client, case_id, ("putusan.pdf", paper.pdf())).status_code == 303
    assert text_of(client, base).count('class="paper"') == 2
    page = text_of(client, f"{base}/{document}")
    assert not [act for act in CHANGES if f"{document}/{act}" in page]


def test_what_a_closed_case_refuses_is_said_in_words_and_what_was_typed_stays(office, client, case_id):
    document = make_document(office, case_id)
    here = f"/cases/{case_id}/documents/{document}"
    forms = {act: text_of(client, f"{here}/{act}") for act in CHANGES}
    case_factories.finish(office, case_id, "closed")

    for act, page in forms.items():
        led = client.get(f"{here}/{act}")
        assert (led.status_code, led.location) == (303, here)
        assert "Kasus ini sudah ditutup" in text_of(client, here)
        given = {name: hidden(page, name) for name in ("csrf_token", "submit_id")}
        given |= {"kind": "DK_SEKOLAH", "on": "2026-05-20", "title": "Judul yang diketik", "reason": "Alasan diketik"}
        given["files"] = (io.BytesIO(paper.pdf(3)), "baru.pdf")
        answer = client.post(f"{here}/{act}", data=given, content_type="multipart/form-data")
        text = answer.get_data(as_text=True)
        assert (answer.status_code, "Kasus ini sudah ditutup" in text) == (422, True), act
        assert act == "replace" or {"edit": "Judul yang diketik", "remove": "Alasan diketik"}[act] in text
    assert document_office.TITLE in text_of(client, here)


@pytest.mark.parametrize("status", ["voided", "rejected"])
def test_a_case_that_is_none_offers_and_takes_no_document(office, client, case_id, status):
    document = make_document(office, case_id)
    base = f"/cases/{case_id}/documents"
    form = text_of(client, f"{base}/new")
    case_factories.finish(office, case_id, status)

    for address in (base, f"/cases/{case_id}"):
        assert f'href="{base}/new"' not in text_of(client, address)
    page = text_of(client, f"{base}/{document}")
    assert not [act for act in CHANGES if f"{document}/{act}" in page]
    for address in ("new", *(f"{document}/{act}" for act in CHANGES)):
        assert client.get(f"{base}/{address}").status_code == 409
    given: dict[str, Any] = {name: hidden(form, name) for name in ("csrf_token", "submit_id")}
    given |= {"kind": "DK_SURAT_MASUK", "on": "2026-05-20", "files": (io.BytesIO(paper.pdf()), "a.pdf")}
    assert client.post(base, data=given, content_type="multipart/form-data").status_code == 409
    assert text_of(client, base).count('class="paper"') == 1


def test_the_case_file_shows_the_newest_documents(office, client, case_id):
    empty = text_of(client, f"/cases/{case_id}")
    assert "Belum ada dokumen" in empty
    for number in range(7):
        make_document(office, case_id, title=f"Surat rekaan {number}")
    page = text_of(client, f"/cases/{case_id}")
    assert len(re.findall("Surat rekaan [0-9]", page)) == 5
    assert "2 lagi" in page
