"""Legal tracks of a case: opened, corrected, ended, followed again (case-management 8). A closed file goes on being watched while one is
open, so all of this is done to closed files too."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases.acting import (
    editable,
    fresh,
    known_codes,
    not_future,
    receiving,
    record_of,
    texts_within,
    today_of,
    within,
)
from app.cases.models import Case, Client, LegalTrack
from app.cases.sealing import Sealed, add_record, seal_into
from app.domain import legal as rules
from app.domain.errors import Conflict, Problem, Refused
from app.legal import milestones
from app.legal.reading import read_track, step_words, steps_of, track_words
from app.security.sections import Section
from app.security.structs import legal
from app.work import Work


def open_track(work: Work, case_id: UUID, track: legal.LegalTrack, text: legal.LegalTrackText) -> LegalTrack:
    """Open a track for one client, or for the whole case. Milestones of the same person that lie on no track come along.

    Refused for a day that has not come, and for a criminal track without its code of procedure (case-management 8.4).
    Conflict for a client entered by mistake.
    """
    case = receiving(work, case_id, closed_too=True)
    if track.client_id is not None:
        record_of(work, Client, case_id, track.client_id)
    track, text = _checked(work, case, track, text)
    row = add_record(work, LegalTrack, case.id, sealed(track, text), is_removed=False, ended_at=None)
    _adopt(work, row, track)
    work.touched(case.id, Event.LEGAL_TRACK_CHANGED, row.id, row=row, purpose="opened")
    return row


def save_track(
    work: Work,
    case_id: UUID,
    track_id: UUID,
    track: legal.LegalTrack,
    text: legal.LegalTrackText,
    *,
    expected: str | None,
) -> LegalTrack:
    """Correct what is known of a track; its kind and its client stay. Refused as for opening, and where it would begin after its end;
    Conflict for one taken back."""
    case = editable(work, case_id, closed_too=True)
    row, held, words = _standing(work, case_id, track_id, expected)
    track = msgspec.structs.replace(track, kind=held.kind, client_id=held.client_id, ends=held.ends)
    text = msgspec.structs.replace(text, ends=words.ends, reopened=words.reopened)
    track, text = _checked(work, case, track, text)
    if any(end.on < track.opened_on for end in track.ends):
        raise Refused(Problem("legal-track.end-before", "opened_on"))
    return _save(work, row, track, text, "changed")


def end_track(
    work: Work, case_id: UUID, track_id: UUID, end: legal.TrackEnd, words: str, *, expected: str | None
) -> LegalTrack:
    """Say that a track is followed no longer, and what came of it: with the last one a closed file is watched no longer.

    Refused for a day before it was opened or that has not come, without an outcome, and while a hearing on it lies ahead. Conflict for
    one that has ended.
    """
    case = editable(work, case_id, closed_too=True)
    row, track, text = _standing(work, case_id, track_id, expected)
    if row.ended_at is not None:
        raise Conflict("track ended")
    not_future(work, case, end.on, "on")
    known_codes(end)
    within(words, "text")
    problems = [*_against_end(work, case, row, track, end)]
    if problems:
        raise Refused(*problems)
    end = msgspec.structs.replace(end, by=work.actor.user_id)
    track = msgspec.structs.replace(track, ends=(*track.ends, end))
    row.ended_at = work.now
    return _save(work, row, track, msgspec.structs.replace(text, ends=(*text.ends, words)), "ended")


def reopen_track(work: Work, case_id: UUID, track_id: UUID, words: str, *, expected: str | None) -> LegalTrack:
    """Follow a track again, with the reason: new evidence, or its end was recorded by mistake. Refused without a reason; Conflict for a
    track that has not ended."""
    case = editable(work, case_id, closed_too=True)
    row, track, text = _standing(work, case_id, track_id, expected)
    if row.ended_at is None:
        raise Conflict("track open")
    if not words.strip():
        raise Refused(Problem("required", "text"))
    within(words, "text")
    last = msgspec.structs.replace(track.ends[-1], reopened_on=today_of(work, case), reopened_by=work.actor.user_id)
    track = msgspec.structs.replace(track, ends=(*track.ends[:-1], last))
    row.ended_at = None
    return _save(work, row, track, msgspec.structs.replace(text, reopened=(*text.reopened, words)), "reopened")


def take_back_track(work: Work, case_id: UUID, track_id: UUID, words: str) -> None:
    """Take a track back that was opened by mistake; the row stays. Refused without a reason, and while milestones stand on it."""
    editable(work, case_id, closed_too=True)
    row, track, text = _standing(work, case_id, track_id, None)
    if not words.strip():
        raise Refused(Problem("required", "text"))
    within(words, "text")
    if any(step.track_id == row.id for _row, step in steps_of(work, case_id)):
        raise Refused(Problem("legal-track.has-milestones"))
    row.is_removed = True
    _save(work, row, track, msgspec.structs.replace(text, note=f"{text.note}\n{words}".strip()), "taken-back")


def sealed(track: legal.LegalTrack, text: legal.LegalTrackText) -> Sealed:
    """The sealed columns of a track."""
    return {"track_sealed": (Section.LEGAL_TRACK, track), "text_sealed": (Section.LEGAL_TRACK_TEXT, text)}


def _standing(
    work: Work, case_id: UUID, track_id: UUID, expected: str | None
) -> tuple[LegalTrack, legal.LegalTrack, legal.LegalTrackText]:
    row = record_of(work, LegalTrack, case_id, track_id)
    fresh(expected, row.track_sealed, row.text_sealed)
    if row.is_removed:
        raise Conflict("taken back")
    return row, read_track(work, row), track_words(work, row)


def _checked(
    work: Work, case: Case, track: legal.LegalTrack, text: legal.LegalTrackText
) -> tuple[legal.LegalTrack, legal.LegalTrackText]:
    """The track with what belongs to its kind alone."""
    if not track.kind:
        raise Refused(Problem("required", "kind"))
    known_codes(track)
    texts_within(text)
    not_future(work, case, track.opened_on, "opened_on")
    criminal = track.kind in rules.CRIMINAL
    if criminal and not track.procedure_code:
        raise Refused(Problem("legal-track.procedure", "procedure_code"))
    track = msgspec.structs.replace(
        track,
        procedure_code=track.procedure_code if criminal else "",
        weight=track.weight if criminal else "",
        matters=track.matters if track.kind == rules.CIVIL else (),
    )
    return track, text


def _against_end(
    work: Work, case: Case, row: LegalTrack, track: legal.LegalTrack, end: legal.TrackEnd
) -> Iterator[Problem]:
    if not end.outcome:
        yield Problem("required", "outcome")
    if end.on < track.opened_on:
        yield Problem("legal-track.end-before", "on")
    today = today_of(work, case)
    own = (step for _row, step in steps_of(work, case.id) if step.track_id == row.id)
    if any(rules.waits(step.milestone, step.held) and step.on >= today for step in own):
        yield Problem("legal-track.hearing-ahead")


def _adopt(work: Work, row: LegalTrack, track: legal.LegalTrack) -> None:
    """Take along what was imported before there were tracks."""
    for step_row, step in steps_of(work, row.case_id):
        milestone = rules.milestones().get(step.milestone)
        fits = milestone is not None and track.kind in milestone.tracks
        if step.track_id is None and step.client_id == track.client_id and fits:
            placed = msgspec.structs.replace(step, track_id=row.id)
            seal_into(work, step_row, milestones.sealed(placed, step_words(work, step_row)))


def _save(work: Work, row: LegalTrack, track: legal.LegalTrack, text: legal.LegalTrackText, purpose: str) -> LegalTrack:
    seal_into(work, row, sealed(track, text))
    work.touched(row.case_id, Event.LEGAL_TRACK_CHANGED, row.id, row=row, purpose=purpose)
    return row
