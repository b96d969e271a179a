"""Pages of the end of one client (F12): proposing, deciding, taking back, helping again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import course, families, moving, needs, queries, terminations
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, page, seat
from app.cases.casefile import CODED, COURSE, CodedFile, coded_files
from app.cases.models import Case, Client, Termination
from app.cases.step_forms import APPROVE, DecideForm, EndForm, WhyForm
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.course import doubted
from app.domain.errors import NotPermitted, Refused
from app.domain.stages import Stage, Status, proposing
from app.security.sections import Section
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

EDIT = Capability.CASE_EDIT
DECIDE = Capability.CASE_APPROVE


# --- proposing -------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/end")
@requires(EDIT)
def ask_to_end(case_id: UUID, client_id: UUID) -> Response:
    """The form F12 of one client."""
    return _end_page(case_id, client_id, EndForm())


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/end")
@requires(EDIT)
def end_client(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Propose the end of one client; the others go on."""
    form = EndForm()
    return act(
        form,
        lambda work: terminations.propose(work, case_id, form.proposal(client_id)),
        lambda status: _end_page(case_id, client_id, form, status),
        case_url(case_id),
        _("The end was proposed. A supervisor decides on it."),
    )


def _end_page(case_id: UUID, client_id: UUID, form: EndForm, status: int = 200) -> Response:
    with desk(case_id, *CODED, *COURSE, merged_too=True) as at:
        row = record_of(at.work, Client, case_id, client_id)
        file = coded_files(at.work, [case_id])[case_id]
        profile = dict((client.id, profile) for client, profile in file.clients)[client_id]
        followed = any(row.ended_at is None for row, _track in file.tracks)
        form.begin(at.today, legal_watch=followed or bool(profile.tpks) or profile.kdrt == "YA")
        context: dict[str, Any] = {
            "client": row,
            "mask": dict(at.clients)[client_id],
            "goals": terminations.open_goals(file, client_id),
            "is_last": needs.unproposed(file) == (client_id,),
            "is_manager": terminations.is_manager(at.work, case_id),
            "is_early": proposing(Stage(at.case.stage)) is None,
            **_doubts(at, file, client_id),
        }
        return page("end", at, form, status, **context)


@bp.get("/<uuid:case_id>/terminations/<uuid:termination_id>/retract")
@requires(EDIT)
def ask_to_retract_end(case_id: UUID, termination_id: UUID) -> Response:
    """Ask why a proposal is taken back."""
    return _proposal_page(case_id, termination_id, WhyForm(), "end_retract")


@bp.post("/<uuid:case_id>/terminations/<uuid:termination_id>/retract")
@requires(EDIT)
def retract_end(case_id: UUID, termination_id: UUID) -> ResponseReturnValue:
    """Take a proposal back."""
    form = WhyForm()
    return act(
        form,
        lambda work: terminations.retract(work, case_id, termination_id, form.decision.data or ""),
        lambda status: _proposal_page(case_id, termination_id, form, "end_retract", status),
        case_url(case_id),
        _("The proposal was taken back."),
    )


# --- deciding --------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/terminations/<uuid:termination_id>")
@requires(DECIDE)
def ask_to_decide_end(case_id: UUID, termination_id: UUID) -> Response:
    """One proposal, for the supervisor to decide on."""
    return _proposal_page(case_id, termination_id, DecideForm(), "end_decide")


@bp.post("/<uuid:case_id>/terminations/<uuid:termination_id>")
@requires(DECIDE)
def decide_end(case_id: UUID, termination_id: UUID) -> ResponseReturnValue:
    """Approve it, or send it back."""
    form = DecideForm()

    def save(work: Work) -> None:
        chosen = terminations.approve if form.what.data == APPROVE else terminations.send_back
        chosen(work, case_id, termination_id, form.decision.data or "")

    return act(
        form,
        save,
        lambda status: _proposal_page(case_id, termination_id, form, "end_decide", status),
        case_url(case_id),
        _("The decision was recorded."),
    )


def _doubts(at: Desk, file: CodedFile, client_id: UUID) -> dict[str, Any]:
    """The last look at how far the goals are met, and the reasons of an end it leaves in doubt: said, and never in the way."""
    look = course.last_look(file, client_id, at.zone)
    return {"look": look, "doubted": doubted(look.outcome if look is not None else "")}


def _proposal_page(case_id: UUID, termination_id: UUID, form: ActForm, template: str, status: int = 200) -> Response:
    """A proposal with its words: for the team, and for who decides on it, which is the reason to read it."""

    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        on_team = queries.is_on_team(work, case_id)
        if template == "end_decide":
            moving.require_decider(work, case)
        elif not on_team:
            raise NotPermitted("only the case team opens the words")
        record_of(work, Termination, case_id, termination_id)
        opens = (*CODED, *COURSE, Section.TERMINATION_TEXT)
        event, why = (Event.CASE_OPENED, "form") if on_team else (Event.CASE_REVEALED, "supervision")
        return Opening(event, families.with_duplicates(work, [case_id]), opens, object_id=case_id, purpose=why)

    with runtime.reading(plan) as work:
        at = seat(work, case_id)
        row = record_of(work, Termination, case_id, termination_id)
        held = opened(lambda: terminations.read(work, row))
        alone, refused = _alone(work, at.case, row)
        context: dict[str, Any] = {
            "row": row,
            "held": held,
            "alone": alone,
            "refused": refused,
            "masks": dict(at.clients),
        }
        file = opened(lambda: coded_files(work, [case_id])[case_id])
        if isinstance(held, Unopened) or isinstance(file, Unopened):
            context |= {"look": None, "doubted": ()}
        else:
            context |= _doubts(at, file, held[0].client_id)
        return page(template, at, form, status, **context)


def _alone(work: Work, case: Case, row: Termination) -> tuple[bool, bool]:
    """Whether the reader would decide on the own proposal, and whether somebody else has to."""
    try:
        return moving.decides_alone(work, case, row.created_by), False
    except Refused:
        return True, True


# --- helping again ---------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/reopen")
@requires(DECIDE)
def ask_to_reopen_client(case_id: UUID, client_id: UUID) -> Response:
    """Ask why a client's end is taken back."""
    return _again_page(case_id, client_id, WhyForm())


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/reopen")
@requires(DECIDE)
def reopen_client(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Take a client's end back."""
    form = WhyForm()
    return act(
        form,
        lambda work: terminations.help_again(work, case_id, client_id, form.decision.data or ""),
        lambda status: _again_page(case_id, client_id, form, status),
        case_url(case_id),
        _("The client is being helped again."),
    )


def _again_page(case_id: UUID, client_id: UUID, form: WhyForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        moving.require_decider(work, case)
        return Opening(Event.CASE_OPENED, (case_id,), (Section.CLIENT_PROFILE,), object_id=case_id, purpose="form")

    with runtime.reading(plan) as work:
        at: Desk = seat(work, case_id)
        record_of(work, Client, case_id, client_id)
        is_closed = at.case.status != Status.OPEN.value
        return page("client_reopen", at, form, status, mask=dict(at.clients)[client_id], is_closed=is_closed)
