"""Reference data to read: code lists and areas of the unit's province (`reference:read`). Rules and calendar: `rule_views`, `day_views`.

Nothing sealed opens and nothing is changed here, so looking is no event.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request

from app.accounts import queries as people
from app.accounts.models import Unit
from app.domain.access import Capability
from app.domain.codes import ALL_LISTS, Code, CodeList, code_list
from app.domain.errors import NotFound
from app.reference import areas, labels
from app.reference.areas import Area, Level
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page

bp = Blueprint("codes", __name__, url_prefix="/reference")

_SHOWN_ELSEWHERE: Final = frozenset({"aliases"})

bp.add_app_template_filter(labels.certainty_label, "certainty_label")
bp.add_app_template_filter(labels.duration_words, "duration_words")
bp.add_app_template_filter(labels.trigger_words, "trigger_words")


@bp.get("/codes")
@requires(Capability.REFERENCE_READ)
def index() -> Response:
    """Every code list, under the part of the work it belongs to."""
    groups = [(title, [(code_list(name), words) for name, words in lists]) for title, lists in labels.GROUPS]
    return render_page("reference/codes.html", groups=groups)


@bp.get("/codes/list")
@requires(Capability.REFERENCE_READ)
def show() -> Response:
    """One code list with codes, labels, certainty and source. 404 for a name that is none."""
    name = request.args.get("name", "")
    if name not in ALL_LISTS:
        abort(404)
    found = code_list(name)
    return render_page("reference/code_list.html", found=found, title=labels.list_title(name), extras=_extras(found))


@bp.get("/areas")
@requires(Capability.REFERENCE_READ)
def area_list() -> Response:
    """The areas inside one area of the unit's province, down to the villages. Other provinces are not offered."""
    unit = _unit()
    here = _area_asked(unit)
    inside = areas.children(here.code)
    text = request.args.get("q", "").strip()
    found = areas.candidates(text, within=here.code) if text else None
    return render_page(
        "reference/areas.html", here=here, above=_above(here), inside=inside, found=found, text=text, levels=Level
    )


def _extras(found: CodeList) -> list[tuple[Code, str]]:
    """What else the file says of each code, as it stands there: for whoever checks the list."""
    return [
        (code, ", ".join(f"{key}: {_said(value)}" for key, value in code.extra.items() if key not in _SHOWN_ELSEWHERE))
        for code in found
    ]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _unit() -> Unit:
    with runtime.looking() as work:
        return people.unit(work, work.actor.own_unit())


def _area_asked(unit: Unit) -> Area:
    """The area asked for, or the unit's own; NotFound outside the unit's province."""
    code = request.args.get("code", unit.area_code)
    found = areas.area(code)
    if found.code.split(".")[0] != unit.area_code.split(".")[0]:
        raise NotFound("area")
    return found


def _above(here: Area) -> list[Area]:
    """The areas around this one, the province first."""
    parts = here.code.split(".")
    return [areas.area(".".join(parts[:depth])) for depth in range(1, len(parts))]
