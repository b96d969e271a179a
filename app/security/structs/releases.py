"""What stands behind what leaves the office as numbers (security 8): true figures of a public release, recipient of an official return."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct


class ReleaseFigures(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The true counts of a release (S3), counts of people and never one of them. `hidden`: by table, code and reason."""

    unit_id: UUID
    total: int
    tables: dict[str, dict[str, int]]
    hidden: dict[str, dict[str, str]]


class ReturnNote(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """To whom an official return went and what for (S2): an institution, the office held there, a purpose; nobody of a case."""

    institution: str
    office: str
    purpose: str
