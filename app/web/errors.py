"""The one map from what went wrong to an answer. Error pages open no database and name nobody (security 6 #72).

Every page carries an incident number, which is the request's; the log line under the same number says what happened, in
types and places, never in values.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException

from app import logs
from app.domain.errors import Conflict, DomainError, NotFound, NotPermitted, Refused, Stale, Unavailable, Unreadable
from app.web.submit import Repeated, first_result

STATUS: Final[Mapping[type[DomainError], int]] = MappingProxyType(
    {NotFound: 404, NotPermitted: 403, Stale: 409, Conflict: 409, Refused: 422, Unreadable: 500, Unavailable: 503}
)
QUICK_EXIT: Final = "accounts.quick_exit"
UNREADABLE: Final = "unreadable"
"""The page for a sealed value without which there is nothing to show: a form that edits it, a sum that would leave it out."""
PAGES: Final = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
_LAST_RESORT: Final = "<!doctype html><title>Layanan</title><p>Layanan berhenti sebentar. Nomor kejadian: {incident}"


def init_app(app: Flask) -> None:
    """Register the map."""
    app.register_error_handler(Repeated, repeated)
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(HTTPException, http_refused)
    app.register_error_handler(Exception, crashed)


def status_of(error: DomainError) -> int:
    """The status that answers a domain error; its nearest parent in the map counts."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def repeated(error: Repeated) -> ResponseReturnValue:
    """A form sent twice leads to where the first one led."""
    try:
        return first_result(error)
    except DomainError as refusal:
        return refused(refusal)


def refused(error: DomainError) -> ResponseReturnValue:
    """A refusal in words of the work."""
    status = status_of(error)
    _log(status, error)
    return page(status, UNREADABLE if isinstance(error, Unreadable) else "")


def http_refused(error: HTTPException) -> ResponseReturnValue:
    """What the web server refuses: unknown address, wrong method, too big, bad CSRF token."""
    if error.code is None or error.code < 400:
        return error.get_response()  # a redirect raised by routing
    _log(error.code, error)
    answer = page(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def crashed(error: Exception) -> ResponseReturnValue:
    """A fault of ours: a neutral page outside, the place in the code inside."""
    _log(500, error)
    return page(500)


def page(status: int, name: str = "") -> Response:
    """The neutral page of a status, or a named one; should even that fail, one plain sentence. Quick exit leaves, whatever went wrong."""
    known = status if status in PAGES else (500 if status >= 500 else 400)
    template = "layouts/left.html" if request.endpoint == QUICK_EXIT else f"errors/{name or known}.html"
    incident = g.get("request_id", "")
    try:
        return make_response(render_template(template, incident=incident), status)
    except (TemplateError, KeyError, LookupError):
        logs.get_logger().error("request.page-failed", incident=incident, status=status)
        return make_response(_LAST_RESORT.format(incident=incident), status)


def _log(status: int, error: Exception) -> None:
    """Type and place under the incident's number, never the text: it may quote what somebody typed."""
    facts = {"incident": g.get("request_id", ""), "endpoint": request.endpoint or "", "method": request.method}
    if status >= 500:
        logs.get_logger().error("request.failed", status=status, exc_info=error, **facts)
    else:
        logs.get_logger().info("request.refused", status=status, error=type(error).__name__, **facts)
