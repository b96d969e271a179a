"""To whom of the outside something of a case may go: the referrals, which the room above brings along (as `panels` do)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Flask, current_app

from app.cases.models import Case
from app.security.sections import Section
from app.work import Work

_KEY: Final = "naungan.addressees"


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who may be chosen for a case, as id and words, and which coded sections have to be open for the words."""

    make: Callable[[Work, Case], Sequence[tuple[UUID, str]]]
    sections: tuple[Section, ...] = ()


NOBODY: Final = Addressees(lambda _work, _case: ())


def register(app: Flask, source: Addressees) -> None:
    """Tell the case room who may be chosen."""
    app.extensions[_KEY] = source


def addressees() -> Addressees:
    """Who may be chosen, as registered; nobody where no room did."""
    found: Addressees = current_app.extensions.get(_KEY, NOBODY)
    return found
