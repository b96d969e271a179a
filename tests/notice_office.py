"""Reminders in an office under test: a mail server it knows, the jobs as the scheduler runs them, and what stands where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.models import Case
from app.db.base import new_id
from app.jobs.registry import sweep_clocks
from app.notifications import sending, telling
from app.notifications.models import Notice, OutboxMail
from app.security.structs.notices import MailMessage
from app.security.structs.notices import Notice as Said
from app.work import Outside
from tests.factories import OPERATOR, Office, Someone
from tests.mail_server import postbox


def with_mail(office: Office, port: int = 25, public_url: str | None = None, **server: Any) -> Office:
    """The same office, which knows a mail server from now on."""
    office.runtime = replace(office.runtime, outside=Outside(postbox(port, **server), public_url))
    return office


def sweep(office: Office) -> int:
    """The job that looks at deadlines."""
    return sweep_clocks(office.runtime, office.clock())


def again(office: Office) -> int:
    """The job that tells again."""
    return telling.again(office.runtime, office.clock())


def send(office: Office) -> int:
    """The job that sends."""
    return sending.send_waiting(office.runtime, office.clock())


def notices(office: Office, someone: Someone | None = None, *, ended: bool = False) -> list[tuple[Notice, Said]]:
    """Notices with what they say, by when they were told."""
    with office.work() as work:
        rows = work.session.scalars(select(Notice).order_by(Notice.told_at, Notice.id)).all()
        wanted = [
            row for row in rows if (someone is None or row.user_id == someone.id) and (row.ended_at is None) != ended
        ]
        work.recorded("page:opened")
        return [(row, work.vault.open(row.place(), row.notice_sealed, Said)) for row in wanted]


def kinds(office: Office, someone: Someone) -> list[str]:
    """What stands in a person's list."""
    return [said.kind for _row, said in notices(office, someone)]


def of_rule(office: Office, someone: Someone, rule: str) -> list[tuple[Notice, Said]]:
    """The person's notices of one rule."""
    return [(row, said) for row, said in notices(office, someone) if said.rule == rule]


def mails(office: Office) -> Sequence[OutboxMail]:
    """The outbox, oldest first."""
    with office.runtime.looking(OPERATOR) as work:
        return work.session.scalars(select(OutboxMail).order_by(OutboxMail.created_at, OutboxMail.id)).all()


def messages_for(office: Office, user_id: UUID) -> list[MailMessage]:
    """What lies or lay in the outbox for one person."""
    with office.work() as work:
        rows = work.session.scalars(select(OutboxMail).where(OutboxMail.user_id == user_id)).all()
        work.recorded("page:opened")
        return [work.vault.open(row.place(), row.message_sealed, MailMessage) for row in rows]


def give(office: Office, someone: Someone, case_id: UUID) -> UUID:
    """A notice of an act, in this person's list."""
    with office.work() as work:
        row = Notice(id=new_id(), user_id=someone.id, case_id=case_id, told_at=work.now, notice_sealed=b"")
        row.notice_sealed = work.vault.seal(row.place(), Said(kind="ASSIGNED"))
        work.session.add(row)
    return row.id


def dead_mail(office: Office, someone: Someone) -> UUID:
    """A message to this person that was given up."""
    with office.work() as work:
        ended = {"state": "dead", "attempts": 1, "next_at": work.now, "ended_at": work.now, "failure": "address"}
        row = OutboxMail(
            id=new_id(), user_id=someone.id, office_id=work.office, created_at=work.now, message_sealed=b"", **ended
        )
        row.message_sealed = work.vault.seal(row.place(), MailMessage(sort="WAITING", waiting=1))
        work.session.add(row)
    return row.id


def case_of(office: Office) -> UUID:
    """The only case of the office."""
    with office.runtime.looking(OPERATOR) as work:
        return work.session.scalars(select(Case.id)).one()
