"""Typed text, made harmless once and the same way everywhere: forms, import, commands (security 6 #38).

NFC; no NUL and no other controls; no direction overrides and no zero-width signs, which make two different texts look alike.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Controls but tab and line feed; soft hyphen; Arabic letter mark; zero-width; directions and isolates; joiners; BOM; U+FFF9-FFFB.
_HARMFUL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_SPACES: Final = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


def clean_text(value: str) -> str:
    """Text of several lines: line ends are `\\n`, harmful signs are gone, blank ends are stripped."""
    text = _HARMFUL.sub("", _LINE_ENDS.sub("\n", value))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(value: str) -> str:
    """One line: as `clean_text`, with every run of blanks and line ends made one space."""
    return _SPACES.sub(" ", clean_text(value).replace("\n", " ")).strip()
