"""The case on one printed sheet (A4): how much of it fits. Counted in lines, since a row whose text is long takes several.

The measures are those of `.sheet--one` in the style sheet; a test prints a full case in a browser and counts the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from flask_babel import gettext as _

from app.accounts.labels import role_label
from app.cases.page import CaseFile
from app.cases.page import Entry as Record
from app.cases.story import Entry, Kind, Story
from app.cases.views import mask_words
from app.web import filters
from app.web.sealed import UNOPENED

T = TypeVar("T")
Cells = Callable[[T], Iterable[tuple[str, int]]]
"""The texts of a row, each with how many signs a line of its column holds."""

LINES: Final = 46.0  # for all rows, beside title and headings
GAP: Final = 0.4  # what a row takes beside its text
MOST_CLIENTS: Final = 6
MOST_TEAM: Final = 4
MOST_DUE: Final = 6
MOST_ENTRIES: Final = 18


@dataclass(frozen=True, slots=True, repr=False)
class Part(Generic[T]):
    """Rows that stand on the sheet, and how many more there are."""

    rows: Sequence[T]
    left_out: int


@dataclass(slots=True)
class Room:
    """Lines that are left on the sheet."""

    left: float = LINES

    def take(self, rows: Sequence[T], cells: Cells[T], most: int) -> Part[T]:
        """The first of these rows that fit, `most` at most."""
        taken = 0
        for row in rows[:most]:
            cost = GAP + max(lines_of(text, width) for text, width in cells(row))
            if cost > self.left:
                break
            self.left -= cost
            taken += 1
        return Part(rows[:taken], len(rows) - taken)


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many signs."""
    return max(1, ceil(len(text) / width))


@dataclass(frozen=True, slots=True, repr=False)
class ClientRow:
    """A client on the sheet: position and mask, kinds of violence, how the handling stands."""

    name: str
    kinds: str
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class Filled:
    """What stands on the sheet."""

    clients: Part[ClientRow]
    team: Part[str]
    reported: int
    due: Part[Entry]
    entries: Part[tuple[Entry, str]]


def fill(file: CaseFile, told: Story, names: Mapping[UUID, Any]) -> Filled:
    """Who is in the case, who works on it, what is due; what happened last gets the room that is left."""
    room = Room()
    clients = room.take(_clients(file), lambda row: ((row.name, 27), (row.kinds, 44), (row.state, 19)), MOST_CLIENTS)
    team = [f"{names.get(each.user_id, '–')} ({role_label(each.role)})" for each in file.team]
    room.left -= lines_of(", ".join(team[:MOST_TEAM]), 92)
    due = [entry for entry in told.entries if entry.kind is Kind.CLOCK and entry.waits][::-1]
    past = [entry for entry in told.entries if entry.kind not in (Kind.CLOCK, Kind.OPENING)]
    said = [(entry, str(names.get(entry.by, "")) if entry.by is not None else "") for entry in past]
    return Filled(
        clients,
        Part(team[:MOST_TEAM], max(0, len(team) - MOST_TEAM)),
        len([each for each in file.reported if not each.is_twin]),
        room.take(due, lambda entry: ((str(entry.title), 72),), MOST_DUE),
        room.take(said, lambda row: ((str(row[0].title), 53), (row[1], 19)), MOST_ENTRIES),
    )


def _clients(file: CaseFile) -> list[ClientRow]:
    """Those still helped first: where not all fit, they are who matters."""
    shown = [each for each in file.clients if not each.is_twin]
    return [_client(each) for each in sorted(shown, key=lambda each: each not in file.open_clients)]


def _client(record: Record) -> ClientRow:
    head = record.head
    if head is UNOPENED:
        return ClientRow(f"{record.row.position}. {head}", "", "–")
    kinds = ", ".join(filters.code_labels(head.violence, "violence")) or "–"
    name = f"{record.row.position}. {mask_words(head)}"
    if head.ended_on is None:
        return ClientRow(name, kinds, str(_("being handled")))
    return ClientRow(
        name, kinds, f"{filters.code(head.closure, 'termination')}, {filters.day_short(head.ended_on).striptags()}"
    )
