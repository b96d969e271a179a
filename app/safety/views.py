"""The pages of the safety room hang on two blueprints: one on the case, one on the unit's bed register."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.safety.labels import SENTENCES
from app.web import problems

bp = Blueprint("safety", __name__, url_prefix="/cases")
beds_bp = Blueprint("shelter", __name__, url_prefix="/shelter")


def init_app(app: Flask) -> None:
    """Give forms the sentences of the room."""
    problems.register(SENTENCES)
