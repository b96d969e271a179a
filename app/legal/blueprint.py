"""Every route of the legal room. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import panels, story
from app.legal import milestone_views, panel, track_views, wish_views
from app.legal.story import TELLERS
from app.legal.views import bp, init_app

MODULES: Final = (track_views, milestone_views, wish_views)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
bp.record_once(lambda state: story.register(cast(Flask, state.app), TELLERS))
bp.record_once(lambda state: panels.register(cast(Flask, state.app), panel.SOURCES))
__all__ = ["MODULES", "bp"]
