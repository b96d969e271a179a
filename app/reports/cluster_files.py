"""Cluster V as files for the dinas: the paper to sign, of all indicators or of one. An export is an event of its own."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from app.audit.events import Event
from app.domain.access import Capability
from app.reports import cluster_printing, services
from app.reports.cluster_asking import wanted_cluster
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
    return _download(cluster_printing.press(ready).pdf, cluster_printing.PDF, f"{name}.pdf")


def _download(content: bytes, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
