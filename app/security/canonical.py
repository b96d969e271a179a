"""One unambiguous byte form of column values, for row hashes and row MACs: equal before and after a trip through the database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

Value = None | bool | int | str | bytes | UUID | date | datetime | Enum


def canonical(value: Value) -> bytes:
    """Type letter and value. TypeError for a type whose text could change between versions or databases (float, mappings).

    A moment is taken in UTC to the microsecond; an enum by its value, as the database keeps it.
    """
    if isinstance(value, Enum):
        return canonical(value.value)
    if value is None:
        return b"-"
    if isinstance(
        value, bool | int
    ):  # SQLite gives a boolean back as it was typed, PostgreSQL too; both equal their number
        return b"i" + str(int(value)).encode()
    if isinstance(value, bytes):
        return b"b" + value
    return _text(value)


def _text(value: str | UUID | date | datetime) -> bytes:
    if isinstance(value, str):
        return b"s" + value.encode(errors="surrogatepass")
    if isinstance(value, UUID):
        return b"u" + value.bytes
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without a zone")
        return b"t" + value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, date):
        return b"d" + value.isoformat().encode()
    raise TypeError(f"no canonical form of {type(value).__name__}")
