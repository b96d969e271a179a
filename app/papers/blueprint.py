"""The routes of the papers, with their words, the panel on the case file and their part of the story. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Flask

from app.cases import panels, story
from app.papers import blank_views, letters_views, safety_views, transfer_views, views
from app.papers.labels import SENTENCES, paper_hint, paper_label
from app.papers.panel import SOURCES
from app.papers.story import TELLERS
from app.web import problems

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (views.bp, letters_views.bp, blank_views.bp)
MODULES: Final = (safety_views, transfer_views)  # their routes hang on the first


def init_app(app: Flask) -> None:
    """Hang the panel on the case file, give templates the names of papers and problems their sentences."""
    problems.register(SENTENCES)
    panels.register(app, SOURCES)
    story.register(app, TELLERS)
    app.jinja_env.filters.update(paper=paper_label, paper_hint=paper_hint)


views.bp.record_once(lambda state: init_app(cast(Flask, state.app)))
