"""Pages of monitoring contacts (F9) and case conferences (F10), and of wrong entries of the course that are taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import conferences, course, course_desk, course_page, monitorings, reach, records
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.conference_forms import ConferenceForm, DoneForm
from app.cases.course_forms import BLANK_ROWS, MonitoringForm, placed
from app.cases.forms.mapping import differing
from app.cases.models import Conference, Monitoring
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import NotFound, Refused
from app.security.sections import Section
from app.security.vault import etag
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

EDIT = Capability.CASE_EDIT
CONTACT = (Section.MONITORING, Section.MONITORING_TEXT)
MINUTES = (Section.CONFERENCE, Section.CONFERENCE_TEXT)
MORE = "more"


# --- monitoring ------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/monitorings/new")
@requires(EDIT)
def new_monitoring(case_id: UUID) -> Response:
    """A blank monitoring contact, with the rules for safe contact above it."""
    return _monitoring_page(case_id, MonitoringForm())


@bp.post("/<uuid:case_id>/monitorings")
@requires(EDIT)
def record_monitoring(case_id: UUID) -> ResponseReturnValue:
    """Record a monitoring contact."""
    form = MonitoringForm()
    with desk(case_id, *course_desk.GOALS) as at:
        _offer_monitoring(at, form)
    return act(
        form,
        lambda work: monitorings.record(work, case_id, form.head, form.words),
        lambda status: _monitoring_page(case_id, form, status),
        case_url(case_id),
        _("The monitoring was recorded."),
    )


def _monitoring_page(case_id: UUID, form: MonitoringForm, status: int = 200) -> Response:
    with desk(case_id, *course_desk.GOALS, for_team=(*course_desk.GOAL_WORDS, *reach.SECTIONS)) as at:
        _offer_monitoring(at, form)
        action = request.path.removesuffix("/new")
        return page("course/monitoring", at, form, status, action=action, reach=reach.rules(at))


def _offer_monitoring(at: Desk, form: MonitoringForm) -> None:
    form.offer(at.clients, at.today)
    form.offer_goals(course_desk.goals(at))


@bp.get("/<uuid:case_id>/monitorings/<uuid:monitoring_id>/edit")
@requires(EDIT)
def edit_monitoring(case_id: UUID, monitoring_id: UUID) -> Response:
    """A monitoring contact, to be corrected."""
    return _edit_monitoring_page(case_id, monitoring_id, MonitoringForm())


@bp.post("/<uuid:case_id>/monitorings/<uuid:monitoring_id>/edit")
@requires(EDIT)
def save_monitoring(case_id: UUID, monitoring_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = MonitoringForm()
    with desk(case_id, *course_desk.GOALS, Section.MONITORING) as at:
        client_id = monitorings.read(at.work, record_of(at.work, Monitoring, case_id, monitoring_id)).client_id
        form.offer(at.clients, at.today)
        form.offer_goals(course_desk.goals(at, client_id))

    def save(work: Work) -> None:
        monitorings.save(work, case_id, monitoring_id, form.head, form.words, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _edit_monitoring_page(case_id, monitoring_id, form, status),
        case_url(case_id),
        _("The monitoring was saved."),
        lambda: _edit_monitoring_page(case_id, monitoring_id, form, 409, is_stale=True),
    )


def _edit_monitoring_page(
    case_id: UUID, monitoring_id: UUID, form: MonitoringForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    opens = (*CONTACT, *course_desk.GOALS, *course_desk.GOAL_WORDS, *reach.SECTIONS)
    with desk(case_id, *opens, team_only=True) as at:
        row = record_of(at.work, Monitoring, case_id, monitoring_id)
        head = monitorings.read(at.work, row)
        held = MonitoringForm(formdata=None)
        held.show(head, monitorings.read_text(at.work, row))
        form = form if form.is_submitted() else held
        for each in (form, held):
            each.offer([(i, mask) for i, mask in at.clients if i == head.client_id], at.today)
            each.offer_goals(course_desk.goals(at, head.client_id))
        if is_stale or not form.is_submitted():
            form.etag.data = etag(row.head_sealed, row.text_sealed)
        stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, Event.MONITORING_SAVED)}
        given = {"row": row, "reach": reach.rules(at)} | (stale if is_stale else {})
        return page("course/monitoring", at, form, status, **given)


# --- conference ------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/conferences/new")
@requires(EDIT)
def new_conference(case_id: UUID) -> Response:
    """Blank minutes."""
    form = ConferenceForm()
    form.decisions.add_blank(BLANK_ROWS)
    return _conference_page(case_id, form)


@bp.post("/<uuid:case_id>/conferences")
@requires(EDIT)
def record_conference(case_id: UUID) -> ResponseReturnValue:
    """Keep the minutes; or show the form again with one more decision to fill in."""
    form = _sent_minutes(case_id)
    if _wants_more(form):
        return _conference_page(case_id, form, 422)
    return act(
        form,
        lambda work: _placed(form, lambda: conferences.record(work, case_id, form.head, form.words)),
        lambda status: _conference_page(case_id, form, status),
        case_url(case_id),
        _("The minutes were saved."),
    )


def _conference_page(case_id: UUID, form: ConferenceForm, status: int = 200) -> Response:
    with desk(case_id) as at:
        if not form.is_submitted():
            form.on.data = at.today
        form.offer_people(course_desk.people(at))
        action = request.path.removesuffix("/new")
        return page("course/conference", at, form, status, action=action, enter=("act", "save"))


def _sent_minutes(case_id: UUID) -> ConferenceForm:
    form = ConferenceForm()
    with desk(case_id) as at:
        form.offer_people(course_desk.people(at))
    return form


def _wants_more(form: ConferenceForm) -> bool:
    """The button that asks for another empty decision saves nothing, so what is typed goes on being kept as a draft."""
    if request.form.get("act") != MORE:
        return False
    form.decisions.add_blank(1)
    return True


def _placed(form: ConferenceForm, run: Callable[[], object]) -> None:
    try:
        run()
    except Refused as refusal:
        raise placed(refusal, "decisions", form.rows) from None


@bp.get("/<uuid:case_id>/conferences/<uuid:conference_id>")
@requires(Capability.CASE_READ)
def show_conference(case_id: UUID, conference_id: UUID) -> Response:
    """One conference in full."""
    with course_page.reading(case_id, conference_id, *MINUTES) as at:
        return render_page("cases/course/conference_show.html", **course_page.conference(at, conference_id))


@bp.get("/<uuid:case_id>/conferences/<uuid:conference_id>/edit")
@requires(EDIT)
def edit_conference(case_id: UUID, conference_id: UUID) -> Response:
    """Minutes, to be corrected."""
    return _edit_conference_page(case_id, conference_id, ConferenceForm())


@bp.post("/<uuid:case_id>/conferences/<uuid:conference_id>/edit")
@requires(EDIT)
def save_conference(case_id: UUID, conference_id: UUID) -> ResponseReturnValue:
    """Save them, unless somebody else saved them meanwhile: then both texts stand side by side."""
    form = _sent_minutes(case_id)
    if _wants_more(form):
        return _edit_conference_page(case_id, conference_id, form, 422)

    def save(work: Work) -> None:
        given = (form.head, form.words)
        _placed(form, lambda: conferences.save(work, case_id, conference_id, *given, expected=form.etag.data))

    return act(
        form,
        save,
        lambda status: _edit_conference_page(case_id, conference_id, form, status),
        case_url(case_id),
        _("The minutes were saved."),
        lambda: _edit_conference_page(case_id, conference_id, form, 409, is_stale=True),
    )


def _edit_conference_page(
    case_id: UUID, conference_id: UUID, form: ConferenceForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    with desk(case_id, *MINUTES, team_only=True) as at:
        row = record_of(at.work, Conference, case_id, conference_id)
        head, text = conferences.read(at.work, row), conferences.read_text(at.work, row)
        held = ConferenceForm(formdata=None)
        held.show(head, text)
        if not form.is_submitted():
            form = held
            form.decisions.add_blank(1)
        elif is_stale:
            form.meet(head, text)
        for each in (form, held):
            each.offer_people(course_desk.people(at))
        if is_stale or not form.is_submitted():
            form.etag.data = etag(row.head_sealed, row.text_sealed)
        stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, Event.CONFERENCE_SAVED)}
        given = {"row": row, "enter": ("act", "save")} | (stale if is_stale else {})
        return page("course/conference", at, form, status, **given)


@bp.get("/<uuid:case_id>/conferences/<uuid:conference_id>/decisions/<uuid:decision_id>")
@requires(EDIT)
def ask_for_decision(case_id: UUID, conference_id: UUID, decision_id: UUID) -> Response:
    """The form for what was done about one decision."""
    return _decision_page(case_id, conference_id, decision_id, DoneForm())


@bp.post("/<uuid:case_id>/conferences/<uuid:conference_id>/decisions/<uuid:decision_id>")
@requires(EDIT)
def finish_decision(case_id: UUID, conference_id: UUID, decision_id: UUID) -> ResponseReturnValue:
    """Note that a decision was carried out."""
    form = DoneForm()

    def save(work: Work) -> None:
        done = conferences.Done(decision_id, form.day, form.result.data or "")
        conferences.mark_done(work, case_id, conference_id, done, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _decision_page(case_id, conference_id, decision_id, form, status),
        case_url(case_id),
        _("The decision is done."),
    )


def _decision_page(
    case_id: UUID, conference_id: UUID, decision_id: UUID, form: DoneForm, status: int = 200
) -> Response:
    with desk(case_id, *MINUTES, team_only=True) as at:
        row = record_of(at.work, Conference, case_id, conference_id)
        head = conferences.read(at.work, row)
        decision = next((each for each in head.decisions if each.id == decision_id), None)
        if decision is None:
            raise NotFound("decision")
        if not form.is_submitted():
            form.on.data = at.today
        if not form.is_submitted() or status == 409:
            form.etag.data = etag(row.head_sealed, row.text_sealed)
        words = {each.id: each for each in conferences.read_text(at.work, row).decisions}
        return page("course/decision", at, form, status, row=row, head=head, decision=decision, words=words)


# --- wrong entries ---------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/course/<uuid:record_id>/take-back")
@requires(EDIT)
def ask_to_take_back(case_id: UUID, record_id: UUID) -> Response:
    """Ask before a wrong entry is taken back."""
    return _take_back_page(case_id, record_id, ActForm())


@bp.post("/<uuid:case_id>/course/<uuid:record_id>/take-back")
@requires(EDIT)
def take_back(case_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Take a wrong entry of the course back."""
    form = ActForm()
    return act(
        form,
        lambda work: records.take_back(work, case_id, record_id),
        lambda status: _take_back_page(case_id, record_id, form, status),
        case_url(case_id),
        _("The entry was taken back."),
    )


def _take_back_page(case_id: UUID, record_id: UUID, form: ActForm, status: int = 200) -> Response:
    with desk(case_id) as at:
        row = course.record(at.work, case_id, record_id)
        return page("course/take_back", at, form, status, row=row, kind=type(row).__name__)
