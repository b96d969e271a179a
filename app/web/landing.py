"""Where somebody who just signed in is taken first. A room that must be seen first says so here; sign-in knows no rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Flask, current_app

Landing = Callable[[str, str], str | None]
"""Given the token of the new session and where the person wanted to go: the address to show first, or None."""

_KEY: Final = "naungan.landing"


def register(app: Flask, landing: Landing) -> None:
    """Ask this before anybody lands."""
    app.extensions[_KEY] = landing


def after_sign_in(token: str, wanted: str) -> str:
    """Where to go now."""
    landing: Landing | None = current_app.extensions.get(_KEY)
    return (landing(token, wanted) if landing is not None else None) or wanted
