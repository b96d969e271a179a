"""Documents of those who work on a case: what they declare, how they hand it on (security 3, case-management 12)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Stand(Struct, frozen=True):
    """One answer or decision on a person's part in the matter: what, when, by whom, in which words."""

    stance: str  # free, involved, noted, lifted (`app.cases.impartial.Stance`)
    at: datetime
    by: UUID | None = None
    words: str = ""


class Declaration(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What a person said of having a part in the matter, and what a supervisor decided, oldest first (S4)."""

    stands: tuple[Stand, ...] = ()


class HandOver(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the next person has to know of a case handed on (S4)."""

    text: str
