"""The only door to cryptographic primitives: AES-256-GCM, HKDF-SHA-256, HMAC-SHA-256, argon2id, the system's randomness.

Every failure to open is one uniform `Unreadable` (security 2). Nothing outside `app.security` imports `cryptography`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import Unreadable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


def random_bytes(count: int) -> bytes:
    """Fresh bytes from the operating system; never cached, so a fork cannot repeat them (security 2.4)."""
    return secrets.token_bytes(count)


def injective(*items: bytes) -> bytes:
    """Items as `len(4, big-endian) | bytes` each, so two different lists never give the same text (security 2.3)."""
    return b"".join([len(item).to_bytes(4, "big") + item for item in items])  # a list: joined twice as fast


def encrypt(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM under a fresh random nonce: `nonce(12) | ciphertext | tag(16)`."""
    nonce = random_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, associated)


def decrypt(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext of `encrypt`; Unreadable when anything differs."""
    return decrypt_at(key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)


def encrypt_at(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """AES-256-GCM under a nonce of the caller's, who never uses it twice with this key: `ciphertext | tag(16)`."""
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def decrypt_at(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext of `encrypt_at`; Unreadable when anything differs."""
    if len(sealed) < TAG_BYTES:
        raise Unreadable("sealed value")
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Unreadable("sealed value") from None


def derive(key: bytes, salt: bytes, info: bytes) -> bytes:
    """A 32-byte subkey by HKDF-SHA-256; one purpose, one `info`."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(key)


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256, 32 bytes."""
    return hmac.digest(key, message, "sha256")


def same(left: bytes, right: bytes) -> bool:
    """Constant-time equality."""
    return hmac.compare_digest(left, right)


def digest(message: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(message).digest()


def aes_blocks(key: bytes, blocks: bytes) -> bytes:
    """AES-256 of each 16-byte block on its own. Used only as a pseudo-random function of random salts (design 3)."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - a PRF of random, distinct blocks, not encryption of data
    return encryptor.update(blocks) + encryptor.finalize()
