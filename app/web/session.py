"""The one cookie, `__Host-naungan`, and the five things it may carry. Identity is not among them (security 5, 6 #20).

`token` is opaque; the server finds the session by its SHA-256. `device` proves that somebody signed in from this browser.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final, cast

from flask import Flask, Response, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

COOKIE: Final = "__Host-naungan"
TOKEN: Final = "token"  # noqa: S105 - the name of an entry
DEVICE: Final = "device"
LANGUAGE: Final = "language"
CSRF: Final = "csrf_token"
ALLOWED: Final = frozenset({TOKEN, DEVICE, LANGUAGE, CSRF, "_flashes", "_permanent"})
DEVICE_DAYS: Final = 30


class OpaqueSessions(SecureCookieSessionInterface):
    """Flask's signed cookie under SHA-256, which refuses to carry anything but the entries above."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie; a fault where somebody put something else into it."""
        foreign = session.keys() - ALLOWED
        if foreign:
            raise RuntimeError(f"not for the cookie: {', '.join(sorted(foreign))}")
        super().save_session(app, session, response)


def init_app(app: Flask, secret: bytes) -> None:
    """Configure the cookie. Secure also on loopback: browsers treat http://127.0.0.1 as a safe place."""
    app.secret_key = secret
    app.session_interface = cast(Any, OpaqueSessions())
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=DEVICE_DAYS),
    )


def token() -> str | None:
    """The token this browser carries, if it is one."""
    value = session.get(TOKEN)
    return value if isinstance(value, str) and value else None


def device() -> str:
    """The proof of a known device, or nothing."""
    value = session.get(DEVICE)
    return value if isinstance(value, str) else ""


def start(new_token: str, new_device: str, language: str, *, same_person: bool) -> None:
    """Begin anew after signing in: everything from before goes, so that nothing planted stays valid.

    The CSRF secret stays only where the same person comes back after the idle lock: a form left open can then still be sent.
    While signed in the cookie ends with the browser.
    """
    csrf = session.get(CSRF) if same_person else None
    session.clear()
    session.permanent = False
    session.update({TOKEN: new_token, DEVICE: new_device, LANGUAGE: language})
    if csrf:
        session[CSRF] = csrf


def end() -> None:
    """After signing out only the language and the known device stay, for 30 days."""
    kept = {name: session[name] for name in (DEVICE, LANGUAGE) if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
