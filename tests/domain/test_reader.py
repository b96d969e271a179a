"""The reader of files: what is taken, what is refused and why, what is left of a photo, and how much a hostile file may cost."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from PIL import Image

from app.documents import reader
from app.documents.reading import images, packages, pdfs, recordings, tasks
from app.documents.reading.found import Found, Refusal
from app.domain.errors import Refused
from app.domain.media import ALLOWED, Family, by_ending, ending_of
from tests import paper


def look(name: str, data: bytes) -> Found:
    """What the reader says, without a process of its own."""
    return tasks.look(data, {"name": name})


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        look(name, data)
    return caught.value.code


def reading(data: bytes, part: str = "shown") -> Image.Image:
    found = look("a.jpg", data)
    return Image.open(io.BytesIO(next(each.data for each in found.parts if each.role == part)))


# --- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(paper.GOOD))
def test_a_file_of_each_kind_is_taken_under_its_name(name: str) -> None:
    media = by_ending(name)
    assert media is not None
    assert look(name, paper.GOOD[name]).media_type == media.type
    assert look(f"SURAT.PANJANG.{ending_of(name).upper()}", paper.GOOD[name]).media_type == media.type


def test_every_ending_of_the_list_has_a_sample() -> None:
    endings = {ending for media in ALLOWED for ending in media.endings}
    assert endings - {"oga", "opus"} == {ending_of(name) for name in paper.GOOD}


@pytest.mark.parametrize("name", ["foto", "", "tanpa akhiran"])
def test_a_name_that_claims_nothing_is_judged_by_content(name: str) -> None:
    assert look(name, paper.picture()).media_type == "image/jpeg"
    assert refusal(name, b"hanya kata-kata") == "document.not-taken"


@pytest.mark.parametrize(
    "name",
    [
        "surat\u202egpj.pdf",
        "../../etc/surat.pdf",
        "C:\\Users\\a\\surat.pdf",
        "a" * 296 + ".pdf",
        "nul\0byte.pdf",
        "\r\nX-Evil: 1.pdf",
        "…….pdf",
    ],
)
def test_an_odd_name_changes_nothing_but_its_ending_counts(name: str) -> None:
    assert look(name, paper.pdf()).media_type == "application/pdf"


# --- what is refused --------------------------------------------------------------------------------------------------

WRONG: Mapping[str, tuple[str, bytes, str]] = {
    "nothing in it": ("a.jpg", b"", "document.empty"),
    "a program": ("a.exe", b"MZ" + bytes(200), "document.not-taken"),
    "a page": ("a.html", b"<html><script>alert(1)</script>", "document.not-taken"),
    "a drawing with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "document.not-taken"),
    "an iPhone photo": ("a.heic", b"\0\0\0\x18ftypheic" + bytes(100), "document.heic"),
    "an iPhone photo renamed": ("a.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "document.heic"),
    "a picture called letter": ("a.pdf", paper.picture(), "document.mismatch"),
    "a letter called picture": ("a.jpg", paper.pdf(), "document.mismatch"),
    "one picture called another": ("a.png", paper.picture(), "document.mismatch"),
    "a page called picture": ("a.jpg", b"<html><script>alert(1)</script>", "document.mismatch"),
    "half a picture": ("a.jpg", paper.picture(400, 300)[:1000], "document.damaged"),
    "half a drawing": ("a.png", paper.picture(400, 300, "PNG")[:200], "document.damaged"),
    "a picture of bytes": ("a.jpg", paper.picture()[:20] + bytes(300), "document.damaged"),
    "half a letter": ("a.pdf", paper.pdf()[:200], "document.damaged"),
    "a letter behind an archive": ("a.pdf", paper.docx() + paper.pdf(), "document.mismatch"),
    "an archive behind a letter": ("a.pdf", paper.pdf(behind=paper.docx()), "document.two-in-one"),
    "a page behind a letter": ("a.pdf", paper.pdf(behind=b"<script>alert(1)</script>" * 90), "document.two-in-one"),
    "words that are bytes": ("a.txt", bytes(range(256)), "document.text"),
    "words with a control sign": ("a.txt", b"satu\x1b[2Jdua", "document.text"),
    "words in another code": ("a.txt", "catatan tentang café".encode("utf-16"), "document.text"),
    "an archive called letter": ("a.docx", paper.archive({"a.txt": b"x"}), "document.mismatch"),
    "a workbook called letter": ("a.docx", paper.xlsx(), "document.mismatch"),
    "a letter called open document": ("a.odt", paper.docx(), "document.mismatch"),
    "a picture in front of a letter": ("a.docx", paper.picture() + paper.docx(), "document.two-in-one"),
    "something behind a letter": ("a.docx", paper.docx() + b"#!/bin/sh\n" * 20, "document.two-in-one"),
    "macros": ("a.docx", paper.docx(**{"word/vbaProject.bin": b"x"}), "document.macros"),
    "macros of an open document": ("a.odt", paper.odt(**{"Basic/Standard/Module1.xml": b"x"}), "document.macros"),
    "a path that leads outside": ("a.docx", paper.docx(**{"../../etc/passwd": b"x"}), "document.archive-paths"),
    "an absolute path": ("a.docx", paper.docx(**{"/etc/passwd": b"x"}), "document.archive-paths"),
    "a bomb": ("a.docx", paper.docx(**{"word/big.xml": bytes(30 << 20)}), "document.bomb"),
    "many entries": ("a.xlsx", paper.xlsx(**{f"xl/{n}.xml": b"" for n in range(2_100)}), "document.archive"),
    "film cut off": ("a.mp4", paper.mp4()[:-10], "document.two-in-one"),
    "something behind a film": ("a.mp4", paper.mp4() + b"<html>" * 9, "document.two-in-one"),
    "sound cut off": ("a.ogg", paper.ogg()[:-5], "document.damaged"),
    "something behind sound": ("a.ogg", paper.ogg() + b"PK\x03\x04" + bytes(40), "document.two-in-one"),
    "an archive behind sound": ("a.mp3", paper.mp3() + paper.docx(), "document.two-in-one"),
    "no sound": ("a.mp3", b"ID3\x04\0\0\0\0\0\0" + b"tidak ada suara", "document.damaged"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_what_it_says_is_refused_with_its_reason(what: str) -> None:
    name, data, code = WRONG[what]
    said = tasks_answer(name, data)
    assert said == code


def tasks_answer(name: str, data: bytes) -> str:
    """The refusal as the process gives it: a decoder that raises says `document.damaged`."""
    from app.documents.reading.main import answer

    said, parts = answer({"task": "look", "name": name}, data)
    assert parts == ()
    return str(said.get("refused", "taken"))


def test_a_locked_pdf_is_refused_as_locked() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(paper.pdf())))
    writer.encrypt("rahasia")
    target = io.BytesIO()
    writer.write(target)
    assert refusal("a.pdf", target.getvalue()) == "document.locked"


def test_a_size_in_the_directory_that_is_a_lie_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(paper.docx(**{"word/big.xml": bytes(5 << 20)}))
    monkeypatch.setattr(packages, "MOST_RATIO", 10**9)
    place = data.rindex(b"word/big.xml") - 46
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert tasks_answer("a.docx", bytes(data)) == "document.damaged"


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_nothing_the_camera_wrote_is_left_in_the_picture() -> None:
    before = paper.photo()
    assert paper.GPS.encode() in before
    for part in look("a.jpg", before).parts:
        assert b"Exif" not in part.data
        assert b"Kamera" not in part.data
        assert paper.GPS.encode() not in part.data
        made = Image.open(io.BytesIO(part.data))
        assert dict(made.getexif()) == {}
        assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("orientation", "size"), [(1, (64, 48)), (3, (64, 48)), (6, (48, 64)), (8, (48, 64))])
def test_a_picture_stands_upright(orientation: int, size: tuple[int, int]) -> None:
    made = reading(paper.photo(orientation))
    assert made.size == size
    red_corner = {1: (4, 4), 3: (60, 40), 6: (4, 4), 8: (4, 60)}[orientation]
    red, _green, blue = made.getpixel(red_corner)  # type: ignore[misc]
    assert red > 200 > blue


def test_a_large_picture_is_bounded_and_its_thumbnail_small() -> None:
    shown = reading(paper.picture(5_000, 400))
    assert shown.size == (images.SHOWN_EDGE, round(images.SHOWN_EDGE * 400 / 5_000))
    assert max(reading(paper.picture(5_000, 400), "thumbnail").size) == images.THUMBNAIL_EDGE
    assert reading(paper.picture(30, 20)).size == (30, 20)  # never made larger


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_a_picture_of_any_kind_of_points_is_shown_on_white(mode: str) -> None:
    target = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new("RGBA", (3_000, 8), (0, 0, 0, 0)).convert(mode if mode != "I;16" else "I;16").save(target, kind)
    found = look("a.jpg" if kind == "JPEG" else "a.png", target.getvalue())
    made = Image.open(io.BytesIO(found.parts[0].data))
    assert made.mode == "RGB"
    if mode in {"LA", "RGBA"}:
        assert made.getpixel((5, 1)) == (255, 255, 255)


def test_a_picture_with_a_colour_profile_keeps_its_colours() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given in (profile, b"no profile at all"):
        red, green, _blue = reading(paper.picture(icc_profile=given)).getpixel((4, 4))  # type: ignore[misc]
        assert red > 240
        assert green < 20


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_a_pdf_of_300_pages_is_counted_and_each_page_can_be_drawn() -> None:
    data = paper.pdf(300)
    found = look("a.pdf", data)
    assert (found.pages, [part.role for part in found.parts]) == (300, ["thumbnail"])
    first, last = (pdfs.page(data, number).parts[0].data for number in (1, 300))
    assert first != last
    assert Image.open(io.BytesIO(first)).size == (pdfs.PAGE_WIDTH, 1_757)
    for number in (0, 301):
        with pytest.raises(Refusal, match="no-such-page"):
            pdfs.page(data, number)


def test_a_page_of_a_kilometre_is_drawn_small() -> None:
    data = paper.pdf().replace(b"[0 0 420 595]", b"[0 0 9 99999]")
    assert max(Image.open(io.BytesIO(pdfs.page(data, 1).parts[0].data)).size) <= pdfs.MOST_EDGE + 1


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_PAGES", 2)
    assert refusal("a.pdf", paper.pdf(3)) == "document.pages"


# --- recordings -------------------------------------------------------------------------------------------------------


def test_mp3_frames_of_every_rate_are_walked() -> None:
    assert recordings._mp3_frame(b"\xff\xfb\x90\x00") == 417
    assert recordings._mp3_frame(b"\xff\xf3\x80\xc4") == 208  # MPEG 2, 64 kbit/s, 22 050 Hz
    for wrong in (b"\xff\xfb\xf0\x00", b"\xff\xfb\x00\x00", b"\xff\xfd\x90\x00", b"\xff\xfb\x9c\x00", b"RIFF", b""):
        assert recordings._mp3_frame(wrong) == 0


def test_only_what_is_shown_or_handed_out_has_a_family() -> None:
    assert {media.family for media in ALLOWED} == set(Family)


# --- the process ------------------------------------------------------------------------------------------------------


def pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 65_536):
        yield data[start : start + 65_536]


def test_the_process_gives_back_what_it_found() -> None:
    found = reader.look("a.jpg", pieces(paper.photo()))
    assert (found.media_type, [part.role for part in found.parts]) == ("image/jpeg", ["shown", "thumbnail"])
    assert Image.open(io.BytesIO(reader.page(2, pieces(paper.pdf(3))))).format == "JPEG"


def test_a_flood_of_points_is_refused_with_its_numbers_before_it_is_decoded() -> None:
    with pytest.raises(Refused) as caught:
        reader.look("a.png", pieces(paper.grey(50_000, 50_000)))
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("document.pixels", "files")
    assert problem.params == {"width": "50000", "height": "50000", "most": "40"}


def hostile(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A reader that was taken over by a file, or dies of it."""
    boot = "import sys; sys.path.insert(0, sys.argv[1]); from app.documents.reading.main import *; limit(); " + code
    monkeypatch.setattr(reader, "_BOOT", boot)


