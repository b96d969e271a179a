"""Legal tracks: what a milestone asks for and which recorded step it is, by a table (case-management 8; `data/legal_milestones.json`).

A milestone that was entered ahead (a hearing) is no step before it was held. No order is enforced: practice varies from office to office,
so an unusual order is shown to whoever reads the track, and refused to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.clocks.events import EventKind, Fact
from app.domain.clocks.rules import Words
from app.domain.codes import code_list

_FILE: Final = Path(__file__).parent / "data" / "legal_milestones.json"
CRIMINAL: Final = frozenset({"PIDANA", "ABH"})
"""Tracks under a code of criminal procedure (case-management 8.4)."""
CIVIL: Final = "PERDATA"
JUVENILE: Final = "ABH"
HELD: Final = "SD_DIGELAR"


class Field(StrEnum):
    """What a milestone may ask for besides its day and a note, by the name under which it is kept."""

    NUMBER = "number"
    TIME = "time"
    OFFICE = "office"
    OFFICER = "officer"
    RECEIVED = "received"
    RECEIVED_ON = "received_on"
    TOLD_ON = "told_on"
    EXPIRES_ON = "expires_on"
    LETTER = "letter"
    ROUND = "round"
    STAGE = "stage"
    DIVERSION_STAGE = "diversion_stage"
    DECISION = "decision"
    VERDICT = "verdict"
    VIA = "via"
    AMOUNT = "amount"
    COMPLETE = "complete"
    AGENDA = "agenda"
    ROOM = "room"
    SUMMONED = "summoned"
    COMPANION = "companion"
    HELD = "held"
    ATTENDED = "attended"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A step that a milestone is. `on`: the field with its day, where that is not the milestone's own."""

    event: EventKind
    when: Mapping[Field, frozenset[str]]
    given: Field | None
    on: Field | None
    tells: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Milestone:
    """One line of the table. `part`: the heading it stands under. `ahead`: it may be entered before its day, as hearings are. `needs`: answers it cannot do without."""

    code: str
    part: str
    tracks: frozenset[str]
    order: int | None
    ahead: bool
    fields: tuple[Field, ...]
    needs: tuple[Field, ...]
    called: Mapping[Field, Words]
    events: tuple[Recorded, ...]

    @property
    def is_repeatable(self) -> bool:
        """Whether one track usually has several."""
        return bool(code_list("milestone").get(self.code).truth("repeatable"))


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """What happened at a milestone, as the clocks take it: which event, on which day, what it tells."""

    event: EventKind
    on: date
    own_day: bool
    tells: Mapping[str, Fact] = field(default_factory=dict)


@cache
def milestones() -> Mapping[str, Milestone]:
    """The table by code, in its order. ValueError where it names a field or an event there is not."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["milestones"]
    return {row["code"]: _milestone(row) for row in rows}


def of_track(kind: str) -> tuple[Milestone, ...]:
    """The milestones a track of this kind may have."""
    return tuple(each for each in milestones().values() if kind in each.tracks)


def suggested_procedure(day: date) -> str:
    """The code of procedure in force on a day (UU 20/2025 since 2 January 2026, case-management 8.4). Which one a case already under way
    follows is not known for certain (U): a person decides."""
    for code in code_list("procedure"):
        since, until = code.text("valid_from"), code.text("valid_to")
        if (since is None or date.fromisoformat(since) <= day) and (until is None or day <= date.fromisoformat(until)):
            return code.code
    return ""


def happened(ahead: bool, held: str) -> bool:
    """Whether a milestone is something that has happened: what was entered ahead only once it was held."""
    return not ahead or held == HELD


def waits(code: str, held: str) -> bool:
    """Whether this is a hearing or meeting nobody wrote the outcome of."""
    milestone = milestones().get(code)
    return milestone is not None and milestone.ahead and not held


def steps(milestone: Milestone, on: date, answers: Mapping[str, Any]) -> Iterator[Step]:
    """The recorded steps that a milestone with these answers is; none of a hearing that was not held."""
    if not happened(milestone.ahead, str(answers.get(Field.HELD, ""))):
        return
    for each in milestone.events:
        day = answers.get(each.on) if each.on is not None else on
        if day is not None and _holds(each, answers):
            yield Step(each.event, day, each.on is None, dict(_told(each, answers)))


def unusual(recorded: Iterable[tuple[str, date]]) -> frozenset[int]:
    """Which of these milestones (code and day, by their place in the list) stand in an unusual order: before an earlier step, or after a
    later one, of those that a track usually has once."""
    known = milestones()
    placed = [
        (place, order, on)
        for place, (code, on) in enumerate(recorded)
        if code in known and (order := known[code].order) is not None and not known[code].is_repeatable
    ]
    return frozenset(
        place
        for place, order, on in placed
        if any((order < other and on > day) or (order > other and on < day) for _place, other, day in placed)
    )


def kind_for(code: str, beside: Collection[str]) -> str:
    """The kind of the track that a milestone without one belongs to, by those `beside` it: an import names none. Its own kind; in a child
    offender's case the criminal milestones go along with that track (case-management 8.2)."""
    childs = any(_own_kind(each) == JUVENILE for each in beside)
    return JUVENILE if childs and JUVENILE in milestones()[code].tracks else _own_kind(code)


def _own_kind(code: str) -> str:
    return code_list("milestone").get(code).text("track") or ""


def _holds(each: Recorded, answers: Mapping[str, Any]) -> bool:
    said = all(answers.get(name) in values for name, values in each.when.items())
    return said and (each.given is None or bool(answers.get(each.given)))


def _told(each: Recorded, answers: Mapping[str, Any]) -> Iterator[tuple[str, Fact]]:
    """Stages are told in the words of the rules (case-management 9.4), everything else as its code."""
    for name, source in each.tells.items():
        value = str(answers.get(source) or "")
        if value and source in _STAGES:
            value = code_list(_STAGES[source]).get(value).text("stage") or ""
        if value:
            yield name, value


_STAGES: Final = {Field.STAGE: "procedure_stage", Field.DIVERSION_STAGE: "diversion_stage"}


def _milestone(row: Mapping[str, Any]) -> Milestone:
    return Milestone(
        code=row["code"],
        part=row["part"],
        tracks=frozenset(row["tracks"]),
        order=row["order"],
        ahead=bool(row.get("ahead")),
        fields=tuple(Field(name) for name in row["fields"]),
        needs=tuple(Field(name) for name in row.get("needs", ())),
        called={Field(name): Words(words["id"], words["en"]) for name, words in row.get("called", {}).items()},
        events=tuple(_recorded(each) for each in row["events"]),
    )


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return Recorded(
        event=EventKind(row["event"]),
        when={Field(name): frozenset(values) for name, values in row.get("when", {}).items()},
        given=Field(row["given"]) if "given" in row else None,
        on=Field(row["on"]) if "on" in row else None,
        tells={name: Field(source) for name, source in row.get("with", {}).items()},
    )
