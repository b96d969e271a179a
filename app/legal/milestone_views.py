"""Pages of milestones: which one happened, recording it, what came of a hearing, correcting, taking back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import course_desk
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver
from app.cases.forms.mapping import differing
from app.cases.models import LegalStep
from app.cases.panels import is_open
from app.domain import legal as rules
from app.domain.access import Capability
from app.domain.codes import UnknownCode, code_list
from app.domain.errors import NotFound
from app.domain.legal import Milestone
from app.legal import milestones, page, reading
from app.legal.forms import MilestoneForm, OutcomeForm, ReasonForm
from app.legal.labels import PARTS
from app.legal.page import Shown
from app.legal.track_views import track_desk, track_url
from app.legal.views import bp
from app.security.sections import Section
from app.security.structs.work import LegalStep as Step
from app.security.vault import etag
from app.web.forms import SectionForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work

EDIT: Final = Capability.CASE_EDIT


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/milestones")
@requires(EDIT)
def choose(case_id: UUID, track_id: UUID) -> Response:
    """Which milestone happened, or lies ahead."""
    with track_desk(case_id, track_id) as (at, track):
        stands = [line.step.milestone for line in track.lines]
        choices = [(each, code_list("milestone").get(each.code).n) for each in rules.of_track(track.track.kind)]
        plain = [choice for choice in choices if not choice[0].ahead]
        groups = [(title, [each for each in plain if each[0].part == part]) for part, title in PARTS.items()]
        return render_page(
            "legal/milestones.html",
            case=at.case,
            shown=track,
            ahead=[choice for choice in choices if choice[0].ahead],
            groups=[(title, lot) for title, lot in groups if lot],
            stands=stands,
            ended=track.is_ended,
        )


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/milestones/<int:number>")
@requires(EDIT)
def ask_to_record(case_id: UUID, track_id: UUID, number: int) -> Response:
    """What a milestone asks for. Its number is that of the code list: no code stands in an address."""
    return _record_page(case_id, track_id, number, MilestoneForm(formdata=None))


@bp.post("/<uuid:case_id>/legal/<uuid:track_id>/milestones/<int:number>")
@requires(EDIT)
def record(case_id: UUID, track_id: UUID, number: int) -> ResponseReturnValue:
    """Record a milestone."""
    form = MilestoneForm()
    with desk(case_id, closed_too=True) as at:
        form.shape(_milestone(number), course_desk.people(at))

    def run(work: Work) -> None:
        milestones.record_step(work, case_id, track_id, form.step, form.words, knowingly=bool(form.knowingly.data))

    return act(
        form,
        run,
        lambda status: _record_page(case_id, track_id, number, form, status),
        track_url(case_id, track_id),
        _("The milestone was recorded."),
    )


def _record_page(case_id: UUID, track_id: UUID, number: int, form: MilestoneForm, status: int = 200) -> Response:
    with track_desk(case_id, track_id) as (at, track):
        milestone = _milestone(number)
        if track.track.kind not in milestone.tracks:
            raise NotFound("milestone")
        if not form.code:
            form.shape(milestone, course_desk.people(at))
        if not form.is_submitted() and not milestone.ahead:
            form.on.data = at.today
        return _page(at, track, form, milestone, status)


def _milestone(number: int) -> Milestone:
    try:
        return rules.milestones()[code_list("milestone").by_n(number).code]
    except UnknownCode:
        raise NotFound("milestone") from None


def _page(
    at: Desk, track: Shown | None, form: MilestoneForm, milestone: Milestone, status: int, **more: Any
) -> Response:
    context: dict[str, Any] = {"shown": track, "milestone": milestone, "row": None} | more
    return render_page("legal/milestone.html", status=status, case=at.case, desk=at, form=form, **context)


# --- one milestone ---------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/milestones/<uuid:step_id>/edit")
@requires(EDIT)
def edit_step(case_id: UUID, step_id: UUID) -> Response:
    """A milestone, to be corrected."""
    return _edit_page(case_id, step_id, MilestoneForm(formdata=None))


@bp.post("/<uuid:case_id>/milestones/<uuid:step_id>/edit")
@requires(EDIT)
def save_step(case_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both versions stand side by side."""
    form = MilestoneForm()
    with desk(case_id, Section.LEGAL_STEP, closed_too=True) as at:
        step = _of(at, step_id)
        form.shape(rules.milestones()[step.milestone], course_desk.people(at, step.companion))

    def run(work: Work) -> None:
        milestones.save_step(work, case_id, step_id, form.step, form.words, expected=form.etag.data or "")

    return act(
        form,
        run,
        lambda status: _edit_page(case_id, step_id, form, status),
        _back(case_id, step),
        _("The milestone was saved."),
        lambda: _edit_page(case_id, step_id, form, 409, is_stale=True),
    )


