"""Every route of the answers of institutions. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.answers import door_views
from app.answers.views import bp, init_app

BLUEPRINTS: Final = (bp, door_views.bp)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
__all__ = ["BLUEPRINTS", "bp"]
