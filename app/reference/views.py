"""Reference data to read: code lists, areas of the unit's province, the calendar of free days, deadline rules (`reference:read`).

Nothing sealed opens and nothing is changed here, so looking is no event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from flask import Blueprint, Response, abort, g, request

from app.accounts import queries as people
from app.accounts.models import Unit
from app.domain.access import Capability
from app.domain.clocks import Rule, load_rules
from app.domain.codes import ALL_LISTS, Code, CodeList, code_list
from app.domain.errors import NotFound
from app.domain.workdays import YearStatus
from app.domain.zones import Zone, local_day
from app.reference import areas, labels
from app.reference.areas import Area, Level
from app.reference.calendar import national_days
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page

bp = Blueprint("codes", __name__, url_prefix="/reference")
rules_bp = Blueprint("rules", __name__, url_prefix="/reference/rules")

YEARS_BACK: Final = 5
YEARS_AHEAD: Final = 3
_SATURDAY: Final = 5
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


@bp.get("/calendar")
@requires(Capability.REFERENCE_READ)
def calendar() -> Response:
    """The free days of a year, and how well they are known."""
    today = _today()
    year = request.args.get("year", today.year, type=int)
    offered = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
    if year not in offered:
        abort(404)
    known = national_days(year)
    status, hint, tone = labels.STATUSES[known.status]
    return render_page(
        "reference/calendar.html",
        year=year,
        days=sorted(known.free.items()),
        offered=list(offered),
        state=status,
        hint=hint,
        tone=tone,
        is_sure=known.status is YearStatus.SURE,
        working_days=_working_days(year, known.free),
        today=today,
    )


@rules_bp.get("", endpoint="index")
@requires(Capability.REFERENCE_READ)
def index_of_rules() -> Response:
    """Every deadline rule: what starts it, how long, on which basis, how certain, and whether it runs."""
    wanted = request.args.get("show", "active")
    if wanted not in ("active", "inactive", "all"):
        abort(404)
    rules = load_rules()
    chosen = [rule for rule in rules if wanted == "all" or rule.active == (wanted == "active")]
    return render_page(
        "reference/rules.html",
        groups=_by_source(chosen),
        wanted=wanted,
        counts={"active": sum(r.active for r in rules), "all": len(rules)},
        kinds=labels.KINDS,
        why=labels.WHY,
    )


def _by_source(rules: Sequence[Rule]) -> list[tuple[str, list[Rule]]]:
    found = [
        (str(words), [rule for rule in rules if rule.source is source]) for source, words in labels.SOURCES.items()
    ]
    return [(words, some) for words, some in found if some]


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


def _working_days(year: int, free: Mapping[date, str]) -> int:
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    every = (first + timedelta(days=n) for n in range(days))
    return sum(day.weekday() < _SATURDAY and day not in free for day in every)


def _today() -> date:
    with runtime.looking() as work:
        return local_day(work.now, g.get("zone", Zone.WIB))
