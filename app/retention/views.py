"""Keeping and erasing files: what is due, what holds it, who proposes and who answers (case-management 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries as cases
from app.cases.acts import act
from app.domain.access import Capability
from app.domain.zones import local_day
from app.papers import printing
from app.retention import certificate, due, erasing, holds, labels, proposing, residue, rules, standing
from app.retention.due import Found, Show
from app.retention.forms import APPROVE, AnswerForm, HoldForm, ProposalForm, RetractForm, RuleForm
from app.retention.models import CaseHold, ErasureProposal
from app.security.sections import Section
from app.web import runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.web.sealed import UNOPENED, opened
from app.work import Opening, Work

bp = Blueprint("retention", __name__, url_prefix="/retention")
R = TypeVar("R", CaseHold, ErasureProposal)
_WORDS: Final = (Section.HOLD_REASON, Section.ERASURE_WORDS)
READ, RULE = Capability.RETENTION_READ, Capability.RETENTION_RULE
HOLD, PROPOSE, DECIDE = Capability.CASE_HOLD, Capability.ERASE_PROPOSE, Capability.ERASE_APPROVE


# --- the lists -------------------------------------------------------------------------------------------------------


@bp.get("")
@requires(READ)
def index() -> Response:
    """The files of the unit that are due, proposed, held or erased; by number alone."""
    wanted = request.args.get("show", Show.DUE.value)
    show = Show(wanted) if wanted in set(Show) else Show.DUE
    number = max(1, request.args.get("page", 1, type=int) or 1)
    found = Found(show, (), 0)

    def plan(work: Work) -> Opening:
        nonlocal found
        found = due.find(work, show, number)
        return due.opening(work, found)

    with runtime.reading(plan) as work:
        unit_id = work.actor.own_unit()
        return render_page(
            "retention/index.html",
            show=show,
            shows=labels.SHOWS,
            counts=due.counts(work),
            lines=due.lines(work, found),
            empty=labels.EMPTY[show],
            page=Page(number, due.PAGE_SIZE, found.total, "retention.index", {"show": show.value}),
            rule=rules.in_use(work, [unit_id]).get(unit_id),
            may_rule=work.actor.may(RULE),
        )


# --- the rule --------------------------------------------------------------------------------------------------------


@bp.get("/rule")
@requires(RULE)
def edit_rule() -> Response:
    """The unit's rule, and what it was before."""
    return _rule_page(None)


@bp.post("/rule")
@requires(RULE)
def save_rule() -> ResponseReturnValue:
    """Set the rule, or switch it off."""
    form = RuleForm()
    return act(
        form,
        lambda work: rules.set_rule(work, work.actor.own_unit(), form.rule(work.actor.own_unit())),
        lambda status: _rule_page(form, status),
        url_for(".edit_rule"),
        _("The rule was saved. Files it makes due appear within a week."),
    )


def _rule_page(form: RuleForm | None, status: int = 200) -> Response:
    with runtime.looking() as work:
        unit_id = work.actor.own_unit()
        history = list(reversed(rules.history(work, unit_id)))
        names = people.names(work, {each.by for each in history if each.by is not None})
        newest = history[0].rule if history else None
        given = {name: getattr(newest, name) for name in ("is_on", "years", "basis")} if newest else {}
        today = local_day(work.now, people.unit(work, unit_id).local_zone)
        return render_page(
            "retention/rule.html",
            status=status,
            form=form or RuleForm(formdata=None, data=given | {"since": today}),
            history=history,
            names=names,
        )


# --- one file --------------------------------------------------------------------------------------------------------


@bp.get("/files/<uuid:kept_id>")
@requires(READ)
def show(kept_id: UUID) -> Response:
    """How a file stands: until when it is kept, what holds it, what was proposed."""
    return _file_page(kept_id)


@bp.post("/files/<uuid:kept_id>/holds")
@requires(HOLD)
def hold(kept_id: UUID) -> ResponseReturnValue:
    """Hold the file."""
    form = HoldForm()
    return act(
        form,
        lambda work: holds.hold(work, kept_id, form.reason.data or ""),
        lambda status: _file_page(kept_id, form, status),
        url_for(".show", kept_id=kept_id),
        _("The file is held until somebody lifts that."),
    )


