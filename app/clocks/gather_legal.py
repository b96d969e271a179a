"""From the legal tracks of a case to what the clock engine takes: each track a subject of its own, each milestone the steps it is by the
table of `domain/legal` (case-management 8; 9.2-9.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from app.cases.casefile import CodedFile
from app.cases.models import LegalStep, LegalTrack
from app.cases.terminations import State
from app.clocks.moments import at_day
from app.domain import legal
from app.domain.clocks import Event, EventKind, Fact, Subject, SubjectKind
from app.domain.zones import Zone
from app.security.structs import legal as structs
from app.security.structs import work

WHOLE: tuple[str, ...] = ("is_tpks", "tppo", "kdrt")
"""What a track of the whole case has where any of its clients has it: rules on tracks ask for the crime."""
AWARDS = frozenset({"LG_PUTUSAN", "LG_RESTITUSI_TETAP"})

Step = tuple[LegalStep, work.LegalStep]
Track = tuple[LegalTrack, structs.LegalTrack]


def tracks_of(file: CodedFile) -> Sequence[Track]:
    """The tracks that count: not of somebody who was entered by mistake."""
    return [(row, track) for row, track in file.tracks if file.concerns(track.client_id)]


def is_followed(file: CodedFile) -> bool:
    """Whether a track is open still; where the case has none, whether the end of a client says that the legal steps are watched."""
    tracks = tracks_of(file)
    if tracks:
        return any(row.ended_at is None for row, _track in tracks)
    return any(row.state == State.APPROVED.value and end.legal_watch for row, end in file.terminations)


def subjects(file: CodedFile, clients: Sequence[Subject]) -> Iterator[Subject]:
    """One subject a track, below its client or the case."""
    whole = {name: any(client.facts.get(name) is True for client in clients) for name in WHOLE}
    awarded = {step.track_id for _row, step in file.milestones if step.milestone in AWARDS and step.amount}
    for row, track in tracks_of(file):
        facts: Mapping[str, Fact] = {
            "track": track.kind,
            "procedure_code": track.procedure_code,
            "weight": track.weight,
            "restitution": row.id in awarded,
        }
        known = facts if track.client_id is not None else {**whole, **facts}
        yield Subject(row.id, SubjectKind.TRACK, track.client_id or file.case.id, known)


def events(file: CodedFile, zone: Zone) -> Iterator[Event]:
    """What happened on the tracks, and that they ended. A hearing that lies ahead, or was put off, is no step yet."""
    tracks = {row.id: track for row, track in tracks_of(file)}
    for row, step in file.milestones:
        home = _home(file, tracks, step)
        if home is not None:
            yield from _steps(home, row, step, zone)
    ended = {row.id: track.ends[-1].on for row, track in tracks_of(file) if row.ended_at is not None}
    for track_id, on in ended.items():
        yield Event(EventKind.TRACK_ENDED, track_id, on, str(track_id))
    if tracks and len(ended) == len(tracks):
        yield Event(EventKind.LEGAL_ENDED, file.case.id, max(ended.values()), str(file.case.id))


def _home(file: CodedFile, tracks: Mapping[UUID, structs.LegalTrack], step: work.LegalStep) -> UUID | None:
    """The subject a milestone is recorded on: its track; before there were tracks its client, or the case. None: it counts no more."""
    if step.track_id is not None:
        return step.track_id if step.track_id in tracks else None
    if not file.concerns(step.client_id):
        return None
    return step.client_id or file.case.id


def _steps(home: UUID, row: LegalStep, step: work.LegalStep, zone: Zone) -> Iterator[Event]:
    milestone = legal.milestones().get(step.milestone)
    if milestone is None or not legal.happened(milestone.ahead, step.held):
        return
    at = at_day(step.on, step.time, zone)
    yield Event(EventKind.LEGAL_NEWS, home, at, str(row.id))
    for each in legal.steps(milestone, step.on, msgspec.structs.asdict(step)):
        yield Event(each.event, home, at if each.own_day else each.on, str(row.id), each.tells)
