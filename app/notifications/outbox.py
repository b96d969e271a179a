"""The outbox: messages are rows written in the act that caused them, and leave later (security 10 "Outbox").

What is guaranteed: a message leaves if and only if its act was committed; at least once while the mail server can be reached within its
time; and every try carries the same Message-ID and the same bytes, so that a second delivery after a lost answer is known as the same message.
A row is taken by one sender at a time; a sender that died loses it when its time is over, and one that lives on after that cannot end it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, or_, select

from app.accounts.models import User
from app.db.base import new_id
from app.domain.errors import Unreadable
from app.notifications.models import MailState, OutboxMail
from app.security.structs.notices import MailMessage
from app.work import Work

TAKEN_FOR: Final = timedelta(minutes=10)  # far longer than the longest talk with a mail server (`smtp.SECONDS`)
KEPT: Final = timedelta(days=90)  # ended messages: how long the list of what was given up looks back
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)


class Sort(StrEnum):
    """What a message is about, in one word."""

    WAITING = "WAITING"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


_USEFUL_FOR: Final = {
    Sort.WAITING: timedelta(days=5),  # RFC 5321 4.5.4.1: give up after four to five days at the earliest
    Sort.DAILY: timedelta(hours=20),  # the next one replaces it
    Sort.WEEKLY: timedelta(days=5),
}


def put(work: Work, user: User, sort: Sort, message: MailMessage, leaves_at: datetime) -> None:
    """Write a message; nothing where the office has no mail server. A WAITING one joins the one that has not left yet."""
    if work.runtime.outside.postbox is None:
        return
    if sort is Sort.WAITING and _joined(work, user, message, leaves_at):
        return
    row = OutboxMail(
        id=new_id(),
        user_id=user.id,
        office_id=work.office,
        created_at=work.now,
        state=MailState.WAITING.value,
        attempts=0,
        next_at=leaves_at,
        taken_until=None,
        ended_at=None,
        failure=None,
        message_sealed=b"",
    )
    row.message_sealed = work.vault.seal(row.place(), message)
    work.session.add(row)


def _joined(work: Work, user: User, message: MailMessage, leaves: datetime) -> bool:
    """Add to the message that waits untried for this person, so that a sweep of many cases is one mail. One that does not open stops no
    act: it is passed over, and given up when its time to leave comes."""
    work.session.flush()
    waiting = select(OutboxMail).where(
        OutboxMail.user_id == user.id, OutboxMail.state == MailState.WAITING.value, OutboxMail.attempts == 0
    )
    for row in work.session.scalars(waiting.with_for_update(skip_locked=True)):
        held = _readable(work, row)
        if held is not None and held.sort == message.sort:
            whole = msgspec.structs.replace(held, waiting=held.waiting + message.waiting)
            row.message_sealed = work.vault.seal(row.place(), whole)
            row.next_at = min(row.next_at, leaves)
            return True
    return False


def _readable(work: Work, row: OutboxMail) -> MailMessage | None:
    try:
        return read(work, row)
    except Unreadable:
        return None


def read(work: Work, row: OutboxMail) -> MailMessage:
    """What a message says."""
    return work.vault.open(row.place(), row.message_sealed, MailMessage)


# --- taking and ending -----------------------------------------------------------------------------------------------


def take(work: Work) -> OutboxMail | None:
    """Take the message that has waited longest, for this sender alone; one whose sender died is taken too. None where nothing waits."""
    wanted = select(OutboxMail).where(_ready(work.now)).order_by(OutboxMail.next_at, OutboxMail.id).limit(1)
    row = work.session.scalar(wanted.with_for_update(skip_locked=True))
    if row is not None:
        row.state, row.taken_until = MailState.TAKEN.value, work.now + TAKEN_FOR
        row.attempts += 1
    return row


def _ready(now: datetime) -> ColumnElement[bool]:
    waiting = and_(OutboxMail.state == MailState.WAITING.value, OutboxMail.next_at <= now)
    left = and_(OutboxMail.state == MailState.TAKEN.value, OutboxMail.taken_until <= now)
    return or_(waiting, left)


def sent(work: Work, mail_id: UUID, attempt: int) -> None:
    """The mail server took it over. Nothing where another sender has it by now: that one will say how it ends."""
    row = _mine(work, mail_id, attempt)
    if row is not None:
        _end(row, MailState.SENT, work.now)


def lapses_at(row: OutboxMail, sort: Sort) -> datetime:
    """From when on a message of this sort is of no use any more."""
    return row.created_at + _USEFUL_FOR[sort]


def failed(work: Work, mail_id: UUID, attempt: int, failure: str, lapses: datetime | None) -> None:
    """It did not leave: again after a growing wait, or given up from `lapses` on; at once where that is None and trying again is no use."""
    row = _mine(work, mail_id, attempt)
    if row is None:
        return
    row.failure = failure
    again = work.now + wait_after(row.attempts)
    if lapses is None or again >= lapses:
        _end(row, MailState.DEAD, work.now)
        return
    row.state, row.taken_until, row.next_at = MailState.WAITING.value, None, again


def wait_after(attempts: int) -> timedelta:
    """One minute, doubled with each try, up to an hour."""
    doubled: timedelta = _FIRST_WAIT * (1 << min(max(attempts, 1) - 1, 10))
    return min(doubled, _LONGEST_WAIT)


def _mine(work: Work, mail_id: UUID, attempt: int) -> OutboxMail | None:
    """The row, if it is still the one this sender took: `attempts` grows with each taking and is its number."""
    row = work.session.get(OutboxMail, mail_id, with_for_update=True)
    taken = row is not None and row.state == MailState.TAKEN.value and row.attempts == attempt
    return row if taken else None


def _end(row: OutboxMail, state: MailState, now: datetime) -> None:
    row.state, row.ended_at, row.taken_until = state.value, now, None


def forget_old(work: Work) -> None:
    """Drop messages that ended long ago."""
    work.session.execute(delete(OutboxMail).where(OutboxMail.ended_at < work.now - KEPT))
