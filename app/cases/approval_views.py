"""The page of what waits for a decision."""

from __future__ import annotations

from flask import Blueprint, Response

from app.cases import approvals
from app.domain.access import Capability
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page

bp = Blueprint("approvals", __name__, url_prefix="/approvals")


@bp.get("")
@requires(Capability.CASE_APPROVE)
def index() -> Response:
    """Reports, proposed ends and transfers that wait."""
    with runtime.looking() as work:
        return render_page("cases/approvals.html", waiting=approvals.waiting(work))
