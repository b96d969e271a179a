"""The pages an institution sees without an account. They show nothing of anybody, and the same for every address (decision 50)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.answers import door
from app.answers.door import Shut
from app.answers.forms import CodeForm, PartnerForm
from app.domain import answer_codes
from app.domain.errors import Refused
from app.web import problems, runtime
from app.web.guard import public
from app.web.render import render_page

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
    answer = PartnerForm(formdata=None)
    answer.ticket.data = ticket
    return _answer_page(token, answer)


@bp.post("/<token:token>/send")
@public
def send(token: str) -> ResponseReturnValue:
    """Keep the answer. What was typed stays where something is missing."""
    form = PartnerForm()
    if not form.validate_on_submit():
        return _answer_page(token, form, 422)
    try:
        door.leave(runtime.runtime(), runtime.origin(), token, str(form.ticket.data or ""), form.said())
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _answer_page(token, form, 422)
    except Shut:
        return _refuse(token, None)
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


def _answer_page(token: str, form: PartnerForm, status: int = 200) -> Response:
    return render_page("answers/say.html", status=status, form=form, token=token)
