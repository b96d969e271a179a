"""Acts on one's own notices: acknowledging one, all of them; and sending again what was given up."""

from __future__ import annotations

from uuid import UUID

from app.audit.events import Event
from app.domain.access import Capability
from app.domain.errors import Conflict
from app.notifications import queries
from app.notifications.models import MailState, Notice, OutboxMail
from app.work import Work


def acknowledge(work: Work, notice_id: UUID) -> None:
    """The actor sees to it: nobody is told of this step again. The next step of the ladder still comes in its time. Conflict where
    somebody acknowledged it already."""
    row = queries.own_notice(work, notice_id)
    if row.acknowledged_at is not None:
        raise Conflict("acknowledged already")
    _acknowledge(work, row)


def acknowledge_all(work: Work) -> int:
    """Acknowledge everything in the actor's list, also what the page had no room for; gives how many."""
    rows = work.session.scalars(queries.waiting(work)).all()
    for row in rows:
        if row.acknowledged_at is None:  # one before it may have been about the same clock
            _acknowledge(work, row)
    return len(rows)


def _acknowledge(work: Work, row: Notice) -> None:
    told = [row] if row.clock_tag is None else queries.of_clock(work, row)
    for each in told:
        if each.acknowledged_at is None:
            each.acknowledged_at, each.acknowledged_by = work.now, work.actor.user_id
            each.again_at = None
    if row.clock_tag is None:
        row.ended_at = work.now  # what an act told is done with; a clock goes on until it is met
    work.recorded(Event.NOTICE_ACKNOWLEDGED, row.id, row=row, cases=(row.case_id,))


def send_again(work: Work, mail_id: UUID) -> OutboxMail:
    """Put a message that was given up back into the outbox, once what was wrong is put right. Its Message-ID stays."""
    work.actor.require(Capability.USER_ADMIN)
    row = queries.dead_mail(work, mail_id)
    row.state, row.ended_at, row.failure = MailState.WAITING.value, None, None
    row.next_at = row.created_at = work.now
    work.recorded(Event.MAIL_AGAIN, row.id, row=row)
    return row
