"""Documents of the files kept in a case (issue "Documents"): what a file is, in codes and numbers, and what people call it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class StoredPart(Struct, frozen=True):
    """One sealed file of a document: `main` is what is handed out, `shown` and `thumbnail` are made of it."""

    file_id: UUID
    role: str
    media_type: str
    size: int
    sha256: str = ""  # of the file as it was before it was sealed


class Document(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What a document is: its kind, the day it bears, what it belongs to, its file."""

    kind: str
    on: date
    client_id: UUID | None = None
    consent_id: UUID | None = None
    referral_id: UUID | None = None
    legal_step_id: UUID | None = None
    is_evidence: bool = False  # the file is kept byte for byte
    media_type: str = ""
    size: int = 0
    pages: int = 0
    parts: tuple[StoredPart, ...] = ()


class DocumentText(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What people call it, the name it arrived under, a note, and why it was removed (S4)."""

    title: str = ""
    file_name: str = ""
    note: str = ""
    removal: str = ""
