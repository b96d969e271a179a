"""What stands behind a public release (security 8): the true figures, and why each hidden cell is hidden."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct


class ReleaseFigures(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """The true counts of a release (S3), counts of people and never one of them. `hidden`: by table, code and reason."""

    unit_id: UUID
    total: int
    tables: dict[str, dict[str, int]]
    hidden: dict[str, dict[str, str]]
