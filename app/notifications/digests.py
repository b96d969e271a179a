"""The digest of supervisors and heads: at 07:30 of the unit's zone, on Mondays the weekly one besides (issue 4 point 5).

Numbers of clear columns, counted for the person who reads them: nothing sealed opens, and nobody is counted whom that person may not see.
A PC that was off at 07:30 makes the day's digest when it starts; yesterday's is not made up for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select

from app.accounts import queries as people
from app.accounts.models import Unit, User
from app.answers import queries as answers
from app.audit.events import Event
from app.cases.models import Case
from app.clocks import board
from app.clocks.board import Wanted, When
from app.db.base import new_id
from app.domain import notices as rules
from app.domain.access import Capability, person, system
from app.domain.notices import Mailing
from app.domain.zones import Zone, local_day
from app.notifications import choices, outbox
from app.notifications.models import Digest, Notice
from app.notifications.outbox import Sort
from app.security.structs.notices import MailMessage
from app.work import Runtime, Work

JOB: Final = "digest"
READERS: Final = Capability.CLOCK_BOARD
MOST: Final = 200  # cases on the sheet: more would be no digest
DAILY: Final = "daily"
WEEKLY: Final = "weekly"
SCREEN: Final = "screen"
KEPT: Final = timedelta(days=31)
_WEEK: Final = timedelta(days=7)
_SORTS: Final[Mapping[str, tuple[Sort, Mailing]]] = {
    DAILY: (Sort.DAILY, Mailing.DAILY),
    WEEKLY: (Sort.WEEKLY, Mailing.WEEKLY),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What a digest shows: how many cases are overdue, due today, within a week; notices of the week and those nobody acknowledged."""

    counts: Mapping[When, int]
    told: int
    unseen: int
    answers: int = 0  # of institutions, which wait for somebody's word

    @property
    def is_empty(self) -> bool:
        """Whether nothing is overdue, due today or within the week."""
        return not any(self.counts[when] for when in (When.OVERDUE, When.TODAY, When.WEEK))

    @property
    def is_worth_a_look(self) -> bool:
        """Whether anything in it waits for somebody: a deadline within the week, or an answer."""
        return bool(self.answers) or not self.is_empty


def make_due(runtime: Runtime, now: datetime) -> int:
    """Make the digests that are due by now, one person an act; gives how many. Each is a row: killed anywhere, the next run goes on."""
    made = 0
    for user_id, unit_id in _to_make(runtime, now):
        with runtime.begin(system(JOB)) as work:
            made += _make(work, user_id, unit_id)
    return made


def _to_make(runtime: Runtime, now: datetime) -> list[tuple[UUID, UUID]]:
    """Readers who lack a digest of their unit's day."""
    with runtime.looking(system(JOB)) as work:
        found: list[tuple[UUID, UUID]] = []
        for unit in work.session.scalars(select(Unit).order_by(Unit.id)):
            day = rules.digest_day(now, unit.local_zone)
            if day is not None:
                found += [(user.id, unit.id) for user in _readers(work, unit, day)]
        return found


def _readers(work: Work, unit: Unit, day: date) -> list[User]:
    done = select(Digest.user_id).where(Digest.day == day, Digest.sort == DAILY)
    have = set(work.session.scalars(done))
    return [user for user in people.holders(work, unit.id, READERS) if user.id not in have]


def _make(work: Work, user_id: UUID, unit_id: UUID) -> int:
    """The digests of one person's day, with the mail as the person chose. Nothing where another scheduler made them meanwhile."""
    unit = work.session.get_one(Unit, unit_id)
    user = work.session.scalar(select(User).where(User.id == user_id).with_for_update())
    day = rules.digest_day(work.now, unit.local_zone)
    if user is None or day is None or any(row.sort == DAILY for row in of_day(work, user_id, day)):
        return 0
    found = look(_as_reader(work, user))
    wanted = choices.of_people(work, [user_id])[user_id]
    sorts = [DAILY, WEEKLY] if rules.is_weekly(day) else [DAILY]
    for sort in sorts:
        work.session.add(_row(work, user_id, day, sort))
    for sort in reversed(sorts):  # on Mondays one mail: the weekly one says what the daily one would
        kind, mailing = _SORTS[sort]
        if mailing in wanted.mail:
            leaves = rules.may_leave_at(work.now, choices.quiet_of(wanted), unit.local_zone, danger=False)
            outbox.put(work, user, kind, _message(kind, found), leaves)
            break
    work.recorded(Event.DIGEST_MADE, user_id)
    return 1


