"""What a village note may hold: days, codes and places that can be, short words, and no number that belongs elsewhere
(case-management 7, last paragraph)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from app.accounts.models import Unit
from app.cases.acting import known_codes
from app.domain.errors import NotFound, Problem, Refused
from app.domain.village_notes import holds_nik, holds_phone
from app.domain.zones import Zone, local_day
from app.reference import areas
from app.security.structs.patbm import VillageNote, VillageNoteText
from app.work import Work

LIMITS: Final[Mapping[str, int]] = MappingProxyType(
    {"called": 30, "help": 200, "informed": 120, "contact": 40, "brought_by": 80, "advice": 400}
)
"""Characters of each text: room for a line, none for a chronology."""
OLDEST: Final = 120  # years; nobody is guessed to be older
YES: Final = "YA"
NO: Final = "TIDAK"
_NEEDED: Final = ("on", "village", "sex", "violence", "danger")


def check(work: Work, note: VillageNote, text: VillageNoteText, *, by_office: bool) -> None:
    """Refused, with every fault at once, for what a note must not hold or lacks. `by_office`: the office writes down what a volunteer
    brought, and names the volunteer; a volunteer leaves a number to call back."""
    known_codes(note)
    needed = "brought_by" if by_office else "contact"
    problems = [*_missing(note), *_impossible(note, today(work)), *_words(text)]
    if not getattr(text, needed).strip():
        problems.append(Problem("required", needed))
    if problems:
        raise Refused(*problems)


def unit(work: Work) -> Unit:
    """The actor's unit. NotFound for an actor without one."""
    found = work.session.get(Unit, work.actor.own_unit())
    if found is None:
        raise NotFound("unit")
    return found


def today(work: Work) -> date:
    """The day it is where the actor works."""
    return local_day(work.now, Zone(unit(work).zone))


def _missing(note: VillageNote) -> Iterator[Problem]:
    yield from (Problem("required", name) for name in _NEEDED if not getattr(note, name))


def _impossible(note: VillageNote, day: date) -> Iterator[Problem]:
    if note.on is not None and note.on > day:
        yield Problem("day.future", "on", params={"day": note.on.isoformat()})
    if note.village and not areas.exists(note.village):
        yield Problem("area.unknown", "village")
    if note.age is not None and not 0 <= note.age <= OLDEST:
        yield Problem("village-note.age", "age", params={"limit": str(OLDEST)})
    if note.danger not in ("", YES, NO):
        yield Problem("village-note.danger", "danger")


def _words(text: VillageNoteText) -> Iterator[Problem]:
    for name, limit in LIMITS.items():
        words = getattr(text, name)
        if len(words) > limit:
            yield Problem("text.too-long", name, params={"limit": str(limit)})
        elif holds_nik(words):
            yield Problem("village-note.nik", name)
        elif name != "contact" and holds_phone(words):
            yield Problem("village-note.phone", name)
