"""Closing on screen: the months of a year, one period with its checklist, signing, and every version ever frozen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.access import Capability
from app.domain.errors import Refused, Severity, Unreadable
from app.reports import closing, closing_sheets, labels, presenting, presenting_frozen, queries, services
from app.reports.closing_forms import CloseForm, SignForm, YearForm
from app.reports.closing_rules import Finding
from app.reports.closing_sheets import PeriodSheet, VersionSheet
from app.reports.closing_tiles import TILES
from app.reports.counting.settings import Period
from app.reports.periods import part_of
from app.reports.services import RecapWish
from app.web import home, problems, runtime
from app.web.guard import requires
from app.web.navigation import language
from app.web.render import render_page
from app.web.submit import once
from app.work import Work

bp = Blueprint("closings", __name__, url_prefix="/reports/closings")
_SIMFONI: Final = "naungan.closing.simfoni"
Counter = Callable[[Work, UUID], int]


def ask_simfoni(app: Flask, count: Counter) -> None:
    """Say how the cases of a unit that wait for SIMFONI are counted: that room stands above this one."""
    app.extensions[_SIMFONI] = count


def init_app(app: Flask) -> None:
    """Hang the tiles on the home page, and give templates the words of this room."""
    home.register_tiles(app, TILES)
    app.jinja_env.filters.update(closing_status=labels.closing_status, period_name=labels.period_name)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))


# --- reading ---------------------------------------------------------------------------------------------------------


@bp.get("")
@requires(Capability.RECAP_READ)
def index() -> Response:
    """The months of a year and the year itself, with where each stands."""
    form = YearForm(request.args or None)
    with runtime.looking() as work:
        own, units = queries.unit(work), queries.units(work)
        newest = closing_sheets.last_month(services.today_of(work, own)).first.year
    if not request.args.get("year"):
        form.year.data = newest
    form.offer(units, own.area_code)
    if not form.validate():
        return render_page("reports/closings.html", form=form, sheet=None, status=422)
    year, area = int(form.year.data or 0), str(form.unit.data)
    with runtime.reading(_opening(Period.year(year), area)) as work:
        sheet = closing_sheets.year_sheet(work, year, area)
    return render_page("reports/closings.html", form=form, sheet=sheet, args=_area_args(area, own.area_code))


@bp.get("/period")
@requires(Capability.RECAP_READ)
def show() -> Response:
    """One period: where it stands, the checklist, every version, and what the person may do with it."""
    return _period_page()


@bp.get("/<uuid:closing_id>")
@requires(Capability.RECAP_READ)
def version(closing_id: UUID) -> Response:
    """A version as it was frozen."""
    with runtime.reading(lambda work: closing_sheets.version_opening(work, closing_id)) as work:
        sheet = closing_sheets.version_sheet(work, closing_id)
    return render_page("reports/closing_version.html", sheet=sheet, **_version_page(sheet))


# --- acts ------------------------------------------------------------------------------------------------------------


@bp.post("/period/close")
@requires(Capability.RECAP_CLOSE)
def close() -> ResponseReturnValue:
    """Freeze what is counted now, to be signed by another."""
    form, period, area = CloseForm(), _period(), _area()
    if not form.validate_on_submit():
        return _period_page(form, status=422)
    try:
        with runtime.reading(_opening(period, area)) as work:
            found = closing.draft(work, period, area=area, not_in_simfoni=_not_in_simfoni(work, area))
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            closing.close(work, found, form.words(), area=area)
            receipt.leads_to(url_for(".show", **_here()))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _period_page(form, status=422)
    flash(_("The tables are frozen and wait for a signature."), "success")
    return receipt.redirect()


@bp.post("/period/sign")
@requires(Capability.RECAP_SIGN)
def sign() -> ResponseReturnValue:
    """Sign the version that stood on the page."""
    return _answer(closing.sign, _("Signed. These numbers are the ones that count."))


@bp.post("/period/withdraw")
@requires(Capability.RECAP_CLOSE)
def withdraw() -> ResponseReturnValue:
    """Take back the version that stood on the page."""
    return _answer(closing.withdraw, _("Withdrawn. The version stays readable and counts nowhere."))


def _answer(act: Callable[..., Any], said: str) -> ResponseReturnValue:
    form, period = SignForm(), _period()
    if not form.validate_on_submit():
        return _period_page(answer=form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            act(work, period, area=_area(), number=form.version or 0)
            receipt.leads_to(url_for(".show", **_here()))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _period_page(answer=form, status=422)
    except Unreadable:
        form.form_errors.append(
            str(_("The frozen tables do not open or do not fit their hash: they cannot be signed."))
        )
        return _period_page(answer=form, status=422)
    flash(said, "success")
    return receipt.redirect()


# --- shared ----------------------------------------------------------------------------------------------------------


def _period_page(form: CloseForm | None = None, answer: SignForm | None = None, *, status: int = 200) -> Response:
    period, area = _period(), _area()
    with runtime.reading(_opening(period, area)) as work:
        sheet = closing_sheets.period_sheet(work, period, area=area, not_in_simfoni=_not_in_simfoni(work, area))
    given = answer or SignForm(formdata=None)
    given.etag.data = str(sheet.waiting.row.number) if sheet.waiting else ""
    return render_page(
        "reports/closing.html",
        sheet=sheet,
        form=form or CloseForm(formdata=None),
        answer=given,
        status=status,
        **_period_words(sheet),
    )


def _period_words(sheet: PeriodSheet) -> dict[str, Any]:
    lang, found = language(), sheet.draft
    period = found.period
    return {
        "here": _here(),
        "findings": [
            (problems.sentence(closing.problem_of(each)), each.severity is Severity.ERROR) for each in found.findings
        ],
        "is_refused": any(each.severity is Severity.ERROR for each in found.findings),
        "totals": presenting.totals_of(found.recap, lang),
        "pending": presenting_frozen.changes_of(found.recap, sheet.pending, lang),
        "sees_checklist": sheet.may_close or sheet.may_sign,
        "recap_args": {"year": period.first.year, "part": part_of(period)} | _unit_args(),
    }


def _version_page(sheet: VersionSheet) -> dict[str, Any]:
    if sheet.kept is None:
        return {"document": None, "lang": language()}
    lang, document = language(), sheet.kept["recap"]
    return {
        "document": document,
        "lang": lang,
        "totals": presenting.totals_of(document, lang),
        "families": presenting.families_of(document, lang, every_row=request.args.get("rows") == "all"),
        "served": {axis: presenting.served_table(document, lang, axis) for axis in ("group", "sex")},
        "definitions": document["definition_lines"][lang],
        "findings": [
            problems.sentence(closing.problem_of(Finding(each["code"], each["count"], Severity.WARNING)))
            for each in sheet.kept["checklist"]
        ],
    }


def _opening(period: Period, area: str) -> Any:
    return services.recap_opening(RecapWish(period, period.last, area))


def _not_in_simfoni(work: Work, area: str) -> int:
    count: Counter | None = current_app.extensions.get(_SIMFONI)
    return count(work, queries.unit(work, area).id) if count is not None else 0


def _period() -> Period:
    """The period of the address; 404 where it is none."""
    name = request.args.get("period", "")
    if not name:
        abort(404)
    return closing_sheets.period_named(name)


def _area() -> str:
    """The unit of the address; empty for one's own."""
    return request.args.get("unit", "")


def _here() -> dict[str, Any]:
    return {"period": request.args.get("period", "")} | _unit_args()


def _unit_args() -> dict[str, str]:
    return {"unit": _area()} if _area() else {}


def _area_args(area: str, own: str) -> dict[str, str]:
    return {} if area == own else {"unit": area}