def _opening(work: Work, kept_id: UUID) -> Opening:
    """Days and ages of the file, of those merged with it and of files of the same people. Words only for whoever has no part in it."""
    work.actor.require(READ)
    case = holds.case_of(work, kept_id)
    words = () if cases.has_part(work, case.id) else _WORDS
    ids = standing.relatives(work, [case.id])
    return Opening(Event.RETENTION_OPENED, ids, (*standing.SECTIONS, *words), object_id=case.id)


def _file_page(kept_id: UUID, form: HoldForm | None = None, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(work, kept_id)) as work:
        return render_page(
            "retention/file.html", status=status, form=form or HoldForm(formdata=None), **_held(work, kept_id)
        )


def _held(work: Work, kept_id: UUID) -> dict[str, Any]:
    """What a page about one file shows."""
    found = standing.read(work, kept_id)
    has_part = cases.has_part(work, kept_id)

    def words(row: R, read: Callable[[Work, R], Any]) -> Any:
        return UNOPENED if has_part else opened(lambda: read(work, row))

    kept = holds.of_case(work, kept_id)
    proposals = proposing.of_case(work, kept_id)
    actors = {each for row in kept for each in (row.created_by, row.lifted_by)}
    actors |= {each for row in proposals for each in (row.created_by, row.decided_by)}
    return {
        "found": found,
        "case": found.case,
        "holds": [(row, words(row, holds.read), holds.stands(work, row)) for row in kept],
        "proposals": [(row, words(row, proposing.read)) for row in proposals],
        "names": people.names(work, {each for each in actors if each is not None}),
        "waiting": next((row for row in proposals if row.state == proposing.PROPOSED), None),
        "me": work.actor.user_id,
        "may": {each.value for each in (HOLD, PROPOSE, DECIDE) if work.actor.may(each)},
        "has_part": has_part,
        "may_read_case": work.actor.may(Capability.CASE_READ_UNIT),
    }


@bp.get("/files/<uuid:kept_id>/holds/<uuid:hold_id>/lift")
@requires(HOLD)
def ask_to_lift(kept_id: UUID, hold_id: UUID) -> Response:
    """Ask why the hold is lifted."""
    return _lift_page(kept_id, hold_id, HoldForm())


@bp.post("/files/<uuid:kept_id>/holds/<uuid:hold_id>/lift")
@requires(HOLD)
def lift(kept_id: UUID, hold_id: UUID) -> ResponseReturnValue:
    """Lift the hold."""
    form = HoldForm()
    return act(
        form,
        lambda work: holds.lift(work, kept_id, hold_id, form.reason.data or ""),
        lambda status: _lift_page(kept_id, hold_id, form, status),
        url_for(".show", kept_id=kept_id),
        _("The hold was lifted."),
    )


