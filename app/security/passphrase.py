"""Files that leave the machine sealed by a passphrase: the keyring's copy and the exchange package (security 2.8, 7.8).

File v1: magic(8) | version(1) | argon2 memory KiB(4) | passes(4) | lanes(1) | salt(16) | nonce(12) | ciphertext | tag(16).
The header is the associated data, so a file of one kind never opens as one of another.
"""

from __future__ import annotations

import struct
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from app.domain.errors import Unreadable
from app.security.primitives import KEY_BYTES, decrypt, encrypt, random_bytes

SALT_BYTES: Final = 16
MEMORY_KIB: Final = 64 * 1024  # guessed at offline, and used a few times a year: dearer than a password
PASSES: Final = 3
LANES: Final = 1
_MOST: Final = (256 * 1024, 16, 4)  # a forged header must not eat the machine
HEADER: Final = struct.Struct(">8sBIIB16s")


def seal(magic: bytes, version: int, passphrase: str, plain: bytes) -> bytes:
    """The sealed file. Takes about a quarter of a second and 64 MiB beside the contents."""
    header = HEADER.pack(magic, version, MEMORY_KIB, PASSES, LANES, random_bytes(SALT_BYTES))
    return header + encrypt(_key(header, passphrase), plain, header)


def open_sealed(magic: bytes, version: int, passphrase: str, sealed: bytes) -> bytes:
    """What a sealed file holds. One uniform Unreadable: wrong passphrase, damaged, foreign, unknown version."""
    header, body = sealed[: HEADER.size], sealed[HEADER.size :]
    if not _is_known(header, magic, version):
        raise Unreadable
    return decrypt(_key(header, passphrase), body, header)


def _is_known(header: bytes, magic: bytes, version: int) -> bool:
    if len(header) != HEADER.size:
        return False
    found, number, memory, passes, lanes, _salt = HEADER.unpack(header)
    costs = zip((memory, passes, lanes), _MOST, strict=True)
    affordable = memory >= 8 * lanes and all(0 < cost <= most for cost, most in costs)
    return found == magic and number == version and affordable


def _key(header: bytes, passphrase: str) -> bytes:
    _magic, _version, memory, passes, lanes, salt = HEADER.unpack(header)
    secret = passphrase.encode(errors="surrogatepass")
    return hash_secret_raw(secret, salt, passes, memory, lanes, KEY_BYTES, Type.ID)
