"""What the vault checks about itself at start-up and for `doctor` (security 10 "Start-up self-test").

Every check gives a name, whether it holds, and a stable code for the sentence `app/commands/doctor` prints. No check raises, and
none gives out key material or plaintext.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.base import new_id
from app.domain.errors import Unreadable
from app.security import formats
from app.security.keyring import Keyring
from app.security.models import Deployment, WrappedKey
from app.security.primitives import aes_blocks, decrypt, derive, digest, mac, random_bytes
from app.security.sections import Purpose, Section
from app.security.vault import Crypt, OwnPlace, Place, Vault

SAMPLE_KEYS: Final = 200
OK: Final = "ok"


class Check(NamedTuple):
    """One thing that was checked. `code` is `ok` or names the fault."""

    name: str
    ok: bool
    code: str


def _check(name: str, holds: bool, fault: str) -> Check:
    return Check(name, holds, OK if holds else fault)


def run(session: Session, crypt: Crypt) -> list[Check]:
    """Every check that needs nothing but the database and the keyring, in the order a person should read them."""
    return [
        *known_answers(),
        *keyring_fits(session, crypt.keyring),
        wrapped_keys(session, crypt.keyring),
        round_trip(crypt),
    ]


def known_answers() -> list[Check]:
    """Primitives against published vectors: a broken or replaced library must not seal anything."""
    return [_check(f"crypto.{name}", _holds(test), "crypto.wrong") for name, test in _KNOWN.items()]


def keyring_fits(session: Session, keyring: Keyring) -> list[Check]:
    """Whether this keyring belongs to this database: deployment id and fingerprint against the deployment row."""
    row = session.get(Deployment, 1)
    if row is None:
        return [Check("keyring.deployment", False, "deployment.missing")]
    return [
        _check("keyring.deployment", row.deployment_id == keyring.deployment, "keyring.foreign"),
        _check("keyring.fingerprint", row.keyring_fingerprint == keyring.fingerprint(), "keyring.changed"),
    ]


def wrapped_keys(session: Session, keyring: Keyring, limit: int = SAMPLE_KEYS) -> Check:
    """Whether stored data keys unwrap: every office key and the newest others, at most `limit` of them."""
    office_first = WrappedKey.purpose != Purpose.OFFICE.value
    statement = select(WrappedKey).order_by(office_first, WrappedKey.created_at.desc()).limit(limit)
    return _check("keys.unwrap", all(_unwraps(keyring, row) for row in session.scalars(statement)), "keys.unreadable")


def round_trip(crypt: Crypt) -> Check:
    """Whether the formats seal, open, and refuse another place and a flipped bit."""
    return _check("formats.round-trip", _holds(lambda: _round_trips(crypt.keyring.deployment)), "formats.wrong")


def samples(vault: Vault, stored: Iterable[tuple[Place | OwnPlace, bytes]]) -> list[Check]:
    """Whether stored blobs open, one check for each section (security 10 "restore").

    The caller, who knows the tables, gives one or more samples of each section, and an act whose audit event covers the opening.
    """
    outcome: dict[Section, bool] = {}
    for place, blob in stored:
        outcome[place.section] = outcome.get(place.section, True) and vault.is_whole(place, blob)
    return [_check(f"section.{section}", holds, "section.unreadable") for section, holds in sorted(outcome.items())]


def _holds(test: Callable[[], bool]) -> bool:
    try:
        return test()
    except Exception:  # whatever a broken library raises, the check failed
        return False


def _unwraps(keyring: Keyring, row: WrappedKey) -> bool:
    context = formats.WrapContext(keyring.deployment, row.purpose, row.object_id, row.version)
    try:
        kek = keyring.kek(formats.kek_id(row.wrapped))
        return kek is not None and bool(formats.unwrap(kek, context, row.wrapped))
    except Unreadable:
        return False


def _round_trips(deployment: bytes) -> bool:
    cipher = formats.SectionCipher(random_bytes(32), 1, deployment)
    here = formats.Where("office", "audit.address", new_id(), new_id())
    there = formats.Where("office", "audit.address", new_id(), here.owner)
    blob = cipher.seal(here, b"self-test")
    flipped = blob[:-1] + bytes([blob[-1] ^ 1])
    return cipher.open(here, blob) == b"self-test" and _refuses(cipher, there, blob) and _refuses(cipher, here, flipped)


def _refuses(cipher: formats.SectionCipher, where: formats.Where, blob: bytes) -> bool:
    try:
        cipher.open(where, blob)
    except Unreadable:
        return True
    return False


_ZERO_KEY: Final = bytes(32)
_COUNTING_KEY: Final = bytes(range(32))

# NIST GCM test case 14; FIPS-197 C.3; RFC 4231 case 2; RFC 5869 case 1 (first 32 bytes); FIPS-180 "abc".
_KNOWN: Final[dict[str, Callable[[], bool]]] = {
    "aes-256-gcm": lambda: (
        decrypt(
            _ZERO_KEY,
            bytes.fromhex("00" * 12 + "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
            b"",
        )
        == bytes(16)
    ),
    "aes-256": lambda: (
        aes_blocks(_COUNTING_KEY, bytes.fromhex("00112233445566778899aabbccddeeff")).hex()
        == "8ea2b7ca516745bfeafc49904b496089"
    ),
    "hmac-sha-256": lambda: (
        mac(b"Jefe", b"what do ya want for nothing?").hex()
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    "hkdf-sha-256": lambda: (
        derive(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA))).hex()
        == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    ),
    "sha-256": lambda: digest(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}
