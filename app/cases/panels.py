"""Parts of the case file that other rooms bring along: referrals, clocks, who opened the file. `cases` never learns what they are.

A room registers a `Source` in `create_app`. The page asks every source whose capability the person holds, opens the sections it
names together with its own, and puts what it gives in the named place. A panel that cannot be opened says so and the page stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from flask import Flask, current_app

from app.cases.models import Case
from app.domain.access import Capability
from app.security.sections import Section
from app.security.vault import ReadGrant
from app.web.sealed import UNOPENED, Unopened, opened
from app.work import Work

_KEY: Final = "naungan.case-panels"


class Spot(StrEnum):
    """Where on the page a panel stands: below the header, in the main column, in the side column."""

    HEAD = "head"
    MAIN = "main"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class Panel:
    """A template fragment with what it is given, as `panel.context`. A panel with a title and an anchor stands in the contents."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    title: Any = ""
    anchor: str = ""
    count: int | None = None


Maker = Callable[[Work, Case], Panel | None]
"""Makes the panel of one case in the page's snapshot, or None where there is nothing to show."""


def _everybody(_work: Work, _case: Case) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Source:
    """A room's panel: who sees it, where it stands, which coded sections and which words (S4) it opens. `reads`: asked by clear columns
    alone, for sections with a list of readers of their own; who is not on it gets neither panel nor sections."""

    capability: Capability
    make: Maker
    spot: Spot = Spot.MAIN
    order: int = 100
    coded: tuple[Section, ...] = ()
    words: tuple[Section, ...] = ()
    reads: Callable[[Work, Case], bool] = _everybody


def register(app: Flask, sources: Iterable[Source]) -> None:
    """Hang panels on the case file."""
    app.extensions.setdefault(_KEY, []).extend(sources)


def sources_for(work: Work, case: Case) -> list[Source]:
    """The panels of this case that the actor may see, lower orders first."""
    known: list[Source] = current_app.extensions.get(_KEY, [])
    held = [source for source in known if work.actor.may(source.capability) and source.reads(work, case)]
    return sorted(held, key=lambda source: source.order)


def made(work: Work, case: Case, sources: Iterable[Source], spot: Spot) -> list[Panel | Unopened]:
    """The panels of one spot; the stand-in where one does not open."""
    panels = [opened(lambda s=source: s.make(work, case)) for source in sources if source.spot is spot]  # type: ignore[misc]
    return [panel for panel in panels if panel is UNOPENED or panel is not None]


def is_open(work: Work, case: Case, section: Section) -> bool:
    """Whether this page may open the section: words stay closed to those who gave no reason."""
    grant = work.vault.grant
    return not isinstance(grant, ReadGrant) or (case.id in grant.owners and section in grant.sections)
