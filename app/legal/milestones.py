"""Milestones of a track: recorded, entered ahead, corrected, taken back (case-management 8.1-8.3; the table of `domain/legal`).

An order out of the ordinary is shown on the track and stops nobody. On a closed file milestones are recorded as before: that is what its
legal watch is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases.acting import editable, fresh, known_codes, not_future, record_of, texts_within, today_of
from app.cases.models import Case, LegalStep, LegalTrack
from app.cases.sealing import Sealed, add_record, seal_into
from app.cases.team import unit_people
from app.domain import legal as rules
from app.domain.errors import Conflict, Problem, Refused
from app.domain.legal import Field, Milestone
from app.legal.reading import read_step, read_track, step_words, steps_of
from app.security.sections import Section
from app.security.structs import legal
from app.security.structs.work import LegalStep as Step
from app.security.structs.work import LegalStepText as Words
from app.work import Work

_DAYS: Final = ("received_on", "told_on", "expires_on")
_ALWAYS: Final = frozenset({"client_id", "milestone", "on", "track_id", "note", "taken_back"})


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What came of a hearing, and where the next one is known, when it is."""

    held: str
    attended: str = ""
    result: str = ""
    next_on: date | None = None
    next_time: str = ""
    next_agenda: str = ""


def record_step(
    work: Work, case_id: UUID, track_id: UUID, step: Step, words: Words, *, knowingly: bool = False
) -> LegalStep:
    """Record a milestone on an open track. Only hearings and meetings may lie ahead. A track in a merged file goes on there.

    Refused for a milestone of another kind of track, a missing answer, days that cannot be, a companion of another unit; and for a second
    one of what a track usually has once, unless done `knowingly`. Conflict where the track has ended.
    """
    case = editable(work, case_id, closed_too=True)
    track_row, track = _open_track(work, case_id, track_id)
    milestone = _of_track(track, step.milestone)
    step = msgspec.structs.replace(step, track_id=track_row.id, client_id=track.client_id)
    step, words = _checked(work, case, milestone, step, words, None)
    if not milestone.is_repeatable and not knowingly and _stands(work, case_id, track_id, milestone.code):
        raise Refused(Problem("legal.once", "knowingly"))
    row = add_record(work, LegalStep, case.id, sealed(step, words), is_removed=False)
    work.touched(case.id, Event.LEGAL_STEP_RECORDED, row.id, row=row)
    return row


def save_step(work: Work, case_id: UUID, step_id: UUID, step: Step, words: Words, *, expected: str | None) -> LegalStep:
    """Correct a milestone; which one it is, and its track, stay. Refused as for recording; Conflict where the track has ended."""
    case = editable(work, case_id, closed_too=True)
    row, held, before = _standing(work, case_id, step_id, expected)
    kept = msgspec.structs.replace(step, milestone=held.milestone, track_id=held.track_id, client_id=held.client_id)
    kept, words = _checked(work, case, rules.milestones()[held.milestone], kept, words, held.companion)
    return _save(work, row, kept, msgspec.structs.replace(words, taken_back=before.taken_back))


def record_outcome(work: Work, case_id: UUID, step_id: UUID, outcome: Outcome, *, expected: str | None) -> LegalStep:
    """Record what came of a hearing or meeting; with the day of the next one that is entered ahead, with the same court and companion, who
    is nobody yet where that person left the unit.

    Refused without an answer whether it was held, for one held in the future, and for a next one on an earlier day. Conflict for a
    milestone that is no hearing.
    """
    case = editable(work, case_id, closed_too=True)
    row, step, words = _standing(work, case_id, step_id, expected)
    milestone = rules.milestones()[step.milestone]
    if not milestone.ahead:
        raise Conflict("no hearing")
    if not outcome.held:
        raise Refused(Problem("required", "held"))
    if outcome.next_on is not None and outcome.next_on < step.on:
        raise Refused(Problem("legal.next-before", "next_on"))
    told = msgspec.structs.replace(step, held=outcome.held, attended=outcome.attended)
    said = msgspec.structs.replace(words, result=outcome.result or words.result)  # whoever may not read it keeps it
    told, said = _checked(work, case, milestone, told, said, step.companion)
    saved = _save(work, row, told, said)
    if outcome.next_on is not None and step.track_id is not None:
        companion = step.companion if step.companion in unit_people(work, case) else None
        following = _next(step, outcome.next_on, outcome, companion)
        place = Words(office=words.office, room=words.room)
        record_step(work, case_id, step.track_id, following, place, knowingly=True)
    return saved


