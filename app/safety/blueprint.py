"""Every route of the safety room, on its two blueprints. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import panels, story
from app.safety import bed_views, plan_views, reader_views, stay_views
from app.safety.story import TELLERS
from app.safety.views import beds_bp, bp, init_app

MODULES: Final = (plan_views, stay_views, reader_views, bed_views)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
bp.record_once(lambda state: story.register(cast(Flask, state.app), TELLERS))
bp.record_once(lambda state: panels.register(cast(Flask, state.app), (*plan_views.SOURCES, *stay_views.SOURCES)))
__all__ = ["MODULES", "beds_bp", "bp"]
