"""Every route of village notes on two blueprints, a volunteer's and the desk's; the words in templates, the panels, the tiles."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Flask

from app.cases import panels, story
from app.patbm import labels, own_views, panel, views
from app.web import home, problems

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (views.bp, own_views.bp)


def init_app(app: Flask) -> None:
    """Give templates the words of this room, the case file its panel and its part of the story, the home page its tiles."""
    problems.register(labels.SENTENCES)
    app.jinja_env.filters.update(
        told=labels.told_label,
        told_tone=labels.told_tone,
        told_meaning=labels.told_meaning,
        note_standing=labels.standing_label,
        note_tone=labels.standing_tone,
        note_fate=labels.fate_label,
    )
    panels.register(app, panel.SOURCES)
    story.register(app, panel.TELLERS)
    home.register_tiles(app, panel.TILES)
    home.register_pressing(app, panel.PRESSING)


views.bp.record_once(lambda state: init_app(cast(Flask, state.app)))
__all__ = ["BLUEPRINTS", "init_app"]
