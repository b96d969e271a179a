"""Reconciling a month with SIMFONI: by counts, by numbers; what was found before, on screen and on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts import queries as people
from app.domain.access import Capability
from app.domain.errors import Refused
from app.reports import periods
from app.reports import services as reports
from app.reports.counting.settings import Period
from app.simfoni import labels, listing, queries, reconciling
from app.simfoni.forms import MONTHS_BACK, CountsForm, NumbersForm, counts_form, month_choices
from app.simfoni.reconciling import Kept
from app.simfoni.views import bp
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once


@bp.get("/reconciliations")
@requires(Capability.SIMFONI_READ)
def reconciliations() -> Response:
    """Reconciliations made, the newest first, and the way to new ones."""
    with runtime.reading(reconciling.list_opening) as work:
        kept = reconciling.kept(work)
        names = people.names(work, {each.row.created_by for each in kept if each.row.created_by is not None})
        months = month_choices(periods.months_up_to(listing.today(work), MONTHS_BACK))
        return render_page(
            "simfoni/reconciliations.html",
            kept=kept,
            names=names,
            months=months,
            may_make=work.actor.may(Capability.SIMFONI_ENTER),
        )


@bp.get("/reconciliations/counts")
@requires(Capability.SIMFONI_ENTER)
def compare_counts() -> Response:
    """Our counts of a month, each with a box for the one SIMFONI shows."""
    month = _month()
    found, _why = _counted(month)
    return _counts_page(month, found, counts_form(found))


@bp.post("/reconciliations/counts")
@requires(Capability.SIMFONI_ENTER)
def keep_counts() -> ResponseReturnValue:
    """Keep the comparison; the differences stand on its page."""
    month = _month()
    found, why = _counted(month)
    form = counts_form(found)
    if not form.validate_on_submit():
        return _counts_page(month, found, form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            row = reconciling.keep_counts(work, month, found, form.typed(), why, str(form.remark.data or ""))
            receipt.leads_to(url_for(".reconciliation", reconciliation_id=row.id))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _counts_page(month, found, form, 422)
    flash(_("The comparison was kept."), "success")
    return receipt.redirect()


@bp.get("/reconciliations/numbers")
@requires(Capability.SIMFONI_ENTER)
def compare_numbers() -> Response:
    """A box for the numbers SIMFONI lists for a month."""
    return _numbers_page(_month(), NumbersForm())


@bp.post("/reconciliations/numbers")
@requires(Capability.SIMFONI_ENTER)
def keep_numbers() -> ResponseReturnValue:
    """Compare the numbers and keep what was found."""
    month, form = _month(), NumbersForm()
    if not form.validate_on_submit():
        return _numbers_page(month, form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            row = reconciling.keep_numbers(work, month, str(form.numbers.data or ""), str(form.remark.data or ""))
            receipt.leads_to(url_for(".reconciliation", reconciliation_id=row.id))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _numbers_page(month, form, 422)
    flash(_("The comparison was kept."), "success")
    return receipt.redirect()


@bp.get("/reconciliations/<uuid:reconciliation_id>")
@requires(Capability.SIMFONI_READ)
def reconciliation(reconciliation_id: UUID) -> Response:
    """What one comparison found: differences, the cases behind them, known reasons."""
    return _found_page(reconciliation_id, "simfoni/reconciliation.html")


@bp.get("/reconciliations/<uuid:reconciliation_id>/print")
@requires(Capability.SIMFONI_READ)
def reconciliation_print(reconciliation_id: UUID) -> Response:
    """The same for paper."""
    return _found_page(reconciliation_id, "simfoni/reconciliation_print.html")


def _found_page(reconciliation_id: UUID, template: str) -> Response:
    with runtime.reading(lambda work: reconciling.one_opening(work, reconciliation_id)) as work:
        kept = reconciling.read(work, queries.reconciliation(work, reconciliation_id))
        result = kept.result
        lists = {
            "missing": reconciling.cases_of(work, result.missing),
            "unentered": reconciling.cases_of(work, result.unentered),
            "elsewhere": reconciling.cases_of(work, result.elsewhere),
            "shared": reconciling.cases_of(work, result.shared),
        }
        names = people.names(work, [kept.row.created_by] if kept.row.created_by else [])
        month = periods.month(result.month)
        return render_page(
            template,
            kept=kept,
            month=month,
            tables=_shown(kept),
            lists=lists,
            list_words=labels.NUMBER_LISTS,
            reasons=labels.REASONS,
            made_by=names.get(kept.row.created_by, "") if kept.row.created_by else "",
            may_drill=work.actor.may(Capability.RECAP_DRILL),
            printed_by=runtime.person().name,
            printed_at=work.now,
        )


def _shown(kept: Kept) -> list[tuple[str, list[tuple[Any, str]]]]:
    """Rows of a comparison by counts with their words, under the titles of their tables."""
    return [
        (
            labels.table_title(name, _language()),
            [(row, labels.row_label(row.table, row.row, _language())) for row in kept.result.rows if row.table == name],
        )
        for name in dict.fromkeys(row.table for row in kept.result.rows)
    ]


def _counted(month: Period) -> tuple[list[reconciling.Table], tuple[Any, ...]]:
    with runtime.reading(lambda work: reconciling.opening(work, month)) as work:
        document = reports.recap_document(work, reconciling.wish_of(month))
        return reconciling.tables(document), reconciling.reasons(work, month, document)


def _counts_page(month: Period, found: list[reconciling.Table], form: CountsForm, status: int = 200) -> Response:
    return render_page(
        "simfoni/counts.html", status=status, month=month, tables=found, form=form, lang=_language(), fields=form.by_row
    )


def _numbers_page(month: Period, form: NumbersForm, status: int = 200) -> Response:
    return render_page("simfoni/numbers.html", status=status, month=month, form=form)


def _month() -> Period:
    """The month of the address; the present one without; 404 for nonsense."""
    text = request.args.get("month", "")
    if not text:
        with runtime.looking() as work:
            return Period.month(listing.today(work).year, listing.today(work).month)
    try:
        return periods.month(text)
    except ValueError:
        abort(404)


def _language() -> str:
    return "en" if str(get_locale() or "id").startswith("en") else "id"
