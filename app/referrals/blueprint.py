"""Every route of the referral desk, on one blueprint. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import story
from app.referrals import incoming_views, refer_views, step_views
from app.referrals.story import TELLERS
from app.referrals.views import bp, init_app

MODULES: Final = (refer_views, step_views, incoming_views)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
bp.record_once(lambda state: story.register(cast(Flask, state.app), TELLERS))
__all__ = ["MODULES", "bp", "init_app"]
