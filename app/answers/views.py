"""The unit's page of the answers to one referral: the link for the letter, what came, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Flask, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.answers import links, queries, services
from app.answers.forms import AsideForm, EnterForm
from app.answers.labels import KINDS, SENTENCES, STANDINGS
from app.answers.models import AnswerLink, PartnerAnswer
from app.audit.events import Event
from app.cases import acts
from app.cases import queries as case_queries
from app.cases.acting import CLOSED_TO_EDITS
from app.documents.file_views import sent
from app.documents.keeping import MAIN
from app.domain.access import Capability
from app.domain.answer_codes import grouped
from app.domain.errors import NotPermitted
from app.domain.media import by_type
from app.domain.partner_answers import Standing
from app.domain.referrals import ReferralStatus
from app.referrals import queries as referrals
from app.security.sections import Section
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

bp = Blueprint("answers", __name__, url_prefix="/answers")


def init_app(app: Flask) -> None:
    """Give the words of the room to problems."""
    problems.register(SENTENCES)


@bp.get("/<uuid:referral_id>")
@requires(Capability.CASE_READ)
def index(referral_id: UUID) -> Response:
    """Link, code and answers."""
    return _page(referral_id)


@bp.post("/<uuid:referral_id>/issue")
@requires(Capability.REFERRAL_WRITE)
def issue(referral_id: UUID) -> ResponseReturnValue:
    """A new link and code; those before it end."""
    return _act(
        referral_id, ActForm(), lambda work: links.issue(work, referral_id), _("The code for the letter is made.")
    )


@bp.post("/<uuid:referral_id>/revoke")
@requires(Capability.REFERRAL_WRITE)
def revoke(referral_id: UUID) -> ResponseReturnValue:
    """The link takes no answer any more."""
    return _act(referral_id, ActForm(), lambda work: links.revoke(work, referral_id), _("The code is revoked."))


@bp.post("/<uuid:referral_id>/enter")
@requires(Capability.REFERRAL_RECORD_ANSWER)
def enter(referral_id: UUID) -> ResponseReturnValue:
    """An answer that came by phone, letter or in person."""
    form = EnterForm()

    def run(work: Work) -> None:
        services.enter(work, referral_id, form.said(form.how.data or ""), form.code.data or "")

    return _act(referral_id, form, run, _("The answer is written down. It waits for confirmation."), entering=form)


@bp.get("/<uuid:referral_id>/<uuid:answer_id>/letter")
@requires(Capability.CASE_READ)
def letter(referral_id: UUID, answer_id: UUID) -> Response:
    """The letter that came with an answer which still waits, to take away; afterwards it lies among the documents, or is destroyed."""

    def plan(work: Work) -> Opening:
        row = queries.waiting(work, referral_id, answer_id)
        if not case_queries.is_on_team(work, row.case_id):
            raise NotPermitted("only the case team opens the words")
        sections = (Section.PARTNER_ANSWER, Section.PARTNER_ANSWER_TEXT)
        return Opening(Event.ANSWER_LETTER_OPENED, (row.case_id,), sections, answer_id, "letter")

    with runtime.reading(plan) as work:
        row = queries.waiting(work, referral_id, answer_id)
        main = next((part for part in services.read(work, row).parts if part.role == MAIN), None)
        answer = sent(work, row.place(Section.PARTNER_ANSWER_TEXT), main)
    media = by_type(main.media_type) if main is not None else None
    ending = media.endings[0] if media is not None else "bin"
    answer.headers["Content-Disposition"] = f'attachment; filename="jawaban-{answer_id.hex[:8]}.{ending}"'
    return answer


@bp.post("/<uuid:referral_id>/<uuid:answer_id>/confirm")
@requires(Capability.REFERRAL_RECORD_ANSWER)
def confirm(referral_id: UUID, answer_id: UUID) -> ResponseReturnValue:
    """Make the unit's own record of an answer."""
    return _act(referral_id, ActForm(), lambda work: services.confirm(work, answer_id), _("Recorded."))


