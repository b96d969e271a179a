"""Documents of experts: what the author alone reads, what the team reads, what the author released (security 3, case-management 12)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class ExpertNote(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded head: of which discipline, on which day, about whom, by whom in which role."""

    kind: str
    on: date
    client_id: UUID | None = None
    written_by: UUID | None = None  # stays when the notes are handed on
    role: str = ""


class ExpertSummary(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the team has to know (S4)."""

    text: str


class ExpertNotes(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The author's own notes, and the report the author may release (S4, readable by the author alone)."""

    notes: str = ""
    report: str = ""


class ExpertRelease(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """To whom the author released the report, and when: the team, or one referral."""

    note_id: UUID
    on: date
    referral_id: UUID | None = None  # none: to the team


class ExpertReport(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The report as it was released: a copy that later writing does not change (S4)."""

    text: str
