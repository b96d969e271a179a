"""Recording what happens with a referral: the steps of its table, and what changes no status."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import acts
from app.cases import queries as case_queries
from app.cases.acting import editable, zone_of
from app.domain.access import Capability
from app.domain.errors import NotFound
from app.domain.referrals import ReferralStatus, Step, step, steps
from app.domain.zones import Zone
from app.referrals import news, offers, queries, services
from app.referrals.forms import (
    ESCALATED,
    FOLLOW_UP,
    HELP_ASKED,
    HELP_GIVEN,
    POLICE_REPORT,
    PROTECTION,
    SEND,
    NewsForm,
    SendForm,
    StepForm,
)
from app.referrals.page import ReferralFile
from app.referrals.services import Answer
from app.referrals.views import bp
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.work import Work


@bp.get("/<uuid:referral_id>/steps/<string:code>")
@requires(Capability.CASE_READ)
def ask_for_step(referral_id: UUID, code: str) -> Response:
    """The form of one step."""
    return _step_page(referral_id, code, (SendForm if code == SEND else StepForm)(formdata=None))


@bp.post("/<uuid:referral_id>/steps/<string:code>")
@requires(Capability.CASE_READ)
def take_step(referral_id: UUID, code: str) -> ResponseReturnValue:
    """Record the step."""
    form = SendForm() if code == SEND else StepForm()
    zone = _zone(referral_id)

    def run(work: Work) -> None:
        expected = form.etag.data or None
        if isinstance(form, SendForm):
            answer, given = form.answer(zone), form.given()
            with form.placing():
                services.send(work, referral_id, answer, consent_id=form.consent_id, given=given, expected=expected)
        else:
            services.take_step(work, referral_id, code, form.answer(zone), expected=expected)

    with offers.reading(referral_id) as (work, file):
        _prepare(work, file, form)

    def again(status: int) -> ResponseReturnValue:
        return _step_page(referral_id, code, form, status)

    return acts.act(form, run, again, url_for(".show", referral_id=referral_id), _("Recorded."))


def _prepare(work: Work, file: ReferralFile, form: StepForm) -> None:
    if isinstance(form, SendForm):
        masks = {file.head.client_id: str(file.mask)} if file.mask else {}
        offers.ground(work, file.case.id, masks, form)
        if file.consent is not None and file.head.consent_id is not None and not form.is_submitted():
            form.basis.data = f"c:{file.head.consent_id}"


def _step_page(referral_id: UUID, code: str, form: StepForm, status: int = 200) -> Response:
    with offers.reading(referral_id) as (work, file):
        editable(work, file.case.id, closed_too=True)
        wanted = step(ReferralStatus(file.row.status), code) if status == 200 else _known(code)
        if status == 200:
            _prepare(work, file, form)
            form.offer_now(work.now, file.zone)
            form.etag.data = file.etag
        elif status == 409:
            form.etag.data = file.etag
        return render_page(
            "referrals/step.html",
            status=status,
            form=form,
            file=file,
            case=file.case,
            step=wanted,
            zone=file.zone,
        )


def _known(code: str) -> Step:
    """A step by its name, wherever the referral stands by now: the page of a refused try still says what was tried."""
    found = next((step for step in steps() if step.code == code), None)
    if found is None:
        raise NotFound("step")
    return found


def _zone(referral_id: UUID) -> Zone:
    with runtime.looking() as work:
        row = queries.get(work, referral_id)
        return zone_of(work, case_queries.get(work, row.case_id))


RECORDS: Final = {
    PROTECTION: news.record_protection,
    HELP_ASKED: news.record_help_asked,
    HELP_GIVEN: news.record_help_given,
}


@bp.get("/<uuid:referral_id>/news")
@requires(Capability.REFERRAL_RECORD_ANSWER)
def ask_for_news(referral_id: UUID) -> Response:
    """The form of what changes no status. Its address tells nothing of the institution."""
    return _news_page(referral_id, NewsForm(formdata=None))


@bp.post("/<uuid:referral_id>/news")
@requires(Capability.REFERRAL_RECORD_ANSWER)
def record_news(referral_id: UUID) -> ResponseReturnValue:
    """Record that we asked again, a police report, temporary protection, or urgent help asked for and given."""
    form = NewsForm()
    with offers.reading(referral_id) as (_work, file):
        zone = file.zone
        _narrow(form, file)

    def run(work: Work) -> None:
        at, expected = form.moment(zone), form.etag.data or None
        if form.what.data == FOLLOW_UP:
            news.follow_up(work, referral_id, at, form.text.data or "", expected=expected)
        elif form.what.data == ESCALATED:
            answer = Answer(at, form.how.data or "", form.text.data or "")
            news.escalate(work, referral_id, form.to.data or "", answer, expected=expected)
        elif form.what.data == POLICE_REPORT:
            news.record_police_report(work, referral_id, at, form.number.data or "", expected=expected)
        else:
            RECORDS[form.what.data](work, referral_id, at, expected=expected)

    def again(status: int) -> ResponseReturnValue:
        return _news_page(referral_id, form, status)

    return acts.act(form, run, again, url_for(".show", referral_id=referral_id), _("Recorded."))


def _news_page(referral_id: UUID, form: NewsForm, status: int = 200) -> Response:
    with offers.reading(referral_id) as (work, file):
        editable(work, file.case.id, closed_too=True)
        _narrow(form, file)
        if status == 200:
            form.offer_now(work.now, file.zone)
            form.what.data = POLICE_REPORT if file.is_to_the_police and file.head.police_report is None else FOLLOW_UP
        if status in (200, 409):
            form.etag.data = file.etag
        return render_page("referrals/news.html", status=status, form=form, file=file, case=file.case, zone=file.zone)


def _narrow(form: NewsForm, file: ReferralFile) -> None:
    form.offer(police=file.is_to_the_police, urgent_help=file.takes_urgent_help)
