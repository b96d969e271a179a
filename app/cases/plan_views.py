"""Pages of plans (F6): written, changed, answered by the client, goals closed, reviewed, read."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import course_desk, course_page, plans
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.course_forms import BLANK_ROWS, placed
from app.cases.forms.mapping import differing
from app.cases.models import Plan
from app.cases.plan_forms import AnswerForm, GoalForm, PlanForm, ReviewForm
from app.cases.record_forms import DayForm
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import NotFound, Refused
from app.security.sections import Section
from app.security.structs import course as structs
from app.security.vault import etag
from app.web.forms import SectionForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

EDIT = Capability.CASE_EDIT
SECTIONS = (Section.PLAN, Section.PLAN_TEXT)
MORE = "more"


@bp.get("/<uuid:case_id>/plans/new")
@requires(EDIT)
def new_plan(case_id: UUID) -> Response:
    """A blank plan."""
    with desk(case_id) as at:
        form = PlanForm()
        form.goals.add_blank(BLANK_ROWS)
        return _form_page(at, form)


@bp.post("/<uuid:case_id>/plans")
@requires(EDIT)
def write_plan(case_id: UUID) -> ResponseReturnValue:
    """Keep a plan; or show the form again with one more goal to fill in."""
    form = _sent(case_id)

    def save(work: Work) -> None:
        _placed(form, lambda: plans.start(work, case_id, form.plan, form.words))

    def again(status: int) -> Response:
        with desk(case_id) as at:
            return _form_page(at, form, status)

    if _wants_more(form):
        return again(422)
    return act(form, save, again, case_url(case_id), _("The plan was saved."))


@bp.get("/<uuid:case_id>/plans/<uuid:plan_id>/edit")
@requires(EDIT)
def edit_plan(case_id: UUID, plan_id: UUID) -> Response:
    """Change a plan."""
    with desk(case_id, *SECTIONS, team_only=True) as at:
        return _edit_page(at, plan_id, PlanForm())


@bp.post("/<uuid:case_id>/plans/<uuid:plan_id>/edit")
@requires(EDIT)
def save_plan(case_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = _sent(case_id, plan_id)

    def save(work: Work) -> None:
        _placed(form, lambda: plans.save(work, case_id, plan_id, form.plan, form.words, expected=form.etag.data))

    def again(status: int) -> Response:
        with desk(case_id, *SECTIONS, team_only=True) as at:
            return _edit_page(at, plan_id, form, status)

    def stale() -> Response:
        with desk(case_id, *SECTIONS, team_only=True) as at:
            return _edit_page(at, plan_id, form, 409, is_stale=True)

    if _wants_more(form):
        return again(422)
    return act(form, save, again, case_url(case_id), _("The plan was saved."), stale)


@bp.get("/<uuid:case_id>/plans/<uuid:plan_id>")
@requires(Capability.CASE_READ)
def show_plan(case_id: UUID, plan_id: UUID) -> Response:
    """One version of a plan in full, with the others."""
    with course_page.reading(case_id, plan_id, *SECTIONS, Section.SERVICE) as at:
        return render_page("cases/course/plan_show.html", **course_page.plan(at, plan_id))


def _wants_more(form: PlanForm) -> bool:
    """The button that asks for another empty goal saves nothing, so what is typed goes on being kept as a draft."""
    if request.form.get("act") != MORE:
        return False
    form.goals.add_blank(1)
    return True


def _placed(form: PlanForm, run: Callable[[], object]) -> None:
    try:
        run()
    except Refused as refusal:
        raise placed(refusal, "goals", form.rows) from None


def _sent(case_id: UUID, plan_id: UUID | None = None) -> PlanForm:
    """The form as it was sent, with what it could choose from."""
    form = PlanForm()
    with desk(case_id, Section.PLAN) as at:
        form.offer(at.clients, at.today)
        held = plans.read(at.work, record_of(at.work, Plan, case_id, plan_id)) if plan_id is not None else None
        form.offer_plan(course_desk.colleagues(at), course_desk.institutions(at, held))
    return form


def _form_page(at: Desk, form: PlanForm, status: int = 200) -> Response:
    form.offer(at.clients, at.today)
    form.offer_plan(course_desk.colleagues(at), course_desk.institutions(at))
    action = request.path.removesuffix("/new")
    return page("course/plan", at, form, status, action=action, enter=("act", "save"), head=None)


def _edit_page(at: Desk, plan_id: UUID, form: PlanForm, status: int = 200, *, is_stale: bool = False) -> Response:
    row, head, text = _held(at, plan_id)
    saved = PlanForm(formdata=None)
    saved.show(head, text)
    if not form.is_submitted():
        form = saved
        form.goals.add_blank(1)
        if head.agreement:
            form.on.data = at.today
    elif is_stale:
        form.meet(head, text)
    team, institutions = course_desk.colleagues(at), course_desk.institutions(at, head)
    for each in (form, saved):
        each.offer([(i, mask) for i, mask in at.clients if i == head.client_id], at.today)
        each.offer_plan(team, institutions)
    if is_stale or not form.is_submitted():
        form.etag.data = etag(row.head_sealed, row.text_sealed)
    stale = {"both": differing(form, saved), "who": last_saver(at.work, row.id, Event.PLAN_SAVED)} if is_stale else {}
    return page("course/plan", at, form, status, enter=("act", "save"), head=head, row=row, **stale)


def _held(at: Desk, plan_id: UUID) -> tuple[Plan, structs.Plan, structs.PlanText]:
    row = record_of(at.work, Plan, at.case.id, plan_id)
    return row, plans.read(at.work, row), plans.read_text(at.work, row)


# --- carrying the plan out -------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/plans/<uuid:plan_id>/answer")
@requires(EDIT)
def ask_for_answer(case_id: UUID, plan_id: UUID) -> Response:
    """What the client says to the plan."""
    return _small_page(case_id, plan_id, AnswerForm(), "plan_answer")


@bp.post("/<uuid:case_id>/plans/<uuid:plan_id>/answer")
@requires(EDIT)
def answer_plan(case_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """Record the answer."""
    form = AnswerForm()
    return act(
        form,
        lambda work: plans.answer(work, case_id, plan_id, form.answer, expected=form.etag.data),
        lambda status: _small_page(case_id, plan_id, form, "plan_answer", status),
        case_url(case_id),
        _("The client's answer was recorded."),
    )


@bp.get("/<uuid:case_id>/plans/<uuid:plan_id>/review")
@requires(EDIT)
def ask_for_review(case_id: UUID, plan_id: UUID) -> Response:
    """The form for a review of the plan."""
    return _small_page(case_id, plan_id, ReviewForm(), "plan_review")


@bp.post("/<uuid:case_id>/plans/<uuid:plan_id>/review")
@requires(EDIT)
def review_plan(case_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    """Record that the plan was looked through."""
    form = ReviewForm()

    def save(work: Work) -> None:
        given = (form.day, form.outcome.data or "", form.text.data or "")
        plans.review(work, case_id, plan_id, *given, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _small_page(case_id, plan_id, form, "plan_review", status),
        case_url(case_id),
        _("The review was recorded."),
    )


@bp.get("/<uuid:case_id>/plans/<uuid:plan_id>/goals/<uuid:goal_id>")
@requires(EDIT)
def ask_for_goal(case_id: UUID, plan_id: UUID, goal_id: UUID) -> Response:
    """The form for the state of one goal."""
    return _small_page(case_id, plan_id, GoalForm(), "plan_goal", goal_id=goal_id)


@bp.post("/<uuid:case_id>/plans/<uuid:plan_id>/goals/<uuid:goal_id>")
@requires(EDIT)
def move_goal(case_id: UUID, plan_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Close a goal, or open it again."""
    form = GoalForm()

    def save(work: Work) -> None:
        step = plans.Step(goal_id, form.state.data or "", form.day, form.reason.data or "")
        plans.move_goal(work, case_id, plan_id, step, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _small_page(case_id, plan_id, form, "plan_goal", status, goal_id=goal_id),
        case_url(case_id),
        _("The goal was saved."),
    )


def _small_page(
    case_id: UUID,
    plan_id: UUID,
    form: SectionForm,
    template: str,
    status: int = 200,
    goal_id: UUID | None = None,
) -> Response:
    """A form about a plan that stands: the goals above, the form below."""
    with desk(case_id, *SECTIONS, Section.SERVICE, team_only=True) as at:
        row, head, text = _held(at, plan_id)
        goal = next((goal for goal in head.goals if goal.id == goal_id), None)
        if goal_id is not None and goal is None:
            raise NotFound("goal")
        if not form.is_submitted():
            form.etag.data = etag(row.head_sealed, row.text_sealed)
            if isinstance(form, DayForm):
                form.on.data = at.today
        elif status == 409:
            form.etag.data = etag(row.head_sealed, row.text_sealed)
        words = {each.id: each for each in text.goals}
        given = {
            "head": head,
            "goal": goal,
            "words": words,
            "done": course_page.done(course_page.sight(at.work, at.case)),
        }
        return page(f"course/{template}", at, form, status, row=row, **given)
