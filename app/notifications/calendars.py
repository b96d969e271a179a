"""A calendar to subscribe to: moments of deadlines and one neutral line for each (issue 4 point 5).

The address holds a token of 256 random bits and stands for the person without a sign-in, so it opens nothing: a calendar program learns when
something is due, and neither what nor of which case. Of each case it shows the next due moment, which stands in the clear (design 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from app.accounts import covers
from app.accounts import queries as people
from app.accounts.genuine import is_genuine
from app.accounts.models import User
from app.audit.events import Event
from app.clocks import board
from app.domain.access import Capability, person
from app.domain.errors import NotFound
from app.notifications import queries
from app.notifications.models import CalendarFeed
from app.notifications.tags import entry_uid
from app.security import tokens
from app.work import Work

MOST: Final = 500
_SUMMARY: Final[Mapping[str, str]] = MappingProxyType({"id": "Naungan: tenggat", "en": "Naungan: deadline"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment of the calendar."""

    uid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What one address gives: entries, next first, and the language of their one line."""

    entries: tuple[Entry, ...]
    language: str


def subscribe(work: Work) -> str:
    """Open a calendar for the actor and give its token, once; an address from before stops working. For those who read cases;
    NotFound for an actor who is no person."""
    work.actor.require(Capability.CASE_READ)
    if work.actor.user_id is None:
        raise NotFound("person")
    token, row = tokens.new_token(), queries.own_calendar(work)
    if row is None:
        row = CalendarFeed(user_id=work.actor.user_id, token_hash=b"", created_at=work.now)
        work.session.add(row)
    row.token_hash, row.created_at = tokens.token_hash(token), work.now
    work.recorded(Event.CALENDAR_OPENED, row.user_id)
    return token


def unsubscribe(work: Work) -> None:
    """Close the actor's calendar: its address gives nothing any more. NotFound where there is none."""
    row = queries.own_calendar(work)
    if row is None:
        raise NotFound("calendar")
    work.session.delete(row)
    work.recorded(Event.CALENDAR_CLOSED, row.user_id)


def feed(work: Work, token: str) -> Feed:
    """The calendar of an address. NotFound for one that was never given, was closed, or whose person is gone or reads no cases."""
    user = work.session.scalar(
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_hash == tokens.token_hash(token))
    )
    if user is None or user.is_disabled or not is_genuine(work.vault.crypt, user):
        raise NotFound("calendar")
    away = covers.stood_in_for(work, user.id)
    actor = person(user.id, user.unit_id, people.roles_of(work, user), stands_in_for=away)
    if not actor.may(Capability.CASE_READ):
        raise NotFound("calendar")
    theirs = Work(work.session, work.vault, actor, work.now, work.origin, work.runtime)
    cases = board.dated(theirs, MOST, own=not actor.may(Capability.CLOCK_BOARD))
    entries = (Entry(entry_uid(work.vault.crypt, user.id, case.id), case.due_at) for case in cases if case.due_at)
    return Feed(tuple(entries), user.language)


def as_text(given: Feed, now: datetime) -> str:
    """The calendar as RFC 5545 wants it: lines end in CR LF, none is longer than 75 octets."""
    return "".join(f"{line}\r\n" for line in _lines(given, now))


def _lines(given: Feed, now: datetime) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Naungan//Naungan//ID", "X-WR-CALNAME:Naungan")
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    summary = _SUMMARY.get(given.language, _SUMMARY["id"])
    for entry in given.entries:
        yield from ("BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{_stamp(now)}", f"DTSTART:{_stamp(entry.at)}")
        yield from (f"SUMMARY:{summary}", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
