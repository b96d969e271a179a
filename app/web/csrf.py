"""Cross-site request forgery: every POST carries the token of its session, signing in included (security 6 #44)."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app.web.session import CSRF


def init_app(app: Flask, protect: CSRFProtect) -> None:
    """Check before the guard, so that a forged request records nothing.

    The token lives as long as its session. Referrers are never sent (Referrer-Policy), so they are not asked for;
    `headers.refuse_foreign` looks at Sec-Fetch-Site instead.
    """
    app.config.update(
        WTF_CSRF_FIELD_NAME=CSRF,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        WTF_CSRF_METHODS=["POST", "PUT", "PATCH", "DELETE"],
    )
    protect.init_app(app)
