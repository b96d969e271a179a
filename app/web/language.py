"""The language of an answer: the person's choice, kept in the cookie, else that of the office. Touches no database."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, has_request_context, session
from flask_babel import Babel

from app.web.session import LANGUAGE

LANGUAGES: Final = ("id", "en")


def init_app(app: Flask, babel: Babel, default: str) -> None:
    """Translate by the choice of each person."""
    app.config["BABEL_DEFAULT_LOCALE"] = default
    babel.init_app(app, locale_selector=choose)


def choose() -> str:
    """The language of this answer."""
    chosen = session.get(LANGUAGE) if has_request_context() else None
    return chosen if chosen in LANGUAGES else str(current_app.config["BABEL_DEFAULT_LOCALE"])
