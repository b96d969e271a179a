"""An exchange package as one file sealed by a passphrase: a ZIP of its CSV files, in memory before and after (security 7.8)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from app.domain.errors import Problem, Refused, Unreadable
from app.exchange.schema import MAX_FILE, SHEETS
from app.security.passphrase import HEADER, open_sealed, seal

MAGIC: Final = b"NAUNGANX"
VERSION: Final = 1
HEAD: Final = len(MAGIC)
MOST: Final = MAX_FILE + HEADER.size
"""Bytes of a sealed file at most."""
_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the entry says nothing of when


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins so is a sealed package."""
    return head.startswith(MAGIC)


def seal_package(files: Mapping[str, bytes], passphrase: str) -> bytes:
    """The sealed file of these sheets (sheet name → CSV). Nothing touches the disk on the way."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet, content in files.items():
            entry = zipfile.ZipInfo(f"{sheet}.csv", _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return seal(MAGIC, VERSION, passphrase, plain.getvalue())


def open_package(sealed: bytes, passphrase: str) -> Mapping[str, bytes]:
    """The sheets of a sealed file. Refused `package.unreadable`: wrong passphrase, damaged, or not a sealed package."""
    if len(sealed) > MOST:
        raise Refused(Problem("package.unreadable"))
    try:
        plain = open_sealed(MAGIC, VERSION, passphrase, sealed)
        with zipfile.ZipFile(io.BytesIO(plain)) as archive:
            entries = archive.infolist()
            if len(entries) > len(SHEETS) or sum(entry.file_size for entry in entries) > MAX_FILE:
                raise Refused(Problem("package.unreadable"))
            return {entry.filename.removesuffix(".csv"): archive.read(entry) for entry in entries}
    except (Unreadable, zipfile.BadZipFile, ValueError):
        raise Refused(Problem("package.unreadable")) from None
