"""Events put in order, and the tree of case, clients, referrals and legal tracks that says which event touches which subject (design 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.clocks.events import Context, Event, EventKind, Fact, Subject, SubjectKind
from app.domain.clocks.rules import Conditions, Match, satisfied
from app.domain.zones import Zone

_ORDER = {kind: number for number, kind in enumerate(EventKind)}
_SPEAK = (SubjectKind.REFERRAL, SubjectKind.TRACK)


@dataclass(frozen=True, slots=True, repr=False)
class Dated:
    """An event with its place on the time line. `at` is its earliest moment, `until` its latest; both UTC."""

    event: Event
    at: datetime
    until: datetime
    position: int

    def follows(self, other: Dated) -> bool:
        """Whether this can have happened at or after the other. Steps of one kind follow each other in recorded order.

        A day without a time is given the benefit of the doubt: a service on the day of the report came after it.
        """
        if self.event.kind is other.event.kind:
            return self.position > other.position
        return self.until >= other.at


class Tree:
    """Case, clients, referrals and legal tracks. ValueError for an event or parent that is not among the subjects."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self._subjects = {subject.id: subject for subject in subjects}
        self._lines = {subject_id: self._line(subject_id) for subject_id in self._subjects}
        pairs = [(home, subject) for home in self._subjects.values() for subject in self._subjects.values()]
        self._own = {(home.id, subject.id) for home, subject in pairs if self._is_below(home, subject)}
        self._touching = self._own | {(home.id, subject.id) for home, subject in pairs if self._is_above(home, subject)}

    def of_kind(self, kind: SubjectKind) -> tuple[Subject, ...]:
        """The subjects of that kind, in the order given."""
        return tuple(subject for subject in self._subjects.values() if subject.kind is kind)

    def _line(self, subject_id: UUID) -> tuple[Subject, ...]:
        line: list[Subject] = []
        wanted: UUID | None = subject_id
        while wanted is not None:
            if wanted not in self._subjects or len(line) > len(self._subjects):
                raise ValueError("a parent is not among the subjects of the case")
            line.append(self._subjects[wanted])
            wanted = line[-1].parent_id
        return tuple(line)

    def line(self, subject_id: UUID) -> tuple[Subject, ...]:
        """The subject and those above it, nearest first."""
        try:
            return self._lines[subject_id]
        except KeyError:
            raise ValueError("an event names a subject that is not in the case") from None

    def _is_below(self, home: Subject, subject: Subject) -> bool:
        return any(above is subject for above in self._lines[home.id])

    def _is_above(self, home: Subject, subject: Subject) -> bool:
        if home.kind in _SPEAK and subject.kind is SubjectKind.CLIENT and home.parent_id is not None:
            home = self._subjects[home.parent_id]
        return any(above is home for above in self._lines[subject.id][1:])

    def own(self, event: Event, subject: Subject) -> bool:
        """Recorded on the subject itself or on something below it."""
        return (event.subject_id, subject.id) in self._own

    def touches(self, event: Event, subject: Subject) -> bool:
        """As `own`, or recorded above the subject; a referral or track of the whole case speaks for every client of that case."""
        return (event.subject_id, subject.id) in self._touching

    def fact(self, name: str, event: Event, subject_id: UUID) -> Fact | None:
        """An attribute as the event states it, else as the nearest subject upwards does. `event` names the event's kind."""
        if name == "event":
            return event.kind.value
        if name in event.attributes:
            return event.attributes[name]
        return next((subject.facts[name] for subject in self.line(subject_id) if name in subject.facts), None)

    def holds(self, when: Conditions, unless: Conditions, event: Event, subject_id: UUID) -> bool:
        """Whether every fact of `when` and none of `unless` is so, as the event or the subject states it."""
        return all(satisfied(self.fact(name, event, subject_id), values) for name, values in when.items()) and not any(
            satisfied(self.fact(name, event, subject_id), values) for name, values in unless.items()
        )


class Timeline:
    """The events of one case in order, whatever order they came in."""

    def __init__(self, events: Iterable[Event], context: Context, zone: Zone) -> None:
        self.tree = Tree(context.subjects)
        ordered = sorted(events, key=lambda e: (e.earliest(zone), _ORDER[e.kind], e.ref, e.subject_id.bytes))
        self._by_kind: Mapping[EventKind, list[Dated]] = defaultdict(list)
        for position, event in enumerate(ordered):
            self.tree.line(event.subject_id)
            self._by_kind[event.kind].append(Dated(event, event.earliest(zone), event.latest(zone), position))

    def matching(self, matches: Iterable[Match], subject: Subject) -> list[Dated]:
        """Events that touch the subject and match, in order, each once."""
        found = {
            dated.position: dated
            for match in matches
            for dated in self._by_kind.get(match.event, ())
            if self.tree.touches(dated.event, subject)
            and self.tree.holds(match.when, match.unless, dated.event, dated.event.subject_id)
        }
        return [found[position] for position in sorted(found)]

    def triggers(self, matches: Iterable[Match], subject: Subject) -> list[Dated]:
        """As `matching`; what is recorded on the subject itself stands before what it inherits from its case."""
        found = self.matching(matches, subject)
        return [dated for dated in found if self.tree.own(dated.event, subject)] or found
