"""Copies of the keyring that leave the machine: a file sealed by a passphrase, and the same on paper (security 2.8, design 2).

File v1: magic(8) | version(1) | argon2 memory KiB(4) | passes(4) | lanes(1) | salt(16) | nonce(12) | ciphertext | tag(16).
The header is the associated data. Inside: the keyring document, its check values, and the moment of the export.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.domain.errors import Unreadable
from app.security.keyring import Keyring, KeyringError, from_document, to_document
from app.security.models import KeyExport
from app.security.passphrase import open_sealed, seal

MAGIC: Final = b"NAUNGANK"
VERSION: Final = 1
SHORTEST_PASSPHRASE: Final = 12
_LONGEST_FILE: Final = 1 << 20
UNREADABLE: Final = "export.unreadable"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sealed file held."""

    keyring: Keyring
    exported_at: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """An export against the present keyring: names of keys that differ or are missing on either side. Empty: it is a good copy."""

    fingerprint: str
    differing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the export can bring the present keyring back."""
        return not self.differing


def seal_export(keyring: Keyring, passphrase: str, now: datetime) -> bytes:
    """The sealed file. KeyringError `export.passphrase-short` under 12 characters. Takes about a quarter of a second and 64 MiB."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyringError("export.passphrase-short")
    body = {
        "keyring": to_document(keyring),
        "check_values": dict(keyring.check_values()),
        "exported_at": now.isoformat(timespec="seconds"),
    }
    plain = json.dumps(body, separators=(",", ":")).encode()
    return seal(MAGIC, VERSION, passphrase, plain)


def open_export(sealed: bytes, passphrase: str) -> Contents:
    """What a sealed file holds. One uniform KeyringError `export.unreadable`: wrong passphrase, damaged, foreign, unknown version."""
    if len(sealed) > _LONGEST_FILE:
        raise KeyringError(UNREADABLE)
    try:
        return _contents(json.loads(open_sealed(MAGIC, VERSION, passphrase, sealed)))
    except (Unreadable, KeyringError, ValueError, KeyError, TypeError):
        raise KeyringError(UNREADABLE) from None


def read_export(sealed: bytes, passphrase: str) -> Keyring:
    """The keyring of a sealed file; KeyringError `export.unreadable`."""
    return open_export(sealed, passphrase).keyring


def record_export(session: Session, keyring: Keyring, now: datetime) -> KeyExport:
    """Note that a copy of this keyring left the machine, not yet verified."""
    row = KeyExport(id=new_id(), fingerprint=keyring.fingerprint(), exported_at=now, verified_at=None)
    session.add(row)
    return row


def verify_export(session: Session, keyring: Keyring, contents: Contents, now: datetime) -> Comparison:
    """Compare an opened export (`open_export`, before the transaction) with the present keyring; a good copy is noted as verified."""
    comparison = compare(keyring, contents.keyring)
    if comparison.ok:
        _verified_row(session, comparison.fingerprint, contents.exported_at).verified_at = now
    return comparison


def compare(present: Keyring, copy: Keyring) -> Comparison:
    """Which keys of the two keyrings differ, by their check values; `DEPLOYMENT` when they belong to different deployments."""
    here, there = present.check_values(), copy.check_values()
    differing = {name for name in {*here, *there} if here.get(name) != there.get(name)}
    if present.deployment != copy.deployment:
        differing.add("DEPLOYMENT")
    if not differing and present.fingerprint() != copy.fingerprint():
        differing.add("KEYRING")
    return Comparison(copy.fingerprint(), tuple(sorted(differing)))


def _verified_row(session: Session, fingerprint: str, exported_at: datetime) -> KeyExport:
    """The newest export of this keyring; a new row for one the database does not know (made before a restore)."""
    statement = select(KeyExport).where(KeyExport.fingerprint == fingerprint).order_by(KeyExport.exported_at.desc())
    row = session.scalars(statement.limit(1)).first()
    if row is None:
        row = KeyExport(id=new_id(), fingerprint=fingerprint, exported_at=exported_at, verified_at=None)
        session.add(row)
    return row


def _contents(body: Any) -> Contents:
    keyring = from_document(body["keyring"])
    if body["check_values"] != dict(keyring.check_values()):
        raise KeyringError(UNREADABLE)
    return Contents(keyring, datetime.fromisoformat(body["exported_at"]))
