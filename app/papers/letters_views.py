"""*Pengaturan, Surat*: the unit's letterhead, signers, numbering and logo (`unit:admin`)."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.models import Unit
from app.domain.access import Capability
from app.domain.errors import Refused, Stale
from app.domain.letters import NUMBERED
from app.domain.zones import local_day
from app.papers import desk, logo, printing
from app.papers.content import sample
from app.papers.forms import LettersForm, LogoForm, filled
from app.security.structs.papers import LetterDesk
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once
from app.work import Work

bp: Final = Blueprint("letters", __name__, url_prefix="/letters")


@bp.get("")
@requires(Capability.UNIT_ADMIN)
def show() -> Response:
    """The unit's letterhead and numbering as they stand."""
    return _page()


@bp.post("")
@requires(Capability.UNIT_ADMIN)
def save() -> ResponseReturnValue:
    """Save them; both versions side by side where somebody saved first."""
    form = LettersForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            desk.save(work, work.actor.own_unit(), form.desk(), expected=form.etag.data or None)
            receipt.leads_to(url_for(".show"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(form, status=422)
    except Stale:
        return _page(form, status=409)
    flash(_("Saved."), "success")
    return receipt.redirect()


@bp.get("/sample")
@requires(Capability.UNIT_ADMIN)
def sample_letter() -> ResponseReturnValue:
    """A letter about nobody, to see how the letterhead comes out."""
    with runtime.looking() as work:
        unit = _unit(work)
        ready = printing.blank_ready(work, lambda held: sample.letter(held, _example(held, unit, work)))
    return printing.as_answer(printing.press(ready).pdf)


@bp.get("/logo")
@requires(Capability.UNIT_ADMIN)
def picture() -> ResponseReturnValue:
    """The logo as it is kept."""
    with runtime.looking() as work:
        png = desk.logo_of(work, work.actor.own_unit())
    if not png:
        abort(404)
    answer = make_response(png)
    answer.mimetype = "image/png"
    return answer


@bp.post("/logo")
@requires(Capability.UNIT_ADMIN)
def save_logo() -> ResponseReturnValue:
    """Take a new logo: read by its content, written anew."""
    form = LogoForm()
    if not form.validate_on_submit():
        return _page(logo_form=form, status=422)
    sent = request.files.get("logo")
    try:
        png = logo.cleaned(sent.read(logo.MAX_BYTES + 1) if sent is not None else b"")
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(logo_form=form, status=422)
    return _keep_logo(form, png, _("The logo was saved."))


@bp.post("/logo/remove")
@requires(Capability.UNIT_ADMIN)
def remove_logo() -> ResponseReturnValue:
    """Go without a logo."""
    form = LogoForm()
    if not form.validate_on_submit():
        return _page(logo_form=form, status=422)
    return _keep_logo(form, b"", _("The logo was removed."))


def _keep_logo(form: LogoForm, png: bytes, done: str) -> Response:
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        desk.save_logo(work, work.actor.own_unit(), png)
        receipt.leads_to(url_for(".show"))
    flash(done, "success")
    return receipt.redirect()


def _page(form: LettersForm | None = None, logo_form: LogoForm | None = None, status: int = 200) -> Response:
    with runtime.looking() as work:
        unit = _unit(work)
        held, etag = desk.of_unit(work, unit), desk.state_of(work, unit.id)
        schemes = tuple(desk.numbering_of(held, paper) for paper in NUMBERED)
        theirs = filled(held, schemes, etag) if status == 409 else None
        shown = form or filled(held, schemes, etag)
        if form is not None and status == 409:
            form.etag.data = etag
        examples = {paper: _example(held, unit, work, paper) for paper in NUMBERED}
        return render_page(
            "papers/letters.html",
            status=status,
            form=shown,
            theirs=theirs,
            unit=unit,
            logo_form=logo_form or LogoForm(formdata=None),
            has_logo=bool(desk.logo_of(work, unit.id)),
            examples=examples,
            remove_id=uuid4(),
        )


def _unit(work: Work) -> Unit:
    return accounts.unit(work, work.actor.own_unit())


def _example(held: LetterDesk, unit: Unit, work: Work, paper: str = "F7") -> str:
    on = local_day(work.now, unit.local_zone)
    return desk.written(held, unit, paper, desk.last_number(work, unit.id, paper, on.year) + 1, on)
