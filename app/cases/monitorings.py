"""Acts on monitoring contacts with a client (F9)."""

from __future__ import annotations

from uuid import UUID

import msgspec

from app.audit.events import Event
from app.cases import course, plans
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, texts_within
from app.cases.models import Case, Client, Monitoring, Plan
from app.cases.sealing import add_record, seal_into
from app.domain.errors import Conflict, Problem, Refused
from app.security.sections import Section
from app.security.structs import course as structs
from app.work import Work


def record(work: Work, case_id: UUID, head: structs.Monitoring, text: structs.MonitoringText) -> Monitoring:
    """Record a monitoring contact with one client."""
    case = receiving(work, case_id)
    record_of(work, Client, case_id, head.client_id)
    _check(work, case, head, text)
    sealed = {"head_sealed": (Section.MONITORING, head), "text_sealed": (Section.MONITORING_TEXT, text)}
    row = add_record(work, Monitoring, case.id, sealed, is_removed=False)
    work.touched(case.id, Event.MONITORING_SAVED, row.id, row=row)
    return row


def save(
    work: Work,
    case_id: UUID,
    monitoring_id: UUID,
    head: structs.Monitoring,
    text: structs.MonitoringText,
    *,
    expected: str | None,
) -> Monitoring:
    """Correct a monitoring contact; it stays with its client. Conflict for one that was taken back."""
    case = editable(work, case_id)
    row = record_of(work, Monitoring, case_id, monitoring_id)
    fresh(expected, row.head_sealed, row.text_sealed)
    if row.is_removed:
        raise Conflict("monitoring taken back")
    head = msgspec.structs.replace(head, client_id=read(work, row).client_id)
    _check(work, case, head, text)
    seal_into(work, row, {"head_sealed": (Section.MONITORING, head), "text_sealed": (Section.MONITORING_TEXT, text)})
    work.touched(case.id, Event.MONITORING_SAVED, row.id, row=row)
    return row


def read(work: Work, row: Monitoring) -> structs.Monitoring:
    """The coded head of a monitoring contact."""
    return work.vault.open(row.place(Section.MONITORING), row.head_sealed, structs.Monitoring)


def read_text(work: Work, row: Monitoring) -> structs.MonitoringText:
    """The words of a monitoring contact (S4)."""
    return work.vault.open(row.place(Section.MONITORING_TEXT), row.text_sealed, structs.MonitoringText)


def _check(work: Work, case: Case, head: structs.Monitoring, text: structs.MonitoringText) -> None:
    not_future(work, case, head.on, "on")
    known_codes(head)
    texts_within(text)
    problems = [Problem("required", name) for name in ("way", "outcome") if not getattr(head, name)]
    if not text.condition.strip():
        problems.append(Problem("required", "condition"))
    if not set(head.open_goals) <= _goals_of(work, case.id, head.client_id):
        problems.append(Problem("goal.unknown", "open_goals"))
    if problems:
        raise Refused(*problems)


def _goals_of(work: Work, case_id: UUID, client_id: UUID) -> set[UUID]:
    """Every goal any version of the client's plan ever had."""
    documents = (plans.read(work, row) for row in course.rows(work.session, Plan, [case_id]))
    return {goal.id for document in documents if document.client_id == client_id for goal in document.goals}
