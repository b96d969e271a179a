"""The job that empties the outbox: take, hand over, note; each in its own act, the talk with the server in none (security 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from typing import Final
from uuid import UUID

from app.accounts.genuine import is_genuine
from app.accounts.models import User
from app.audit.events import Event
from app.domain.access import system
from app.domain.errors import Unreadable
from app.logs import get_logger
from app.notifications import letter, outbox, smtp, tags
from app.notifications.models import OutboxMail
from app.notifications.outbox import Sort
from app.notifications.smtp import MailFailed
from app.security.structs.office import StaffContact
from app.work import Postbox, Runtime, Work

JOB: Final = "mail"
MOST: Final = 200  # in one run: the next one comes in a minute


@dataclass(frozen=True, slots=True, repr=False)
class _Taken:
    """A message in this sender's hands. `data` is empty where it cannot be sent at all."""

    id: UUID
    attempt: int
    lapses: datetime | None
    recipient: str = ""
    data: bytes = b""


def send_waiting(runtime: Runtime, _now: datetime) -> int:
    """Send what may leave by now; gives how many were handed over. Stops at the first failure that is the server's own."""
    postbox = runtime.outside.postbox
    if postbox is None:
        return 0
    handed = 0
    for _ in range(MOST):
        taken = _take(runtime, postbox)
        if taken is None:
            break
        failure = _deliver(postbox, taken)
        _note(runtime, taken, failure)
        handed += failure is None
        if failure is not None:
            get_logger().warning("mail.failed", reason=failure.word)
            if failure.of_server:
                break
    return handed


def _deliver(postbox: Postbox, taken: _Taken) -> MailFailed | None:
    if not taken.data:
        return MailFailed("address", for_good=True)
    try:
        smtp.deliver(postbox, taken.recipient, taken.data)
    except MailFailed as failure:
        return failure
    return None


def _take(runtime: Runtime, postbox: Postbox) -> _Taken | None:
    with runtime.begin(system(JOB)) as work:
        row = outbox.take(work)
        if row is None:
            return None
        work.recorded(Event.MAIL_TAKEN, row.id)
        return _opened(work, row, postbox)


def _opened(work: Work, row: OutboxMail, postbox: Postbox) -> _Taken:
    """The message as it will go over the line. One that does not open, or whose person is gone, is given up."""
    user = work.session.get(User, row.user_id)
    if user is None or user.is_disabled or not is_genuine(work.vault.crypt, user):
        return _Taken(row.id, row.attempts, None)
    try:
        message = outbox.read(work, row)
        address = work.vault.open(user.place(), user.contact_sealed, StaffContact).email
        data = letter.render(
            message,
            sender=postbox.sender,
            recipient=address,
            message_id=tags.message_id(work.vault.crypt, row.id, postbox.sender),
            written_at=row.created_at,
            language=user.language,
            public_url=work.runtime.outside.public_url,
        )
    except (Unreadable, ValueError, MessageError):
        return _Taken(row.id, row.attempts, None)
    return _Taken(row.id, row.attempts, outbox.lapses_at(row, Sort(message.sort)), address, data)


def _note(runtime: Runtime, taken: _Taken, failure: MailFailed | None) -> None:
    with runtime.begin(system(JOB)) as work:
        if failure is None:
            outbox.sent(work, taken.id, taken.attempt)
        else:
            outbox.failed(work, taken.id, taken.attempt, failure.word, None if failure.for_good else taken.lapses)
