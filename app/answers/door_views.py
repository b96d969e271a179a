"""The pages an institution sees without an account. They show nothing of anybody, and the same for every address (decision 50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.answers import door
from app.answers.door import Shut
from app.answers.forms import CodeForm, PartnerForm
from app.documents import keeping
from app.documents.views import limits
from app.domain import answer_codes
from app.domain.errors import Refused
from app.web import problems, runtime
from app.web.guard import public
from app.web.render import render_page
from app.web.uploads import takes_one_file

LETTER_BYTES: Final = 10 << 20

bp = Blueprint("answer", __name__, url_prefix="/answer")


@bp.get("/<token:token>")
@public
def show(token: str) -> Response:
    """Asks for the code. Looks nothing up."""
    return _code_page(token, CodeForm(formdata=None))


@bp.post("/<token:token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """The form of the answer after the right code; the one refusal after anything else."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(token, form, 422)
    try:
        code = answer_codes.typed(form.code.data or "")
        ticket = door.enter(runtime.runtime(), runtime.origin(), token, code)
    except Shut as shut:
        return _refuse(token, shut.wait)
    return _answer_page(token, ticket, PartnerForm(formdata=None))


@bp.post("/<token:token>/<token:ticket>")
@public
@takes_one_file(LETTER_BYTES, door.admits)
def send(token: str, ticket: str) -> ResponseReturnValue:
    """Keep the answer with its letter. What was typed stays where something is missing."""
    form = PartnerForm()
    if not form.validate_on_submit():
        return _answer_page(token, ticket, form, 422)
    held, most = runtime.runtime(), replace(limits(), file=LETTER_BYTES)
    try:
        at = door.desk(held, runtime.origin(), token, ticket, most)
        arrived = [] if at.is_kept else form.arrived
        with keeping.prepared(held, arrived, evidence=False, limits=most, room=at.room) as ready:
            door.leave(held, runtime.origin(), token, ticket, form.said(), next(iter(ready), None))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _answer_page(token, ticket, form, 422)
    except Shut:  # the same for every ticket that does not hold, and what was typed is not lost with it
        form.form_errors.append(
            _("Your answer was not sent: this page takes it no more. What you wrote still stands below.")
        )
        return _answer_page(token, ticket, form, 422, is_over=True)
    return redirect(url_for(".thanks", token=token), code=303)


@bp.get("/<token:token>/thanks")
@public
def thanks(token: str) -> Response:
    """That the answer came. Says the same whoever asks."""
    return render_page("answers/thanks.html", token=token)


def _refuse(token: str, wait: timedelta | None) -> Response:
    form = CodeForm(formdata=None)
    if wait is not None:
        form.form_errors.append(_("Too many tries. Wait a few minutes, or phone the office that sent the letter."))
        answer = _code_page(token, form, 429)
        answer.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return answer
    form.form_errors.append(
        _("This code cannot be used here. Compare it with the letter, or phone the office that sent it.")
    )
    return _code_page(token, form, 422)


def _code_page(token: str, form: CodeForm, status: int = 200) -> Response:
    return render_page("answers/code.html", status=status, form=form, token=token)


def _answer_page(token: str, ticket: str, form: PartnerForm, status: int = 200, *, is_over: bool = False) -> Response:
    return render_page(
        "answers/say.html", status=status, form=form, token=token, ticket=ticket, most=LETTER_BYTES, is_over=is_over
    )
