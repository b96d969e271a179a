"""Pages of services given (F8): recorded, corrected, their result and next step added, taken out of the counts."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import course_desk, records
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.forms.mapping import differing
from app.cases.models import Service
from app.cases.service_forms import ServiceForm
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs import work as work_structs
from app.security.vault import etag
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.work import Work

EDIT = Capability.CASE_EDIT
SECTIONS = (Section.SERVICE, Section.SERVICE_TEXT)


@bp.get("/<uuid:case_id>/services/new")
@requires(EDIT)
def new_service(case_id: UUID) -> Response:
    """A blank service."""
    return _new_page(case_id, ServiceForm())


@bp.post("/<uuid:case_id>/services")
@requires(EDIT)
def record_service(case_id: UUID) -> ResponseReturnValue:
    """Record a service given."""
    form = ServiceForm()
    with desk(case_id, *course_desk.GOALS) as at:
        _offer(at, form)
    return act(
        form,
        lambda work: records.record_service(work, case_id, form.service, form.words),
        lambda status: _new_page(case_id, form, status),
        case_url(case_id),
        _("The service was recorded."),
    )


@bp.get("/<uuid:case_id>/services/<uuid:service_id>/edit")
@requires(EDIT)
def edit_service(case_id: UUID, service_id: UUID) -> Response:
    """A service, to be corrected or gone on with."""
    return _edit_page(case_id, service_id, ServiceForm())


@bp.post("/<uuid:case_id>/services/<uuid:service_id>/edit")
@requires(EDIT)
def save_service(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = ServiceForm()
    with desk(case_id, *course_desk.GOALS, Section.SERVICE, closed_too=True) as at:
        _offer(at, form, records.read_service(at.work, record_of(at.work, Service, case_id, service_id)))

    def save(work: Work) -> None:
        records.save_service(work, case_id, service_id, form.service, form.words, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _edit_page(case_id, service_id, form, status),
        case_url(case_id),
        _("The service was saved."),
        lambda: _edit_page(case_id, service_id, form, 409, is_stale=True),
    )


@bp.post("/<uuid:case_id>/services/<uuid:service_id>/next-step/done")
@requires(EDIT)
def finish_next_step(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Tick the next step of a service off."""
    with runtime.begin() as work:
        records.finish_next_step(work, case_id, service_id)
    flash(_("Ticked off."), "success")
    return redirect(case_url(case_id, "services"), code=303)


@bp.post("/<uuid:case_id>/services/<uuid:service_id>/next-step/again")
@requires(EDIT)
def take_up_next_step(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Ticked off by mistake: the next step waits again."""
    with runtime.begin() as work:
        records.take_up_next_step(work, case_id, service_id)
    flash(_("The next step is to be done again."), "success")
    return redirect(case_url(case_id, "services"), code=303)


@bp.get("/<uuid:case_id>/services/<uuid:service_id>/remove")
@requires(EDIT)
def ask_to_remove_service(case_id: UUID, service_id: UUID) -> Response:
    """Ask before a wrong entry is taken out of the counts."""
    return _remove_page(case_id, service_id, ActForm())


@bp.post("/<uuid:case_id>/services/<uuid:service_id>/remove")
@requires(EDIT)
def remove_service(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Take a wrong entry out of every count."""
    form = ActForm()
    return act(
        form,
        lambda work: records.remove_service(work, case_id, service_id),
        lambda status: _remove_page(case_id, service_id, form, status),
        case_url(case_id),
        _("The entry no longer counts."),
    )


def _offer(at: Desk, form: ServiceForm, held: work_structs.Service | None = None) -> None:
    """Fill in what may be chosen; a service that is `held` stays with its client."""
    form.offer([(i, mask) for i, mask in at.clients if held is None or i == held.client_id], at.today)
    form.offer_people(course_desk.people(at))
    form.offer_goals(course_desk.goals_served(at, held))


def _new_page(case_id: UUID, form: ServiceForm, status: int = 200) -> Response:
    with desk(case_id, *course_desk.GOALS, for_team=course_desk.GOAL_WORDS) as at:
        _offer(at, form)
        return page("service", at, form, status, action=request.path.removesuffix("/new"))


def _edit_page(
    case_id: UUID, service_id: UUID, form: ServiceForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    opens = (*SECTIONS, *course_desk.GOALS, *course_desk.GOAL_WORDS)
    with desk(case_id, *opens, team_only=True, closed_too=True) as at:
        row = record_of(at.work, Service, case_id, service_id)
        head = records.read_service(at.work, row)
        text = at.work.vault.open(row.place(Section.SERVICE_TEXT), row.text_sealed, work_structs.ServiceText)
        held = ServiceForm(formdata=None)
        held.show(head, text)
        form = form if form.is_submitted() else held
        for each in (form, held):
            _offer(at, each, head)
        if is_stale or not form.is_submitted():
            form.etag.data = etag(row.service_sealed, row.text_sealed)
        events = (Event.SERVICE_CHANGED, Event.SERVICE_RECORDED)
        stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, *events)} if is_stale else {}
        return page("service", at, form, status, row=row, **stale)


def _remove_page(case_id: UUID, service_id: UUID, form: ActForm, status: int = 200) -> Response:
    with desk(case_id, Section.SERVICE, closed_too=True) as at:
        row = record_of(at.work, Service, case_id, service_id)
        return page("service_remove", at, form, status, service=records.read_service(at.work, row), row=row)
