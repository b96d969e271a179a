"""Closed, legal watch continues: which closed cases somebody goes on watching, and until when (case-management 6.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import load_only

from app.cases import families
from app.cases.models import Case, LegalTrack, Termination
from app.cases.terminations import State
from app.domain.errors import Unreadable
from app.domain.stages import Status
from app.security.sections import Section
from app.security.structs import handling
from app.work import Work


def watched(work: Work, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Of these cases the closed ones whose legal steps somebody goes on watching (case-management 6.2): a legal track is open, there or in
    a file merged into it; where there never was a track, a standing end of a client says so. Coded heads alone; one that does not open says
    nothing."""
    closed = work.session.scalars(
        select(Case.id).where(Case.id.in_(case_ids), Case.status == Status.CLOSED.value)
    ).all()
    tracks = _tracks_of(work, closed)
    without = [case_id for case_id in closed if not tracks[case_id]]
    rows = work.session.scalars(
        select(Termination).where(Termination.case_id.in_(without), Termination.state == State.APPROVED.value)
    ).all()
    followed = {case_id for case_id, found in tracks.items() if any(track.ended_at is None for track in found)}
    return frozenset(followed | {row.case_id for row in rows if _goes_on(work, row)})


def _tracks_of(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, list[LegalTrack]]:
    """The legal tracks of each of these cases, with those of the files merged into it; clear columns alone."""
    merges = families.merged_into(work, case_ids)
    home = {merge.duplicate_id: case_id for case_id, found in merges.items() for merge in found}
    home |= {case_id: case_id for case_id in case_ids}
    found: dict[UUID, list[LegalTrack]] = {case_id: [] for case_id in case_ids}
    wanted = select(LegalTrack).options(load_only(LegalTrack.case_id, LegalTrack.ended_at, raiseload=True))
    for track in work.session.scalars(wanted.where(LegalTrack.case_id.in_(home), LegalTrack.is_removed.is_(False))):
        found[home[track.case_id]].append(track)
    return found


def _goes_on(work: Work, row: Termination) -> bool:
    try:
        place = row.place(Section.TERMINATION)
        return work.vault.open(place, row.termination_sealed, handling.Termination).legal_watch
    except Unreadable:
        return False
