"""Pages of the request for help (F3). They show who asks, so they are the team's."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import aid_requests, queries
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.aid_request_forms import AidRequestForm
from app.cases.forms.mapping import differing
from app.cases.models import AidRequest, Report
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import case as case_structs
from app.security.vault import etag
from app.web.guard import requires

EDIT = Capability.CASE_EDIT
OPENS = (Section.AID_REQUEST, Section.AID_REQUEST_TEXT)


@bp.get("/<uuid:case_id>/aid-requests/new")
@requires(EDIT)
def new_aid_request(case_id: UUID) -> Response:
    """A new request, with the first reporter as the one who asks."""
    with desk(case_id, Section.REPORT, Section.REPORTER, team_only=True) as at:
        form = AidRequestForm()
        form.offer(at.clients)
        form.begin(at.today, *_first_report(at))
        return page("aid_request", at, form, action=url_for(".record_aid_request", case_id=case_id))


@bp.post("/<uuid:case_id>/aid-requests")
@requires(EDIT)
def record_aid_request(case_id: UUID) -> ResponseReturnValue:
    """Record it."""
    form = AidRequestForm()
    with desk(case_id) as at:
        form.offer(at.clients)

    def again(status: int) -> Response:
        with desk(case_id, team_only=True) as at:
            return page("aid_request", at, form, status, action=url_for(".record_aid_request", case_id=case_id))

    return act(
        form,
        lambda work: aid_requests.record(work, case_id, form.head, form.words),
        again,
        case_url(case_id),
        _("The request was recorded."),
    )


@bp.get("/<uuid:case_id>/aid-requests/<uuid:request_id>")
@requires(EDIT)
def edit_aid_request(case_id: UUID, request_id: UUID) -> Response:
    """A request, to be corrected."""
    with desk(case_id, *OPENS, team_only=True) as at:
        return page("aid_request", at, _held(at, request_id))


@bp.post("/<uuid:case_id>/aid-requests/<uuid:request_id>")
@requires(EDIT)
def save_aid_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = AidRequestForm()
    with desk(case_id, team_only=True) as at:
        form.offer(at.clients)

    def again(status: int) -> Response:
        with desk(case_id, *OPENS, team_only=True) as at:
            return page("aid_request", at, form, status)

    def stale() -> Response:
        with desk(case_id, *OPENS, team_only=True) as at:
            theirs = _held(at, request_id)
            both = differing(form, theirs)
            form.etag.data = theirs.etag.data
            who = last_saver(at.work, request_id, Event.AID_REQUEST_CHANGED, Event.AID_REQUESTED)
            return page("aid_request", at, form, 409, both=both, who=who)

    return act(
        form,
        lambda work: aid_requests.correct(work, case_id, request_id, form.head, form.words, expected=form.etag.data),
        again,
        case_url(case_id),
        _("The request was saved."),
        stale,
    )


def _held(at: Desk, request_id: UUID) -> AidRequestForm:
    """The form with what is saved."""
    row = record_of(at.work, AidRequest, at.case.id, request_id)
    form = AidRequestForm(formdata=None)
    form.offer(at.clients)
    form.show(*aid_requests.read(at.work, row))
    form.etag.data = etag(row.request_sealed, row.text_sealed)
    return form


def _first_report(at: Desk) -> tuple[case_structs.Report, case_structs.Reporter]:
    """The first report of the case, and who made it."""
    row = queries.records(at.work.session, Report, [at.case.id])[0]
    report = at.work.vault.open(row.place(Section.REPORT), row.report_sealed, case_structs.Report)
    return report, at.work.vault.open(row.place(Section.REPORTER), row.reporter_sealed, case_structs.Reporter)
