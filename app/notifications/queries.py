"""Reads of notices, digests and the outbox. A list starts at its owner: nobody reads another's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select

from app.accounts import queries as accounts
from app.accounts.models import User
from app.domain.errors import NotFound
from app.notifications.models import CalendarFeed, MailState, Notice, OutboxMail
from app.work import Work

PAGE: Final = 100


def own(work: Work) -> Select[Notice]:
    """Every list of notices starts here: the actor's, those that did not end."""
    return select(Notice).where(Notice.user_id == work.actor.user_id, Notice.ended_at.is_(None))


def own_notices(work: Work) -> Sequence[Notice]:
    """The actor's notices, those nobody acknowledged first, newest first; PAGE + 1 at most, so that the caller sees when some are left out."""
    order = (Notice.acknowledged_at.is_not(None), Notice.told_at.desc(), Notice.id)
    return work.session.scalars(own(work).order_by(*order).limit(PAGE + 1)).all()


def own_notice(work: Work, notice_id: UUID) -> Notice:
    """One standing notice of the actor's; NotFound for anybody else's."""
    row = work.session.scalar(own(work).where(Notice.id == notice_id))
    if row is None:
        raise NotFound("notice")
    return row


def waiting(work: Work) -> Select[Notice]:
    """The actor's notices that nobody acknowledged."""
    return own(work).where(Notice.acknowledged_at.is_(None))


def waiting_count(work: Work) -> int:
    """How many notices the actor has that nobody acknowledged; one question, asked by every page."""
    return work.session.scalar(select(func.count()).select_from(waiting(work).subquery())) or 0


def standing_of_cases(work: Work, case_ids: Collection[UUID]) -> Sequence[Notice]:
    """The notices of these cases that did not end, whoever has them."""
    if not case_ids:
        return []
    rows = select(Notice).where(Notice.case_id.in_(list(case_ids)), Notice.ended_at.is_(None))
    return work.session.scalars(rows.order_by(Notice.id)).all()


def of_clock(work: Work, row: Notice) -> Sequence[Notice]:
    """The standing notices of the same clock, of everybody who was told, locked."""
    same = select(Notice).where(
        Notice.case_id == row.case_id, Notice.clock_tag == row.clock_tag, Notice.ended_at.is_(None)
    )
    return work.session.scalars(same.order_by(Notice.id).with_for_update()).all()


def to_give_again(work: Work, now: datetime, most: int, passed_over: Collection[UUID]) -> Sequence[Notice]:
    """Notices whose time to be given again has come. Two schedulers take different ones (PostgreSQL)."""
    due = select(Notice).where(
        Notice.again_at <= now,
        Notice.ended_at.is_(None),
        Notice.acknowledged_at.is_(None),
        Notice.id.not_in(list(passed_over)),
    )
    return work.session.scalars(
        due.order_by(Notice.again_at, Notice.id).limit(most).with_for_update(skip_locked=True)
    ).all()


@dataclass(frozen=True, slots=True)
class Outbox:
    """How the outbox stands: how many wait, since when the oldest does, and what was given up, newest first."""

    waiting: int
    oldest: datetime | None
    dead: Sequence[OutboxMail]


def outbox(work: Work) -> Outbox:
    """The state of the outbox, and what was given up among the people in sight of the actor; clear columns only."""
    open_states = (MailState.WAITING.value, MailState.TAKEN.value)
    count, oldest = work.session.execute(
        select(func.count(), func.min(OutboxMail.created_at)).where(OutboxMail.state.in_(open_states))
    ).one()
    dead = _dead(work)
    rows = work.session.scalars(dead.order_by(OutboxMail.ended_at.desc(), OutboxMail.id).limit(PAGE)).all()
    return Outbox(count, oldest, rows)


def dead_mail(work: Work, mail_id: UUID) -> OutboxMail:
    """A message that was given up, to somebody in sight of the actor, locked; NotFound for any other."""
    row = work.session.scalar(_dead(work).where(OutboxMail.id == mail_id).with_for_update())
    if row is None:
        raise NotFound("mail")
    return row


def _dead(work: Work) -> Select[OutboxMail]:
    people = accounts.visible_to(work.actor).with_only_columns(User.id).order_by(None)
    return select(OutboxMail).where(OutboxMail.state == MailState.DEAD.value, OutboxMail.user_id.in_(people))


def own_calendar(work: Work) -> CalendarFeed | None:
    """The calendar the actor subscribed to."""
    return work.session.get(CalendarFeed, work.actor.user_id) if work.actor.user_id is not None else None
