"""Tracks, milestones and wishes as they are stored. The caller answers for who may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.cases import queries
from app.cases.models import LegalStep, LegalTrack
from app.legal.models import PoliceWish
from app.security.sections import Section
from app.security.structs import legal
from app.security.structs import work as work_structs
from app.work import Work

Track = tuple[LegalTrack, legal.LegalTrack]
Step = tuple[LegalStep, work_structs.LegalStep]
Wish = tuple[PoliceWish, legal.PoliceWish]


def tracks_of(work: Work, case_id: UUID) -> Sequence[Track]:
    """The tracks of a case, oldest first, without those taken back."""
    rows = queries.records(work.session, LegalTrack, [case_id])
    return [(row, read_track(work, row)) for row in rows if not row.is_removed]


def steps_of(work: Work, case_id: UUID) -> Sequence[Step]:
    """The milestones of a case by their day, without those taken back."""
    rows = [row for row in queries.records(work.session, LegalStep, [case_id]) if not row.is_removed]
    return sorted(((row, read_step(work, row)) for row in rows), key=by_day)


def by_day(pair: Step) -> tuple[str, str, str]:
    """Milestones stand by day, time, and when they were written."""
    row, step = pair
    return step.on.isoformat(), step.time, row.created_at.isoformat()


def wishes_of(work: Work, case_id: UUID) -> Sequence[Wish]:
    """What clients of a case wished about the police, oldest first; the last one of a client counts."""
    return [(row, read_wish(work, row)) for row in queries.records(work.session, PoliceWish, [case_id])]


def read_track(work: Work, row: LegalTrack) -> legal.LegalTrack:
    """The coded part of a track."""
    return work.vault.open(row.place(Section.LEGAL_TRACK), row.track_sealed, legal.LegalTrack)


def track_words(work: Work, row: LegalTrack) -> legal.LegalTrackText:
    """The words of a track (S4)."""
    return work.vault.open(row.place(Section.LEGAL_TRACK_TEXT), row.text_sealed, legal.LegalTrackText)


def read_step(work: Work, row: LegalStep) -> work_structs.LegalStep:
    """The coded part of a milestone."""
    return work.vault.open(row.place(Section.LEGAL_STEP), row.step_sealed, work_structs.LegalStep)


def step_words(work: Work, row: LegalStep) -> work_structs.LegalStepText:
    """The words of a milestone (S4)."""
    return work.vault.open(row.place(Section.LEGAL_STEP_TEXT), row.text_sealed, work_structs.LegalStepText)


def read_wish(work: Work, row: PoliceWish) -> legal.PoliceWish:
    """The coded part of a wish and its decision."""
    return work.vault.open(row.place(Section.POLICE_WISH), row.wish_sealed, legal.PoliceWish)


def wish_words(work: Work, row: PoliceWish) -> legal.PoliceWishText:
    """The words of a wish and its decision (S4)."""
    return work.vault.open(row.place(Section.POLICE_WISH_TEXT), row.text_sealed, legal.PoliceWishText)
