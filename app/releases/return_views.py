"""The register of official returns: freeze one for a named recipient, look at the frozen copy, hand it on as a file."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Refused
from app.domain.zones import Zone
from app.papers import desk, engine
from app.papers import wording as papers
from app.releases import labels, return_files, returning
from app.releases.forms import ReturnForm
from app.reports import queries as reports
from app.reports.cluster_paper import MARK
from app.reports.output_views import JSON, PDF, download
from app.reports.services import today_of
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
bp = Blueprint("returns", __name__, url_prefix="/reports/returns")


@bp.get("")
@requires(Capability.RETURN_READ)
def index() -> Response:
    """The register, newest first, and the form."""
    return _register(None)


@bp.post("")
@requires(Capability.RETURN_MAKE)
def make() -> ResponseReturnValue:
    """Count, freeze and number a return."""
    form = ReturnForm()
    if not form.validate_on_submit():
        return _register(form, status=422)
    wish = form.wish()
    try:
        with runtime.reading(returning.counting(wish)) as work:
            ready = returning.counted(work, wish)
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _register(form, status=422)
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        row = returning.issue(work, ready, form.note())
        receipt.leads_to(url_for(".show", return_id=row.id))
    flash(_("The return was frozen under its number."), "success")
    return receipt.redirect()


@bp.get("/<uuid:return_id>")
@requires(Capability.RETURN_READ)
def show(return_id: UUID) -> Response:
    """The frozen copy."""
    with runtime.reading(returning.reading(return_id)) as work:
        row = returning.get(work, return_id)
        raw = opened(lambda: returning.copy(work, row))
        names = people.names(work, {row.made_by} if row.made_by else set())
    document = json.loads(raw) if isinstance(raw, str) else None
    return render_page(
        "releases/return.html",
        row=row,
        document=document,
        cut_off=date.fromisoformat(document["period"]["cut_off"]) if document else None,
        unopened=raw,
        names=names,
        kind=labels.KINDS[row.kind],
    )


@bp.get("/<uuid:return_id>/laporan.json")
@requires(Capability.RETURN_READ)
def as_json(return_id: UUID) -> Response:
    """The frozen copy itself: its SHA-256 is the one of the register."""
    _row, raw = _frozen(return_id, "json")
    return download(raw.encode(), JSON, "laporan.json")


@bp.get("/<uuid:return_id>/laporan.csv")
@requires(Capability.RETURN_READ)
def as_csv(return_id: UUID) -> Response:
    """Every number on a line."""
    _row, raw = _frozen(return_id, "csv")
    return download(return_files.csv_of(json.loads(raw)), "text/csv", "laporan.csv")


@bp.get("/<uuid:return_id>/laporan.xlsx")
@requires(Capability.RETURN_READ)
def as_xlsx(return_id: UUID) -> Response:
    """The workbook."""
    fingerprint, raw = _frozen(return_id, "xlsx")
    return download(return_files.workbook_of(json.loads(raw), fingerprint), XLSX, "laporan.xlsx")


@bp.get("/<uuid:return_id>/laporan.pdf")
@requires(Capability.RETURN_READ)
def as_pdf(return_id: UUID) -> Response:
    """The paper to sign, under the letterhead of today; what it says is what was frozen."""
    with runtime.reading(returning.reading(return_id, Event.RETURN_EXPORTED, "pdf")) as work:
        row, unit = returning.get(work, return_id), reports.unit(work)
        document: dict[str, Any] = json.loads(returning.copy(work, row))
        paper = return_files.paper_of(document, row.hash.hex(), desk.of_unit(work, unit))
        logo, at = desk.logo_of(work, unit.id), work.now
    note = f"{MARK} · Laporan {row.number} · dicetak {papers.moment(at, Zone(unit.zone))}"
    return download(engine.render(paper, engine.Stamp(note, at), logo).pdf, PDF, "laporan.pdf")


def _frozen(return_id: UUID, form: str) -> tuple[str, str]:
    """Hash and text of the frozen copy, under the event of its leaving."""
    with runtime.reading(returning.reading(return_id, Event.RETURN_EXPORTED, form)) as work:
        row = returning.get(work, return_id)
        return row.hash.hex(), returning.copy(work, row)


def _register(form: ReturnForm | None, *, status: int = 200) -> Response:
    with runtime.looking() as work:
        found = returning.register(work)
        names = people.names(work, {each.row.made_by for each in found if each.row.made_by})
        before = today_of(work, reports.unit(work)).replace(day=1) - timedelta(days=1)
        may_make = work.actor.may(Capability.RETURN_MAKE)
    usual = {"kind": returning.RECAP, "year": before.year, "part": f"{before.month:02d}"}
    form = form or ReturnForm(formdata=None, data=usual)
    rows = [(each, labels.KINDS[each.row.kind], labels.days_words(each.row)) for each in found]
    return render_page("releases/returns.html", status=status, rows=rows, names=names, form=form, may_make=may_make)
