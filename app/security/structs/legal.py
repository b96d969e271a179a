"""Documents of the legal room: tracks, what happened on them, and whether the police are told (case-management 8, 9.3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class TrackEnd(Struct, frozen=True, kw_only=True):
    """A track that was followed no longer, and since when it is followed again."""

    on: date
    outcome: str
    by: UUID | None = None
    reopened_on: date | None = None
    reopened_by: UUID | None = None


class LegalTrack(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """One matter before police, prosecution, court or office: of one client, or of the whole case."""

    client_id: UUID | None = None
    kind: str
    procedure_code: str = ""
    matters: tuple[str, ...] = ()  # of a civil case
    weight: str = ""  # of the investigation, as the police class it
    opened_on: date
    ends: tuple[TrackEnd, ...] = ()


class LegalTrackText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Parties, office and numbers of a track, and the words of its ends (S4)."""

    parties: str = ""
    office: str = ""
    numbers: str = ""
    note: str = ""
    ends: tuple[str, ...] = ()  # one an end
    reopened: tuple[str, ...] = ()  # one an end that was taken back


class PoliceWish(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What a client wishes about telling the police, and what the supervisor decided (UU 12/2022 Pasal 41; case-management 9.3)."""

    client_id: UUID
    on: date
    wish: str
    decision: str = ""
    decided_on: date | None = None
    review_on: date | None = None
    alone: bool = False  # one person recorded and decided, where the unit has nobody else


class PoliceWishText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The client's words, the advice given, why it was decided so (S4)."""

    wish_words: str = ""
    advice: str = ""
    reason: str = ""