def take_back(work: Work, case_id: UUID, step_id: UUID, why: str) -> None:
    """Take a wrong entry back, with the reason: it is no step any more, and the row stays. Refused without a reason."""
    editable(work, case_id, closed_too=True)
    row, step, words = _standing(work, case_id, step_id, None)
    if not why.strip():
        raise Refused(Problem("required", "text"))
    words = msgspec.structs.replace(words, taken_back=why)
    texts_within(words)
    row.is_removed = True
    _save(work, row, step, words)


def sealed(step: Step, words: Words) -> Sealed:
    """The sealed columns of a milestone."""
    return {"step_sealed": (Section.LEGAL_STEP, step), "text_sealed": (Section.LEGAL_STEP_TEXT, words)}


def _next(step: Step, on: date, outcome: Outcome, companion: UUID | None) -> Step:
    return Step(
        milestone=step.milestone,
        on=on,
        time=outcome.next_time,
        agenda=outcome.next_agenda,
        companion=companion,
        diversion_stage=step.diversion_stage,
    )


def _open_track(work: Work, case_id: UUID, track_id: UUID) -> tuple[LegalTrack, legal.LegalTrack]:
    row = record_of(work, LegalTrack, case_id, track_id)
    if row.is_removed or row.ended_at is not None:
        raise Conflict("track ended")
    return row, read_track(work, row)


def _of_track(track: legal.LegalTrack, code: str) -> Milestone:
    milestone = rules.milestones().get(code)
    if milestone is None or track.kind not in milestone.tracks:
        raise Refused(Problem("code.unknown", "milestone", params={"list": "milestone"}))
    return milestone


def _standing(work: Work, case_id: UUID, step_id: UUID, expected: str | None) -> tuple[LegalStep, Step, Words]:
    row = record_of(work, LegalStep, case_id, step_id)
    fresh(expected, row.step_sealed, row.text_sealed)
    if row.is_removed:
        raise Conflict("taken back")
    step = read_step(work, row)
    if step.track_id is not None:
        _open_track(work, case_id, step.track_id)
    return row, step, step_words(work, row)


def _stands(work: Work, case_id: UUID, track_id: UUID, code: str) -> bool:
    return any(step.track_id == track_id and step.milestone == code for _row, step in steps_of(work, case_id))


def _checked(
    work: Work, case: Case, milestone: Milestone, step: Step, words: Words, held: UUID | None
) -> tuple[Step, Words]:
    """The milestone with what it asks for alone, or Refused. `held`: who was to accompany before, and stays although no longer of the unit."""
    step, words = _only(milestone, step), _only(milestone, words)
    known_codes(step)
    texts_within(words)
    if not milestone.ahead:
        not_future(work, case, step.on, "on")
    problems = [*_problems(work, case, milestone, step, words)]
    if step.companion not in (None, held) and step.companion not in unit_people(work, case):
        problems.append(Problem("team.unknown", Field.COMPANION))
    if problems:
        raise Refused(*problems)
    return step, words


def _only(milestone: Milestone, document: Any) -> Any:
    """The document without what the milestone does not ask for: a page with other fields was open."""
    asked = _ALWAYS | {name.value for name in milestone.fields}
    empty: Any = {each.name: each.default for each in msgspec.structs.fields(type(document)) if each.name not in asked}
    return msgspec.structs.replace(document, **empty)


def _problems(work: Work, case: Case, milestone: Milestone, step: Step, words: Words) -> Iterator[Problem]:
    today = today_of(work, case)
    for needed in milestone.needs:
        source = step if hasattr(step, needed) else words
        if not getattr(source, needed):
            yield Problem("required", needed)
    if step.held == rules.HELD and step.on > today:
        yield Problem("legal.not-yet", Field.HELD)
    for name in _DAYS:
        day = getattr(step, name)
        if day is not None and day < step.on:
            yield Problem("legal.day-before", name)
        if day is not None and name != "expires_on" and day > today:
            yield Problem("day.future", name, params={"day": day.isoformat()})


def _save(work: Work, row: LegalStep, step: Step, words: Words) -> LegalStep:
    seal_into(work, row, sealed(step, words))
    work.touched(row.case_id, Event.LEGAL_STEP_CHANGED, row.id, row=row)
    return row
