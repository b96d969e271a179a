"""Addresses within this site: the only ones a redirect may lead to (security 6 #41)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from flask import request

_OWN: Final = re.compile(r"/(?![/\\])[A-Za-z0-9\-._~/%?=&+,:@!$*;]{0,500}")


def own_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` when it is a plain path on this site, else `otherwise`. Refuses `//host`, backslashes, schemes, controls,
    and the same written with percent signs."""
    if not wanted or not _OWN.fullmatch(wanted):
        return otherwise
    plain = unquote(unquote(wanted))
    if plain.startswith(("//", "/\\")) or "\\" in plain or any(ord(sign) < 32 for sign in plain):
        return otherwise
    return wanted


def here() -> str:
    """The asked path with its query, to come back to after signing in."""
    query = request.query_string.decode("ascii", "ignore")
    return own_path(f"{request.path}?{query}" if query else request.path)
