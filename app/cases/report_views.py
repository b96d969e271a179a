"""Pages of the reports of a case: a further report of the same matter, and a report corrected.

Who reported stands on them, so the second is the team's alone (design 2).
"""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import queries, services
from app.cases.acting import record_of
from app.cases.acts import Desk, act, both_versions, case_url, desk, page
from app.cases.forms.report import JoinForm
from app.cases.models import Report
from app.cases.section_forms import FirstReporterForm, ReporterForm
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.case import Report as Head
from app.security.structs.case import Reporter
from app.security.structs.intake import IntakeReport
from app.security.vault import etag
from app.web.guard import requires
from app.web.runtime import looking
from app.work import Work

EDIT = Capability.CASE_EDIT
SECTIONS = (Section.REPORT, Section.REPORTER)


# --- a further report ------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/reports/new")
@requires(EDIT)
def new_report(case_id: UUID) -> Response:
    """A further report of the same matter."""
    with desk(case_id) as at:
        return page("report", at, JoinForm(formdata=None))


@bp.post("/<uuid:case_id>/reports/new")
@requires(EDIT)
def add_report(case_id: UUID) -> ResponseReturnValue:
    """Let it join the case, which keeps its first report day."""
    form = JoinForm()

    def again(status: int) -> Response:
        with desk(case_id) as at:
            return page("report", at, form, status)

    return act(
        form,
        lambda work: services.join_report(work, case_id, form.value()),
        again,
        case_url(case_id),
        _("The report joined the case."),
    )


# --- a report corrected ----------------------------------------------------------------------------------------------


def _held(work: Work, row: Report) -> IntakeReport:
    head = work.vault.open(row.place(Section.REPORT), row.report_sealed, Head)
    reporter = work.vault.open(row.place(Section.REPORTER), row.reporter_sealed, Reporter)
    return IntakeReport(
        on=head.on,
        time=head.time,
        channel=head.channel,
        reporter_kind=head.reporter_kind,
        relation=head.relation,
        reporter=reporter,
    )


def _kind(work: Work, case_id: UUID, report_id: UUID) -> type[ReporterForm]:
    """What is asked about this report: when and how the first one came is asked with the incident."""
    row = record_of(work, Report, case_id, report_id)
    return FirstReporterForm if services.is_first_report(work, row) else ReporterForm


def _form(at: Desk, report_id: UUID) -> ReporterForm:
    row = record_of(at.work, Report, at.case.id, report_id)
    form = _kind(at.work, at.case.id, report_id)(_held(at.work, row), formdata=None)
    form.etag.data = etag(row.report_sealed, row.reporter_sealed)
    return form


@bp.get("/<uuid:case_id>/reports/<uuid:report_id>")
@requires(EDIT)
def edit_report(case_id: UUID, report_id: UUID) -> Response:
    """Who reported and what was said, to be corrected."""
    with desk(case_id, *SECTIONS, team_only=True, closed_too=True) as at:
        return page("report_correct", at, _form(at, report_id))


@bp.post("/<uuid:case_id>/reports/<uuid:report_id>")
@requires(EDIT)
def save_report(case_id: UUID, report_id: UUID) -> ResponseReturnValue:
    """Save it."""
    with looking() as work:
        form = _kind(work, queries.get(work, case_id).id, report_id)()

    def save(work: Work) -> None:
        held = _held(work, record_of(work, Report, case_id, report_id))
        services.save_report(work, case_id, report_id, form.value(held), expected=form.etag.data)

    def again(status: int) -> Response:
        with desk(case_id, *SECTIONS, team_only=True, closed_too=True) as at:
            return page("report_correct", at, form, status)

    def stale() -> Response:
        with desk(case_id, *SECTIONS, team_only=True, closed_too=True) as at:
            saved = (report_id, Event.REPORT_CHANGED, Event.REPORT_ADDED)
            return both_versions(at, form, _form(at, report_id), "report_correct", saved)

    return act(form, save, again, case_url(case_id, "reports"), _("The report was saved."), stale)
