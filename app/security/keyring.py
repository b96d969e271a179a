"""The keyring file: key-encryption keys and the root key (security 2.1, 2.8; design 2 "Keys, few").

The file is JSON with a checksum and a generation counter, mode 0600, written whole and renamed into place.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.security.primitives import KEY_BYTES, derive, digest, mac, random_bytes

FORMAT: Final = 1
DEPLOYMENT_BYTES: Final = 16


class KeyringError(Exception):
    """The keyring cannot be used. The code says why; `app/commands/doctor` has the sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class KekState(StrEnum):
    """ACTIVE wraps and unwraps; DECRYPT_ONLY unwraps; DESTROYED keeps the id only."""

    ACTIVE = "active"
    DECRYPT_ONLY = "decrypt-only"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True, repr=False)
class Kek:
    """A key-encryption key."""

    id: int
    state: KekState
    key: bytes


class Derived(StrEnum):
    """Keys derived from the root key by HKDF, one purpose each; the value is part of the HKDF info."""

    INDEX_NAME = "index/name"
    INDEX_NIK = "index/nik"
    INDEX_KK = "index/kk"
    INDEX_PHONE = "index/phone"
    INDEX_EMAIL = "index/email"
    INDEX_SIMFONI = "index/simfoni"
    INDEX_VILLAGE_NOTE = "index/village"
    INTEGRITY = "integrity"
    WEB = "web"
    PEPPER = "pepper"
    AUDIT_QUERY = "audit/query"
    THROTTLE = "throttle"
    NOTICE = "notice"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """The opened keyring. Never printed: it has no repr."""

    deployment: bytes
    generation: int
    keks: tuple[Kek, ...]
    root: bytes
    created_at: str

    def active(self) -> Kek:
        """The one KEK that wraps new keys."""
        return next(kek for kek in self.keks if kek.state is KekState.ACTIVE)

    def kek(self, kek_id: int) -> Kek | None:
        """The KEK with this id when it can still unwrap."""
        return next((k for k in self.keks if k.id == kek_id and k.state is not KekState.DESTROYED), None)

    def derived(self, purpose: Derived) -> bytes:
        """The 32-byte key of one purpose."""
        return derive(self.root, self.deployment, b"ppa/root/" + purpose.value.encode() + b"/v1")

    def check_values(self) -> MappingProxyType[str, str]:
        """Eight hex characters per key (16 for the whole): enough to compare a copy, useless to an attacker."""
        values = {f"KEK-{kek.id}": _check_value(kek.key) for kek in self.keks if kek.state is not KekState.DESTROYED}
        values["ROOT"] = _check_value(self.root)
        return MappingProxyType(values)

    def fingerprint(self) -> str:
        """16 hex characters over all keys and the deployment id: names this keyring in exports and in the database."""
        material = b"".join(k.id.to_bytes(4, "big") + k.key for k in self.keks) + self.root
        return mac(digest(material), b"ppa/keyring/v1" + self.deployment).hex()[:16]


def _check_value(key: bytes) -> str:
    return mac(key, b"ppa/kcv/v1").hex()[:8]


def create(now: datetime) -> Keyring:
    """A new keyring with KEK 1, a root key and a new deployment id."""
    return Keyring(
        deployment=random_bytes(DEPLOYMENT_BYTES),
        generation=1,
        keks=(Kek(1, KekState.ACTIVE, random_bytes(KEY_BYTES)),),
        root=random_bytes(KEY_BYTES),
        created_at=now.isoformat(timespec="seconds"),
    )


def to_document(keyring: Keyring) -> dict[str, Any]:
    """The keyring as a JSON document, checksum included."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "generation": keyring.generation,
        "deployment": keyring.deployment.hex(),
        "created_at": keyring.created_at,
        "keks": [{"id": k.id, "state": k.state.value, "key": _text(k.key)} for k in keyring.keks],
        "root": _text(keyring.root),
    }
    return {**body, "checksum": _checksum(body)}


def from_document(document: object) -> Keyring:
    """The keyring of a JSON document. KeyringError `keyring.damaged` or `keyring.format` when it is not one of ours."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise KeyringError("keyring.format")
    body = {name: value for name, value in document.items() if name != "checksum"}
    if document.get("checksum") != _checksum(body):
        raise KeyringError("keyring.damaged")
    try:
        keks = tuple(Kek(int(k["id"]), KekState(k["state"]), base64.b64decode(k["key"])) for k in body["keks"])
        keyring = Keyring(
            bytes.fromhex(body["deployment"]),
            int(body["generation"]),
            keks,
            base64.b64decode(body["root"]),
            str(body["created_at"]),
        )
    except (KeyError, TypeError, ValueError):
        raise KeyringError("keyring.damaged") from None
    if not _is_sound(keyring):
        raise KeyringError("keyring.damaged")
    return keyring


def _is_sound(keyring: Keyring) -> bool:
    """Whole keys, distinct ids, exactly one that wraps: a keyring edited by hand must not fail at the first use."""
    usable = [kek for kek in keyring.keks if kek.state is not KekState.DESTROYED]
    return (
        len(keyring.deployment) == DEPLOYMENT_BYTES
        and all(len(key) == KEY_BYTES for key in (keyring.root, *(kek.key for kek in usable)))
        and len({kek.id for kek in keyring.keks}) == len(keyring.keks)
        and sum(kek.state is KekState.ACTIVE for kek in usable) == 1
    )


def load(path: Path) -> Keyring:
    """Read the keyring. Refuses a missing, group- or world-readable, foreign or damaged file (KeyringError)."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise KeyringError("keyring.missing") from None
    if not stat.S_ISREG(status.st_mode):
        raise KeyringError("keyring.format")
    if status.st_mode & 0o077:
        raise KeyringError("keyring.readable")
    try:
        return from_document(json.loads(path.read_bytes()))
    except (ValueError, OSError):
        raise KeyringError("keyring.damaged") from None


def save(path: Path, keyring: Keyring, *, overwrite: bool = False) -> None:
    """Write whole: temporary file, fsync, rename, fsync of the folder. The previous generation stays beside it."""
    if path.exists() and not overwrite:
        raise KeyringError("keyring.exists")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)  # a leftover may have another mode, or be a link
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(to_document(keyring), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    _keep_previous(path)
    os.replace(temporary, path)
    _sync_folder(path.parent)


def _keep_previous(path: Path) -> None:
    """A second name for the present file, so that no moment exists in which neither generation is on disk."""
    if path.exists():
        previous = path.with_suffix(".previous.json")
        previous.unlink(missing_ok=True)
        os.link(path, previous)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _checksum(body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return digest(b"ppa/keyring/v1" + canonical).hex()
