"""What the form pages of the document room stand on: a case one may keep documents in, or one document one may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.audit.events import Event
from app.cases import queries as case_queries
from app.cases.acts import Desk, desk, seat
from app.cases.models import Consent
from app.documents import queries, services
from app.documents.models import Document
from app.domain.errors import Refused
from app.security.sections import Section
from app.security.structs import documents as structs
from app.security.structs import work as work_structs
from app.web import problems, runtime
from app.web.filters import code, day_short
from app.web.sealed import opened
from app.work import Opening, Work


@dataclass(frozen=True, slots=True, repr=False)
class DocumentDesk:
    """A document with its head and words, in the hands of somebody who may change it."""

    desk: Desk
    row: Document
    head: structs.Document
    text: structs.DocumentText


@contextmanager
def case_desk(case_id: UUID) -> Iterator[Desk]:
    """The desk of somebody who may keep documents in this case: its team alone."""
    with desk(case_id, Section.CONSENT, team_only=True, closed_too=True) as at:
        yield at


@contextmanager
def document_desk(case_id: UUID, document_id: UUID, *, sent: bool = False) -> Iterator[DocumentDesk]:
    """The newest version of a document, opened to be changed. NotPermitted for a restricted one of others; Conflict for an older one;
    Refused in a closed case, unless the form was `sent`: then the act says so, and what was typed stays."""

    def plan(work: Work) -> Opening:
        (services.keeper if sent else services.changer)(work, case_id)
        row = services.newest(work, case_id, document_id, lock=False)
        guarded = (Section.DOCUMENT_GUARDED,) if services.is_on_list(work, row) else ()
        sections = (Section.CLIENT_PROFILE, Section.CONSENT, Section.DOCUMENT, Section.DOCUMENT_TEXT, *guarded)
        return Opening(Event.DOCUMENT_OPENED, (case_id,), sections, document_id, "form")

    with runtime.reading(plan) as work:
        row = queries.get(work, case_id, document_id)
        head = services.read(work, row)
        services.may_read(work, row, head)
        yield DocumentDesk(seat(work, case_id), row, head, services.read_text(work, row, head))


def or_back(view: Callable[[UUID, UUID], ResponseReturnValue]) -> Callable[[UUID, UUID], ResponseReturnValue]:
    """A page that would change a document leads back to it with the reason where that is refused."""

    @wraps(view)
    def page(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
        try:
            return view(case_id, document_id)
        except Refused as refusal:
            flash(" ".join(problems.sentence(problem) for problem in refusal.problems), "warning")
            return redirect(url_for("documents.show", case_id=case_id, document_id=document_id), code=303)

    return page


def offer(at: Desk, form: Any) -> None:
    """Fill in clients and consents of the case."""
    form.offer(at.clients, consents_of(at), at.today)


def consents_of(at: Desk) -> list[tuple[str, str]]:
    """The consents of the case, newest first, each with its day and what it rests on."""
    found = []
    for row in reversed(case_queries.records(at.work.session, Consent, [at.case.id])):
        held = opened(lambda row=row: _consent(at.work, row))  # type: ignore[misc]
        if isinstance(held, work_structs.Consent):
            words = f"{day_short(held.on).striptags()} · {code(held.basis, 'consent_basis')}"
            found.append((str(row.id), words))
    return found


def _consent(work: Work, row: Consent) -> work_structs.Consent:
    return work.vault.open(row.place(Section.CONSENT), row.consent_sealed, work_structs.Consent)
