"""*Ringkasan unit*, on screen and on one sheet of paper."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response

from app.clocks.board import When
from app.clocks.labels import SECTIONS
from app.domain.access import Capability
from app.domain.codes import code_list
from app.reports import charts, dashboard
from app.web import runtime
from app.web.guard import requires
from app.web.navigation import language
from app.web.render import render_page
from app.web.runtime import person

bp = Blueprint("dashboard", __name__, url_prefix="/reports/unit")

TABLES: Final = (
    "victims_by_violence",
    "victims_by_age_band",
    "cases_by_place",
    "victims_by_kecamatan_incident",
)
"""What is drawn of the twelve months: kinds, ages, places, areas."""
BARS: Final = 6
COMPARED: Final = ("cases", "victims", "victims_child", "victims_served_core")
TONES: Final = {When.OVERDUE: "bad", When.TODAY: "warn", When.WEEK: "second", When.LATER: "plain"}


@bp.get("")
@requires(Capability.CLOCK_BOARD)
def index() -> Response:
    """The unit at a glance."""
    return render_page("reports/dashboard.html", **_page()[0])


@bp.get("/print")
@requires(Capability.CLOCK_BOARD)
def printed() -> Response:
    """The same on one sheet."""
    page, now = _page()
    return render_page("reports/dashboard_print.html", printed_by=person().name, printed_at=now, **page)


def _page() -> tuple[dict[str, Any], Any]:
    with runtime.reading(dashboard.opening()) as work:
        found = dashboard.dashboard(work)
        now = work.now
    lang = language()
    trend = charts.of_months(found.year.months, lang)
    stages = code_list("stage")
    sides = found.month.document["comparison"]
    return {
        "found": found,
        "trend": trend,
        "drawn": [charts.of_table(found.year.document, name, lang, BARS) for name in TABLES],
        "first": found.year.months[0][0],
        "compared": [(name, *((side["totals"] or {}).get(name) for side in sides.values())) for name in COMPARED],
        "stages": [(getattr(stages.get(stage.value), lang), count) for stage, count in found.stages.items()],
        "clocks": [(SECTIONS[when], count, TONES[when]) for when, count in found.clocks.items()],
        "overdue": found.clocks[When.OVERDUE],
        "is_empty": not found.open_cases and trend.is_empty,
    }, now
