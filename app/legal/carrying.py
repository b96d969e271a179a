"""What the legal room passes on when another unit takes a case over (*pelimpahan*): tracks with their milestones, where that was ticked.

What clients wished about the police does not go along: the receiver asks anew, and its own supervisor decides.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from app.cases.models import LegalStep, LegalTrack
from app.cases.sealing import add_record
from app.cases.transfer_copy import Copied
from app.legal import milestones, reading, tracks
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.work import Work

PART: Final = "TB_HUKUM"


def carry(work: Work, source_id: UUID, copied: Copied) -> None:
    """Pass on the tracks of a case, in the act that takes it over: the new owner goes on watching them."""
    for track_row, track in reading.tracks_of(work, source_id):
        if _goes(track.client_id, copied):
            copied.ids[track_row.id] = _carry_track(work, track_row, track, copied).id
    for step_row, step in reading.steps_of(work, source_id):
        if _goes(step.client_id, copied) and _goes(step.track_id, copied):
            copied.ids[step_row.id] = _carry_step(work, step_row, step, copied).id


def _carry_track(work: Work, row: LegalTrack, track: legal.LegalTrack, copied: Copied) -> LegalTrack:
    theirs = msgspec.structs.replace(track, client_id=_of(track.client_id, copied))
    clear = {"is_removed": False, "ended_at": row.ended_at, "created_at": row.created_at, "created_by": row.created_by}
    sealed = tracks.sealed(theirs, reading.track_words(work, row))
    return add_record(work, LegalTrack, copied.case.id, sealed, **clear)


def _carry_step(work: Work, row: LegalStep, step: Step, copied: Copied) -> LegalStep:
    """Who of us was to go to a hearing goes to none of theirs."""
    theirs = msgspec.structs.replace(
        step,
        client_id=_of(step.client_id, copied),
        track_id=_of(step.track_id, copied),
        companion=step.companion if step.held else None,
    )
    clear = {"is_removed": False, "created_at": row.created_at, "created_by": row.created_by}
    return add_record(
        work, LegalStep, copied.case.id, milestones.sealed(theirs, reading.step_words(work, row)), **clear
    )


def _goes(source_id: UUID | None, copied: Copied) -> bool:
    return source_id is None or source_id in copied.ids


def _of(source_id: UUID | None, copied: Copied) -> UUID | None:
    return copied.ids[source_id] if source_id is not None else None
