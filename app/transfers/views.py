"""Pages of a transfer (*pelimpahan*): writing it, answering it in the unit that is asked, taking it back in ours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import families, moving, queries, transfers
from app.cases.acts import act, act_with, case_url, page, seat
from app.cases.models import Transfer
from app.cases.step_forms import WhyForm
from app.documents import carrying as documents
from app.documents.carrying import NOTHING, Ready
from app.documents.views import limits
from app.domain.access import Capability
from app.domain.transfers import TransferState
from app.referrals import directory
from app.security.sections import Section
from app.transfers import services as desk
from app.transfers.forms import ACCEPT, AnswerForm, TransferForm
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.work import Opening, Work

DECIDE = Capability.CASE_APPROVE
SECTIONS = (Section.TRANSFER, Section.TRANSFER_TEXT)

bp = Blueprint("transfers", __name__, url_prefix="/transfers")


# --- writing ---------------------------------------------------------------------------------------------------------


@bp.get("/for/<uuid:case_id>")
@requires(DECIDE)
def new(case_id: UUID) -> Response:
    """The form of a transfer."""
    return written_page(case_id, TransferForm())


@bp.post("/for/<uuid:case_id>")
@requires(DECIDE)
def create(case_id: UUID) -> ResponseReturnValue:
    """Ask the unit; or record that the case went outside."""
    form = TransferForm()
    with runtime.reading(lambda work: _opening(work, case_id)) as work:
        offer(work, case_id, form)

    def save(work: Work) -> Transfer:
        if not form.is_inside:
            return desk.hand_out(work, case_id, form.institution_id.id_chosen, form.letter())
        return transfers.propose(work, case_id, form.unit_id.id_chosen, form.letter())

    return act(
        form,
        save,
        lambda status: written_page(case_id, form, status),
        case_url(case_id),
        _("The unit was asked. The case goes on here until it answers.")
        if form.is_inside
        else _("The transfer was recorded. The case is closed here."),
    )


def offer(work: Work, case_id: UUID, form: TransferForm) -> None:
    """The other units, and the institutions of our directory that are in use."""
    case = queries.get(work, case_id)
    units = [(str(unit.id), unit.name) for unit in transfers.other_units(work, case)]
    form.offer(units, [(str(each.id), each.name) for each in directory.of_area(work, case.unit_id)])


def _opening(work: Work, case_id: UUID) -> Opening:
    """A form page of a case on which the reader may decide."""
    moving.require_decider(work, queries.get(work, case_id))
    return Opening(Event.CASE_OPENED, (case_id,), (Section.CLIENT_PROFILE,), object_id=case_id, purpose="form")


def written_page(case_id: UUID, form: TransferForm, status: int = 200) -> Response:
    """The page on which a transfer is written. Those of the team may print its letter before."""
    with runtime.reading(lambda work: _opening(work, case_id)) as work:
        at = seat(work, case_id)
        offer(work, case_id, form)
        form.begin(at.today)
        context: dict[str, Any] = {
            "waits": queries.waiting_transfer(work.session, case_id) is not None,
            "held": families.held_by(work, case_id),
            "goes": [mask for _id, mask in at.open_clients],
            "may_print": queries.is_on_team(work, case_id),
            "action": url_for("transfers.create", case_id=case_id),
        }
        return page("transfer", at, form, status, **context)


# --- answering -------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:transfer_id>")
@requires(DECIDE)
def show(transfer_id: UUID) -> Response:
    """The letter, for the unit that is asked."""
    return _asked_page(transfer_id, AnswerForm())


@bp.post("/<uuid:transfer_id>")
@requires(DECIDE)
def answer(transfer_id: UUID) -> ResponseReturnValue:
    """Take the case over, or decline."""
    form = AnswerForm()
    with runtime.looking() as work:
        _offer_managers(work, form)

    def again(status: int) -> Response:
        return _asked_page(transfer_id, form, status)

    if form.what.data == ACCEPT:
        return _taken_over(transfer_id, form, again)
    return act(
        form,
        lambda work: transfers.refuse(work, transfer_id, form.decision.data or ""),
        again,
        url_for("approvals.index"),
        _("The transfer was declined."),
    )


def _taken_over(transfer_id: UUID, form: AnswerForm, again: Callable[[int], Response]) -> ResponseReturnValue:
    """The documents that go along are sealed anew first; where one changed until the act, nothing is taken over."""

    def prepare() -> AbstractContextManager[Ready]:
        if form.manager_id.id_chosen is None:
            return nullcontext(NOTHING)  # the act asks for one
        return documents.prepared(runtime.runtime(), runtime.actor(), runtime.origin(), transfer_id, limits())

    def accept(work: Work, ready: Ready) -> str:
        chosen, knowingly = form.manager_id.id_chosen, bool(form.knowingly.data)
        return case_url(desk.accept(work, transfer_id, manager_id=chosen, knowingly=knowingly, ready=ready).case.id)

    def changed() -> Response:
        form.form_errors.append(
            _(
                "Something in the file changed while it was being taken over, a document perhaps. Nothing was taken over; please send the answer once more."
            )
        )
        return again(409)

    done = _("The case was taken over. It is a case of your unit now.")
    return act_with(form, prepare, accept, again, str, done, stale=changed)


def _offer_managers(work: Work, form: AnswerForm) -> None:
    managers = people.holders(work, work.actor.own_unit(), Capability.CASE_EDIT)
    form.offer([(str(user.id), user.display_name) for user in managers])


def _asked_page(transfer_id: UUID, form: AnswerForm, status: int = 200) -> Response:
    """The letter is all that opens: it was written to be read here, the file was not."""

    def plan(work: Work) -> Opening:
        row = transfers.asked(work, transfer_id)
        return Opening(Event.TRANSFER_OPENED, (row.case_id,), SECTIONS, object_id=row.id)

    with runtime.reading(plan) as work:
        row = transfers.asked(work, transfer_id)
        _offer_managers(work, form)
        context: dict[str, Any] = {
            "row": row,
            "form": form,
            "held": opened(lambda: transfers.read(work, row)),
            "sender": transfers.sender_of(work, row).name,
        }
        return render_page("cases/transfer_asked.html", status=status, **context)


# --- taking back -----------------------------------------------------------------------------------------------------


@bp.get("/<uuid:transfer_id>/retract")
@requires(DECIDE)
def ask_to_retract(transfer_id: UUID) -> Response:
    """Ask why the question is taken back."""
    return _retract_page(transfer_id, WhyForm())


@bp.post("/<uuid:transfer_id>/retract")
@requires(DECIDE)
def retract(transfer_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    form = WhyForm()

    def save(work: Work) -> str:
        return case_url(transfers.retract(work, transfer_id, form.decision.data or "").case_id)

    return act(
        form, save, lambda status: _retract_page(transfer_id, form, status), str, _("The transfer was taken back.")
    )


def _retract_page(transfer_id: UUID, form: WhyForm, status: int = 200) -> Response:
    with runtime.reading(lambda work: _opening(work, transfers.sent(work, transfer_id).case_id)) as work:
        row = transfers.sent(work, transfer_id)
        at = seat(work, row.case_id)
        return page("transfer_retract", at, form, status, gone=row.state != TransferState.PROPOSED.value)
