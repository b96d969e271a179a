"""The request's side of `app.work`: who asks, from where, and the three ways for a view to open the database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol, cast

from flask import Flask, current_app, g, has_request_context, request
from flask_login import current_user

from app.domain.access import Actor
from app.domain.errors import NotPermitted
from app.work import Opening, Origin, Runtime, Work

_KEY: Final = "naungan.runtime"


class Person(Protocol):
    """What `current_user` is when somebody is signed in."""

    is_authenticated: bool
    name: str
    actor: Actor
    session_hash: bytes


def init_app(app: Flask, held: Runtime) -> None:
    """Hang the process's runtime on the app and give every request its number."""
    app.extensions[_KEY] = held
    app.before_request(request_id)


def runtime(app: Flask | None = None) -> Runtime:
    """The runtime of this app."""
    return cast(Runtime, (app or current_app).extensions[_KEY])


def request_id() -> None:
    """Number this request; the number stands in audit rows and logs."""
    g.request_id = secrets.token_hex(8)


def is_signed_in() -> bool:
    """Whether a person asks. Looks the session up once a request."""
    return bool(current_user.is_authenticated)


def person() -> Person:
    """The person who asks; NotPermitted where nobody signed in (the guard lets no such request through)."""
    if not is_signed_in():
        raise NotPermitted("sign-in")
    return cast(Person, current_user)


def actor() -> Actor:
    """The actor of this request."""
    return person().actor


def origin() -> Origin:
    """Where this request comes from. Looks at a session only where one was looked up already."""
    known = g.get("_login_user")
    session_hash = known.session_hash if known is not None and known.is_authenticated else b""
    return Origin(g.get("request_id", ""), session_hash, (request.remote_addr or "") if has_request_context() else "")


def begin() -> AbstractContextManager[Work]:
    """A writing act of the person who asks (`Runtime.begin`)."""
    return runtime().begin(actor(), origin())


def reading(plan: Callable[[Work], Opening]) -> AbstractContextManager[Work]:
    """A page in which the sections that `plan` names open (`Runtime.reading`)."""
    return runtime().reading(actor(), plan, origin())


def reading_on(sequence: int, opening: Opening) -> AbstractContextManager[Work]:
    """What a page of this person asks for later, under the event of that page (`Runtime.reading_on`)."""
    return runtime().reading_on(actor(), sequence, opening, origin())


def looking() -> AbstractContextManager[Work]:
    """A page of clear columns: nothing sealed opens (`Runtime.looking`)."""
    return runtime().looking(actor(), origin())
