"""Recap and cluster V on screen, on paper and as workbooks; the list behind a number; what is typed in from elsewhere.

Each page is one audit event and one snapshot (`runtime.reading`). No identity stands on any of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Refused
from app.domain.indicators import INDICATOR_SETS, indicator_set
from app.reports import charts, entered_services, labels, presenting, presenting_frozen, queries, services
from app.reports.asking import kept, recap_args, recap_form, wanted_recap
from app.reports.closing_rules import is_nihil
from app.reports.cluster_asking import cluster_form, wanted_cluster
from app.reports.entered_services import Place, can_be_entered
from app.reports.forms import ClusterForm, EntryForm, RecapForm, entry_form
from app.reports.frozen import FrozenUnreadable
from app.reports.output_views import download
from app.reports.periods import named
from app.reports.xlsx import cluster_v_workbook, recap_workbook
from app.web import problems, runtime
from app.web.guard import requires
from app.web.navigation import language
from app.web.paging import Page
from app.web.render import render_page
from app.web.runtime import person
from app.web.submit import once

bp = Blueprint("reports", __name__, url_prefix="/reports")

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CASE_PAGE: Final = "cases.show"
ON_A_PAGE: Final = 50
bp.add_app_template_filter(labels.certainty_word, "certainty_word")


# --- recap -----------------------------------------------------------------------------------------------------------


@bp.get("")
@requires(Capability.RECAP_READ)
def recap() -> Response:
    """The recap of a month, quarter or year, in the families of the national layout."""
    form = recap_form()
    if not form.validate():
        return render_page("reports/recap.html", form=form, sheet=None, status=422)
    wish = form.wish()
    try:
        with runtime.reading(services.recap_opening(wish)) as work:
            sheet = services.recap_sheet(work, wish)
    except FrozenUnreadable:
        return render_page("reports/recap.html", form=form, sheet=None, unopened_period=True)
    return render_page("reports/recap.html", form=form, **_recap_page(form, wish, sheet))


@bp.get("/print")
@requires(Capability.RECAP_READ)
def recap_print() -> Response:
    """The recap for paper: every table, every row."""
    form = wanted_recap()
    wish = form.wish()
    with runtime.reading(services.recap_opening(wish)) as work:
        sheet = services.recap_sheet(work, wish)
        now = work.now
    page = _recap_page(form, wish, sheet, every_row=True)
    return render_page("reports/recap_print.html", printed_by=person().name, printed_at=now, **page)


@bp.get("/recap.xlsx")
@requires(Capability.RECAP_READ)
def recap_xlsx() -> Response:
    """The recap as a workbook, made in memory; the export is an event of its own."""
    wish = wanted_recap().wish()
    with runtime.reading(services.recap_opening(wish, Event.RECAP_EXPORTED)) as work:
        document = services.recap_document(work, wish)
    return download(recap_workbook(document, language()), XLSX, f"rekap-{named(wish.period)}.xlsx")


@bp.get("/behind")
@requires(Capability.RECAP_DRILL)
def behind() -> Response:
    """The cases behind one number, for those entitled."""
    form = wanted_recap()
    wish, number = form.wish(), max(1, request.args.get("page", 1, type=int))
    cell = services.Cell(
        request.args.get("table", ""),
        request.args.get("row", ""),
        request.args.get("group") or None,
        request.args.get("sex") or None,
    )
    with runtime.reading(services.drill_opening(wish)) as work:
        found = services.cases_behind(work, wish, cell)
    asked = {name: value for name, value in request.args.items() if name != "page"}
    page = Page(number, ON_A_PAGE, len(found.cases), "reports.behind", asked)
    shown = found.cases[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return render_page(
        "reports/behind.html",
        found=found,
        rows=shown,
        page=page,
        words=presenting.words_of_cell(cell.table, getattr(found.row, language()), cell.group, cell.sex, language()),
        wish=wish,
        back=url_for("reports.recap", **recap_args(form, wish)),
        back_label=_("Recap"),
        case_page=CASE_PAGE if CASE_PAGE in current_app.view_functions else "",
    )


def _recap_page(
    form: RecapForm, wish: services.RecapWish, sheet: services.RecapSheet, *, every_row: bool = False
) -> dict[str, Any]:
    lang, document = language(), sheet.document
    all_rows = every_row or request.args.get("rows") == "all"
    families = presenting.families_of(document, lang, every_row=all_rows)
    return {
        "sheet": sheet,
        "wish": wish,
        "is_empty": is_nihil(document),
        "is_over": sheet.today > wish.period.last,
        "totals": presenting.totals_of(document, lang),
        "compared": presenting.compared(document["comparison"], lang),
        "recorded_from": presenting.partly_recorded(document["comparison"]),
        "compared_days": presenting.compared_days(document["comparison"]),
        "families": families,
        "family_links": [(title, f"#f-{family}", None) for family, title, _tables in families],
        "trend": charts.of_months(sheet.months, lang),
        "drawn": charts.of_families(document, lang),
        "served": {axis: presenting.served_table(document, lang, axis) for axis in ("group", "sex")},
        "definitions": document["definition_lines"][lang],
        "pending": presenting_frozen.changes_of(document, sheet.pending, lang),
        "signed_at": _signed_at(document),
        "failed": [check for check in document["checks"] if not check["ok"]],
        "args": recap_args(form, wish),
        "every_row": all_rows,
        "may_drill": runtime.actor().may(Capability.RECAP_DRILL),
    }


# --- cluster V -------------------------------------------------------------------------------------------------------


@bp.get("/klaster-v")
@requires(Capability.KLA_READ)
def cluster_v() -> Response:
    """The cluster V sheet of a year: one block an indicator, in the set's order."""
    form = cluster_form()
    if not form.validate():
        return render_page("reports/cluster_v.html", form=form, sheet=None, status=422)
    wish = form.wish()
    try:
        with runtime.reading(services.cluster_opening(wish)) as work:
            sheet = services.cluster_sheet(work, wish)
    except FrozenUnreadable:
        return render_page("reports/cluster_v.html", form=form, sheet=None, unopened_period=True)
    return render_page("reports/cluster_v.html", form=form, **_cluster_page(form, wish, sheet))


