"""The story of a case: everything that happened, in one line of time. Rooms tell their part; `cases` never learns what they are.

A room registers a `Teller` in `create_app`. The page asks every teller whose capability the person holds, and whose list of readers the
person is on where its sections have one; it opens the sections these name in the page's one audited opening, and puts the entries in
order. A record that does not open leaves an entry that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import Flask, current_app

from app.cases import queries
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.zones import Zone, local_day
from app.security.sections import Section
from app.work import Work

_KEY: Final = "naungan.story-tellers"


class Kind(StrEnum):
    """What an entry is about; what the story can be narrowed to. The order is that of the lanes of the picture."""

    STAGE = "stage"
    REPORT = "report"
    SAFETY = "safety"
    CONSENT = "consent"
    ASSESSMENT = "assessment"
    SERVICE = "service"
    CONTACT = "contact"
    REFERRAL = "referral"
    LEGAL = "legal"
    DOCUMENT = "document"
    NOTE = "note"
    TEAM = "team"
    CLOCK = "clock"
    OPENING = "opening"


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One thing that happened or is due. `at`: a moment, or a day where only the day is known. `waits`: it is to be done still."""

    kind: Kind
    at: datetime | date
    title: Any
    text: Any = ""
    by: UUID | None = None
    client_id: UUID | None = None
    url: str = ""
    tone: str = "plain"
    waits: bool = False
    origin: str = ""  # number of the merged file it stands in; empty for the case itself

    def day(self, zone: Zone) -> date:
        """The day in the unit's zone."""
        return local_day(self.at, zone) if isinstance(self.at, datetime) else self.at


@dataclass(frozen=True, slots=True)
class Listening:
    """How the story is told: whether words may stand in it, and where the unit's clocks stand."""

    words: bool
    zone: Zone


Tell = Callable[[Work, Case, Listening], Iterable[Entry]]


def _everybody(_work: Work, _case: Case) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Teller:
    """A room's part: who may hear it, which coded sections and which words (S4) it opens. `reads`: asked by clear columns alone, for
    sections with a list of readers of their own; who is not on it hears nothing and opens nothing."""

    capability: Capability
    tell: Tell
    coded: tuple[Section, ...] = ()
    words: tuple[Section, ...] = ()
    reads: Callable[[Work, Case], bool] = _everybody

    @property
    def is_for_all(self) -> bool:
        """Whether everybody who reads the case hears it: what may stand on a sheet that is passed on."""
        return self.reads is _everybody


@dataclass(frozen=True, slots=True)
class Lane:
    """The entries of one kind in the picture: how many, and the share of the way (0 to 100) at which each stands."""

    kind: Kind
    points: tuple[float, ...]


@dataclass(repr=False)
class Story:
    """The whole story and what was asked of it."""

    entries: Sequence[Entry]
    zone: Zone
    kinds: Mapping[Kind, int] = field(default_factory=dict)

    @property
    def first(self) -> date | None:
        """Its first day."""
        return min((entry.day(self.zone) for entry in self.entries), default=None)

    @property
    def last(self) -> date | None:
        """Its last day; a deadline may lie ahead."""
        return max((entry.day(self.zone) for entry in self.entries), default=None)

    def lanes(self) -> list[Lane]:
        """The picture: one lane a kind, entries by their day between the first and the last."""
        if self.first is None or self.last is None:
            return []
        span = max(1, (self.last - self.first).days)
        found: dict[Kind, list[float]] = {}
        for entry in self.entries:
            share = 100 * (entry.day(self.zone) - self.first).days / span
            found.setdefault(entry.kind, []).append(round(share, 2))
        return [Lane(kind, tuple(sorted(found[kind]))) for kind in Kind if kind in found]


def register(app: Flask, tellers: Iterable[Teller]) -> None:
    """Let a room tell its part."""
    app.extensions.setdefault(_KEY, []).extend(tellers)


def tellers_for(work: Work, case: Case) -> list[Teller]:
    """The tellers this person may hear of this case."""
    known: list[Teller] = current_app.extensions.get(_KEY, [])
    return [teller for teller in known if work.actor.may(teller.capability) and teller.reads(work, case)]


@dataclass(frozen=True, slots=True)
class Heard:
    """A file whose story is told, and by whom. `clients`: where it was merged into the case, which of its clients is which of the case."""

    case: Case
    tellers: Sequence[Teller]
    clients: Mapping[UUID, UUID] | None = None


def tell(work: Work, files: Iterable[Heard], listening: Listening) -> Story:
    """The story of the case and of the files merged into it, newest first; what is due ahead stands on top."""
    entries = [entry for file in files for entry in _entries(work, file, listening)]
    entries.sort(key=lambda entry: (entry.day(listening.zone), isinstance(entry.at, datetime), _moment(entry)))
    entries.reverse()  # what a teller told later stands above what it told before, also on one day
    counted: dict[Kind, int] = {}
    for entry in entries:
        counted[entry.kind] = counted.get(entry.kind, 0) + 1
    return Story(entries, listening.zone, counted)


def _entries(work: Work, file: Heard, listening: Listening) -> Iterator[Entry]:
    out = queries.out_among(work.session, file.case.id)
    for teller in file.tellers:
        for entry in teller.tell(work, file.case, listening):
            if entry.client_id not in out:
                yield entry if file.clients is None else _brought(entry, file.case, file.clients)


def _brought(entry: Entry, origin: Case, clients: Mapping[UUID, UUID]) -> Entry:
    known = clients.get(entry.client_id, entry.client_id) if entry.client_id is not None else None
    return replace(entry, client_id=known, origin=origin.register_no)


def narrowed(story: Story, kinds: Iterable[Kind], client_id: UUID | None) -> Story:
    """The part of the story that was asked for. What concerns no single client stays when one client is chosen."""
    wanted = set(kinds) or set(Kind)
    kept = [
        entry
        for entry in story.entries
        if entry.kind in wanted and (client_id is None or entry.client_id in (None, client_id))
    ]
    return Story(kept, story.zone, story.kinds)


def people_in(story: Story) -> Iterator[UUID]:
    """Everybody who did something in it."""
    yield from {entry.by for entry in story.entries if entry.by is not None}


def _moment(entry: Entry) -> float:
    return entry.at.timestamp() if isinstance(entry.at, datetime) else 0.0
