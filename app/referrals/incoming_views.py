"""Referrals to us (*rujukan masuk*): the list, recording one, its page, its steps."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import acts
from app.cases.acting import editable
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.domain.incoming import IncomingStatus, IncomingStep, step, steps
from app.domain.referrals import Need
from app.referrals import incoming, incoming_pages, offers
from app.referrals.incoming_forms import AnswerForm, IncomingForm, TellForm
from app.referrals.incoming_pages import IncomingFile
from app.referrals.views import bp
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work


@bp.get("/in")
@requires(Capability.CASE_READ)
def incoming_index() -> Response:
    """Referrals to us: those whose sender waits, then those that are answered."""
    found: incoming_pages.Found | None = None

    def plan(work: Work) -> Opening:
        nonlocal found
        found = incoming_pages.find(work)
        return incoming_pages.opening(found)

    with runtime.reading(plan) as work:
        if found is None:
            raise NotPermitted("list")
        lines = incoming_pages.lines(work, found.rows)
        return render_page(
            "referrals/incoming_list.html",
            waiting=[line for line in lines if line.waits],
            ended=[line for line in lines if not line.waits],
            cut=found.cut,
            look_through=incoming_pages.LOOK_THROUGH,
            may_begin=work.actor.may(Capability.CASE_CREATE),
        )


@bp.get("/in/for/<uuid:case_id>")
@requires(Capability.REFERRAL_WRITE)
def incoming_new(case_id: UUID) -> Response:
    """The form of a referral that came to us."""
    return _form_page(case_id, IncomingForm(formdata=None))


@bp.post("/in/for/<uuid:case_id>")
@requires(Capability.REFERRAL_WRITE)
def incoming_record(case_id: UUID) -> ResponseReturnValue:
    """Record it."""
    form = IncomingForm()
    with acts.desk(case_id) as at:
        form.offer(at.open_clients, offers.institutions(at.work, at.case.unit_id))

    def run(work: Work) -> UUID:
        return incoming.record(work, case_id, form.letter()).id

    def shown(made: UUID) -> str:
        return url_for(".incoming_show", incoming_id=made)

    return acts.act(form, run, lambda status: _form_page(case_id, form, status), shown, _("Recorded."))


def _form_page(case_id: UUID, form: IncomingForm, status: int = 200) -> Response:
    with acts.desk(case_id) as at:
        form.offer(at.open_clients, offers.institutions(at.work, at.case.unit_id))
        if status == 200:
            form.take_defaults(at.open_clients, at.today)
        may_add = at.work.actor.may(Capability.INSTITUTION_ADMIN)
        return render_page(
            "referrals/incoming_new.html", status=status, form=form, case=at.case, desk=at, may_add=may_add
        )


@bp.get("/in/<uuid:incoming_id>")
@requires(Capability.CASE_READ)
def incoming_show(incoming_id: UUID) -> Response:
    """One referral to us: who sent it, what was asked, what we answered, what may be done next."""
    with incoming_pages.reading(incoming_id) as (work, file):
        return render_page("referrals/incoming_show.html", file=file, case=file.case, now=work.now)


@bp.get("/in/<uuid:incoming_id>/steps/<string:code>")
@requires(Capability.CASE_READ)
def incoming_ask(incoming_id: UUID, code: str) -> Response:
    """The form of one step."""
    return _step_page(incoming_id, code, _form_of(code, empty=True))


@bp.post("/in/<uuid:incoming_id>/steps/<string:code>")
@requires(Capability.CASE_READ)
def incoming_step(incoming_id: UUID, code: str) -> ResponseReturnValue:
    """Record the step."""
    form = _form_of(code)
    with incoming_pages.reading(incoming_id) as (work, file):
        zone = file.zone
        _offer_ground(work, file, form)

    def run(work: Work) -> None:
        expected = form.etag.data or None
        if isinstance(form, TellForm):
            answer, given = form.answer(zone), form.given()
            with form.placing():
                incoming.take_step(
                    work, incoming_id, code, answer, consent_id=form.consent_id, given=given, expected=expected
                )
        else:
            incoming.take_step(work, incoming_id, code, form.answer(zone), expected=expected)

    def again(status: int) -> ResponseReturnValue:
        return _step_page(incoming_id, code, form, status)

    return acts.act(form, run, again, url_for(".incoming_show", incoming_id=incoming_id), _("Recorded."))


def _form_of(code: str, *, empty: bool = False) -> AnswerForm:
    made = TellForm if Need.BASIS in _known(code).needs else AnswerForm
    return made(formdata=None) if empty else made()


def _offer_ground(work: Work, file: IncomingFile, form: AnswerForm) -> None:
    if isinstance(form, TellForm):
        masks = {file.head.client_id: str(file.mask)} if file.mask else {}
        offers.ground(work, file.case.id, masks, form)


def _step_page(incoming_id: UUID, code: str, form: AnswerForm, status: int = 200) -> Response:
    with incoming_pages.reading(incoming_id) as (work, file):
        editable(work, file.case.id, closed_too=True)
        wanted = step(IncomingStatus(file.row.status), code) if status == 200 else _known(code)
        if status == 200:
            _offer_ground(work, file, form)
            form.offer_now(work.now, file.zone)
        if status in (200, 409):
            form.etag.data = file.etag
        return render_page(
            "referrals/incoming_step.html", status=status, form=form, file=file, case=file.case, step=wanted
        )


def _known(code: str) -> IncomingStep:
    """A step by its name, wherever the referral stands by now: the page of a refused try still says what was tried."""
    found = next((each for each in steps() if each.code == code), None)
    if found is None:
        raise NotFound("step")
    return found