@bp.get("/klaster-v/print")
@requires(Capability.KLA_READ)
def cluster_v_print() -> Response:
    """The sheet for paper, with room for the signature (kla-cluster-v 10)."""
    form = wanted_cluster()
    wish = form.wish()
    with runtime.reading(services.cluster_opening(wish)) as work:
        sheet = services.cluster_sheet(work, wish)
        now = work.now
    page = _cluster_page(form, wish, sheet)
    return render_page("reports/cluster_v_print.html", printed_by=person().name, printed_at=now, **page)


@bp.get("/klaster-v.xlsx")
@requires(Capability.KLA_READ)
def cluster_v_xlsx() -> Response:
    """The sheet as a workbook, made in memory; the export is an event of its own."""
    wish = wanted_cluster().wish()
    with runtime.reading(services.cluster_opening(wish, Event.CLUSTER_EXPORTED)) as work:
        document = services.cluster_document(work, wish)
    return download(cluster_v_workbook(document, language()), XLSX, f"klaster-v-{wish.year}.xlsx")


def _cluster_page(form: ClusterForm, wish: services.ClusterWish, sheet: services.ClusterSheet) -> dict[str, Any]:
    lang, document = language(), sheet.document
    kinds = presenting.served_codes(indicator_set(wish.set))
    args: dict[str, Any] = {"year": wish.year, "set": wish.set} | kept(
        form, wish.cut_off != services.year_end(wish.year)
    )
    return {
        "sheet": sheet,
        "wish": wish,
        "lang": lang,
        "kinds": kinds,
        "signed_at": _signed_at(document),
        "line_names": presenting.line_names(lang),
        "blocks": [presenting.block_of(sheet.document, sheet.earlier, code, kinds, lang) for code in _codes(document)],
        "links": [(code, f"#i-{code}", None) for code in _codes(document)],
        "axis_names": {axis: labels.axis_label(axis) for axis in labels.AXES},
        "args": args,
        "place_names": services.info_of(sheet.unit).places,
        "may_enter": runtime.actor().may(Capability.KLA_ENTER) and sheet.unit.id == runtime.actor().unit_id,
        "can_be_entered": {
            (indicator.code, measure.code)
            for indicator in indicator_set(wish.set).indicators
            for measure in indicator.measures
            if can_be_entered(measure)
        },
    }


def _codes(document: dict[str, Any]) -> list[str]:
    return [indicator["code"] for indicator in document["indicators"]]


# --- entering --------------------------------------------------------------------------------------------------------


@bp.get("/klaster-v/entry")
@requires(Capability.KLA_ENTER)
def entry() -> Response:
    """The form for one measure and year."""
    return _entry_page(_place())


@bp.post("/klaster-v/entry")
@requires(Capability.KLA_ENTER)
def enter() -> ResponseReturnValue:
    """Enter a value; a correction is a new entry, the newest counts."""
    place = _place()
    _indicator, measure = entered_services.measure_at(place)
    with runtime.looking() as work:
        people = entered_services.verifiers(work, queries.unit(work, place.area).id)
    form = entry_form(measure, people)
    if not form.validate_on_submit():
        return _entry_page(place, form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            entered_services.enter(work, place, form.entry())
            receipt.leads_to(url_for(".entry", **_here()))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _entry_page(place, form, status=422)
    flash(_("Entered. The newest entry counts."), "success")
    return receipt.redirect()


def _here() -> dict[str, Any]:
    return {name: request.args[name] for name in ("set", "year", "indicator", "measure") if name in request.args}


def _place() -> Place:
    args = request.args
    return Place(
        args.get("set", INDICATOR_SETS[0]),
        args.get("year", 0, type=int),
        args.get("indicator", ""),
        args.get("measure", ""),
    )


def _entry_page(place: Place, form: EntryForm | None = None, *, status: int = 200) -> Response:
    indicator, measure = entered_services.measure_at(place)
    with runtime.looking() as work:
        unit = queries.unit(work, place.area)
        given = form or entry_form(measure, entered_services.verifiers(work, unit.id))
        past = entered_services.history(work, place)
    return render_page(
        "reports/entry.html",
        form=given,
        place=place,
        indicator=indicator,
        measure=measure,
        past=past,
        unit=unit,
        lang=language(),
        is_counted=entered_services.is_counted_here(measure),
        numeric=measure.kind in entered_services.NUMERIC,
        status=status,
    )


# --- shared ----------------------------------------------------------------------------------------------------------


def _signed_at(document: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(document["closed_at"]) if document["status"] != "open" else None
