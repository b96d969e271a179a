"""The pages of the legal room hang on one blueprint, on the case."""

from __future__ import annotations

from flask import Blueprint, Flask

from app.legal.labels import SENTENCES
from app.web import problems

bp = Blueprint("legal", __name__, url_prefix="/cases")


def init_app(app: Flask) -> None:
    """Give forms the sentences of the room."""
    problems.register(SENTENCES)
