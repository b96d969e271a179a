"""Keyed names of what must be found again and may not be read: a clock of a case, a message, an entry of a calendar.

One key for all of them (`Derived.NOTICE`), one domain for each.
"""

from __future__ import annotations

from uuid import UUID

from app.security.keyring import Derived
from app.security.primitives import injective, mac
from app.security.vault import Crypt


def clock_tag(crypt: Crypt, clock_id: str) -> bytes:
    """Finds the notices of one clock; its id holds the rule, which names the crime."""
    return _tag(crypt, b"clock", clock_id.encode())


def message_id(crypt: Crypt, mail_id: UUID, sender: str) -> str:
    """The Message-ID of a message: the same at every try, another in every office, and nothing of this computer's name in it."""
    domain = sender.rpartition("@")[2].lower()
    return f"<{_tag(crypt, b'mail', mail_id.bytes).hex()}@{domain}>"


def entry_uid(crypt: Crypt, user_id: UUID, case_id: UUID) -> str:
    """The UID of a calendar entry: stable, so that a moved deadline moves the entry; of one person alone, so that two feeds tell nothing."""
    return f"{_tag(crypt, b'entry', user_id.bytes, case_id.bytes).hex()}@naungan.invalid"


def _tag(crypt: Crypt, *items: bytes) -> bytes:
    return mac(crypt.derived(Derived.NOTICE), injective(b"ppa/notice/v1", *items))[:16]
