"""Words for notices, choices and the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.notices import Kind, Mailing

KINDS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        Kind.WARN.value: _l("Due soon"),
        Kind.DUE.value: _l("Overdue"),
        Kind.SUPERVISOR.value: _l("Overdue, with the supervisor"),
        Kind.HEAD.value: _l("Overdue, with the head"),
        Kind.ASSIGNED.value: _l("You were put on this case"),
        Kind.HANDED_OVER.value: _l("This case was handed to you"),
        Kind.DECISION.value: _l("An end of handling waits for a decision"),
        Kind.TRANSFER.value: _l("Another unit asks you to take a case over"),
        Kind.ANSWER.value: _l("An institution answered a referral; confirm it or set it aside"),
    }
)
TONES: Final[Mapping[str, str]] = MappingProxyType({"WARN": "warn", "DUE": "bad", "SUPERVISOR": "bad", "HEAD": "bad"})
MAILINGS: Final[Mapping[Mailing, Any]] = MappingProxyType(
    {
        Mailing.OWN: _l("Deadlines and tasks of my own cases"),
        Mailing.LADDER: _l("Overdue deadlines that reach supervisor or head"),
        Mailing.DAILY: _l("The digest every morning at 07:30"),
        Mailing.WEEKLY: _l("The digest of the week, on Mondays"),
    }
)
FAILURES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "address": _l("The mail server does not know this person's address, or the account is switched off."),
        "hangs": _l("The mail server did not answer in time."),
        "refused": _l("The mail server refused the message."),
        "sender": _l("The mail server does not accept the sender's address."),
        "sign-in": _l("The mail server refused user name or password."),
        "tls": _l("The mail server could not prove its name over a private line."),
        "unreachable": _l("The mail server could not be reached, or closed the line."),
    }
)
