"""What a village note of PATBM holds, and what came of it (case-management 7, last paragraph; design 2)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct


class VillageNote(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Coded: when, where, whom as far as one can tell, what kind, and whether there is danger now. Empty once it lies in a case."""

    on: date | None = None
    village: str = ""  # area code: village, or kecamatan where the village is not in the list
    sex: str = ""
    age: int | None = None  # guessed, completed years
    violence: tuple[str, ...] = ()
    danger: str = ""  # YA, TIDAK
    sent_at: datetime | None = None
    sent_by: UUID | None = None  # the volunteer, or who of the office wrote it down
    received_at: datetime | None = None
    received_by: UUID | None = None


class VillageNoteText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Words (S4): no NIK, no name in full, no chronology. `advice` is the office's, where no case came of the note."""

    called: str = ""  # initial or nickname
    help: str = ""
    informed: str = ""
    contact: str = ""  # for the call back
    brought_by: str = ""  # the volunteer, where the office wrote the note down
    advice: str = ""


class VillageNoteFate(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What a note led to: sealed, because a note that leads to a case names the case's channel and village."""

    kind: str = ""  # `domain.village_notes.Fate`
    reason: str = ""
    draft_id: UUID | None = None
    case_id: UUID | None = None
    origin_id: UUID | None = None  # the record that holds the note in the case
    contact_id: UUID | None = None
    at: datetime | None = None
    by: UUID | None = None
