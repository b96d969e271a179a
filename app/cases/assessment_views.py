"""Pages of assessments (F5): written, gone on with, finished, corrected, read."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import assessments, course, course_desk, course_page
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.course_forms import AssessmentForm
from app.cases.forms.mapping import differing
from app.cases.models import Assessment
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.vault import etag
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

EDIT = Capability.CASE_EDIT
SECTIONS = (Section.ASSESSMENT, Section.ASSESSMENT_TEXT)
FINISH = "finish"


@bp.get("/<uuid:case_id>/assessments/new")
@requires(EDIT)
def new_assessment(case_id: UUID) -> Response:
    """A blank assessment."""
    with desk(case_id, Section.ASSESSMENT) as at:
        form = AssessmentForm()
        form.kind.data = "AS_ULANG" if _is_assessed(at) else assessments.FIRST
        form.officers.data = course_desk.own_role(at)
        return _form_page(at, form)


@bp.post("/<uuid:case_id>/assessments")
@requires(EDIT)
def write_assessment(case_id: UUID) -> ResponseReturnValue:
    """Keep an assessment, unfinished or finished."""
    form = AssessmentForm()
    with desk(case_id) as at:
        _offer(at, form)

    def save(work: Work) -> None:
        assessments.start(work, case_id, form.head, form.words, finish=_finishes())

    def again(status: int) -> Response:
        with desk(case_id, Section.ASSESSMENT) as at:
            return _form_page(at, form, status)

    return act(form, save, again, case_url(case_id), _done())


@bp.get("/<uuid:case_id>/assessments/<uuid:assessment_id>/edit")
@requires(EDIT)
def edit_assessment(case_id: UUID, assessment_id: UUID) -> Response:
    """Go on with an unfinished assessment, or correct a finished one."""
    with desk(case_id, *SECTIONS, team_only=True) as at:
        return _edit_page(at, assessment_id, AssessmentForm())


@bp.post("/<uuid:case_id>/assessments/<uuid:assessment_id>/edit")
@requires(EDIT)
def save_assessment(case_id: UUID, assessment_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = AssessmentForm()
    with desk(case_id) as at:
        _offer(at, form)

    def save(work: Work) -> None:
        assessments.save(
            work, case_id, assessment_id, form.head, form.words, expected=form.etag.data, finish=_finishes()
        )

    def again(status: int) -> Response:
        with desk(case_id, *SECTIONS, team_only=True) as at:
            return _edit_page(at, assessment_id, form, status)

    def stale() -> Response:
        with desk(case_id, *SECTIONS, team_only=True) as at:
            return _edit_page(at, assessment_id, form, 409, is_stale=True)

    return act(form, save, again, case_url(case_id), _done(), stale)


@bp.get("/<uuid:case_id>/assessments/<uuid:assessment_id>")
@requires(Capability.CASE_READ)
def show_assessment(case_id: UUID, assessment_id: UUID) -> Response:
    """One assessment in full, with what it corrects and what corrected it."""
    with course_page.reading(case_id, assessment_id, *SECTIONS) as file:
        return render_page("cases/course/assessment_show.html", **course_page.assessment(file, assessment_id))


def _finishes() -> bool:
    """Which of the two buttons was pressed; Enter keeps the assessment unfinished."""
    return request.form.get("act") == FINISH


def _done() -> str:
    return str(_("The assessment is finished.") if _finishes() else _("The assessment was saved, unfinished."))


def _offer(at: Desk, form: AssessmentForm) -> None:
    form.offer(at.clients, at.today)
    form.offer_team(course_desk.roles(at))


def _is_assessed(at: Desk) -> bool:
    rows = course.rows(at.work.session, Assessment, [at.case.id])
    return bool(course.standing_assessments([*course_page.readable(at.work, rows, assessments.read)]))


def _form_page(at: Desk, form: AssessmentForm, status: int = 200) -> Response:
    _offer(at, form)
    action = request.path.removesuffix("/new")
    return page("course/assessment", at, form, status, action=action, enter=("act", "keep"))


def _edit_page(
    at: Desk, assessment_id: UUID, form: AssessmentForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    row = record_of(at.work, Assessment, at.case.id, assessment_id)
    head, text = assessments.read(at.work, row), assessments.read_text(at.work, row)
    held = AssessmentForm(formdata=None)
    held.show(head, text)
    if not form.is_submitted():
        form = held
    for each in (form, held):
        each.offer([(i, mask) for i, mask in at.clients if i == head.client_id], at.today)
        each.offer_team(course_desk.roles(at))
    if is_stale or not form.is_submitted():
        form.etag.data = etag(row.head_sealed, row.text_sealed)
    stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, Event.ASSESSMENT_SAVED)}
    return page(
        "course/assessment", at, form, status, enter=("act", "keep"), head=head, row=row, **(stale if is_stale else {})
    )
