"""Cluster V as files for the dinas: the paper to sign, and the evidence bundle. An export is an event of its own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.domain.access import Capability
from app.papers.printing import press
from app.reports import bundle, cluster_printing, services
from app.reports.cluster_asking import wanted_cluster
from app.reports.output_views import PDF, ZIP, download
from app.reports.xlsx import cluster_v_workbook
from app.web import runtime
from app.web.guard import requires

bp = Blueprint("cluster_files", __name__, url_prefix="/reports/klaster-v")


@bp.get("/paper.pdf")
@requires(Capability.KLA_READ)
def pdf() -> Response:
    """The sheet to sign: PDF/A-2b; `indicator` in the address narrows it to one part."""
    wish = wanted_cluster().wish()
    only = request.args.getlist("indicator")
    with runtime.reading(services.cluster_opening(wish, Event.CLUSTER_EXPORTED)) as work:
        ready = cluster_printing.cluster_ready(work, services.cluster_sheet(work, wish), only)
    name = "-".join(["klaster-v", str(wish.year), *only])
    return download(press(ready).pdf, PDF, f"{name}.pdf")


@bp.get("/bundle.zip")
@requires(Capability.KLA_READ)
def evidence() -> ResponseReturnValue:
    """The evidence bundle: a paper an indicator, the workbook, the manifest. Not made where an entry seems to hold a person's number."""
    wish = wanted_cluster().wish()
    with runtime.reading(services.cluster_opening(wish, Event.CLUSTER_EXPORTED)) as work:
        sheet = services.cluster_sheet(work, wish)
        found = [f"{indicator} {measure}" for indicator, measure in bundle.suspicious(sheet.document)]
        codes = [] if found else [indicator["code"] for indicator in sheet.document["indicators"]]
        papers = {code: cluster_printing.cluster_ready(work, sheet, [code]) for code in codes}
    if found:
        flash(
            _("No bundle: an entry seems to hold the number of a person (%(where)s).", where=", ".join(found)), "danger"
        )
        asked: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("reports.cluster_v", **asked), code=303)
    files = {f"klaster-v-{wish.year}-{code}.pdf": press(each).pdf for code, each in papers.items()}
    files[f"klaster-v-{wish.year}.xlsx"] = cluster_v_workbook(bundle.returned(sheet.document), "id")
    return download(bundle.packed(sheet.document, files), ZIP, f"klaster-v-{wish.year}.zip")
