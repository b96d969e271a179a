"""The request for help (*surat permohonan*, F3): somebody asks to be accompanied on a suspected act (case-management 7)."""

from __future__ import annotations

from uuid import UUID

from app.audit.events import Event
from app.cases.acting import editable, fresh, known_codes, not_future, receiving, record_of, within
from app.cases.models import AidRequest, Case, Client
from app.cases.sealing import add_record, seal_into
from app.domain.errors import Problem, Refused
from app.security.sections import Section
from app.security.structs import handling
from app.work import Work


def record(work: Work, case_id: UUID, head: handling.AidRequest, text: handling.AidRequestText) -> AidRequest:
    """Record a request. Refused without who asks and on what act."""
    case = receiving(work, case_id)
    _check(work, case, head, text)
    row = add_record(work, AidRequest, case.id, _sealed(head, text))
    work.touched(case.id, Event.AID_REQUESTED, row.id, row=row)
    return row


def correct(
    work: Work,
    case_id: UUID,
    request_id: UUID,
    head: handling.AidRequest,
    text: handling.AidRequestText,
    *,
    expected: str | None,
) -> AidRequest:
    """Correct a request. Stale where somebody else did meanwhile."""
    case = editable(work, case_id)
    row = record_of(work, AidRequest, case_id, request_id)
    fresh(expected, row.request_sealed, row.text_sealed)
    _check(work, case, head, text)
    seal_into(work, row, _sealed(head, text))
    work.touched(case.id, Event.AID_REQUEST_CHANGED, row.id, row=row)
    return row


def read(work: Work, row: AidRequest) -> tuple[handling.AidRequest, handling.AidRequestText]:
    """Head and words of a request."""
    head = work.vault.open(row.place(Section.AID_REQUEST), row.request_sealed, handling.AidRequest)
    return head, work.vault.open(row.place(Section.AID_REQUEST_TEXT), row.text_sealed, handling.AidRequestText)


def _check(work: Work, case: Case, head: handling.AidRequest, text: handling.AidRequestText) -> None:
    not_future(work, case, head.on, "on")
    known_codes(head)
    for name in text.__struct_fields__:
        within(getattr(text, name), name)
    missing = tuple(Problem("required", name) for name in ("name", "act") if not getattr(text, name).strip())
    if missing:
        raise Refused(*missing)
    if head.client_id is not None:
        record_of(work, Client, case.id, head.client_id)


def _sealed(
    head: handling.AidRequest, text: handling.AidRequestText
) -> dict[str, tuple[Section, handling.AidRequest | handling.AidRequestText]]:
    return {"request_sealed": (Section.AID_REQUEST, head), "text_sealed": (Section.AID_REQUEST_TEXT, text)}
