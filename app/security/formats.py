"""The byte formats of sealed sections and wrapped keys (security 2.2, 2.3). Integers are big-endian.

Section blob v1:  version(1) | suite(1) | key version(4) | nonce(12) | ciphertext | tag(16)
Plaintext inside: type(1) | length(4) | data | zero padding to 64, 128, 256, 512, 1024, then multiples of 1024
Wrapped key v1:   version(1) | wrap suite(1) | KEK id(4) | nonce(12) | wrapped key(32) | tag(16) | commitment(16)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from app.domain.errors import Unreadable
from app.security.keyring import Kek
from app.security.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, decrypt, derive, encrypt, injective, mac, same

VERSION: Final = 1
SUITE_AES_GCM: Final = 1
TYPE_STRUCT: Final = 1
TYPE_BYTES: Final = 2
COMMITMENT_BYTES: Final = 16
MAX_DATA: Final = 16 * 1024 * 1024
_HEADER: Final = struct.Struct(">BBI")
_INNER: Final = struct.Struct(">BI")
_SMALL_BUCKETS: Final = (64, 128, 256, 512, 1024)
WRAPPED_BYTES: Final = _HEADER.size + NONCE_BYTES + KEY_BYTES + TAG_BYTES + COMMITMENT_BYTES


@dataclass(frozen=True, slots=True)
class Where:
    """Everything that binds a blob to its place: section, row, owner of the key, and the key's purpose."""

    purpose: str
    section: str
    row: UUID
    owner: UUID


def pad(kind: int, data: bytes) -> bytes:
    """`type | length | data | zeros` up to the next bucket, so that lengths and presence say little (security 2.2)."""
    if len(data) > MAX_DATA:
        raise ValueError("section over its limit")
    body = _INNER.pack(kind, len(data)) + data
    size = next((bucket for bucket in _SMALL_BUCKETS if len(body) <= bucket), -(-len(body) // 1024) * 1024)
    return body.ljust(size, b"\0")


def unpad(kind: int, padded: bytes) -> bytes:
    """The data of `pad`; Unreadable when type, length or any padding byte is wrong."""
    if len(padded) < _INNER.size:
        raise Unreadable("sealed value")
    found, length = _INNER.unpack_from(padded)
    end = _INNER.size + length
    if (
        found != kind
        or end > len(padded)
        or padded[end:].strip(b"\0")
        or len(pad(kind, padded[_INNER.size : end])) != len(padded)
    ):
        raise Unreadable("sealed value")
    return padded[_INNER.size : end]


def _section_aad(deployment: bytes, where: Where, key_version: int) -> bytes:
    rest = (where.section.encode(), where.row.bytes, where.owner.bytes, key_version.to_bytes(4, "big"))
    return _field_start(deployment) + injective(*rest)


@lru_cache(maxsize=4)  # the same for every section of an office
def _field_start(deployment: bytes) -> bytes:
    return injective(b"ppa/field/v1", bytes([SUITE_AES_GCM]), deployment)


def _section_key(data_key: bytes, deployment: bytes) -> bytes:
    return derive(data_key, deployment, b"ppa/field/v1")


class SectionCipher:
    """Seals and opens section blobs under one data key. Holds the derived subkey, not the data key."""

    __slots__ = ("_deployment", "_key", "_version")

    def __init__(self, data_key: bytes, key_version: int, deployment: bytes) -> None:
        self._key = _section_key(data_key, deployment)
        self._version = key_version
        self._deployment = deployment

    def seal(self, where: Where, data: bytes, kind: int = TYPE_STRUCT) -> bytes:
        """The blob for `data` at `where`."""
        header = _HEADER.pack(VERSION, SUITE_AES_GCM, self._version)
        return header + encrypt(self._key, pad(kind, data), _section_aad(self._deployment, where, self._version))

    def open(self, where: Where, blob: bytes, kind: int = TYPE_STRUCT) -> bytes:
        """The data of a blob sealed for exactly this place; Unreadable otherwise."""
        if key_version(blob) != self._version:
            raise Unreadable("sealed value")
        padded = decrypt(self._key, blob[_HEADER.size :], _section_aad(self._deployment, where, self._version))
        return unpad(kind, padded)


def key_version(blob: bytes) -> int:
    """The data-key version a section blob names; Unreadable for an unknown version or suite."""
    if len(blob) < _HEADER.size:
        raise Unreadable("sealed value")
    version, suite, number = _HEADER.unpack_from(blob)
    if version != VERSION or suite != SUITE_AES_GCM:
        raise Unreadable("sealed value")
    return int(number)


def _commitment(data_key: bytes, deployment: bytes, aad: bytes) -> bytes:
    return mac(derive(data_key, deployment, b"ppa/commit/v1"), aad)[:COMMITMENT_BYTES]


@dataclass(frozen=True, slots=True)
class WrapContext:
    """What binds a wrapped key: deployment, purpose, the object whose key it is, and the key's version."""

    deployment: bytes
    purpose: str
    object_id: UUID
    version: int

    def associated(self, kek: int) -> bytes:
        """The associated data of the wrap."""
        return injective(
            b"ppa/wrap/v1",
            bytes([SUITE_AES_GCM]),
            self.deployment,
            kek.to_bytes(4, "big"),
            self.purpose.encode(),
            self.object_id.bytes,
            self.version.to_bytes(4, "big"),
        )


def wrap(kek: Kek, context: WrapContext, data_key: bytes) -> bytes:
    """A data key wrapped under a KEK, with a commitment that binds key and context (GCM alone commits to neither)."""
    aad = context.associated(kek.id)
    return (
        _HEADER.pack(VERSION, SUITE_AES_GCM, kek.id)
        + encrypt(kek.key, data_key, aad)
        + _commitment(data_key, context.deployment, aad)
    )


def kek_id(wrapped: bytes) -> int:
    """The KEK a wrapped key names; Unreadable for another length, version or suite."""
    if len(wrapped) != WRAPPED_BYTES:
        raise Unreadable("sealed value")
    version, suite, number = _HEADER.unpack_from(wrapped)
    if version != VERSION or suite != SUITE_AES_GCM:
        raise Unreadable("sealed value")
    return int(number)


def unwrap(kek: Kek, context: WrapContext, wrapped: bytes) -> bytes:
    """The data key of `wrap`; Unreadable when KEK, context or commitment differ."""
    if kek_id(wrapped) != kek.id:
        raise Unreadable("sealed value")
    aad = context.associated(kek.id)
    data_key = decrypt(kek.key, wrapped[_HEADER.size : -COMMITMENT_BYTES], aad)
    if len(data_key) != KEY_BYTES or not same(
        _commitment(data_key, context.deployment, aad), wrapped[-COMMITMENT_BYTES:]
    ):
        raise Unreadable("sealed value")
    return data_key
