"""Documents of a person's own work: tasks, and filters of the case list kept under a name. Under the office key."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct


class OwnTask(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Something a person set down for themselves. Words of a case may stand in it, so all of it is sealed (S4)."""

    text: str
    due_on: date | None = None
    case_id: UUID | None = None
    done_on: date | None = None


class Criterion(Struct, frozen=True):
    """One filled field of the filters: its name and what stands in it."""

    name: str
    value: str


class SavedFilter(Struct, frozen=True, tag_field="v", tag=1, kw_only=True):
    """Filters of the case list under a name. A kind of violence or a kecamatan may be among them, so all of it is sealed."""

    name: str
    criteria: tuple[Criterion, ...] = ()
