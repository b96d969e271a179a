"""*Kalender*: subscribing to the moments of one's deadlines, and the one address of this room that asks for no sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.domain.access import Capability, system
from app.notifications import calendars, queries
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import public, requires
from app.web.pace import Pace
from app.web.render import render_page
from app.web.submit import once

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
READ: Final = Capability.CASE_READ
_PACE: Final = Pace(60, timedelta(minutes=1))  # of one network address, whatever it asks for


@bp.get("")
@requires(READ)
def show() -> Response:
    """Whether the person has a calendar, and what stands in one."""
    return _page()


@bp.post("", endpoint="subscribe")
@requires(READ)
def subscribe() -> ResponseReturnValue:
    """Open a calendar and show its address, this once."""
    form = ActForm()
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        token = calendars.subscribe(work)
        receipt.leads_to(url_for(".show"))
        base = work.runtime.outside.public_url or request.host_url.rstrip("/")
    return _page(address=base + url_for(".feed", token=token))


@bp.post("/close", endpoint="unsubscribe")
@requires(READ)
def unsubscribe() -> ResponseReturnValue:
    """Close it: its address gives nothing any more."""
    with runtime.begin() as work:
        calendars.unsubscribe(work)
    flash(_("The calendar is closed. Its address gives nothing any more."), "success")
    return redirect(url_for(".show"), code=303)


@bp.get("/<token:token>")
@public
def feed(token: str) -> ResponseReturnValue:
    """The calendar of this address. 404 for any other, 429 for who asks too often."""
    held = runtime.runtime()
    if not _PACE.allows(request.remote_addr or "", held.now()):
        answer = make_response("", 429)
        answer.headers["Retry-After"] = str(int(_PACE.span.total_seconds()))
        return answer
    with held.looking(system("calendar"), runtime.origin()) as work:
        given = calendars.feed(work, token)
        text = calendars.as_text(given, work.now)
    answer = make_response(text)
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="naungan.ics"'
    return answer


def _page(address: str = "") -> Response:
    with runtime.looking() as work:
        held = queries.own_calendar(work)
        return render_page(
            "notifications/calendar.html", held=held, address=address, form=ActForm(formdata=None), now=work.now
        )
