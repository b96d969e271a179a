"""Which files a case may hold (security 6 #60): by ending and content, what is shown on a page and what is only handed out again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Family(StrEnum):
    """What can be done with a file."""

    IMAGE = "image"  # shown on the page, made anew without what the camera wrote into it
    PDF = "pdf"  # shown page by page as pictures
    TEXT = "text"  # shown as words
    OFFICE = "office"  # handed out only
    SOUND = "sound"  # handed out only
    FILM = "film"  # handed out only


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file: its media type, its family, the endings it goes by (the first is the one it is handed out with)."""

    type: str
    family: Family
    endings: tuple[str, ...]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
ALLOWED: Final = (
    Media("image/jpeg", Family.IMAGE, ("jpg", "jpeg")),
    Media("image/png", Family.IMAGE, ("png",)),
    Media("image/webp", Family.IMAGE, ("webp",)),
    Media("application/pdf", Family.PDF, ("pdf",)),
    Media("text/plain", Family.TEXT, ("txt",)),
    Media(f"{_OFFICE}wordprocessingml.document", Family.OFFICE, ("docx",)),
    Media(f"{_OFFICE}spreadsheetml.sheet", Family.OFFICE, ("xlsx",)),
    Media("application/vnd.oasis.opendocument.text", Family.OFFICE, ("odt",)),
    Media("audio/mpeg", Family.SOUND, ("mp3",)),
    Media("audio/mp4", Family.SOUND, ("m4a",)),
    Media("audio/ogg", Family.SOUND, ("ogg", "oga", "opus")),
    Media("video/mp4", Family.FILM, ("mp4",)),
)
_BY_ENDING: Final = {ending: media for media in ALLOWED for ending in media.endings}
_BY_TYPE: Final = {media.type: media for media in ALLOWED}


def by_ending(name: str) -> Media | None:
    """The kind of file a name claims to be; None for an ending that is not taken, or none."""
    return _BY_ENDING.get(ending_of(name))


def by_type(media_type: str) -> Media | None:
    """The kind of file with this media type."""
    return _BY_TYPE.get(media_type)


def ending_of(name: str) -> str:
    """What stands behind the last dot of a file name, in lower case; empty where there is none."""
    _stem, dot, ending = name.rpartition(".")
    return ending.strip().lower() if dot else ""
