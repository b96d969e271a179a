"""Pages on which a case moves: its steps, voiding."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import checklist, course, families, moving, needs, progress, queries
from app.cases.acts import Desk, act, case_url, page, seat
from app.cases.casefile import CODED, COURSE, CodedFile, coded_files
from app.cases.models import Case
from app.cases.record_forms import VoidForm
from app.cases.step_forms import StepForm
from app.cases.terminations import State
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.course import doubted
from app.domain.errors import Conflict, Refused
from app.domain.stages import Need, Stage, Status, Step, step, steps
from app.security.sections import Section
from app.security.structs.case import StepReason
from app.web import runtime
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
    with runtime.reading(lambda work: _opening(work, queries.get(work, case_id))) as work:
        _offer(seat(work, case_id), form)

    def save(work: Work) -> None:
        progress.take_step(work, case_id, code, form.reason, expected=form.etag.data, choices=form.chosen)

    return act(
        form,
        save,
        lambda status: _step_page(case_id, code, form, status),
        case_url(case_id),
        _("The case has moved on."),
    )


def _offer(at: Desk, form: StepForm) -> None:
    """Who may manage the case from now on, and who may be helped again."""
    managers = people.holders(at.work, at.case.unit_id, Capability.CASE_EDIT)
    still_open = {client_id for client_id, _mask in at.open_clients}
    ended = [(str(client_id), mask) for client_id, mask in at.clients if client_id not in still_open]
    form.offer([(str(user.id), user.display_name) for user in managers], ended)


def _step_page(case_id: UUID, code: str, form: StepForm, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(work, queries.get(work, case_id), (*CODED, *COURSE))) as work:
        at = seat(work, case_id)
        wanted = _step(at.case, code, gone=status == 409)
        work.actor.require(wanted.capability)
        _offer(at, form)
        if not form.is_submitted():
            form.etag.data = progress.state_of(at.case)
        file = coded_files(work, [case_id])[case_id]
        seen = progress.seen(work, file)
        alone, refused = _alone(work, at.case, wanted, file)
        context = {
            "step": wanted,
            "landing": wanted.lands(moving.stage_before_termination(work, at.case) if wanted.target is None else None),
            "needs_reason": Need.REASON in wanted.needs,
            "items": checklist.items(wanted, seen, on_team=queries.is_on_team(work, case_id)),
            "unproposed": [(each, dict(at.clients)[each]) for each in needs.unproposed(file)],
            "asks_manager": Need.TEAM in wanted.needs and "manager" in needs.missing_parts(seen),
            "asks_clients": code == progress.REOPEN,
            "alone": alone,
            "refused": refused,
            "doubts": [*_doubts(at, file)] if code == needs.CLOSE else [],
        }
        return page("step", at, form, status, **context)


def _doubts(at: Desk, file: CodedFile) -> Iterator[tuple[str, course.Look | None]]:
    """Clients whose proposed end gives a reason that no look at their goals bears, by mask, with the last look."""
    for row, head in file.terminations:
        look = course.last_look(file, head.client_id, at.zone)
        if row.state == State.PROPOSED.value and head.reason in doubted(look.outcome if look is not None else ""):
            yield dict(at.clients).get(head.client_id, ""), look


def _alone(work: Work, case: Case, wanted: Step, file: CodedFile) -> tuple[bool, bool]:
    """Whether the reader would decide on the own report or proposal, and whether somebody else has to."""
    firsts = [progress.received_by(work, case.id)] if wanted.code in progress.RECEIVED else []
    if wanted.code == needs.CLOSE:
        firsts = [row.created_by for row, _head in file.terminations if row.state == "proposed"]
    try:
        return any([moving.decides_alone(work, case, first) for first in firsts]), False
    except Refused:
        return True, True


def _step(case: Case, code: str, *, gone: bool) -> Step:
    """The step from here. `gone`: somebody moved the case meanwhile; the page still shows what was meant and what was typed."""
    meant = next((known for known in steps() if known.code == code), None)
    return meant if gone and meant is not None else step(Stage(case.stage), Status(case.status), code)


def _opening(work: Work, case: Case, sections: tuple[Section, ...] = (Section.CLIENT_PROFILE,)) -> Opening:
    whole = families.with_duplicates(work, [case.id])
    return Opening(Event.CASE_OPENED, whole, sections, object_id=case.id, purpose="form")


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
    with runtime.reading(lambda work: _opening(work, queries.get(work, case_id))) as work:
        at = seat(work, case_id)
        if at.case.status == Status.VOIDED.value and status == 200:
            raise Conflict("already voided")
        return page("void", at, form, status)
