"""One-time tokens for setup and activation, and session tokens: random, shown once, kept only as a hash (security 5)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.security.primitives import digest, same

TOKEN_BYTES: Final = 32
ACTIVATION_LIFETIME: Final = timedelta(hours=24)  # security 5 "Recovery"
_LONGEST: Final = 128


def new_token() -> str:
    """256 random bits, safe in a URL or a cookie (43 characters)."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """SHA-256 of a token, as stored. No salt: a token cannot be guessed."""
    return digest(token.encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A token to be handed over once, and what is stored of it. It has no repr."""

    token: str
    hash: bytes
    expires_at: datetime


def issue(now: datetime, lifetime: timedelta = ACTIVATION_LIFETIME) -> Issued:
    """A new one-time token that lives until `now + lifetime`."""
    token = new_token()
    return Issued(token, token_hash(token), now + lifetime)


def accepts(stored: bytes | None, expires_at: datetime | None, token: str, now: datetime) -> bool:
    """Whether the token is the issued one and still lives (`expires_at` None: it does not age). Constant-time.

    Whoever accepts a token empties the stored hash in the same act: it works once.
    """
    if stored is None or not 0 < len(token) <= _LONGEST:
        return False
    return same(stored, token_hash(token)) and (expires_at is None or now < expires_at)
