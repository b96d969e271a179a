"""What is written about keeping and erasing files (case-management 12, security 2.7)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class RetentionRule(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The rule of a unit (S2): whether it is on, whole years after the closing, from which day, and by which decree. The unit stands in
    it too, so that a rule cannot be moved to another one."""

    unit_id: UUID
    is_on: bool
    years: int
    since: date
    basis: str


class HoldReason(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Why a file is held, and why no longer (S4)."""

    text: str
    lifted: str = ""


class ErasureWords(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """A proposal to erase (S4): the legal basis, the reason, and what was answered where it was not approved."""

    basis: str
    reason: str
    answer: str = ""


class Officer(Struct, frozen=True):
    """Somebody of the staff, named on the certificate as they were called then."""

    id: UUID | None
    name: str
    roles: str = ""


class Erased(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """What the certificate of an erasure says (S4): nothing of who was in the file."""

    number: str  # of the certificate, within the unit and year
    register_no: str
    merged: tuple[str, ...]  # register numbers of files that counted within it, erased in the same act
    ended_on: date | None
    basis: str
    reason: str
    proposed_by: Officer
    approved_by: Officer
    on: date
    last_backup_on: date  # when the last backup that may hold it expires
    records: int
    files: int
