"""What a person wants by mail, and when not. Without a choice: everything, but nothing at night."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Actor, Capability
from app.domain.errors import NotFound, Problem, Refused, Unreadable
from app.domain.notices import Mailing, Quiet, usual_quiet
from app.notifications.models import NoticeChoice
from app.security.structs.notices import NoticeChoices
from app.work import Work

_HOUR: Final = 60


def usual() -> NoticeChoices:
    """The choices of whoever made none."""
    quiet = usual_quiet()
    return NoticeChoices(mail=tuple(Mailing), quiet_from=_minutes(quiet.start), quiet_until=_minutes(quiet.end))


def of_people(work: Work, user_ids: Collection[UUID]) -> Mapping[UUID, NoticeChoices]:
    """The choices of each of these people; one query."""
    found: dict[UUID, NoticeChoices] = dict.fromkeys(user_ids, usual())
    for row in work.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id.in_(list(user_ids)))):
        found[row.user_id] = _read(work, row)
    return found


def offered(actor: Actor) -> tuple[Mailing, ...]:
    """What a person can get by mail: everything for those who see the deadlines of the unit, what is one's own for the others."""
    return tuple(Mailing) if actor.may(Capability.CLOCK_BOARD) else (Mailing.OWN,)


def own(work: Work) -> NoticeChoices:
    """The actor's choices."""
    return of_people(work, [_me(work)])[_me(work)]


def choose(
    work: Work,
    mail: Collection[str],
    quiet_from: time,
    quiet_until: time,
    offered: Collection[str] = tuple(Mailing),
) -> None:
    """Keep what the actor chose among what was `offered`; the rest stays as it was. Refused for a sort of mail that was not."""
    if not set(mail) <= set(offered):
        raise Refused(Problem("code.unknown", "mail", params={"list": "mail"}))
    kept = {sort for sort in own(work).mail if sort not in offered}
    chosen = NoticeChoices(
        mail=tuple(sort.value for sort in Mailing if sort in mail or sort in kept),
        quiet_from=_minutes(quiet_from),
        quiet_until=_minutes(quiet_until),
    )
    row = work.session.scalar(select(NoticeChoice).where(NoticeChoice.user_id == _me(work)).with_for_update())
    if row is None:
        row = NoticeChoice(
            id=new_id(), user_id=_me(work), office_id=work.office, changed_at=work.now, choices_sealed=b""
        )
        work.session.add(row)
    row.choices_sealed = work.vault.seal(row.place(), chosen)
    row.changed_at = work.now
    work.recorded(Event.NOTICES_CHOSEN, row.user_id, row=row)


def quiet_of(chosen: NoticeChoices) -> Quiet:
    """The quiet hours as the rules count them."""
    return Quiet(_time(chosen.quiet_from), _time(chosen.quiet_until))


def _read(work: Work, row: NoticeChoice) -> NoticeChoices:
    """What does not open counts as no choice: nobody misses a deadline by it, and no act of others stops at it. The doctor names it."""
    try:
        return work.vault.open(row.place(), row.choices_sealed, NoticeChoices)
    except Unreadable:
        return usual()


def _me(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotFound("person")
    return work.actor.user_id


def _minutes(at: time) -> int:
    return at.hour * _HOUR + at.minute


def _time(minutes: int) -> time:
    return time(minutes // _HOUR, minutes % _HOUR)
