"""Every route of the releases, and their words."""

from __future__ import annotations

from app.releases import labels, public_views, return_views, views
from app.web import problems

views.bp.record_once(lambda _state: problems.register(labels.SENTENCES))
BLUEPRINTS = (views.bp, return_views.bp, public_views.bp)
