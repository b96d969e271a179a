"""Every route of the document room, on one blueprint. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.documents import change_views, file_views, upload_views
from app.documents.views import bp, init_app

MODULES: Final = (change_views, file_views, upload_views)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
__all__ = ["MODULES", "bp", "init_app"]