@bp.post("/<uuid:referral_id>/<uuid:answer_id>/aside")
@requires(Capability.REFERRAL_RECORD_ANSWER)
def set_aside(referral_id: UUID, answer_id: UUID) -> ResponseReturnValue:
    """Leave an answer without consequence."""
    form = AsideForm()
    run = lambda work: services.set_aside(work, answer_id, form.reason.data or "")  # noqa: E731
    return _act(referral_id, form, run, _("The answer is set aside."), aside=(answer_id, form))


def _act(
    referral_id: UUID,
    form: ActForm,
    run: Callable[[Work], object],
    done: str,
    *,
    entering: EnterForm | None = None,
    aside: tuple[UUID, AsideForm] | None = None,
) -> ResponseReturnValue:
    def again(status: int) -> ResponseReturnValue:
        return _page(referral_id, status, form, entering=entering, aside=aside)

    return acts.act(form, run, again, url_for(".index", referral_id=referral_id), done)


def _page(
    referral_id: UUID,
    status: int = 200,
    tried: ActForm | None = None,
    *,
    entering: EnterForm | None = None,
    aside: tuple[UUID, AsideForm] | None = None,
) -> Response:
    with runtime.reading(lambda work: _opening(work, referral_id)) as work:
        row = referrals.get(work, referral_id)
        case = case_queries.get(work, row.case_id)
        on_team = case_queries.is_on_team(work, case.id)
        edits = case.status not in CLOSED_TO_EDITS and work.actor.may(Capability.CASE_EDIT)
        edits = edits and case_queries.works_on(work, case.id)
        answers = queries.answers_of(work, referral_id)
        live = next((link for link in queries.links_of(work, referral_id) if links.is_live(link, work.now)), None)
        return render_page(
            "answers/index.html",
            status=status,
            row=row,
            case=case,
            on_team=on_team,
            live=live,
            shown=_shown(work, live) if live is not None and on_team else None,
            lines=[_line(work, answer, on_team) for answer in answers],
            names=accounts.names(work, {answer.decided_by for answer in answers if answer.decided_by}),
            kinds=KINDS,
            standings=STANDINGS,
            may_issue=edits and work.actor.may(Capability.REFERRAL_WRITE),
            may_record=edits and work.actor.may(Capability.REFERRAL_RECORD_ANSWER),
            is_awaited=ReferralStatus(row.status) in links.ANSWERABLE,
            public_url=work.runtime.outside.public_url,
            plain=ActForm(formdata=None),
            tried=tried,
            entering=entering or EnterForm(formdata=None),
            aside_id=aside[0] if aside else None,
            asides={
                answer.id: (aside[1] if aside and aside[0] == answer.id else AsideForm(formdata=None)).about(answer.id)
                for answer in answers
                if answer.standing == Standing.WAITING.value
            },
        )


def _opening(work: Work, referral_id: UUID) -> Opening:
    row = referrals.get(work, referral_id)
    on_team = case_queries.is_on_team(work, row.case_id)
    words = (Section.PARTNER_ANSWER_TEXT, Section.ANSWER_LINK) if on_team else ()
    sections = (Section.PARTNER_ANSWER, *words)
    why = "team" if on_team else "unit"
    return Opening(Event.CASE_OPENED, (row.case_id,), sections, object_id=referral_id, purpose=why)


def _line(work: Work, row: PartnerAnswer, on_team: bool) -> dict[str, object]:
    """One answer. What does not open is named as that, and stops no other."""
    head = opened(lambda: services.read(work, row))
    return {"row": row, "head": head, "text": opened(lambda: services.read_text(work, row)) if on_team else None}


def _shown(work: Work, link: AnswerLink) -> dict[str, str] | Unopened:
    """Address and code as they stand on the letter; no address where the office has none."""
    held = opened(lambda: links.read(work, link))
    if isinstance(held, Unopened):
        return held
    base = work.runtime.outside.public_url
    return {"code": grouped(held.code), "url": links.address(base, held.token) if base else ""}
