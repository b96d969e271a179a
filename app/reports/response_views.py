"""Response of institutions, on screen and as the sheet for a coordination meeting."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, abort, request

from app.domain.access import Capability
from app.domain.response import FEW
from app.reports import queries, services
from app.reports.forms import ResponseForm
from app.reports.periods import part_of
from app.reports.response import Sheet, Wish, opening, sheet
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.runtime import person

bp = Blueprint("responses", __name__, url_prefix="/reports/responses")

BARS: Final = 20  # institutions in the chart; the table has all


@bp.get("")
@requires(Capability.RECAP_READ)
def index() -> Response:
    """How soon each institution answers and reports a result."""
    form = _form()
    if not form.validate():
        return render_page("reports/response.html", form=form, sheet=None, status=422)
    return render_page("reports/response.html", form=form, **_page(form))


@bp.get("/print")
@requires(Capability.RECAP_READ)
def printed() -> Response:
    """The same for paper: institutions and times, no case and nobody."""
    form = _form()
    if not form.validate():
        abort(404)
    return render_page("reports/response_print.html", printed_by=person().name, **_page(form))


def _form() -> ResponseForm:
    form = ResponseForm(request.args or None)
    if not request.args.get("year"):
        with runtime.looking() as work:
            form.year.data = services.today_of(work, queries.unit(work)).year
    form.part.data = request.args.get("part") or form.part.default
    return form


def _page(form: ResponseForm) -> dict[str, Any]:
    wish = Wish(form.period())
    with runtime.reading(lambda work: opening(work, wish)) as work:
        found = sheet(work, wish)
        now = work.now
    return {
        "sheet": found,
        "wish": wish,
        "printed_at": now,
        "bars": _bars(found),
        "few": FEW,
        "args": {"year": wish.period.first.year, "part": part_of(wish.period)},
    }


def _bars(found: Sheet) -> list[tuple[str, float]]:
    """Median days to the answer, the slowest first; those whose median is still open have no bar and stand in the table."""
    known = [row for row in found.institutions if row.name and row.figures.answer.median is not None]
    days = [(row.name, round(row.figures.answer.median.total_seconds() / 86_400, 1)) for row in known]  # type: ignore[union-attr]
    return sorted(days, key=lambda bar: (-bar[1], bar[0]))[:BARS]
