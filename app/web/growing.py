"""Lists of a form that a person adds rows to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from wtforms import FieldList


class GrowingList(FieldList):  # type: ignore[type-arg]  # subscripted in its stubs only
    """Rows of sub-forms that a person adds to: each row carries a random id (`id`, an IdField) and knows whether it `is_blank`.

    A row that comes from elsewhere (a draft put back, somebody else's version) is prepared like those that were there: `prepare` is
    told once how, for instance what its lists offer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare: Callable[[Any], None] | None = None

    def prepare(self, how: Callable[[Any], None]) -> None:
        """Do this to every row, present and to come."""
        self._prepare = how
        for row in self.entries:
            how(row.form)

    def append_entry(self, data: Any = None) -> Any:
        """A further row, prepared; with no data one with a new id."""
        row = super().append_entry(data or {"id": uuid4()})
        if self._prepare is not None:
            self._prepare(row.form)
        return row

    def row_of(self, row_id: UUID) -> Any | None:
        """The row with this id; else an empty one, or a new one, that takes the id. None where the list is full."""
        found = next((row for row in self.entries if row.form.id.data == row_id), None)
        found = found or next((row for row in self.entries if row.form.is_blank), None)
        if found is None and len(self.entries) < (self.max_entries or 0):
            found = self.append_entry()
        if found is not None:
            found.form.id.data = row_id
        return found

    def add_blank(self, rows: int) -> None:
        """So many empty rows more, as far as the list takes them."""
        for _row in range(min(rows, (self.max_entries or 0) - len(self.entries))):
            self.append_entry()
