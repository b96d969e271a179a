"""What a backup says of itself: enough to tell whose it is, whether it is whole, and which keys open it (security 10)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, select, table

from app.audit.models import AuditHead
from app.backup.errors import BackupRefused
from app.db.discovery import load_models
from app.retention import writing
from app.retention.writing import Entry
from app.security import formats
from app.security.models import Deployment, WrappedKey

FORMAT: Final = 3
_READABLE: Final = frozenset({1, 2, FORMAT})  # 1: before there were files; 2: before files could be erased


class FileEntry(msgspec.Struct, frozen=True):
    """A file of the archive."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first member of the archive. No key and nothing personal stands in it."""

    format: int
    made_at: datetime
    version: str
    database: str
    schema: str
    deployment: str
    keyring: str
    keks: list[int]
    audit_seq: int
    audit_hash: str
    tables: dict[str, int]
    files: list[FileEntry]
    erasures: list[Entry] = []  # what was erased until then: an older backup is restored without it (security 2.7)


def describe(connection: Connection, made_at: datetime, schema: str, version: str) -> Manifest:
    """The manifest of a database as this connection's snapshot shows it, files not yet named."""
    office = connection.execute(select(Deployment.deployment_id, Deployment.keyring_fingerprint)).one()
    head = connection.execute(select(AuditHead.seq, AuditHead.hash)).one()
    return Manifest(
        format=FORMAT,
        made_at=made_at,
        version=version,
        database=connection.dialect.name,
        schema=schema,
        deployment=office.deployment_id.hex(),
        keyring=office.keyring_fingerprint,
        keks=_keks(connection),
        audit_seq=head.seq,
        audit_hash=head.hash.hex(),
        tables=row_counts(connection),
        files=[],
        erasures=writing.all_of(connection),
    )


def with_files(manifest: Manifest, files: list[FileEntry]) -> Manifest:
    """The manifest with the files of its archive."""
    return msgspec.structs.replace(manifest, files=files)


def _keks(connection: Connection) -> list[int]:
    """Ids of the KEKs that wrap stored data keys."""
    return sorted({formats.kek_id(wrapped) for wrapped in connection.scalars(select(WrappedKey.wrapped))})


def table_names() -> list[str]:
    """Every table of the product, parents before children."""
    return [found.name for found in load_models().sorted_tables]


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows of every table."""
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in table_names()}


def to_json(manifest: Manifest) -> bytes:
    """The manifest as stored."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def from_json(data: bytes) -> Manifest:
    """The manifest of a backup; BackupRefused for one of a later format or of something else."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError:
        raise BackupRefused("backup.foreign") from None
    if manifest.format not in _READABLE:
        raise BackupRefused("backup.newer")
    return manifest
