"""Flask-Login's part: who stands behind the token of this request. The row decides, never the cookie."""

from __future__ import annotations

from flask import Flask, Request, g
from flask_login import LoginManager

from app.accounts import sessions
from app.accounts.sessions import Identity
from app.web import runtime, session


def init_app(app: Flask, login_manager: LoginManager) -> None:
    """Look sessions up by token alone. Flask-Login's own cookies and session entries stay unused."""
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-naungan-unused"  # another program's cookie on this host means nothing
    login_manager.session_protection = None
    login_manager.request_loader(load)
    login_manager.init_app(app, add_context_processor=False)


def load(_request: Request) -> Identity | None:
    """The person of this request, looked up once; notes that the person is still there."""
    token = session.token()
    if token is None:
        return None
    held = runtime.runtime()
    with held.looking(sessions.NOBODY) as work:
        identity = sessions.look_up(work, token)
    if identity is not None:
        g.zone = identity.zone
        sessions.touch(held, identity)
    return identity
