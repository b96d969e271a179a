"""Reading PDFs as two independent programs see them, for the tests of papers."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All text, blanks and places where a line may end taken together."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    return folded("\n".join(pages))


def folded(text: str) -> str:
    """Text as it is compared: one blank for any run of blanks."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\ufffe", "")).strip()


def squeezed(text: str) -> str:
    """Text without any blank: for words that a line end cut in two."""
    return re.sub(r"\s+", "", folded(text))


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as the second program reads it."""
    return [folded(page.extract_text()) for page in PdfReader(BytesIO(pdf)).pages]


def xmp_of(pdf: bytes) -> str:
    """The XMP metadata."""
    metadata = PdfReader(BytesIO(pdf)).xmp_metadata
    assert metadata is not None
    return str(metadata.stream.get_data().decode())


def said_in_xmp(pdf: bytes) -> str:
    """What the XMP metadata say, without the ids the press makes of the content: any short word may stand in them by chance."""
    return re.sub(r"(<(\w+:\w*ID)>)[^<]*(</\2>)", r"\1\3", xmp_of(pdf))


def information_of(pdf: bytes) -> dict[str, str]:
    """The information dictionary."""
    return {str(name): str(value) for name, value in (PdfReader(BytesIO(pdf)).metadata or {}).items()}


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Every font by name, and whether its file is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        fonts: Any = page["/Resources"].get("/Font", {})  # type: ignore[union-attr]
        for reference in fonts.values():
            font = reference.get_object()
            for each in font.get("/DescendantFonts", [font]):
                descriptor = each.get_object()["/FontDescriptor"].get_object()
                embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys()
                found[str(font["/BaseFont"])] = bool(embedded)
    return found


def right_edge_of(pdf: bytes) -> float:
    """The rightmost point any letter reaches, in points, over all pages."""
    document = pypdfium2.PdfDocument(pdf)
    edge = 0.0
    for number in range(len(document)):
        page = document[number].get_textpage()
        for place in range(page.count_rects()):
            edge = max(edge, page.get_rect(place)[2])
    document.close()
    return edge
