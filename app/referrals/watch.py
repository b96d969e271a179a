"""The clocks of referrals, as the room above tells them: referrals never learn what a clock is (design 1 "rooms")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from flask import Flask, current_app

from app.security.sections import Section
from app.work import Work

_KEY: Final = "naungan.referral-clocks"


@dataclass(frozen=True, slots=True)
class Watch:
    """What tells the clocks: the sections it opens, and the lines of each referral of some cases, next due first.

    A line knows `is_running`, `is_overdue` and how to be shown by `clocks/_lines.html`.
    """

    sections: tuple[Section, ...] = ()
    lines: Callable[[Work, Sequence[UUID]], Mapping[UUID, Sequence[Any]]] = lambda _work, _cases: {}


def init_app(app: Flask, watch: Watch) -> None:
    """Say who tells the clocks."""
    app.extensions[_KEY] = watch


def watch() -> Watch:
    """Who tells the clocks of this application; nobody in one without that room."""
    return cast(Watch, current_app.extensions.get(_KEY, Watch()))