def _as_reader(work: Work, user: User) -> Work:
    """The work as this person would see it: counts are those of the person's own permissions."""
    roles = people.roles_of(work, user)
    return Work(work.session, work.vault, person(user.id, user.unit_id, roles), work.now, work.origin, work.runtime)


def _message(kind: Sort, found: Look) -> MailMessage:
    counts = found.counts
    return MailMessage(
        sort=kind.value,
        overdue=counts[When.OVERDUE],
        today=counts[When.TODAY],
        week=counts[When.WEEK],
        told=found.told,
        unseen=found.unseen,
        answers=found.answers,
    )


def of_day(work: Work, user_id: UUID, day: date) -> Sequence[Digest]:
    """The digests of one person's day."""
    return work.session.scalars(select(Digest).where(Digest.user_id == user_id, Digest.day == day)).all()


def look(work: Work) -> Look:
    """The numbers as they stand, for the person the work is done for. NotPermitted without the board of the unit."""
    work.actor.require(READERS)
    since = work.now - _WEEK
    unit = work.actor.own_unit()
    given = select(Notice.case_id, Notice.clock_tag, func.max(Notice.acknowledged_at).label("seen")).join(
        Case, Case.id == Notice.case_id
    )
    given = given.where(Case.unit_id == unit, Notice.told_at > since, Notice.clock_tag.is_not(None))
    each = given.group_by(Notice.case_id, Notice.clock_tag).subquery()
    told, seen = work.session.execute(select(func.count(), func.count(each.c.seen)).select_from(each)).one()
    return Look(board.counts(work, Wanted()), told, told - seen, answers.waiting_in(work, unit))


def today(work: Work) -> date:
    """The day it is in the actor's unit."""
    unit = work.session.get(Unit, work.actor.own_unit())
    return local_day(work.now, unit.local_zone if unit is not None else Zone.WIB)


def sheet(work: Work) -> tuple[Mapping[When, list[Case]], bool]:
    """The cases of the digest by section, next due first, and whether some were left out. Register numbers and moments: no names."""
    work.actor.require(READERS)
    found: dict[When, list[Case]] = {}
    left = MOST
    for when in (When.OVERDUE, When.TODAY, When.WEEK):
        cases = board.dated(work, left + 1, when=when)
        found[when] = cases[:left]
        if len(cases) > left:
            return found, True
        left -= len(cases)
    return found, False


def is_unread(work: Work) -> bool:
    """Whether the actor is one who gets digests and has not read today's on screen."""
    if not work.actor.may(READERS) or work.actor.user_id is None:
        return False
    return not any(row.sort == SCREEN for row in of_day(work, work.actor.user_id, today(work)))


def note_read(work: Work) -> None:
    """The actor read today's digest on screen. NotPermitted for who gets none; reading it twice changes nothing."""
    work.actor.require(READERS)
    if work.actor.user_id is not None and is_unread(work):
        work.session.add(_row(work, work.actor.user_id, today(work), SCREEN))
        work.recorded(Event.DIGEST_SEEN, work.actor.user_id)


def _row(work: Work, user_id: UUID, day: date, sort: str) -> Digest:
    return Digest(id=new_id(), user_id=user_id, day=day, sort=sort, made_at=work.now)


def forget_old(work: Work) -> None:
    """Drop marks of digests of more than a month ago: the log keeps that they were made and read."""
    work.session.execute(delete(Digest).where(Digest.made_at < work.now - KEPT))
