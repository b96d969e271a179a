"""Every route of the case list and the case file, on one blueprint. Importing this module imports them all."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask

from app.cases import (
    aid_request_panel,
    aid_request_views,
    assessment_views,
    checklist_panel,
    consent_views,
    course_panel,
    expert_views,
    meeting_views,
    merge_views,
    mistake_views,
    panels,
    person_views,
    plan_views,
    record_views,
    report_views,
    risk_views,
    section_views,
    service_views,
    step_views,
    story_views,
    team_views,
    termination_panel,
    termination_views,
    transfer_panel,
)
from app.cases.views import bp, init_app

MODULES: Final = (
    *(record_views, service_views, risk_views, consent_views, section_views, report_views, step_views),
    *(team_views, aid_request_views, assessment_views, plan_views, meeting_views, story_views),
    *(expert_views, person_views, merge_views, mistake_views),
    *(termination_views,),
)
PANELS: Final = (
    *risk_views.SOURCES,
    *aid_request_panel.SOURCES,
    *course_panel.SOURCES,
    *expert_views.SOURCES,
    *termination_panel.SOURCES,
    *transfer_panel.SOURCES,
    *checklist_panel.SOURCES,
)

bp.record_once(lambda state: init_app(cast(Flask, state.app)))
bp.record_once(lambda state: panels.register(cast(Flask, state.app), PANELS))
bp.record_once(lambda state: story_views.init_app(cast(Flask, state.app)))
__all__ = ["MODULES", "bp", "init_app"]
