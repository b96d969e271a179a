"""*Tugas saya*: everything that waits for one person, and filters of the case list kept under a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.answers.labels import KINDS as ANSWERS
from app.audit.events import Event
from app.cases import queries as cases
from app.cases import records
from app.cases.acting import editable, record_of
from app.cases.models import Service
from app.domain.access import Capability
from app.domain.errors import Refused
from app.security.sections import Section
from app.tasks import gathering, queries, services
from app.tasks.forms import FilterForm, TaskForm, known, written
from app.tasks.gathering import Looked, Source, When
from app.tasks.labels import SENTENCES
from app.tasks.tiles import TILES
from app.web import home, problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Opening, Work

bp = Blueprint("tasks", __name__, url_prefix="/tasks")
GROUPS: Final = {
    When.OVERDUE: _l("Overdue"),
    When.TODAY: _l("Due today"),
    When.WEEK: _l("Within seven days"),
    When.LATER: _l("Later"),
    When.UNDATED: _l("Without a day"),
}
KINDS: Final = {
    Source.GOAL: _l("Goal of a plan"),
    Source.DECISION: _l("Decision of a conference"),
    Source.NEXT_STEP: _l("Next step of a service"),
    Source.HEARING: _l("Hearing"),
    Source.CLOCK: _l("Deadline"),
    Source.ANSWER: _l("Answer of an institution"),
    Source.OWN: _l("Own task"),
}


def init_app(app: Flask) -> None:
    """Hang the tiles on the home page and give the sentences of this room to problems."""
    problems.register(SENTENCES)
    home.register_tiles(app, TILES)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))


# --- the list --------------------------------------------------------------------------------------------------------


@bp.get("", endpoint="index")
@requires(Capability.HOME)
def index() -> Response:
    """What waits for the person, most pressing first, and a form for a task of one's own."""
    return _page(TaskForm(formdata=None))


@bp.post("", endpoint="set_down")
@requires(Capability.HOME)
def set_down() -> ResponseReturnValue:
    """Set down a task of one's own."""
    form = TaskForm()
    return _act(
        form,
        lambda work: services.set_down(work, form.text.data or "", form.due_on.data, form.register_no.data or ""),
        lambda: _page(form, 422),
        _("The task is on your list."),
    )


@bp.post("/<uuid:task_id>/done", endpoint="tick_off")
@requires(Capability.HOME)
def tick_off(task_id: UUID) -> ResponseReturnValue:
    """Tick a task off."""
    with runtime.begin() as work:
        services.tick_off(work, task_id)
    flash(_("Ticked off."), "success")
    return redirect(url_for(".ended", task_id=task_id), code=303)


@bp.get("/<uuid:task_id>", endpoint="ended")
@requires(Capability.HOME)
def ended(task_id: UUID) -> ResponseReturnValue:
    """A task of one's own, with the way back where it was ticked off by mistake."""
    with runtime.reading(lambda work: _own_opening(work, task_id)) as work:
        row = queries.own_task(work, task_id)
        task = opened(lambda: queries.read_task(work, row))
        return render_page("tasks/task.html", row=row, task=task, form=ActForm(formdata=None))


@bp.post("/<uuid:task_id>/again", endpoint="take_up_again")
@requires(Capability.HOME)
def take_up_again(task_id: UUID) -> ResponseReturnValue:
    """Put a task back on the list."""
    with runtime.begin() as work:
        services.take_up_again(work, task_id)
    flash(_("The task is on your list again."), "success")
    return redirect(url_for(".index"), code=303)


def _own_opening(work: Work, task_id: UUID) -> Opening:
    return Opening(Event.TASKS_LISTED, (), (Section.OWN_TASK,), object_id=queries.own_task(work, task_id).id)


def _page(form: TaskForm, status: int = 200) -> Response:
    looked = Looked()

    def plan(work: Work) -> Opening:
        nonlocal looked
        looked = gathering.look(work)
        return gathering.opening(looked)

    with runtime.reading(plan) as work:
        return render_page(
            "tasks/index.html",
            status=status,
            form=form,
            gathered=gathering.gather(work, looked),
            groups=GROUPS,
            kinds=KINDS,
            answer_kinds=ANSWERS,
            most=queries.MOST_CASES,
            done=ActForm(formdata=None),
            may_filter=work.actor.may(Capability.CASE_READ),
            now=work.now,
            pressing=home.pressing(work),
        )


# --- next steps of services ------------------------------------------------------------------------------------------


