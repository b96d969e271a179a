"""The code for cameras on a letter: what is printed is what the address says, module by module."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pypdfium2
import pytest
import segno

from app.papers import engine
from app.security.structs.papers import Field, Paper, Scan, Text
from tests import pdfs

ADDRESS: Final = "https://uptd.contoh.invalid/answer/" + "Ab3_" * 10 + "xyz"
_SCALE: Final = 6  # pixels a point
_SIDE: Final = 36 / 25.4 * 72  # points
_LEFT: Final = 25 / 25.4 * 72


def printed_modules(pdf: bytes, count: int) -> list[list[bool]]:
    """The code as a camera would see it on the page: the darkness in the middle of every module."""
    document = pypdfium2.PdfDocument(pdf)
    grey = document[0].render(scale=_SCALE).to_pil().convert("L")
    document.close()
    left, right = round(_LEFT * _SCALE), round((_LEFT + _SIDE) * _SCALE)
    strip = grey.crop((left, 0, right, grey.height * 8 // 10)).point(lambda each: 255 if each < 128 else 0)
    box = strip.getbbox()
    assert box is not None
    across = (box[2] - box[0]) / count
    assert (box[2] - box[0]) == pytest.approx(box[3] - box[1], abs=2), "square"
    middles = [round((at + 0.5) * across) for at in range(count)]
    return [[strip.getpixel((box[0] + x, box[1] + y)) > 0 for x in middles] for y in middles]


def test_the_printed_code_leads_where_the_letter_says() -> None:
    paper = Paper(code="F7", blocks=(Scan(ADDRESS, (Field("Halaman jawaban", ADDRESS), Field("Kode", "7K2-M4X-9QD"))),))
    pdf = engine.render(paper, engine.Stamp("", datetime(2026, 6, 1, tzinfo=UTC))).pdf
    wanted = [[bool(each) for each in row] for row in segno.make_qr(ADDRESS, error="q", boost_error=False).matrix]
    assert printed_modules(pdf, len(wanted)) == wanted
    assert printed_modules(pdf, len(wanted)) != [
        [bool(each) for each in row] for row in segno.make_qr(ADDRESS[:-1] + "w", error="q", boost_error=False).matrix
    ]
    assert ADDRESS in pdfs.squeezed(pdfs.text_of(pdf))
    assert b"/Subtype /Image" not in pdf, "drawn, not a picture"


def test_a_letter_without_an_address_shows_no_code() -> None:
    paper = Paper(code="F7", blocks=(Text("Kode jawaban: 7K2-M4X-9QD"),))
    assert "scan" not in str(engine._with_files(paper))
