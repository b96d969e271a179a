"""A form sent twice acts once (security 10 "Idempotent submit").

    with begin() as work:
        receipt = once(work, form.submit_key)
        case = services.create_case(work, form.details())
        receipt.leads_to(url_for("cases.show", case_id=case.id))
    return receipt.redirect()

A repeat leaves the block by `Repeated`, which the error map answers with a redirect to where the first one led.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import Response, redirect, request
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict
from app.web import runtime, unsaved
from app.web.models import Submission
from app.web.paths import own_path
from app.work import Work


class Repeated(Exception):
    """This form was acted on already."""

    def __init__(self, submit_id: UUID) -> None:
        super().__init__("submit repeated")
        self.submit_id = submit_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """The claim on a one-time id, kept in the act's transaction."""

    row: Submission

    def leads_to(self, location: str) -> None:
        """Where the act led: a path of ours."""
        self.row.location = own_path(location)

    def redirect(self) -> Response:
        """The answer to the first submit, and to every repeat."""
        return _see(self.row.location)


def once(work: Work, submit_id: UUID) -> Receipt:
    """Claim the one-time id at the start of the act, which also ends the draft of the form. Raises Repeated for a repeat.

    The unique row decides between two that run at the same moment: the second waits for the first, then fails.
    """
    if work.session.get(Submission, submit_id) is not None:
        raise Repeated(submit_id)
    row = Submission(
        id=submit_id, actor_id=work.actor.user_id, endpoint=request.endpoint or "", location="/", at=work.now
    )
    work.session.add(row)
    try:
        work.session.flush()
    except IntegrityError:
        raise Repeated(submit_id) from None
    unsaved.end_sheet(work)
    return Receipt(row)


def first_result(repeated: Repeated) -> Response:
    """Lead a repeat to where the first one led. Conflict where the id belongs to another person or another form."""
    with runtime.looking() as work:
        row = work.session.get(Submission, repeated.submit_id)
    if row is None or row.actor_id != runtime.actor().user_id or row.endpoint != request.endpoint:
        raise Conflict("submit id in use")
    return _see(row.location)


def forget(work: Work, before: datetime) -> None:
    """Drop what no open form can still repeat."""
    work.session.execute(delete(Submission).where(Submission.at < before))


def _see(location: str) -> Response:
    return cast(Response, redirect(location, code=303))