SAYS = "write(sys.stdout.buffer, ({}, ()))"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sys.exit(1)", "document.too-heavy"),
        ("import os; os.kill(os.getpid(), 11)", "document.too-heavy"),
        ("bytearray(2 << 30)", "document.too-heavy"),
        ("sys.stdout.buffer.write(b'\\xff' * 9)", "document.too-heavy"),
        ("print('x' * 100)", "document.too-heavy"),
        (SAYS.format("{'parts': 5}"), "document.too-heavy"),
        (SAYS.format("{'parts': [{'role': 'a', 'media_type': 'b', 'size': 10**12}]}"), "document.too-heavy"),
        (SAYS.format("{'media_type': 'image/jpeg', 'parts': [{'role':'a','media_type':'b','size':9}]}"), "document.too-heavy"),
        (SAYS.format("{'media_type': 'text/html'}"), "document.not-taken"),
        (SAYS.format("{'refused': 'Nama Anak', 'params': {'who': 'Nama Anak'}}"), "document.damaged"),
    ],
)  # fmt: skip
def test_whatever_a_reader_does_the_file_is_refused(monkeypatch: pytest.MonkeyPatch, code: str, expected: str) -> None:
    hostile(monkeypatch, code)
    with pytest.raises(Refused) as caught:
        reader.look("a.jpg", pieces(paper.picture()))
    (problem,) = caught.value.problems
    assert (problem.code, dict(problem.params)) == (expected, {})


