"""Passwords: argon2id with a pepper, one hash at a time, and what a password must not be (security 5, design 6).

Hashing takes tens of milliseconds and 19 MiB: call it before the transaction begins.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Final, NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import Problem
from app.security.keyring import Derived
from app.security.primitives import mac, random_bytes
from app.security.vault import Crypt
from app.security.weak_passwords import is_guessable

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 128
MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2
LANES: Final = 1

_HASHER: Final = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16)
_ONE_AT_A_TIME: Final = threading.Lock()  # four at once would take the memory of a small office PC (design 6)


class Verdict(NamedTuple):
    """Whether the password was right, and the hash to store in place of one made with older parameters."""

    ok: bool
    replacement: str | None = None


def hash_password(crypt: Crypt, password: str) -> str:
    """The encoded argon2id hash to store. The password has passed `problems`."""
    peppered = _pepper(crypt, password)
    with _ONE_AT_A_TIME:
        return _HASHER.hash(peppered)


def verify(crypt: Crypt, stored: str | None, password: str) -> Verdict:
    """Compare exactly. `stored` None (no such user, disabled, no password yet) costs the same time and is never right."""
    peppered = _pepper(crypt, password)
    with _ONE_AT_A_TIME:
        matches = _matches(_dummy() if stored is None else stored, peppered)
        if stored is None or not matches:
            return Verdict(False)
        return Verdict(True, _HASHER.hash(peppered) if _HASHER.check_needs_rehash(stored) else None)


def problems(password: str, *personal: str) -> list[Problem]:
    """What is wrong with a new password; empty when nothing. `personal` are words an attacker would try first: the names of the
    agency, the place and the person, and the e-mail address. Length is 12 to 128 characters; composition is free (security 5)."""
    if len(password) < MIN_LENGTH:
        return [Problem("password.too-short", "password", params={"least": str(MIN_LENGTH)})]
    if len(password) > MAX_LENGTH:
        return [Problem("password.too-long", "password", params={"most": str(MAX_LENGTH)})]
    if is_guessable(password, personal):
        return [Problem("password.guessable", "password")]
    return []


def _pepper(crypt: Crypt, password: str) -> bytes:
    """HMAC of the password: a stolen database alone cannot be guessed at; no length is cut off."""
    return mac(crypt.derived(Derived.PEPPER), password.encode(errors="surrogatepass"))


def _matches(stored: str, peppered: bytes) -> bool:
    try:
        return _HASHER.verify(stored, peppered)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    """A hash nobody knows the password of, made once a process; `warm_up` makes it before the first sign-in."""
    return _HASHER.hash(random_bytes(32))


def warm_up() -> None:
    """Make the dummy hash now, so that the first unknown user does not take twice the time."""
    with _ONE_AT_A_TIME:
        _dummy()
