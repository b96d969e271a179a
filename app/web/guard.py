"""The first net: every endpoint names what it takes to enter, and nothing runs before the guard has compared (security 3).

The second net is the query (`visible_to`: a stranger gets 404), the third the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.access import Actor, Capability, Strength
from app.domain.errors import NotPermitted
from app.web import paths, runtime
from app.work import AuditLine

View = TypeVar("View", bound=Callable[..., Any])

SIGN_IN: Final = "accounts.sign_in"
_KEEPS_LOCKED: Final = "naungan.keeps-locked"
LOCKED_HEADER: Final = "X-Sign-In"
"""Where the script of a page goes when what it sent found the session locked."""

KeepLocked = Callable[[], str | None]
"""Keeps what was sent from a locked session for its owner; the address of the page to come back to, or None if nothing was kept."""


class UndeclaredEndpoints(RuntimeError):
    """Endpoints that name no capability: the app must not start."""


def requires(
    capability: Capability, strength: Strength = Strength.PASSWORD, *, repeats: Iterable[str] = ()
) -> Callable[[View], View]:
    """Declare what a view takes: a capability and how strongly the session proved itself.

    `repeats` names query parameters that may come more than once (a filter with several choices).
    """

    def declare(view: View) -> View:
        view.capability = capability  # type: ignore[attr-defined]
        view.strength = strength  # type: ignore[attr-defined]
        view.repeats = frozenset(repeats)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare a view that needs no account: signing in, first start, health."""
    return requires(Capability.PUBLIC)(view)


def init_app(app: Flask, keep_locked: KeepLocked) -> None:
    """Decide before every request. Register after request checks and CSRF, before anything else."""
    app.extensions[_KEEPS_LOCKED] = keep_locked
    app.before_request(decide)


def check(app: Flask) -> None:
    """Refuse to start while an endpoint names no capability (security 3)."""
    missing = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "capability"))
    if missing:
        raise UndeclaredEndpoints(", ".join(missing))


def decide() -> ResponseReturnValue | None:
    """Let the request through, send the person to sign in, or record the denial and refuse."""
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    wanted = getattr(view, "capability", None)
    if wanted is None:
        raise UndeclaredEndpoints(request.endpoint)
    if wanted is Capability.PUBLIC:
        return None
    if not runtime.is_signed_in():
        return _ask_to_sign_in()
    _require(runtime.actor(), wanted, getattr(view, "strength", Strength.STEP_UP))
    return None


def _require(actor: Actor, wanted: Capability, strength: Strength) -> None:
    if actor.may(wanted) and actor.is_strong_enough(strength):
        return
    reason = wanted.value if not actor.may(wanted) else f"strength:{strength.value}"
    line = AuditLine("access:refused", purpose=reason, result="denied")
    runtime.runtime().record(actor, runtime.origin(), line)
    raise NotPermitted(reason)


def _ask_to_sign_in() -> ResponseReturnValue:
    """A page leads to the sign-in page and back. What was sent from a locked session is kept first; anything else is 401, with what
    was typed still in the browser."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(url_for(SIGN_IN, next=paths.here()), code=303)
    keep_locked: KeepLocked = current_app.extensions[_KEEPS_LOCKED]
    back = keep_locked() if request.method == "POST" else None
    if back is not None and not _is_from_script():
        return redirect(url_for(SIGN_IN, next=back), code=303)
    address = url_for(SIGN_IN)
    answer = make_response(render_template("accounts/session_over.html", sign_in_url=address), 401)
    if request.method == "GET":
        answer.headers["HX-Redirect"] = address
    if back is not None:
        answer.headers[LOCKED_HEADER] = url_for(SIGN_IN, next=back)
    return answer


def _is_from_script() -> bool:
    """Whether a script waits for the answer and would not show a page: forms carry their token in the body, scripts in a header."""
    return "X-CSRF-Token" in request.headers or "HX-Request" in request.headers
