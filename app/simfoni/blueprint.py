"""Every route of the SIMFONI room on one blueprint, its words in the templates, its panels on the case file and the
home page, its line in the checklist of a closing."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import panels
from app.reports import closing_views
from app.simfoni import labels, panel, queries, reconcile_views
from app.simfoni.views import bp
from app.web import home, problems

MODULES: Final = (reconcile_views,)


def init_app(app: Flask) -> None:
    """Give templates the words of this room, and the case file and the home page their panels."""
    problems.register(labels.SENTENCES)
    app.jinja_env.filters.update(
        simfoni_standing=labels.standing_label, simfoni_tone=labels.standing_tone, simfoni_words=labels.said
    )
    panels.register(app, panel.SOURCES)
    home.register_tiles(app, panel.TILES)
    closing_views.ask_simfoni(app, queries.awaiting)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))
__all__ = ["MODULES", "bp", "init_app"]
