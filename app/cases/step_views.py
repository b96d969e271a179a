"""Pages on which a case moves: its steps, voiding, links between persons."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import links, persons, progress, queries
from app.cases.acts import act, case_url, page, seat
from app.cases.casefile import CODED, COURSE, coded_files
from app.cases.models import Case
from app.cases.record_forms import StepForm, VoidForm
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import Conflict, Problem
from app.domain.stages import Need, Stage, Status, Step, step, steps
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.work import Opening, Work

READ = Capability.CASE_READ


@bp.get("/<uuid:case_id>/steps/<code>")
@requires(READ)
def ask_for_step(case_id: UUID, code: str) -> Response:
    """One step: what it does, what it still needs, its reason."""
    return _step_page(case_id, code, StepForm())


@bp.post("/<uuid:case_id>/steps/<code>")
@requires(READ)
def take_step(case_id: UUID, code: str) -> ResponseReturnValue:
    """Take the step. Which capability it needs stands in the table of steps."""
    form = StepForm()
    return act(
        form,
        lambda work: progress.take_step(work, case_id, code, form.reason, expected=form.etag.data),
        lambda status: _step_page(case_id, code, form, status),
        case_url(case_id),
        _("The case has moved on."),
    )


def _step_page(case_id: UUID, code: str, form: StepForm, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(queries.get(work, case_id), (*CODED, *COURSE))) as work:
        at = seat(work, case_id)
        wanted = _step(at.case, code, gone=status == 409)
        work.actor.require(wanted.capability)
        if not form.is_submitted():
            form.etag.data = progress.state_of(at.case)
        given = StepReason(text="?")  # the reason is on the form; what else is missing is said before it is sent
        lacking = progress.lacks(wanted, coded_files(work, [case_id])[case_id], given)
        is_alone = progress.received_by(work, case_id) == work.actor.user_id
        context = {
            "step": wanted,
            "needs_reason": Need.REASON in wanted.needs,
            "lacking": [_lack(problem) for problem in lacking],
            "alone": is_alone and wanted.capability is Capability.CASE_APPROVE,
        }
        return page("step", at, form, status, **context)


def _step(case: Case, code: str, *, gone: bool) -> Step:
    """The step from here. `gone`: somebody moved the case meanwhile; the page still shows what was meant and what was typed."""
    meant = next((known for known in steps() if known.code == code), None)
    return meant if gone and meant is not None else step(Stage(case.stage), Status(case.status), code)


def _lack(problem: Problem) -> str:
    return problems.sentence(problem)


def _opening(case: Case, sections: tuple[Section, ...] = (Section.CLIENT_PROFILE,)) -> Opening:
    return Opening(Event.CASE_OPENED, (case.id,), sections, object_id=case.id, purpose="form")


@bp.get("/<uuid:case_id>/void")
@requires(Capability.CASE_VOID)
def ask_to_void(case_id: UUID) -> Response:
    """Ask before a case is voided."""
    return _void_page(case_id, VoidForm())


@bp.post("/<uuid:case_id>/void")
@requires(Capability.CASE_VOID)
def void(case_id: UUID) -> ResponseReturnValue:
    """Void a case entered by mistake."""
    form = VoidForm()
    return act(
        form,
        lambda work: progress.void(work, case_id, StepReason(text=form.text.data or "")),
        lambda status: _void_page(case_id, form, status),
        case_url(case_id),
        _("The case was voided. It is counted nowhere; its number stays used."),
    )


def _void_page(case_id: UUID, form: VoidForm, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(queries.get(work, case_id))) as work:
        at = seat(work, case_id)
        if at.case.status == Status.VOIDED.value and status == 200:
            raise Conflict("already voided")
        return page("void", at, form, status)


# --- links between persons -------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/links/<uuid:link_id>")
@requires(Capability.PERSON_LINK)
def show_link(case_id: UUID, link_id: UUID) -> Response:
    """The two files side by side, by their coded profiles."""
    return _link_page(case_id, link_id, ActForm())


@bp.post("/<uuid:case_id>/links/<uuid:link_id>/confirm")
@requires(Capability.PERSON_LINK)
def confirm_link(case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Confirm that two files are one person."""
    form = ActForm()

    def confirm(work: Work) -> None:
        link = links.get(work, case_id, link_id)
        persons.confirm(work, link.client_a, link.client_b)

    return act(
        form,
        confirm,
        lambda status: _link_page(case_id, link_id, form, status),
        case_url(case_id),
        _("The two files are one person now."),
    )


@bp.post("/<uuid:case_id>/links/<uuid:link_id>/undo")
@requires(Capability.PERSON_LINK)
def undo_link(case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Refuse a candidate, or take a link back."""
    form = ActForm()
    return act(
        form,
        lambda work: persons.undo(work, links.get(work, case_id, link_id).id),
        lambda status: _link_page(case_id, link_id, form, status),
        case_url(case_id),
        _("The two files are not linked."),
    )


def _link_page(case_id: UUID, link_id: UUID, form: ActForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        link = links.get(work, case_id, link_id)
        cases = tuple(row.case_id for row in links.ends_of(work, link))
        return Opening(Event.CASE_OPENED, cases, (Section.CLIENT_PROFILE,), object_id=link.id, purpose="link")

    with runtime.reading(plan) as work:
        link = links.get(work, case_id, link_id)
        sides = links.sides_of(work, link)
        return page("link", seat(work, case_id), form, status, link=link, sides=sides)
