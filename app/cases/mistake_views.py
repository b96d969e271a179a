"""Pages of what was entered by mistake (`mistakes`): a client or a reported person taken out and put back, a consent or a follow-up taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import mistakes
from app.cases.acting import record_of
from app.cases.acts import act, called, case_url, desk, page
from app.cases.mistakes import Person
from app.cases.models import Client, Consent, FollowUp, ReportedPerson
from app.cases.record_forms import MistakeForm
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import Conflict
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.web.guard import requires
from app.work import Work

EDIT = Capability.CASE_EDIT


# --- clients ---------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/mistake")
@requires(EDIT)
def ask_to_take_client_out(case_id: UUID, client_id: UUID) -> Response:
    """Ask before a client who was entered by mistake is taken out."""
    return _page(case_id, Client, client_id, MistakeForm())


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/mistake")
@requires(EDIT)
def take_client_out(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Take the client out."""
    return _take_out(case_id, Client, client_id, _("The client was taken out and is counted nowhere."))


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/put-back")
@requires(EDIT)
def ask_to_put_client_back(case_id: UUID, client_id: UUID) -> Response:
    """Ask before a client who was no mistake is put back."""
    return _page(case_id, Client, client_id, MistakeForm(), is_out=True)


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/put-back")
@requires(EDIT)
def put_client_back(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Put the client back."""
    return _put_back(case_id, Client, client_id, _("The client is back in the case."))


# --- reported persons ------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/reported/<uuid:reported_id>/mistake")
@requires(EDIT)
def ask_to_take_reported_out(case_id: UUID, reported_id: UUID) -> Response:
    """Ask before a reported person who was entered by mistake is taken out."""
    return _page(case_id, ReportedPerson, reported_id, MistakeForm())


@bp.post("/<uuid:case_id>/reported/<uuid:reported_id>/mistake")
@requires(EDIT)
def take_reported_out(case_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Take the reported person out."""
    done = _("The reported person was taken out and is counted nowhere.")
    return _take_out(case_id, ReportedPerson, reported_id, done)


@bp.get("/<uuid:case_id>/reported/<uuid:reported_id>/put-back")
@requires(EDIT)
def ask_to_put_reported_back(case_id: UUID, reported_id: UUID) -> Response:
    """Ask before a reported person who was no mistake is put back."""
    return _page(case_id, ReportedPerson, reported_id, MistakeForm(), is_out=True)


@bp.post("/<uuid:case_id>/reported/<uuid:reported_id>/put-back")
@requires(EDIT)
def put_reported_back(case_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Put the reported person back."""
    return _put_back(case_id, ReportedPerson, reported_id, _("The reported person is back in the case."))


# --- records ---------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/consents/<uuid:consent_id>/mistake")
@requires(EDIT)
def ask_to_take_consent_out(case_id: UUID, consent_id: UUID) -> Response:
    """Ask before a consent that was never given so is taken out."""
    return _record_page(case_id, Consent, consent_id, MistakeForm())


@bp.post("/<uuid:case_id>/consents/<uuid:consent_id>/mistake")
@requires(EDIT)
def take_consent_out(case_id: UUID, consent_id: UUID) -> ResponseReturnValue:
    """Take the consent out."""
    return _take_record_out(case_id, Consent, consent_id)


@bp.get("/<uuid:case_id>/follow-ups/<uuid:follow_up_id>/mistake")
@requires(EDIT)
def ask_to_take_follow_up_out(case_id: UUID, follow_up_id: UUID) -> Response:
    """Ask before a follow-up that never was is taken out."""
    return _record_page(case_id, FollowUp, follow_up_id, MistakeForm())


@bp.post("/<uuid:case_id>/follow-ups/<uuid:follow_up_id>/mistake")
@requires(EDIT)
def take_follow_up_out(case_id: UUID, follow_up_id: UUID) -> ResponseReturnValue:
    """Take the follow-up out."""
    return _take_record_out(case_id, FollowUp, follow_up_id)


def _take_record_out(case_id: UUID, kind: type[Consent | FollowUp], row_id: UUID) -> ResponseReturnValue:
    form = MistakeForm()
    return act(
        form,
        lambda work: mistakes.take_out_record(work, case_id, kind, row_id, form.text.data or ""),
        lambda status: _record_page(case_id, kind, row_id, form, status),
        case_url(case_id),
        _("The entry no longer counts."),
    )


def _record_page(
    case_id: UUID, kind: type[Consent | FollowUp], row_id: UUID, form: MistakeForm, status: int = 200
) -> Response:
    with desk(case_id, _HEADS[kind][0], closed_too=True) as at:
        row: Consent | FollowUp = record_of(at.work, kind, case_id, row_id)
        section, column, document = _HEADS[kind]
        head = at.work.vault.open(row.place(section), getattr(row, column), document)
        mask = dict(at.clients).get(head.client_id, "")
        return page("record_mistake", at, form, status, head=head, mask=mask, is_consent=kind is Consent)


_HEADS: Final[Mapping[type[Consent | FollowUp], tuple[Section, str, type[Any]]]] = {
    Consent: (Section.CONSENT, "consent_sealed", work_structs.Consent),
    FollowUp: (Section.FOLLOW_UP, "follow_up_sealed", work_structs.FollowUp),
}


# --- people ----------------------------------------------------------------------------------------------------------


def _take_out(case_id: UUID, kind: type[Person], row_id: UUID, done: str) -> ResponseReturnValue:
    form = MistakeForm()
    return act(
        form,
        lambda work: mistakes.take_out(work, case_id, kind, row_id, form.text.data or ""),
        lambda status: _page(case_id, kind, row_id, form, status),
        case_url(case_id),
        done,
    )


def _put_back(case_id: UUID, kind: type[Person], row_id: UUID, done: str) -> ResponseReturnValue:
    form = MistakeForm()
    return act(
        form,
        lambda work: mistakes.put_back(work, case_id, kind, row_id, form.text.data or ""),
        lambda status: _page(case_id, kind, row_id, form, status, is_out=True),
        case_url(case_id),
        done,
    )


def _page(
    case_id: UUID, kind: type[Person], row_id: UUID, form: MistakeForm, status: int = 200, *, is_out: bool = False
) -> Response:
    with desk(case_id, closed_too=True) as at:
        mistakes.require_right(at.work, at.case, kind)
        row = mistakes.person(at.work, case_id, kind, row_id)
        if row.is_removed is not is_out and status == 200:
            raise Conflict("taken out" if row.is_removed else "not taken out")
        who = _called(at.work, row)
        return page("put_back" if is_out else "mistake", at, form, status, who=who, is_client=kind is Client)


def _called(work: Work, row: Person) -> str:
    """What a page that opens no identity calls the person."""
    if isinstance(row, Client):
        return called(work, row)[0]
    return str(_("Reported person %(number)s", number=row.position))
