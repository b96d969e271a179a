"""Every route of the retention room on one blueprint, and its words."""

from __future__ import annotations

from typing import cast

from flask import Flask

from app.domain.access import Capability
from app.retention import labels
from app.retention.views import bp
from app.web import problems


def init_app(app: Flask) -> None:
    """Give templates the words of this room."""
    problems.register(labels.SENTENCES)
    app.jinja_env.filters.update(
        hold_words=lambda hold: str(labels.HOLDS[hold]), erasure_state=lambda state: str(labels.STATES[state])
    )
    app.jinja_env.globals.update(certificate_capability=Capability.RETENTION_READ)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))
__all__ = ["bp"]
