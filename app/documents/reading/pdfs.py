"""PDF: every page is a picture by the time a browser sees it. No script, form or link of the file runs anywhere (security 6 #63)."""

from __future__ import annotations

import re
from typing import Final

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD

from app.documents.reading.found import Found, Part, Refusal
from app.documents.reading.images import JPEG, THUMBNAIL_EDGE, encoded

TYPE: Final = "application/pdf"
MOST_PAGES: Final = 3_000
MOST_EDGE: Final = 2_000  # pixels
PAGE_WIDTH: Final = 1_240  # pixels; A4 at 150 dots an inch
_MOST_BEHIND: Final = 1_024  # bytes behind the end mark; some programs add a line
_START: Final = b"%PDF-"
_END: Final = re.compile(rb"%%EOF")
_ARCHIVE_END: Final = b"PK\x05\x06"


def read(data: bytes) -> Found:
    """Pages and a thumbnail of the first. Refused: locked with a password, another file in front, behind or inside its frame."""
    _refuse_two_in_one(data)
    document = _open(data)
    pages = len(document)
    if not 0 < pages <= MOST_PAGES:
        raise Refusal("document.pages", params={"pages": pages, "most": MOST_PAGES})
    for number in range(pages):
        document[number].close()
    thumbnail = Part("thumbnail", JPEG, _picture(document, 0, THUMBNAIL_EDGE))
    return Found(TYPE, pages=pages, parts=(thumbnail,))


def page(data: bytes, number: int) -> Found:
    """One page as a picture; pages count from 1."""
    document = _open(data)
    if not 1 <= number <= len(document):
        raise Refusal("document.no-such-page")
    return Found(TYPE, pages=len(document), parts=(Part("page", JPEG, _picture(document, number - 1, PAGE_WIDTH)),))


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = "document.locked" if error.err_code == FPDF_ERR_PASSWORD else "document.damaged"
        raise Refusal(code) from None


def _picture(document: pypdfium2.PdfDocument, index: int, wanted: int) -> bytes:
    """A page at the wanted width, smaller where the page is long: a page of ten metres must not fill the memory."""
    sheet = document[index]
    width, height = (max(1.0, side) for side in sheet.get_size())
    scale = min(wanted / width, MOST_EDGE / max(width, height))
    return encoded(sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"))


def _refuse_two_in_one(data: bytes) -> None:
    ends = [match.end() for match in _END.finditer(data)]
    if not data.startswith(_START) or not ends:
        raise Refusal("document.damaged")
    behind = data[ends[-1] :]
    if len(behind) > _MOST_BEHIND or _ARCHIVE_END in behind:
        raise Refusal("document.two-in-one")
