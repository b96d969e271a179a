"""The audit log on screen: the unit's events for its readers, one's own for everybody, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, g, request

from app.audit import chain, queries
from app.audit.events import Event
from app.audit.labels import GROUPS, REASONS, event_label, result_label, role_words, section_labels
from app.audit.models import AuditEntry
from app.audit.queries import Wanted
from app.domain.access import Capability
from app.domain.zones import Zone
from app.web import runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("audit", __name__, url_prefix="/audit")

Names = Callable[[Work, Iterable[UUID]], dict[UUID, str]]
_KEY: Final = "naungan.names"


def init_app(app: Flask, names: Names) -> None:
    """Learn how to find people's names: accounts know them, and accounts stand above this room."""
    app.extensions[_KEY] = names
    app.jinja_env.filters["event"] = event_label
    app.jinja_env.filters["audit_result"] = result_label
    app.jinja_env.filters["section_labels"] = section_labels
    app.jinja_env.filters["role_words"] = role_words


@bp.get("")
@requires(Capability.AUDIT_READ)
def index() -> Response:
    """Events of the unit, by person, day and kind. Looking is an event too."""
    wanted = _wanted()
    with runtime.reading(lambda work: Opening(Event.AUDIT_READ, object_id=wanted.actor_id)) as work:
        return _page(work, wanted, "audit.index", "audit/index.html")


@bp.get("/own")
@requires(Capability.AUDIT_OWN)
def own() -> Response:
    """What the log holds of oneself."""
    with runtime.looking() as work:
        wanted = Wanted(work.actor.user_id, _day(), _group(), _zone())
        return _page(work, wanted, "audit.own", "audit/own.html")


@bp.post("/verify")
@requires(Capability.AUDIT_READ)
def verify() -> Response:
    """Walk the chain from its start and say whether it is whole; names the first bad event."""
    with runtime.reading(lambda work: Opening(Event.AUDIT_READ, purpose="verify")) as work:
        verdict = chain.verify(work.session)
        reason = REASONS.get(verdict.reason, verdict.reason)
        return render_page("audit/verified.html", verdict=verdict, reason=reason, now=work.now)


def _page(work: Work, wanted: Wanted, endpoint: str, template: str) -> Response:
    number = request.args.get("page", 1, type=int)
    rows, total = queries.page(work, queries.narrowed(queries.visible_to(work.actor), wanted), number)
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    context: dict[str, Any] = {
        "rows": rows,
        "names": _names(work, rows, wanted),
        "page": Page(max(1, number), queries.PAGE_SIZE, total, endpoint, kept),
        "groups": GROUPS,
        "wanted": wanted,
    }
    return render_page(template, **context)


def _names(work: Work, rows: Iterable[AuditEntry], wanted: Wanted) -> dict[UUID, str]:
    """Names of everybody on the page, in one query."""
    find = cast(Names, current_app.extensions[_KEY])
    ids = {row.actor_id for row in rows if row.actor_id is not None}
    return find(work, ids | {wanted.actor_id} if wanted.actor_id is not None else ids)


def _wanted() -> Wanted:
    text = request.args.get("person", "")
    try:
        person = UUID(text) if text else None
    except ValueError:
        abort(400)
    return Wanted(person, _day(), _group(), _zone())


def _day() -> date | None:
    text = request.args.get("day", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def _group() -> str | None:
    text = request.args.get("group", "")
    if text and text not in GROUPS:
        abort(400)
    return text or None


def _zone() -> Zone:
    return cast(Zone, g.get("zone", Zone.WIB))
