"""Office documents: archives that are counted before anything of them is unpacked, and never unpacked here (security 6 #61)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from app.documents.reading.found import Found, Refusal

MOST_ENTRIES: Final = 2_000
MOST_BYTES: Final = 300 << 20  # of all entries, unpacked
MOST_RATIO: Final = 200  # unpacked to packed, for entries that matter
_MATTERS: Final = 1 << 20
_CHUNK: Final = 1 << 20
_START: Final = b"PK\x03\x04"
_ENCRYPTED: Final = 0x1
_ODT: Final = "application/vnd.oasis.opendocument.text"
_NEEDS: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": _ODT,
}
_MACROS: Final = re.compile(r"(?i)(^|/)(vba|macros?/|basic/|scripts/|activex|dialogs/.*\.xlb)|vbaproject|\.bin\.rels$")
_MACRO_TYPE: Final = b"macroenabled"


def read(data: bytes, ending: str) -> Found:
    """An office document without macros whose frame is honest. Refused otherwise."""
    if not data.startswith(_START):
        raise Refusal("document.two-in-one" if _START in data[:4096] else "document.damaged")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_frame(archive, data)
        names = [entry.filename for entry in archive.infolist()]
        if any(_MACROS.search(name) for name in names):
            raise Refusal("document.macros")
        _check_kind(archive, ending, names)
        _check_contents(archive)
    return Found(_TYPES[ending])


def _check_frame(archive: zipfile.ZipFile, data: bytes) -> None:
    """What the directory at the end says, before anything is unpacked."""
    entries = archive.infolist()
    if archive.comment or not data[-22:].startswith(b"PK\x05\x06"):
        raise Refusal("document.two-in-one")
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise Refusal("document.archive", params={"entries": len(entries)})
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise Refusal("document.archive", params={"entries": len(entries)})
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise Refusal("document.locked")
        if _leads_outside(entry.filename):
            raise Refusal("document.archive-paths")
        if entry.file_size > _MATTERS and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise Refusal("document.bomb")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refusal("document.bomb")


def _leads_outside(name: str) -> bool:
    return (
        name.startswith("/")
        or "\\" in name
        or "\0" in name
        or bool(re.match("[A-Za-z]:", name))
        or ".." in name.split("/")
    )


def _check_kind(archive: zipfile.ZipFile, ending: str, names: list[str]) -> None:
    if ending == "odt":
        if names[0] != "mimetype" or _start(archive, "mimetype", 100).decode("ascii", "replace") != _ODT:
            raise Refusal("document.mismatch")
        return
    if "[Content_Types].xml" not in names or _NEEDS[ending] not in names:
        raise Refusal("document.mismatch")
    if _MACRO_TYPE in _start(archive, "[Content_Types].xml", 1 << 20).lower():
        raise Refusal("document.macros")


def _start(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as stream:
        return stream.read(most)


def _check_contents(archive: zipfile.ZipFile) -> None:
    """Read every entry to its end, a piece at a time: a size in the directory that is a lie shows, as does a damaged entry."""
    total = 0
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            while piece := stream.read(_CHUNK):
                total += len(piece)
                if total > MOST_BYTES:
                    raise Refusal("document.bomb")