def test_a_reader_writes_nothing_to_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    hostile(monkeypatch, f"open({str(leak)!r}, 'w').write('x' * 100); " + SAYS.format("{'media_type': 'text/plain'}"))
    reader.look("a.txt", [b"x"])
    assert leak.stat().st_size == 0


def test_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    before = time.monotonic()
    with pytest.raises(Refused, match="too-heavy"):
        reader.look("a.jpg", pieces(paper.picture()))
    assert time.monotonic() - before < 20


def test_the_reader_is_told_nothing_of_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://rahasia")
    hostile(monkeypatch, "import os; " + SAYS.format("{'media_type': 'text/plain', 'pages': len(os.environ.get('DATABASE_URL', ''))}"))  # fmt: skip
    assert reader.look("a.txt", [b"x"]).pages == 0


def watched(act: Callable[[], object]) -> int:
    """The most memory (MB) that the reader held while this went on."""
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if b"app.documents.reading.main" in path.read_bytes():
                        status = (path.parent / "status").read_text()
                        most[0] = max(most[0], int(status.split("VmHWM:")[1].split()[0]) // 1024)
                except (OSError, IndexError):
                    continue
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        act()
    finally:
        done.set()
        watcher.join()
    return most[0]


def test_a_photo_of_20_mb_is_read_within_250_mb() -> None:
    data = paper.heavy_photo()
    assert 18 << 20 < len(data) < 25 << 20
    assert 0 < watched(lambda: reader.look("a.jpg", pieces(data))) < 250
