"""The pages of the reference room, and their words."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Flask

from app.reference import day_views, labels, rule_edit_views, rule_views, rule_words, views
from app.web import problems

MODULES: Final = (day_views, rule_edit_views)
"""Pages that hang on the two blueprints."""

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (views.bp, rule_views.bp)


def init_app(app: Flask) -> None:
    """Give forms the sentences of the room, and templates its words."""
    problems.register(labels.SENTENCES)
    app.jinja_env.filters["rule_version"] = rule_words.version_words


views.bp.record_once(lambda state: init_app(cast(Flask, state.app)))
