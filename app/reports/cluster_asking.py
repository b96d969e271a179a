"""Which cluster V sheet an address asks for: the same choice for the page, the files and the evidence bundle."""

from __future__ import annotations

from typing import TypeVar

from flask import abort, request

from app.reports import queries, services
from app.reports.forms import ClusterForm
from app.web import runtime

Form = TypeVar("Form", bound=ClusterForm)


def cluster_form() -> ClusterForm:
    """The filter as the address fills it."""
    return filled(ClusterForm)


def filled(kind: type[Form]) -> Form:
    """A filter of this kind as the address fills it; this year, the newest set and the own unit where it says nothing."""
    with runtime.looking() as work:
        own, units = queries.unit(work), queries.units(work)
        today = services.today_of(work, own)
    form = kind(request.args or None)
    form.year.data = form.year.data if request.args.get("year") else today.year
    form.set.data = request.args.get("set") or services.LATEST_SET
    form.offer(units, own.area_code)
    return form


def wanted_cluster() -> ClusterForm:
    """The same choice behind a link of ours; 404 where somebody changed the address into nonsense."""
    form = cluster_form()
    if not form.validate():
        abort(404)
    return form