def _edit_page(
    case_id: UUID, step_id: UUID, form: MilestoneForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    with desk(case_id, Section.LEGAL_STEP, Section.LEGAL_STEP_TEXT, team_only=True, closed_too=True) as at:
        row = record_of(at.work, LegalStep, case_id, step_id)
        step = _of(at, step_id)
        milestone = rules.milestones()[step.milestone]
        held = MilestoneForm(formdata=None)
        held.shape(milestone, course_desk.people(at, step.companion))
        held.show(step, reading.step_words(at.work, row))
        form = form if form.is_submitted() else held
        if is_stale or not form.is_submitted():
            form.etag.data = etag(row.step_sealed, row.text_sealed)
        stale: dict[str, Any] = {}
        if is_stale:
            events = (Event.LEGAL_STEP_CHANGED, Event.LEGAL_STEP_RECORDED)
            stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, *events)}
        return _page(at, None, form, milestone, status, row=row, **stale)


@bp.get("/<uuid:case_id>/milestones/<uuid:step_id>/outcome")
@requires(EDIT)
def ask_for_outcome(case_id: UUID, step_id: UUID) -> Response:
    """What came of a hearing, and when the next one is."""
    return _about(case_id, step_id, OutcomeForm(formdata=None), "outcome")


@bp.post("/<uuid:case_id>/milestones/<uuid:step_id>/outcome")
@requires(EDIT)
def record_outcome(case_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Record what came of it, and enter the next one ahead."""
    form = OutcomeForm()
    with desk(case_id, Section.LEGAL_STEP, closed_too=True) as at:
        leads_to = _back(case_id, _of(at, step_id))

    def run(work: Work) -> None:
        milestones.record_outcome(work, case_id, step_id, form.outcome, expected=form.etag.data or "")

    return act(
        form, run, lambda status: _about(case_id, step_id, form, "outcome", status), leads_to, _("It was recorded.")
    )


@bp.get("/<uuid:case_id>/milestones/<uuid:step_id>/take-back")
@requires(EDIT)
def ask_to_take_step_back(case_id: UUID, step_id: UUID) -> Response:
    """Ask why a milestone was a wrong entry."""
    return _about(case_id, step_id, ReasonForm(formdata=None), "take_back")


@bp.post("/<uuid:case_id>/milestones/<uuid:step_id>/take-back")
@requires(EDIT)
def take_step_back(case_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Take a wrong entry back."""
    form = ReasonForm()
    with desk(case_id, Section.LEGAL_STEP, closed_too=True) as at:
        leads_to = _back(case_id, _of(at, step_id))
    return act(
        form,
        lambda work: milestones.take_back(work, case_id, step_id, form.text.data or ""),
        lambda status: _about(case_id, step_id, form, "take_back", status),
        leads_to,
        _("The entry was taken back."),
    )


def _about(case_id: UUID, step_id: UUID, form: SectionForm, what: str, status: int = 200) -> Response:
    words = (Section.LEGAL_STEP_TEXT,) if isinstance(form, OutcomeForm) else ()
    with desk(case_id, Section.LEGAL_STEP, for_team=words, closed_too=True) as at:
        row, step = record_of(at.work, LegalStep, case_id, step_id), _of(at, step_id)
        if not form.is_submitted() or status == 409:
            form.etag.data = etag(row.step_sealed, row.text_sealed)
        if isinstance(form, OutcomeForm) and not form.is_submitted():
            form.held.data, form.attended.data = step.held or None, step.attended or None
            if is_open(at.work, at.case, Section.LEGAL_STEP_TEXT):
                form.result.data = reading.step_words(at.work, row).result
        return render_page(f"legal/milestone_{what}.html", status=status, case=at.case, desk=at, form=form, step=step)


def _of(at: Desk, step_id: UUID) -> Step:
    """A milestone that stands; NotFound for one that was taken back, or is of no table any more."""
    row = record_of(at.work, LegalStep, at.case.id, step_id)
    step = reading.read_step(at.work, row)
    if row.is_removed or step.milestone not in rules.milestones():
        raise NotFound("milestone")
    return step


def _back(case_id: UUID, step: Step) -> str:
    return track_url(case_id, step.track_id) if step.track_id is not None else case_url(case_id, page.ANCHOR)
