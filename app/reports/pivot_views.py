"""Pivots: own questions to the same numbers. One audit event and one snapshot a page; no identity stands on any of them."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.reports import csv_files, queries
from app.reports import pivot_services as services
from app.reports import services as recaps
from app.reports.asking import filled, recap_args
from app.reports.counting.settings import Period
from app.reports.output_views import download
from app.reports.periods import WHOLE_YEAR, named
from app.reports.pivot import MOST_CONDITIONS, Pivot, problems_of
from app.reports.pivot_forms import FIELDS, KeepForm, PivotForm, fields_of, words_of, written
from app.reports.views import CASE_PAGE, ON_A_PAGE, XLSX
from app.reports.xlsx import pivot_workbook
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.navigation import language
from app.web.paging import Page
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Opening, Work

bp = Blueprint("pivots", __name__, url_prefix="/reports/pivot")

BARS: Final = 12  # rows in the chart; the table has all


@bp.get("")
@requires(Capability.PIVOT_USE)
def index() -> Response:
    """A pivot: choose, count, open."""
    form = _form()
    if not form.validate() or _is_impossible(form):
        with runtime.reading(_list_opening) as work:
            return _page(form, work, status=422)
    wish, pivot = form.wish(), form.pivot()
    with runtime.reading(services.opening(wish)) as work:
        return _page(form, work, services.sheet(work, wish, pivot))


@bp.get("/behind")
@requires(Capability.RECAP_DRILL)
def behind() -> Response:
    """The cases behind one number, for those entitled."""
    form = _wanted()
    wish, pivot = form.wish(), form.pivot()
    number = max(1, request.args.get("page", 1, type=int))
    row, column = request.args.get("row", ""), request.args.get("column", "")
    with runtime.reading(services.drill_opening(wish)) as work:
        found, head = services.cases_behind(work, wish, pivot, row, column)
    kept = {name: value for name, value in request.args.items() if name != "page"}
    lang = language()
    words = [getattr(found.row, lang), *([getattr(head, lang)] if head else []), *_conditions(pivot)]
    return render_page(
        "reports/behind.html",
        found=found,
        rows=found.cases[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        page=Page(number, ON_A_PAGE, len(found.cases), "pivots.behind", kept),
        words=words,
        wish=wish,
        back=url_for(".index", **_args(form)),
        back_label=_("Pivot"),
        case_page=CASE_PAGE if CASE_PAGE in current_app.view_functions else "",
    )


@bp.get("/pivot.xlsx")
@requires(Capability.PIVOT_USE)
def workbook() -> Response:
    """The pivot as a workbook, made in memory; the export is an event of its own."""
    form, sheet = _exported()
    wish, lang = form.wish(), language()
    days = f"{wish.period.first.isoformat()} – {wish.period.last.isoformat()} @ {wish.cut_off.isoformat()}"
    told = (sheet.unit.name, days, *_conditions(form.pivot()))
    content = pivot_workbook(sheet.document, told, lang)
    return download(content, XLSX, f"tabel-{named(wish.period)}.xlsx")


@bp.get("/pivot.csv")
@requires(Capability.PIVOT_USE)
def as_csv() -> Response:
    """The pivot as a file a spreadsheet set to Indonesian opens."""
    form, sheet = _exported()
    return download(csv_files.pivot_file(sheet.document), "text/csv", f"tabel-{named(form.wish().period)}.csv")


def _exported() -> tuple[PivotForm, services.Sheet]:
    form = _wanted()
    with runtime.reading(services.opening(form.wish(), Event.PIVOT_EXPORTED)) as work:
        return form, services.sheet(work, form.wish(), form.pivot())


# --- kept under a name -----------------------------------------------------------------------------------------------


@bp.get("/saved/new")
@requires(Capability.PIVOT_USE)
def name() -> Response:
    """Ask for a name for the pivot that was counted."""
    form = KeepForm(formdata=None)
    form.criteria.data = written(_wanted().pivot())
    return _name_page(form)


@bp.post("/saved")
@requires(Capability.PIVOT_USE)
def keep() -> ResponseReturnValue:
    """Keep the pivot under the name."""
    form = KeepForm()
    if not form.validate_on_submit():
        return _name_page(form, 422)
    pivot = form.chosen()
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            services.save(work, form.name.data or "", pivot)
            receipt.leads_to(url_for(".index", **fields_of(pivot)))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _name_page(form, 422)
    flash(_("The pivot is saved."), "success")
    return receipt.redirect()


@bp.get("/saved/<uuid:pivot_id>")
@requires(Capability.PIVOT_USE)
def use(pivot_id: UUID) -> ResponseReturnValue:
    """The saved pivot, of the period that is chosen on the page."""
    with runtime.reading(_list_opening) as work:
        row = next((each for each in services.saved(work) if each.id == pivot_id), None)
        if row is None:
            abort(404)
        pivot = services.as_pivot(services.read(work, row))
    period: dict[str, Any] = {
        name: request.args[name] for name in ("year", "part", "cut_off", "unit") if name in request.args
    }
    return redirect(url_for(".index", **fields_of(pivot), **period), code=303)


@bp.post("/saved/<uuid:pivot_id>/forget")
@requires(Capability.PIVOT_USE)
def forget(pivot_id: UUID) -> ResponseReturnValue:
    """Throw a saved pivot away."""
    with runtime.begin() as work:
        services.forget(work, pivot_id)
    flash(_("The pivot was thrown away."), "success")
    return redirect(url_for(".index"), code=303)


# --- shared ----------------------------------------------------------------------------------------------------------


def _form() -> PivotForm:
    form = filled(PivotForm, WHOLE_YEAR)
    for field in FIELDS:
        if field not in request.args and form[field].data in {None, "None", ""}:
            form[field].data = "" if request.args.get("counted") else form[field].default or ""
    return form


def _wanted() -> PivotForm:
    """The same choice behind a link of ours; 404 where somebody changed the address into nonsense."""
    form = _form()
    if not form.validate() or _is_impossible(form):
        abort(404)
    return form


def _is_impossible(form: PivotForm) -> bool:
    found = problems_of(form.pivot())
    problems.attach(form, found)
    return bool(found)


def _list_opening(work: Work) -> Opening:
    today = recaps.today_of(work, queries.unit(work))
    return services.opening(recaps.RecapWish(Period(today, today), today))(work)


def _args(form: PivotForm) -> dict[str, Any]:
    return recap_args(form, form.wish()) | fields_of(form.pivot())


def _conditions(pivot: Pivot) -> list[str]:
    return [words_of(each.axis).get(each.code, each.code) for each in pivot.conditions]


def _page(form: PivotForm, work: Work, sheet: services.Sheet | None = None, *, status: int = 200) -> Response:
    lang = language()
    document = sheet.document if sheet else None
    lines = [line for line in document["lines"] if line["total"]] if document else []
    drawn = sorted(lines, key=lambda line: -line["total"])[:BARS] if len(lines) > BARS else lines
    return render_page(
        "reports/pivot.html",
        form=form,
        sheet=sheet,
        lang=lang,
        lines=lines,
        columns=[at for at, total in enumerate(document["totals"]) if total] if document else [],
        left_out=len(document["lines"]) - len(lines) if document else 0,
        bars=[(line["label"][lang], line["total"]) for line in drawn],
        wish=form.wish() if sheet else None,
        args=_args(form) if sheet else {},
        conditions=_conditions(form.pivot()) if sheet else [],
        condition_fields=[form[f"condition_{n}"] for n in range(1, MOST_CONDITIONS + 1)],
        saved=[(row, opened(partial(services.read, work, row))) for row in services.saved(work)],
        act=ActForm(formdata=None),
        may_drill=runtime.actor().may(Capability.RECAP_DRILL)
        and (not sheet or sheet.document["counted"] != "contacts"),
        status=status,
    )


def _name_page(form: KeepForm, status: int = 200) -> Response:
    pivot = form.chosen()
    found = [Problem("pivot.axis")] if problems_of(pivot) else []
    back = url_for(".index") if found else url_for(".index", **fields_of(pivot))
    return render_page(
        "reports/pivot_name.html", status=status, form=form, pivot=pivot, back=back, is_wrong=bool(found)
    )