@bp.post("/steps/<uuid:case_id>/<uuid:service_id>/done", endpoint="finish_step")
@requires(Capability.CASE_EDIT)
def finish_step(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Tick the next step of a service off."""
    with runtime.begin() as work:
        records.finish_next_step(work, case_id, service_id)
    flash(_("Ticked off."), "success")
    return redirect(url_for(".step_ended", case_id=case_id, service_id=service_id), code=303)


@bp.get("/steps/<uuid:case_id>/<uuid:service_id>", endpoint="step_ended")
@requires(Capability.CASE_EDIT)
def step_ended(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """A next step of a service, with the way back where it was ticked off by mistake."""
    with runtime.reading(lambda work: _step_opening(work, case_id, service_id)) as work:
        row = record_of(work, Service, case_id, service_id)
        service = opened(lambda: records.read_service(work, row))
        return render_page("tasks/step.html", row=row, case=cases.get(work, case_id), service=service)


@bp.post("/steps/<uuid:case_id>/<uuid:service_id>/again", endpoint="take_up_step")
@requires(Capability.CASE_EDIT)
def take_up_step(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Put the next step of a service back on the list."""
    with runtime.begin() as work:
        records.take_up_next_step(work, case_id, service_id)
    flash(_("The task is on your list again."), "success")
    return redirect(url_for(".index"), code=303)


def _step_opening(work: Work, case_id: UUID, service_id: UUID) -> Opening:
    row = record_of(work, Service, editable(work, case_id, closed_too=True).id, service_id)
    return Opening(Event.TASKS_LISTED, (case_id,), (Section.SERVICE,), object_id=row.id)


# --- saved filters ---------------------------------------------------------------------------------------------------


@bp.get("/filters", endpoint="filters")
@requires(Capability.CASE_READ)
def filters() -> Response:
    """The person's saved filters of the case list."""
    with runtime.reading(_filters_opening) as work:
        rows = [(row, opened(lambda row=row: queries.read_filter(work, row))) for row in queries.saved_filters(work)]  # type: ignore[misc]
        return render_page("tasks/filters.html", rows=rows, form=ActForm(formdata=None))


@bp.get("/filters/new", endpoint="new_filter")
@requires(Capability.CASE_READ)
def new_filter() -> Response:
    """Ask for a name for the filters the case list stands under."""
    form = FilterForm(formdata=None)
    form.criteria.data = written(known(request.args.items()))
    return _filter_page(form)


@bp.post("/filters", endpoint="save_filter")
@requires(Capability.CASE_READ)
def save_filter() -> ResponseReturnValue:
    """Keep the filters under the name."""
    form = FilterForm()
    return _act(
        form,
        lambda work: services.save_filter(work, form.name.data or "", form.chosen),
        lambda: _filter_page(form, 422),
        _("The filters are saved."),
        leads_to=".filters",
    )


@bp.get("/filters/<uuid:filter_id>", endpoint="use_filter")
@requires(Capability.CASE_READ)
def use_filter(filter_id: UUID) -> ResponseReturnValue:
    """The case list under these filters."""
    with runtime.reading(_filters_opening) as work:
        held = queries.read_filter(work, queries.saved_filter(work, filter_id))
    criteria = written({each.name: each.value for each in held.criteria})
    return redirect(f"{url_for('cases.index')}?{criteria}", code=303)


@bp.post("/filters/<uuid:filter_id>/forget", endpoint="forget_filter")
@requires(Capability.CASE_READ)
def forget_filter(filter_id: UUID) -> ResponseReturnValue:
    """Throw saved filters away."""
    with runtime.begin() as work:
        services.forget_filter(work, filter_id)
    flash(_("The filters were thrown away."), "success")
    return redirect(url_for(".filters"), code=303)


def _filters_opening(work: Work) -> Opening:
    work.actor.require(Capability.CASE_READ)
    return Opening(Event.FILTERS_LISTED, (), (Section.SAVED_FILTER,))


def _filter_page(form: FilterForm, status: int = 200) -> Response:
    return render_page("tasks/filter.html", status=status, form=form, chosen=form.chosen)


def _act(
    form: ActForm, run: Callable[[Work], object], again: Callable[[], Response], done: str, leads_to: str = ".index"
) -> ResponseReturnValue:
    """Do it once, or show the form again with what was typed and what is wrong."""
    if not form.validate_on_submit():
        return again()
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            run(work)
            receipt.leads_to(url_for(leads_to))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return again()
    flash(done, "success")
    return receipt.redirect()
