"""Papers become PDF here: typst in process, PDF/A-2b, every font embedded, nothing written to disk (security 2.2, 7.7; design 6).

Templates are files of the product; what people typed reaches them as data only and is set as text, whatever it looks like. The
metadata is neutral: a title that names nothing, no author, the day of printing. Rendering opens no database and belongs before an
act's transaction. One paper at a time, in about a tenth of a second; the longest takes some 70 MB, which are given back (design 8).
"""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import msgspec
import segno
import typst

from app.domain.errors import Problem, Refused, Unavailable
from app.security.primitives import digest
from app.security.structs.papers import Paper, Scan

MAX_BYTES: Final = 200_000  # of one paper: ten of the longest narratives, about 70 pages
STANDARD: Final = "a-2b"
_REMEMBERED: Final = 10  # compilations
_WAIT: Final = 30.0  # seconds for the papers before this one
_ONE_AT_A_TIME: Final = threading.Lock()
_INSIDE: Final = (
    "pyo3_runtime"  # where a fault inside typst comes from; it is no Exception (TypstError is a RuntimeError)
)
_FOLDER: Final = Path(__file__).parent / "templates"

SUBSTITUTE: Final = "□"
_PRINTABLE: Final = (
    "\\n -~\u00a0-\u00ac\u00ae-\u02e4\u0300-\u034e\u0350-\u036f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e00-\u1eff"
    "\u2010-\u2015\u2018-\u2027\u2030-\u2037\u2039\u203a\u2044\u2070\u2071\u2074-\u208e\u20ac\u2116\u2122\u2153-\u215e"
    "\u2190-\u2193\u2212\u2260\u2264\u2265\u25a1"
)
"""What the embedded font has, for regular expressions: Latin with every accent, Greek, Cyrillic, common signs.

Anything else (emoji, Arabic, CJK) has no glyph there; PDF/A forbids to leave it to the reader's fonts. It prints as `SUBSTITUTE`,
and the foot of the page says so.
"""
_FOREIGN: Final = re.compile(f"[^{_PRINTABLE}]")
_LONG_WORD: Final = re.compile(r"[^\s\u200b]{27,}")
_BREAK: Final = "\u200b"  # no glyph: only says that a line may end here


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands on each page beside the paper itself: who printed it and when, or that it is only a draft."""

    note: str
    at: datetime
    watermark: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Printed:
    """A finished PDF and the SHA-256 under which it stands in the audit log."""

    pdf: bytes
    sha256: str


def render(paper: Paper, stamp: Stamp, logo: bytes = b"") -> Printed:
    """The paper as PDF/A-2b. Refused where it is too long for one print; Unavailable where the machine cannot print now."""
    if len(msgspec.json.encode(paper)) > MAX_BYTES:
        raise Refused(Problem("paper.too-long"))
    said = json.dumps(_printable(_with_files(paper)), ensure_ascii=False)
    stamped = {"note": _printable(stamp.note), "watermark": stamp.watermark, "logo": bool(logo)}
    stamped["replaced"] = SUBSTITUTE in said + stamped["note"]
    inputs = {"paper": said, "stamp": json.dumps(stamped, ensure_ascii=False)}
    files = dict(_templates()) | ({"logo.svg": _as_svg(logo)} if logo else {})
    files |= {f"scan-{at}.svg": _drawn(each.says) for at, each in enumerate(paper.blocks) if isinstance(each, Scan)}
    return _compiled(files, inputs, stamp.at)


def _compiled(files: Mapping[str, bytes], inputs: Mapping[str, str], at: datetime) -> Printed:
    if not _ONE_AT_A_TIME.acquire(timeout=_WAIT):
        raise Unavailable("papers are waiting")
    try:
        pdf: bytes = typst.compile(  # type: ignore[call-overload]  # takes names with contents, which its stubs do not know
            files,
            root=str(_FOLDER),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=dict(inputs),
            pdf_standards=STANDARD,
            timestamp=int(at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()),
        )
    except BaseException as fault:
        if isinstance(fault, RuntimeError) or type(fault).__module__ == _INSIDE:
            raise Unavailable("paper not printed") from None  # its message quotes what people typed
        raise
    finally:
        _forget()
        _ONE_AT_A_TIME.release()
    return Printed(pdf, digest(pdf).hex())


def _as_svg(png: bytes) -> bytes:
    """The logo as typst takes it: files in memory must be text, and an SVG may hold a picture as text."""
    width, height = (
        int.from_bytes(png[16:20]),
        int.from_bytes(png[20:24]),
    )  # of the PNG's head (`logo.cleaned` wrote it)
    data = b64encode(png).decode()
    size = f'width="{width}" height="{height}"'
    image = f'<image {size} href="data:image/png;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()


def _with_files(paper: Paper) -> dict[str, Any]:
    """The paper for the templates: each code for cameras names the drawing that stands beside them."""
    told: dict[str, Any] = msgspec.to_builtins(paper)
    for at, block in enumerate(told["blocks"]):
        if block["t"] == "scan":
            block["file"] = f"scan-{at}.svg"
    return told


def _drawn(says: str) -> bytes:
    """A code for cameras as strokes, with the quiet margin it needs. A quarter of it may be dirty or torn (level Q)."""
    drawn = BytesIO()
    segno.make_qr(says, error="q", boost_error=False).save(drawn, kind="svg", border=4, xmldecl=False, svgns=True)
    return drawn.getvalue()


def _forget() -> None:
    """Make typst drop what it keeps of the last papers: it remembers layouts, and with them what they say, for ten compilations."""
    for _compilation in range(_REMEMBERED):
        typst.compile(b"", format="pdf", font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _templates() -> Mapping[str, bytes]:
    folder = resources.files("app.papers").joinpath("templates")
    return {name: folder.joinpath(name).read_bytes() for name in ("kit.typ", "paper.typ")} | {
        "main.typ": folder.joinpath("paper.typ").read_bytes()
    }


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _printable(value: Any) -> Any:
    """The same document with every text fit for the font and for narrow columns."""
    if isinstance(value, str):
        return _LONG_WORD.sub(_with_breaks, _FOREIGN.sub(SUBSTITUTE, value.replace("\t", " ")))
    if isinstance(value, Mapping):
        return {name: _printable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value


def _with_breaks(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[start : start + 12] for start in range(0, len(text), 12))
