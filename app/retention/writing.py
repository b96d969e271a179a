"""The ledger of erasures: rows in the database, and the same in an append-only file beside the keys (security 2.7).

The file and the manifests of backups let a restore erase again what an older backup still holds. A line tells opaque ids, the moment, the
hash of the key that went, and the sealed words of the certificate: what a thief of the database learns too, and no more. Each carries the
row's MAC: nobody without the keyring can have a restore erase anything by adding a line.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.domain.errors import Unavailable
from app.retention.models import Erasure
from app.security import integrity
from app.security.canonical import Value
from app.security.structs.retention import Erased
from app.security.vault import Crypt

FILE_NAME: Final = "erasures.jsonl"
_LONGEST_LINE: Final = 1 << 20


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One erasure as it stands in the file and in manifests."""

    id: UUID
    case: UUID
    home: UUID
    unit: UUID
    office: UUID
    at: datetime
    key_hash: str
    record: str  # base64 of the sealed words; empty for a merged file
    mac: str


class Damaged(Exception):
    """A line of the file cannot be read, or this program did not write it. Carries the number of the line, from 1."""


def finished(record: Erased, *, records: int, files: int) -> Erased:
    """The record with what was counted while the file was destroyed."""
    return msgspec.structs.replace(record, records=records, files=files)


def seal(crypt: Crypt, row: Erasure) -> None:
    """Put the MAC on a row about to be added."""
    row.mac = integrity.row_mac(crypt, Erasure.__tablename__, row.id, *_said(row))


def is_genuine(crypt: Crypt, row: Erasure) -> bool:
    """Whether this program wrote the row."""
    return integrity.check(crypt, row.mac, Erasure.__tablename__, row.id, *_said(row))


def _said(row: Erasure) -> tuple[Value, ...]:
    return (row.case_id, row.home_id, row.unit_id, row.office_id, row.at, row.key_hash, row.record_sealed)


# --- rows and entries ------------------------------------------------------------------------------------------------


def entry_of(row: Erasure) -> Entry:
    """The row as an entry."""
    return Entry(
        id=row.id,
        case=row.case_id,
        home=row.home_id,
        unit=row.unit_id,
        office=row.office_id,
        at=row.at,
        key_hash=row.key_hash.hex(),
        record=b64encode(row.record_sealed).decode(),
        mac=row.mac.hex(),
    )


def row_of(crypt: Crypt, entry: Entry) -> Erasure:
    """The entry as a row; Damaged where this program did not write it."""
    try:
        key_hash, record, mac = (
            bytes.fromhex(entry.key_hash),
            b64decode(entry.record, validate=True),
            bytes.fromhex(entry.mac),
        )
    except (ValueError, NotBase64):
        raise Damaged(str(entry.id)) from None
    row = Erasure(
        id=entry.id,
        case_id=entry.case,
        home_id=entry.home,
        unit_id=entry.unit,
        office_id=entry.office,
        at=entry.at.astimezone(UTC),
        key_hash=key_hash,
        record_sealed=record,
        mac=mac,
    )
    if not is_genuine(crypt, row):
        raise Damaged(str(entry.id))
    return row


def all_of(reader: Session | Connection) -> list[Entry]:
    """Every erasure the database knows, oldest first."""
    rows = reader.execute(select(Erasure.__table__).order_by(Erasure.at, Erasure.id))
    return [entry_of(Erasure(**row._mapping)) for row in rows]


def together(*lists: Iterable[Entry]) -> list[Entry]:
    """Entries of several sources, each once, oldest first."""
    found: Mapping[UUID, Entry] = {entry.id: entry for entries in lists for entry in entries}
    return sorted(found.values(), key=lambda entry: (entry.at, entry.id))


# --- the file --------------------------------------------------------------------------------------------------------


def path_beside(keyring: Path) -> Path:
    """Where the file lies: beside the keyring, so that a restore on this machine finds it though the data are gone."""
    return keyring.with_name(FILE_NAME)


def read_file(path: Path) -> list[Entry]:
    """The entries of the file; none where it is not there. Damaged for a line that cannot be read; half a line at the end was being
    written when the power went, and is left out (`append` writes it again)."""
    if not path.exists():
        return []
    whole, _newline, _half = path.read_bytes().rpartition(b"\n")
    return [_line(number, line) for number, line in enumerate(whole.split(b"\n"), start=1) if line]


def _line(number: int, line: bytes) -> Entry:
    try:
        if len(line) > _LONGEST_LINE:
            raise ValueError(number)
        return msgspec.json.decode(line, type=Entry)
    except (ValueError, msgspec.MsgspecError):
        raise Damaged(str(number)) from None


def append(path: Path, entries: Sequence[Entry]) -> int:
    """Add those entries that the file does not have yet, and bring them to disk; how many those were. Mode 0600. Unavailable where it
    cannot be written: the next turn does it."""
    try:
        known = {entry.id for entry in read_file(path)}
        fresh = [entry for entry in entries if entry.id not in known]
        if fresh:
            _write(path, b"".join(msgspec.json.encode(entry) + b"\n" for entry in fresh))
    except OSError as error:
        raise Unavailable(f"erasures file: {error.strerror}") from None
    return len(fresh)


def _write(path: Path, lines: bytes) -> None:
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.fstat(descriptor).st_size and os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1) != b"\n":
            _cut_half_line(descriptor)
        os.write(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _cut_half_line(descriptor: int) -> None:
    """Take away what a power cut left of a line; whole lines are never touched."""
    size = os.fstat(descriptor).st_size
    os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)
