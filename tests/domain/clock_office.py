"""An invented office for clock tests: one case with two clients and a referral each, and a calendar with known days off."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from app.domain.clocks import Clock, Context, Decision, Event, EventKind, Fact, Rule, Subject, SubjectKind, compute
from app.domain.clocks import load_rules as load
from app.domain.workdays import WorkCalendar, YearDays, YearStatus
from app.domain.zones import Zone

DATA = Path(__file__).parent / "data_clocks"

CASE, CLIENT, OTHER_CLIENT = UUID(int=1), UUID(int=2), UUID(int=3)
REFERRAL, OTHER_REFERRAL, CASE_REFERRAL, OFFICE = UUID(int=4), UUID(int=5), UUID(int=6), UUID(int=7)
TRACK, OTHER_TRACK, CASE_TRACK = UUID(int=8), UUID(int=9), UUID(int=10)


@dataclass
class Book:
    """Days off that a test may change, and how sure each year is; a year it does not know is MISSING."""

    days_off: set[date]
    years: Mapping[int, YearStatus]
    everything_sure: bool = False

    def calendar(self) -> WorkCalendar:
        return WorkCalendar(self._year)

    def _year(self, year: int) -> YearDays:
        status = YearStatus.SURE if self.everything_sure else self.years.get(year, YearStatus.MISSING)
        return YearDays(status, {day: "libur" for day in self.days_off if day.year == year})


def known_days() -> Book:
    book = json.loads((DATA / "holidays.json").read_text(encoding="utf-8"))
    days_off = {date.fromisoformat(day) for day in book["days_off"]}
    return Book(days_off, {int(year): YearStatus[status] for year, status in book["status"].items()})


def seeded(*names: str) -> tuple[Rule, ...]:
    """The named seeded rules switched on; with no name those that are active in the seed."""
    if not names:
        return tuple(rule for rule in load() if rule.active)
    return tuple(replace(rule, active=True) for rule in load() if rule.id in names)


def at(text: str, zone: Zone = Zone.WITA) -> datetime:
    """A moment from what the wall clock shows: "2026-03-02T14:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone.tz).astimezone(UTC)


def event(
    kind: EventKind, when: str, subject: UUID = CASE, *, ref: str = "", zone: Zone = Zone.WITA, **attributes: Fact
) -> Event:
    """An event; a `when` without T is a day whose time is not known."""
    moment = at(when, zone) if "T" in when else date.fromisoformat(when)
    return Event(kind, subject, moment, ref, attributes)


@dataclass
class Office:
    """Facts, events and decisions of one case; `clocks()` computes."""

    case: dict[str, Fact] = field(default_factory=dict)
    client: dict[str, Fact] = field(default_factory=dict)
    other_client: dict[str, Fact] = field(default_factory=dict)
    referral: dict[str, Fact] = field(default_factory=dict)
    track: dict[str, Fact] = field(default_factory=dict)
    zone: Zone = Zone.WITA
    imported_at: datetime | None = None
    book: Book = field(default_factory=known_days)

    def context(self) -> Context:
        return Context(
            (
                Subject(CASE, SubjectKind.CASE, None, self.case),
                Subject(CLIENT, SubjectKind.CLIENT, CASE, self.client),
                Subject(OTHER_CLIENT, SubjectKind.CLIENT, CASE, self.other_client),
                Subject(REFERRAL, SubjectKind.REFERRAL, CLIENT, self.referral),
                Subject(OTHER_REFERRAL, SubjectKind.REFERRAL, OTHER_CLIENT, self.referral),
                Subject(CASE_REFERRAL, SubjectKind.REFERRAL, CASE, self.referral),
                Subject(TRACK, SubjectKind.TRACK, CLIENT, self.track),
                Subject(OTHER_TRACK, SubjectKind.TRACK, OTHER_CLIENT, self.track),
                Subject(CASE_TRACK, SubjectKind.TRACK, CASE, self.track),
                Subject(OFFICE, SubjectKind.OFFICE),
            ),
            self.imported_at,
        )

    def clocks(
        self, rules: Iterable[Rule], events: Iterable[Event], waivers: Iterable[Decision] = ()
    ) -> tuple[Clock, ...]:
        return compute(rules, events, waivers, self.context(), self.book.calendar(), self.zone)
