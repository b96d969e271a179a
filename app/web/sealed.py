"""Sealed values on a page: what does not open says so in its place, in one sentence for every cause, and the page stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from app.domain.errors import Unreadable

T = TypeVar("T")


class Unopened:
    """Stands where a section should be. Any attribute, item or call of it is itself; it prints as the sentence, loops over
    nothing, and is false."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Unopened:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Unopened:
        return self

    def __call__(self, *args: object, **kwargs: object) -> Unopened:
        """Itself, so that a template may call what it would call on the real value."""
        return self

    def __iter__(self) -> Iterator[Unopened]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return str(_("cannot be opened"))

    def __html__(self) -> str:
        return str(Markup('<span class="unopened">{}</span>').format(str(self)))


UNOPENED: Final = Unopened()


def opened(read: Callable[[], T]) -> T | Unopened:
    """What `read` gives, or the stand-in where the sealed value does not open. `NotOpened` stays what it is: our fault."""
    try:
        return read()
    except Unreadable:
        return UNOPENED


def init_app(app: Flask) -> None:
    """Give templates the test `x is unopened`, for filters that want a real value."""
    app.jinja_env.tests["unopened"] = lambda value: isinstance(value, Unopened)
