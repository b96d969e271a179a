"""Documents about the safety of a client: risk assessments (case-management 4.6)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class RiskAssessment(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """How much at risk one client was found to be on one day. A prompt in neither tuple is not known."""

    client_id: UUID
    on: date
    number: int = 1  # of the client's assessments, in the order they were written
    present: tuple[str, ...] = ()  # danger prompts that hold
    absent: tuple[str, ...] = ()  # danger prompts that do not
    level: str
    suggested: str = ""  # what the table suggested for these answers
    basis: str = ""
    at_intake: bool = False


class RiskWords(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What was found, and why another level was chosen than the table suggests (S4)."""

    words: str = ""
    reason: str = ""
