"""What the reader can be asked: look into a file that arrives, or draw one page of a PDF that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import filetype

from app.documents.reading import images, packages, pdfs, recordings
from app.documents.reading.found import Found, Refusal
from app.domain.media import Family, Media, by_ending, by_type, ending_of

_SNIFF: Final = 8_192
_HEIC: Final = frozenset({"heic", "heif", "avif"})


def look(data: bytes, head: Mapping[str, Any]) -> Found:
    """Whether the file is whole and what its name says it is; its renditions. Refusal."""
    if not data:
        raise Refusal("document.empty")
    name = str(head.get("name", ""))
    media = _claimed(data, name)
    readers: Mapping[Family, Callable[[], Found]] = {
        Family.IMAGE: lambda: images.read(data, media.type),
        Family.PDF: lambda: pdfs.read(data),
        Family.TEXT: lambda: _text(data),
        Family.OFFICE: lambda: packages.read(data, media.endings[0]),
        Family.SOUND: lambda: _sound(data, media),
        Family.FILM: lambda: recordings.read_mp4(data, media.type),
    }
    return readers[media.family]()


def page(data: bytes, head: Mapping[str, Any]) -> Found:
    """One page of a PDF as a picture."""
    return pdfs.page(data, int(head["number"]))


TASKS: Final[Mapping[str, Callable[[bytes, Mapping[str, Any]], Found]]] = {"look": look, "page": page}


def _claimed(data: bytes, name: str) -> Media:
    """What the name claims, where the content agrees. A name without an ending claims nothing: the content decides."""
    guess = filetype.guess(data[:_SNIFF])
    found = guess.mime if guess is not None else ""
    ending = ending_of(name)
    if ending in _HEIC or (guess is not None and guess.extension in _HEIC):
        raise Refusal("document.heic")
    media = by_ending(name) if ending else by_type(found)
    if media is None:
        raise Refusal("document.not-taken")
    if not _agrees(media, found):
        raise Refusal("document.mismatch")
    return media


def _agrees(media: Media, found: str) -> bool:
    """Whether the first bytes are those of such a file. The others are judged whole by their readers."""
    return found == media.type or media.family not in {Family.IMAGE, Family.PDF}


def _sound(data: bytes, media: Media) -> Found:
    if media.type == "audio/mpeg":
        return recordings.read_mp3(data)
    return recordings.read_ogg(data) if media.type == "audio/ogg" else recordings.read_mp4(data, media.type)


def _text(data: bytes) -> Found:
    """UTF-8 without control signs. Anything else is some other file with this ending."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("document.text") from None
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in words):
        raise Refusal("document.text")
    return Found("text/plain")
