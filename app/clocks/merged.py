"""The clocks of files that were merged: they run once, in the file that stays, as what was decided and told of them in either file.

The stored clocks of the merged file are left as they were, so that an undone merge finds them again; the file itself has no due moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.cases import families, joining
from app.cases import queries as case_queries
from app.cases.models import CaseMerge, Note
from app.clocks.models import CaseClocks
from app.safety.reading import Stay
from app.safety.reading import by_case as stays_of
from app.security.structs.case import CaseClocks as Document
from app.work import Work


class Gathering:
    """What clocks are made of besides the coded files, for the cases of an act, each with the files merged into it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.merges: Mapping[UUID, list[CaseMerge]] = families.merges_of_act(work)
        merges = [merge for found in self.merges.values() for merge in found]
        whole = list(dict.fromkeys([*work.touched_cases, *(merge.duplicate_id for merge in merges)]))
        self._matches = families.matches_of(work, merges)
        self._notes: dict[UUID, list[Note]] = defaultdict(list)
        for note in case_queries.records(work.session, Note, whole):
            self._notes[note.case_id].append(note)
        self._stays = stays_of(work, whole)
        rows = work.session.scalars(select(CaseClocks).where(CaseClocks.case_id.in_(whole)))
        self.stored: dict[UUID, CaseClocks] = {row.case_id: row for row in rows}

    def notes(self, case_id: UUID) -> list[Note]:
        """The notes of the case, and of the files merged into it."""
        theirs = (note for merge in self._of(case_id) for note in self._notes[merge.duplicate_id])
        return [*self._notes[case_id], *theirs]

    def stays(self, case_id: UUID) -> Sequence[Stay]:
        """The stays in a shelter, about the clients they are about here."""
        found: list[Stay] = list(self._stays.get(case_id, ()))
        for merge in self._of(case_id):
            clients = self._matches[merge.id].clients
            found += [(row, joining.moved(stay, clients)) for row, stay in self._stays.get(merge.duplicate_id, ())]
        return found

    def documents(self, case_id: UUID) -> list[Document]:
        """The stored clocks of the files merged into the case, with ids as the clocks have them here."""
        return [
            _turned(_read(self.work, self.stored[merge.duplicate_id]), self._ids(case_id, merge))
            for merge in self._of(case_id)
            if merge.duplicate_id in self.stored
        ]

    def _of(self, case_id: UUID) -> Sequence[CaseMerge]:
        return self.merges.get(case_id, ())

    def _ids(self, case_id: UUID, merge: CaseMerge) -> Mapping[str, str]:
        pairs = {merge.duplicate_id: case_id, **self._matches[merge.id].clients}
        return {str(theirs): str(ours) for theirs, ours in pairs.items()}


def _read(work: Work, row: CaseClocks) -> Document:
    return work.vault.open(row.place(), row.clocks_sealed, Document)


def _turned(document: Document, ids: Mapping[str, str]) -> Document:
    clocks = tuple(_with_ids(record, ids) for record in document.clocks)
    waivers = tuple(_with_ids(record, ids) for record in document.waivers)
    return msgspec.structs.replace(document, clocks=clocks, waivers=waivers)


def _with_ids(record: Mapping[str, object], ids: Mapping[str, str]) -> dict[str, object]:
    return {name: _swapped(value, ids) for name, value in record.items()}


def _swapped(value: object, ids: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    for theirs, ours in ids.items():
        value = value.replace(theirs, ours)
    return value
