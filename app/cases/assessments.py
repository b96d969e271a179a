"""Acts on the assessment of a client (F5): begun, saved unfinished, finished, corrected. What was finished stays readable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import course
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within
from app.cases.models import Assessment, Case, Client
from app.cases.sealing import add_record, seal_into
from app.cases.team import held_roles
from app.domain.course import lacks_to_finish
from app.domain.errors import Conflict, Problem, Refused
from app.security.sections import Section
from app.security.structs import course as structs
from app.work import Work

FIRST: Final = "AS_AWAL"


def start(
    work: Work, case_id: UUID, head: structs.Assessment, text: structs.AssessmentText, *, finish: bool = False
) -> Assessment:
    """Write an assessment of a client, unfinished or finished at once. Refused while another one of the client is unfinished."""
    case = receiving(work, case_id)
    record_of(work, Client, case_id, head.client_id)
    head = _ready(work, case, head, text, finish=finish)
    if any(not document.finished_at for _, document in _of_client(work, case_id, head.client_id)):
        raise Refused(Problem("assessment.unfinished", "client_id"))
    return _add(work, case, head, text)


def save(
    work: Work,
    case_id: UUID,
    assessment_id: UUID,
    head: structs.Assessment,
    text: structs.AssessmentText,
    *,
    expected: str | None,
    finish: bool = False,
) -> Assessment:
    """Go on with an unfinished assessment; or correct a finished one, which stays as it is beside the correction.

    Client, kind of correction and finishing are not the caller's: they follow from what is held. Conflict where the assessment was
    corrected already or a correction is under way.
    """
    case = editable(work, case_id)
    row = record_of(work, Assessment, case_id, assessment_id)
    fresh(expected, row.head_sealed, row.text_sealed)
    held = read(work, row)
    others = _of_client(work, case_id, held.client_id)
    if row.is_removed or any(document.corrects == row.id for _, document in others):
        raise Conflict("assessment corrected or taken back")
    corrects = row.id if held.finished_at else held.corrects
    given = msgspec.structs.replace(head, client_id=held.client_id, corrects=corrects)
    given = _ready(work, case, given, text, finish=finish)
    if held.finished_at:
        if any(not document.finished_at for _, document in others):
            raise Conflict("another assessment is unfinished")
        return _add(work, case, given, text)
    seal_into(work, row, {"head_sealed": (Section.ASSESSMENT, given), "text_sealed": (Section.ASSESSMENT_TEXT, text)})
    work.touched(case.id, Event.ASSESSMENT_SAVED, row.id, row=row)
    return row


def read(work: Work, row: Assessment) -> structs.Assessment:
    """The coded head of an assessment."""
    return work.vault.open(row.place(Section.ASSESSMENT), row.head_sealed, structs.Assessment)


def read_text(work: Work, row: Assessment) -> structs.AssessmentText:
    """The words of an assessment (S4)."""
    return work.vault.open(row.place(Section.ASSESSMENT_TEXT), row.text_sealed, structs.AssessmentText)


def _add(work: Work, case: Case, head: structs.Assessment, text: structs.AssessmentText) -> Assessment:
    sealed = {"head_sealed": (Section.ASSESSMENT, head), "text_sealed": (Section.ASSESSMENT_TEXT, text)}
    row = add_record(work, Assessment, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.ASSESSMENT_SAVED, row.id, row=row)
    return row


def _ready(
    work: Work, case: Case, head: structs.Assessment, text: structs.AssessmentText, *, finish: bool
) -> structs.Assessment:
    """The head as it is sealed, or Refused with everything that is wrong."""
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(text)
    _known_officers(work, case.id, head.officers)
    lacking = _lacking(head, text) if finish else ()
    if lacking:
        raise Refused(*(Problem("assessment.incomplete", name) for name in lacking))
    return msgspec.structs.replace(head, kind=head.kind or FIRST, finished_at=work.now if finish else None)


def _lacking(head: structs.Assessment, text: structs.AssessmentText) -> tuple[str, ...]:
    filled = frozenset(name for name in text.__struct_fields__ if getattr(text, name).strip())
    return lacks_to_finish(head.risk, filled)


def _known_officers(work: Work, case_id: UUID, officers: Iterable[structs.Officer]) -> None:
    known = held_roles(work, case_id)
    if any((officer.user_id, officer.role) not in known for officer in officers):
        raise Refused(Problem("team.unknown", "officers"))


def _of_client(work: Work, case_id: UUID, client_id: UUID) -> list[course.AssessmentPair]:
    pairs = ((row, read(work, row)) for row in course.rows(work.session, Assessment, [case_id]))
    return [(row, document) for row, document in pairs if document.client_id == client_id]
