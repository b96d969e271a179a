"""The idle lock (security 7.4): a session idle for too long lets nobody in, but it still says whose it is.

So the lock screen asks that person for the password alone, and a form that arrives too late is kept, sealed, for the one who typed
it. CSRF is compared before the guard asks here: what no page of this very session sent is kept for nobody.
"""

from __future__ import annotations

from flask import g, request

from app.accounts import sessions
from app.accounts.sessions import Identity
from app.domain.errors import DomainError
from app.web import runtime, session, unsaved
from app.work import Origin


def holder() -> Identity | None:
    """Whose session this browser holds, locked or not; None where it was ended, or there is none."""
    token = session.token()
    if token is None:
        return None
    with runtime.runtime().looking(sessions.NOBODY) as work:
        return sessions.holder(work, token)


def keep_sent() -> str | None:
    """Keep the form that was sent from a locked session; where to come back to, or None: nobody's session, or no form of ours."""
    person = holder()
    sheet = unsaved.posted_sheet(person.user_id) if person is not None else None
    if person is None or sheet is None:
        return None
    led = unsaved.where_it_led(person.actor)
    if led is not None:
        return led
    origin = Origin(g.get("request_id", ""), person.session_hash, request.remote_addr or "")
    try:
        unsaved.keep(sheet, person.actor, origin)
    except DomainError:
        return None
    return unsaved.back_to(sheet)
