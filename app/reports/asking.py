"""Which recap a request asks for: the form behind the filter of the page and behind every link to its files."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import abort, request

from app.reports import queries, services
from app.reports.forms import RecapForm
from app.reports.periods import part_of
from app.web import runtime

Form = TypeVar("Form", bound=RecapForm)


def recap_form() -> RecapForm:
    """The filter as asked, the running month where nothing was asked."""
    return filled(RecapForm)


def filled(kind: type[Form], part: str = "") -> Form:
    """A filter of this kind as the address fills it; this year, `part` of it (else the running month) and the own unit where it says
    nothing."""
    with runtime.looking() as work:
        own, units = queries.unit(work), queries.units(work)
        today = services.today_of(work, own)
    usual = part or f"{today.month:02d}"
    form = kind(request.args or None, data={"year": today.year, "part": usual})
    form.year.data = form.year.data if request.args.get("year") else today.year
    form.part.data = request.args.get("part") or usual
    form.offer(units, own.area_code)
    return form


def wanted_recap() -> RecapForm:
    """The same choice behind a link of ours; 404 where somebody changed the address into nonsense."""
    form = recap_form()
    if not form.validate():
        abort(404)
    return form


def recap_args(form: RecapForm, wish: services.RecapWish) -> dict[str, Any]:
    """The choice as arguments of a link."""
    args: dict[str, Any] = {"year": wish.period.first.year, "part": part_of(wish.period)}
    return args | kept(form, wish.cut_off != wish.period.last)


def kept(form: Any, other_cut_off: bool) -> dict[str, Any]:
    """What a link keeps beside the period: a cut-off day that is not the usual one, and the unit where there are several."""
    cut_off = {"cut_off": form.cut_off.data.isoformat()} if other_cut_off and form.cut_off.data else {}
    return cut_off | ({"unit": str(form.unit.data)} if len(list(form.unit.choices or ())) > 1 else {})