def _lift_page(kept_id: UUID, hold_id: UUID, form: HoldForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        case = holds.case_of(work, kept_id)
        row = holds.get(work, case.id, hold_id)
        return Opening(Event.RETENTION_OPENED, (case.id,), (Section.HOLD_REASON,), object_id=row.id, purpose="form")

    with runtime.reading(plan) as work:
        row = holds.get(work, kept_id, hold_id)
        words = opened(lambda: holds.read(work, row))
        return render_page(
            "retention/lift.html", status=status, case=holds.case_of(work, kept_id), form=form, words=words, hold=row
        )


# --- proposing and answering -----------------------------------------------------------------------------------------


@bp.get("/files/<uuid:kept_id>/propose")
@requires(PROPOSE)
def ask_to_propose(kept_id: UUID) -> Response:
    """Ask for basis and reason."""
    return _propose_page(kept_id, None)


@bp.post("/files/<uuid:kept_id>/propose")
@requires(PROPOSE)
def propose(kept_id: UUID) -> ResponseReturnValue:
    """Propose to erase the file."""
    form = ProposalForm()
    return act(
        form,
        lambda work: proposing.propose(work, kept_id, form.basis.data or "", form.reason.data or ""),
        lambda status: _propose_page(kept_id, form, status),
        url_for(".show", kept_id=kept_id),
        _("The erasure is proposed. Somebody else decides on it."),
    )


def _propose_page(kept_id: UUID, form: ProposalForm | None, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(work, kept_id)) as work:
        held = _held(work, kept_id)
        rule = rules.in_use(work, [held["case"].unit_id]).get(held["case"].unit_id)
        given = form or ProposalForm(formdata=None, data={"basis": rule.basis.splitlines()[0][:200] if rule else ""})
        return render_page("retention/propose.html", status=status, form=given, **held)


@bp.get("/files/<uuid:kept_id>/proposals/<uuid:proposal_id>")
@requires(DECIDE)
def ask_to_decide(kept_id: UUID, proposal_id: UUID) -> Response:
    """What is proposed, and the answer."""
    return _decide_page(kept_id, proposal_id, AnswerForm())


@bp.post("/files/<uuid:kept_id>/proposals/<uuid:proposal_id>")
@requires(DECIDE)
def decide(kept_id: UUID, proposal_id: UUID) -> ResponseReturnValue:
    """Approve, which erases the file at once, or not."""
    form = AnswerForm()
    is_approved = form.what.data == APPROVE
    answer = act(
        form,
        lambda work: (
            erasing.approve(work, kept_id, proposal_id)
            if is_approved
            else proposing.refuse(work, kept_id, proposal_id, form.answer.data or "")
        ),
        lambda status: _decide_page(kept_id, proposal_id, form, status),
        url_for(".erased", erased_id=kept_id) if is_approved else url_for(".show", kept_id=kept_id),
        _("The file was erased.") if is_approved else _("The proposal was not approved. The file stays."),
    )
    if is_approved and make_response(answer).status_code == 303:
        _settle()
    return answer


def _settle() -> None:
    """Clear away what the deleted key leaves behind, after the act has committed."""
    if not residue.settle(runtime.runtime()):
        flash(
            _(
                "What the deleted key left behind could not be cleared away yet. Whoever looks after the computer runs `naungan shred settle`."
            ),
            "warning",
        )


def _decide_page(kept_id: UUID, proposal_id: UUID, form: AnswerForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        proposing.refuse_partial(work, holds.case_of(work, kept_id))
        proposing.get(work, kept_id, proposal_id)
        return _opening(work, kept_id)

    with runtime.reading(plan) as work:
        return render_page("retention/decide.html", status=status, form=form, **_held(work, kept_id))


@bp.get("/files/<uuid:kept_id>/proposals/<uuid:proposal_id>/retract")
@requires(PROPOSE)
def ask_to_retract(kept_id: UUID, proposal_id: UUID) -> Response:
    """Ask why the own proposal is taken back."""
    return _retract_page(kept_id, proposal_id, RetractForm())


@bp.post("/files/<uuid:kept_id>/proposals/<uuid:proposal_id>/retract")
@requires(PROPOSE)
def retract(kept_id: UUID, proposal_id: UUID) -> ResponseReturnValue:
    """Take the own proposal back."""
    form = RetractForm()
    return act(
        form,
        lambda work: proposing.retract(work, kept_id, proposal_id, form.answer.data or ""),
        lambda status: _retract_page(kept_id, proposal_id, form, status),
        url_for(".show", kept_id=kept_id),
        _("The proposal was taken back."),
    )


def _retract_page(kept_id: UUID, proposal_id: UUID, form: RetractForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        proposing.get(work, kept_id, proposal_id)
        return render_page("retention/retract.html", status=status, case=holds.case_of(work, kept_id), form=form)


# --- what was erased -------------------------------------------------------------------------------------------------


def _certificate(work: Work, erased_id: UUID) -> Opening:
    row = certificate.home_of(work, erased_id)
    return Opening(Event.ERASURE_OPENED, (row.home_id,), (Section.ERASURE,), object_id=row.id)


@bp.get("/erased/<uuid:erased_id>")
@requires(READ)
def erased(erased_id: UUID) -> Response:
    """The record of an erasure."""
    with runtime.reading(lambda work: _certificate(work, erased_id)) as work:
        row = certificate.home_of(work, erased_id)
        said = opened(lambda: certificate.read(work, row))
        return render_page("retention/erased.html", row=row, said=said, erased_id=erased_id)


@bp.post("/erased/<uuid:erased_id>/print")
@requires(READ)
def print_certificate(erased_id: UUID) -> ResponseReturnValue:
    """The record as PDF (*berita acara pemusnahan*)."""
    with runtime.reading(lambda work: _certificate(work, erased_id)) as work:
        ready = certificate.ready(work, certificate.home_of(work, erased_id))
    printed = printing.press(ready)
    return printing.delivered(printed, certificate.CODE, erased_id)
