"""Documents of reminders: what somebody was told of a case, a message that waits for the mail server, what a person chose."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Notice(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What one person was told of one case (S3: a rule names the crime). `times`: how often by now."""

    kind: str
    rule: str = ""
    rule_version: int = 0
    due_at: datetime | None = None
    danger: bool = False
    times: int = 1


class MailMessage(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """A message before it is rendered: what sort it is, and numbers. No text, no name, no address, no case."""

    sort: str  # WAITING, DAILY, WEEKLY
    waiting: int = 0
    overdue: int = 0
    today: int = 0
    week: int = 0
    told: int = 0  # notices of the last seven days, of the weekly digest
    unseen: int = 0  # and those of them nobody acknowledged
    answers: int = 0  # of institutions that wait for confirmation, of a digest


class NoticeChoices(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What a person of the staff wants by mail, and between which hours nothing (minutes of the local day)."""

    mail: tuple[str, ...]
    quiet_from: int
    quiet_until: int
