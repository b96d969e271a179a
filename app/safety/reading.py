"""Stays in a shelter as they are stored. The caller answers for who may know of them: `readers` for people, the act's event for counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from app.cases import queries
from app.domain.errors import Unreadable
from app.safety.models import ShelterStay
from app.security.sections import Section
from app.security.structs import safety
from app.work import Work

Stay = tuple[ShelterStay, safety.ShelterStay]


def exist(work: Work, case_id: UUID) -> bool:
    """Whether the case has any stay, by clear columns: it says nothing of whose or where."""
    return any(not row.is_removed for row in queries.records(work.session, ShelterStay, [case_id]))


def by_case(work: Work, case_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Stay]]:
    """The stays of these cases, oldest first, without those taken back; one query however many cases."""
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for row in queries.records(work.session, ShelterStay, case_ids):
        if not row.is_removed:
            found[row.case_id].append((row, read(work, row)))
    return {case_id: sorted(stays, key=_order) for case_id, stays in found.items()}


def readable(work: Work, case_ids: Iterable[UUID]) -> tuple[Mapping[UUID, Sequence[Stay]], int]:
    """As `by_case`, without the stays that do not open, and how many these are: for pages, which must stand all the same."""
    found: dict[UUID, list[Stay]] = defaultdict(list)
    lost = 0
    for row in queries.records(work.session, ShelterStay, case_ids):
        if row.is_removed:
            continue
        try:
            found[row.case_id].append((row, read(work, row)))
        except Unreadable:
            lost += 1
    return {case_id: sorted(stays, key=_order) for case_id, stays in found.items()}, lost


def of_case(work: Work, case_id: UUID) -> Sequence[Stay]:
    """The stays of one case, oldest first."""
    return by_case(work, [case_id]).get(case_id, ())


def read(work: Work, row: ShelterStay) -> safety.ShelterStay:
    """The coded part of a stay."""
    return work.vault.open(row.place(Section.SHELTER), row.stay_sealed, safety.ShelterStay)


def words_of(work: Work, row: ShelterStay) -> safety.ShelterWords:
    """The words of a stay (S4)."""
    return work.vault.open(row.place(Section.SHELTER_TEXT), row.text_sealed, safety.ShelterWords)


def _order(pair: Stay) -> tuple[str, str]:
    return pair[1].in_on.isoformat(), pair[1].in_time
