"""The bed register of a unit: how many beds each shelter has, how many are taken, and by whom for those who may know (F11).

Beds are office data. Counting those taken opens the coded part of every stay of the unit, as counting does (design 2), and shows a number;
masks are shown of the cases on whose list the reader stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.audit.events import Event
from app.cases.acting import CLOSED_TO_EDITS
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.errors import Problem, Refused, Stale, Unreadable
from app.domain.shelter import STANDARDS, days_of, standard_for
from app.referrals import directory
from app.referrals.models import Institution
from app.safety.models import ShelterSetting, ShelterStay
from app.safety.reading import by_case, readable
from app.security.sections import Purpose
from app.security.structs.office import Institution as Profile
from app.work import Work

TYPE: Final = "IN_SHELTER"


# --- beds ------------------------------------------------------------------------------------------------------------


def shelters(work: Work, unit_id: UUID) -> list[tuple[Institution, Profile]]:
    """The shelters of a unit's directory that are in use, by name, each with its profile. `closed` says how many profiles do not open."""
    return [(row, profile) for row, profile in _held(work, unit_id) if profile is not None and profile.type == TYPE]


def closed(work: Work, unit_id: UUID) -> int:
    """How many institutions of the directory do not open: a shelter may be among them."""
    return sum(profile is None for _row, profile in _held(work, unit_id))


def _held(work: Work, unit_id: UUID) -> Iterator[tuple[Institution, Profile | None]]:
    for row in directory.of_area(work, unit_id):
        try:
            yield row, directory.read(work, row)
        except Unreadable:
            yield row, None


def cases_with_stays(work: Work, unit_id: UUID) -> list[UUID]:
    """Cases of the unit that have a stay, by clear columns; none that is voided, rejected or part of an import under way."""
    wanted = (
        select(ShelterStay.case_id)
        .join(Case, Case.id == ShelterStay.case_id)
        .where(
            Case.unit_id == unit_id,
            Case.is_hidden.is_(False),
            Case.status.not_in(CLOSED_TO_EDITS),
            ShelterStay.is_removed.is_(False),
        )
        .distinct()
    )
    return sorted(work.session.scalars(wanted), key=str)


@dataclass(frozen=True, slots=True)
class Taken:
    """How many beds of each shelter are taken; `unknown`: stays that do not open, whose shelter nobody can tell."""

    by_shelter: Mapping[UUID, int]
    unknown: int = 0


def taken(work: Work, case_ids: Sequence[UUID]) -> Taken:
    """The beds that are taken, counted from the stays of these cases."""
    work.vault.keys.preload(Purpose.CASE, list(case_ids))
    stays, lost = readable(work, case_ids)
    present = (head.institution_id for pairs in stays.values() for _row, head in pairs if head.out_on is None)
    return Taken(Counter(present), lost)


def is_full(work: Work, unit_id: UUID, institution_id: UUID) -> bool:
    """Whether a shelter with counted beds has none free."""
    count = directory.read(work, directory.get(work, institution_id)).beds
    if count is None:
        return False
    held = taken(work, cases_with_stays(work, unit_id)).by_shelter
    return held.get(institution_id, 0) >= count


# --- the standard of the unit ----------------------------------------------------------------------------------------


def standard_of(work: Work, unit_id: UUID) -> str:
    """The service standard the unit took over for the length of a stay; "" for none."""
    return standards_of(work, [unit_id]).get(unit_id, "")


def standards_of(work: Work, unit_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The standards of several units, in one query."""
    rows = work.session.scalars(select(ShelterSetting).where(ShelterSetting.unit_id.in_(unit_ids)))
    return {row.unit_id: standard_for(row.days) for row in rows}


def set_standard(work: Work, standard: str, *, expected: str | None = None) -> ShelterSetting:
    """Take a standard over, or none. The deadlines of those who are in a shelter now follow. Stale where somebody else did meanwhile.

    Refused for what is no standard.
    """
    work.actor.require(Capability.CASE_APPROVE)
    if standard not in {"", *STANDARDS}:
        raise Refused(Problem("code.unknown", "standard", params={"list": "standard"}))
    unit_id = work.actor.own_unit()
    if expected is not None and expected != standard_of(work, unit_id):
        raise Stale("standard")
    row = work.session.get(ShelterSetting, unit_id)
    if row is None:
        row = ShelterSetting(unit_id=unit_id, days=None)
        work.session.add(row)
    row.days = days_of(standard)
    for case_id, pairs in by_case(work, cases_with_stays(work, unit_id)).items():
        if any(head.out_on is None for _row, head in pairs):
            work.count_again(case_id)
    work.recorded(Event.SHELTER_SET, unit_id, row=row)
    return row
