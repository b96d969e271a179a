"""The intake room: one blueprint, on which three modules hang their pages."""

from __future__ import annotations

from app.cases import intake_desk, intake_end, intake_pages, intake_views

PAGES = (intake_views, intake_pages, intake_end)
bp = intake_desk.bp
