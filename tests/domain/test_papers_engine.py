"""The press: every paper is PDF/A-2b with its fonts, says exactly what the data say, and leaves nothing on the disk."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refused
from app.papers import engine
from app.papers.engine import Stamp, render
from app.security.structs import papers as blocks
from app.security.structs.papers import Field, Fields, Paper, Prose
from tests import pdfs
from tests.domain.documents import any_document
from tests.examples import examples

AT = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
STAMP = Stamp("RAHASIA · F1 · Dicetak oleh Wulan Contoh, 20 Mei 2026 12.00 WITA", AT)
HOSTILE = (
    '#read("/etc/passwd")',
    "*tebal* _miring_ $x^2$ `kode` ~ @acuan <label>",
    '#import "kit.typ": *',
    "= Judul",
    "- butir",
    "/ istilah: arti",
    "\\u{41} \\n // komentar /* */",
    "\"kutip\" 'petik' [] {} ()",
    "https://contoh.go.id",
    "{{ 7 * 7 }} %(nama)s ${nama}",
)
A4_EDGE = 595.28 - 20 / 25.4 * 72  # the right margin is 20 mm


def said(*texts: str, **paper: object) -> bytes:
    """A paper that says these texts."""
    fields = Fields(tuple(Field("Nama", text) for text in texts))
    return render(Paper(code="F1", title="Formulir", blocks=(fields,), **paper), STAMP).pdf  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def plain() -> bytes:
    """An ordinary paper."""
    return said("Bunga Rekaan")


def test_a_paper_says_that_it_is_pdf_a_2b(plain: bytes) -> None:
    xmp = pdfs.xmp_of(plain)

    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert b"/OutputIntents" in plain or "GTS_PDFA1" in plain.decode("latin-1")


def test_every_font_is_embedded(plain: bytes) -> None:
    fonts = pdfs.fonts_of(plain)

    assert fonts
    assert all(fonts.values()), fonts
    assert all("LibertinusSerif" in name for name in fonts)


def test_metadata_names_nobody_and_only_the_day(plain: bytes) -> None:
    assert pdfs.information_of(plain).keys() == {"/Title", "/Creator", "/CreationDate", "/ModDate"}
    assert pdfs.information_of(plain)["/Title"] == "Dokumen"
    assert pdfs.information_of(plain)["/CreationDate"].startswith("D:20260520000000")
    assert not any(word in pdfs.said_in_xmp(plain) for word in ("Wulan", "Bunga", "F1", "naungan"))


def test_the_same_paper_printed_twice_in_the_same_minute_is_the_same_file(plain: bytes) -> None:
    assert said("Bunga Rekaan") == plain


def test_markup_in_a_name_stays_text() -> None:
    pdf = said(*HOSTILE)

    for text in HOSTILE:
        assert pdfs.folded(text) in pdfs.text_of(pdf), text
    assert "root:" not in pdfs.text_of(pdf)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
@examples(40)
def test_any_text_prints(text: str) -> None:
    assert said(text, text * 5).startswith(b"%PDF-")


@given(any_document(Paper))
@examples(25)
def test_any_paper_of_any_blocks_prints(paper: Paper) -> None:
    assert render(paper, STAMP).pdf.startswith(b"%PDF-")


def test_signs_without_a_glyph_are_replaced_and_the_foot_says_so(plain: bytes) -> None:
    text = pdfs.text_of(said("Bunga 😀 محمد 漢"))

    assert "Bunga □ □□□□ □" in text
    assert "menggantikan huruf" in text
    assert "menggantikan huruf" not in pdfs.text_of(plain)


def test_every_sign_named_as_printable_has_a_glyph() -> None:
    signs = [chr(code) for code in range(0x20, 0x2600) if not engine._FOREIGN.search(chr(code))]

    text = pdfs.squeezed(pdfs.text_of(said(" ".join(signs))))

    assert len(signs) > 1_000
    assert "menggantikan" not in text.replace("□", "", 1) or "□" in signs
    assert all(letter in text for letter in "AzÅéşŁʿőαЖ€½−≤ḥṣ")


def test_a_word_without_end_stays_between_the_margins() -> None:
    pdf = said("A" * 400, "w" * 3_000)

    assert pdfs.right_edge_of(pdf) <= A4_EDGE + 3  # a blank at the end of a line
    assert pdfs.squeezed(pdfs.text_of(pdf)).count("w" * 60) >= 40


def test_a_narrative_of_twenty_thousand_letters_goes_over_pages_and_loses_nothing() -> None:
    words = [f"kata{number}" for number in range(2_600)]
    story = " ".join(words)[:20_000]
    pdf = render(Paper(code="F2", blocks=(Prose("Kronologi", story),)), STAMP).pdf
    pages = pdfs.pages_of(pdf)

    assert len(pages) >= 4
    assert pdfs.squeezed(story) in pdfs.squeezed(_without_feet(pdfs.text_of(pdf)))
    for number, page in enumerate(pages, 1):
        assert f"Halaman {number} dari {len(pages)}" in page
        assert "Dicetak oleh Wulan Contoh, 20 Mei 2026 12.00 WITA" in page


def _without_feet(text: str) -> str:
    for number in range(1, 30):
        for of in range(1, 30):
            text = text.replace(f"Halaman {number} dari {of}", "")
    return text.replace(STAMP.note, "")


def test_a_paper_that_would_fill_a_book_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        render(Paper(code="F8", blocks=(Prose("Uraian", "kata " * 41_000),)), STAMP)
    assert refusal.value.problems[0].code == "paper.too-long"


def test_a_draft_says_so_across_the_page() -> None:
    paper = Paper(code="F7", blocks=(Fields((Field("Nama", "Bunga"),)),))

    assert "KONSEP" in pdfs.text_of(render(paper, Stamp("x", AT, "KONSEP")).pdf)


def test_boxes_that_hold_are_ticked() -> None:
    ticks = blocks.Ticks("Jenis", (blocks.Tick("Fisik", True), blocks.Tick("Psikis")), 2)
    answers = blocks.Answers("Layanan", (blocks.Answer("Kesehatan", "YA"), blocks.Answer("Hukum", "TIDAK")))

    text = pdfs.text_of(render(Paper(code="F2", blocks=(ticks, answers)), STAMP).pdf)

    assert text.count("✔") == 3


_ALONE = """
import resource, sys
from datetime import UTC, datetime
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a byte written to any file ends this process
from app.papers.engine import Stamp, render
from app.security.structs.papers import Paper, Prose
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
stamp = Stamp("x", datetime(2026, 5, 20, tzinfo=UTC))
long = "Ceritanya panjang sekali. " * 760
for number in range(3):
    told = tuple(Prose("Uraian", f"{number} {part} {long}") for part in range(10))
    pdf = render(Paper(code="F8", blocks=told), stamp).pdf
sys.stdout.write(f"{len(pdf)} {peak() - before}")
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The longest papers there may be, printed by a process that cannot write a byte to any file: its temp folder and the MB it took."""
    folder = tmp_path_factory.mktemp("tmp")
    environment = {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run([sys.executable, "-c", _ALONE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    size, taken = done.stdout.split()
    assert int(size) > 50_000
    return folder, int(taken)


def test_nothing_touches_the_disk_while_a_paper_is_made(alone: tuple[Path, int]) -> None:
    assert list(alone[0].iterdir()) == []


def test_the_longest_papers_stay_below_the_memory_of_a_worker(alone: tuple[Path, int]) -> None:
    assert alone[1] < 90  # a worker may take 250 MB at its peak, 150 of them at rest (design 8)
