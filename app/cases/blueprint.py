"""Every route of the case list and the case file, on one blueprint. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import consent_views, panels, record_views, risk_views, section_views, step_views, team_views
from app.cases.views import bp, init_app

MODULES: Final = (record_views, risk_views, consent_views, section_views, step_views, team_views)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))
bp.record_once(lambda state: panels.register(cast(Flask, state.app), risk_views.SOURCES))
__all__ = ["MODULES", "bp", "init_app"]
