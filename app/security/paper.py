"""The key export on paper: lines of base32 that a person can type and a scanner can read, each with its own checksum (security 2.8)."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from pathlib import Path
from typing import Final

from app.security.export import MAGIC
from app.security.keyring import Keyring
from app.security.primitives import digest, random_bytes

LINE_BYTES: Final = 25  # 40 letters: eight groups of five
CHECK_LETTERS: Final = 4
_GROUP: Final = 5
_TEMPLATE: Final = Path(__file__).parent / "data" / "key_sheet.txt"
_LINE: Final = re.compile(r"^\s*(\d{1,3})/(\d{1,3})\s+([A-Z0-9 ]+?)\s+-\s*([A-Z0-9]{4})\s*$", re.ASCII)
_LONGEST_LINE: Final = 200
_MISREAD: Final = str.maketrans("018", "OIB")  # base32 has none of these digits: they are letters misread


class PaperError(Exception):
    """Lines that are missing or mistyped, by number; an empty tuple when no line was recognised. Nothing secret in it."""

    def __init__(self, lines: tuple[int, ...]) -> None:
        super().__init__(", ".join(map(str, lines)))
        self.lines = lines


def sheet(keyring: Keyring, sealed: bytes, now: datetime) -> str:
    """The text to print, in Indonesian and English: what it is, how to use it, check values, and the sealed file as lines."""
    values = "\n".join(f"    {name:<10} {value}" for name, value in keyring.check_values().items())
    return _TEMPLATE.read_text(encoding="utf-8").format(
        fingerprint=keyring.fingerprint(),
        day=now.date().isoformat(),
        check_values=values,
        sealed="\n".join(to_lines(sealed)),
    )


def to_lines(sealed: bytes) -> list[str]:
    """`number/total  groups of five letters - checksum`, 25 bytes a line."""
    parts = [sealed[start : start + LINE_BYTES] for start in range(0, len(sealed), LINE_BYTES)]
    return [_line(number, len(parts), part) for number, part in enumerate(parts, 1)]


def from_lines(text: str) -> bytes:
    """The bytes of `to_lines`, from a whole sheet or its lines alone, in any order. PaperError names lines to type again.

    Case, spacing and the digits 0, 1 and 8 (for O, I and B) do not matter.
    """
    found: dict[int, bytes] = {}
    totals: set[int] = set()
    lines = (line for line in text.upper().splitlines() if len(line) <= _LONGEST_LINE)
    for match in filter(None, map(_LINE.match, lines)):
        number, total = int(match[1]), int(match[2])
        totals.add(total)
        part = _decode(match[3])
        if part is not None and _check(number, total, part) == match[4].translate(_MISREAD):
            found[number] = part
    total = max(totals, default=0)
    missing = tuple(number for number in range(1, total + 1) if number not in found)
    if missing or not total:
        raise PaperError(missing)
    return b"".join(found[number] for number in range(1, total + 1))


def sealed_bytes(data: bytes) -> bytes:
    """The sealed file behind what was given to `keys verify`: the file itself, or a text with the lines of a sheet (PaperError)."""
    return data if data.startswith(MAGIC) else from_lines(data.decode(errors="replace"))


def new_passphrase() -> str:
    """A passphrase of 120 random bits in six groups of four letters and digits, to be written down apart from the sheet."""
    text = base64.b32encode(random_bytes(15)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _line(number: int, total: int, part: bytes) -> str:
    letters = base64.b32encode(part).decode().rstrip("=")
    groups = " ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))
    return f"{number:02}/{total:02}  {groups} - {_check(number, total, part)}"


def _check(number: int, total: int, part: bytes) -> str:
    summed = digest(b"ppa/paper/v1" + number.to_bytes(2, "big") + total.to_bytes(2, "big") + part)
    return base64.b32encode(summed).decode()[:CHECK_LETTERS]


def _decode(letters: str) -> bytes | None:
    text = letters.replace(" ", "").translate(_MISREAD)
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        return None
