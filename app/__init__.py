"""Naungan. Nobody imports from `app` itself but those who start it; importing a room must not load the web server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings, **overrides: Any) -> Flask:
    """The web application (`app.factory.create_app`), loaded on first use."""
    from app.factory import create_app as make  # noqa: PLC0415 - importing a room must not load Flask

    return make(settings, **overrides)
