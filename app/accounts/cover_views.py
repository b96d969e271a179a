"""*Cuti*: who stands in for whom, and from when until when. No page here shows a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import covers, queries
from app.accounts.forms import CoverForm
from app.accounts.models import Unit
from app.domain.access import Capability
from app.domain.errors import Refused
from app.domain.zones import local_day
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once
from app.work import Work

bp = Blueprint("leave", __name__, url_prefix="/leave")
READ = Capability.CASE_READ


@bp.get("")
@requires(READ)
def index() -> Response:
    """Covers that run or lie ahead, and a form for another."""
    return _page(CoverForm())


@bp.post("")
@requires(READ)
def name_stand_in() -> ResponseReturnValue:
    """Name who stands in, from which to which day."""
    form = CoverForm()
    with runtime.looking() as work:
        _offer(work, form)
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            absent_id = form.absent_id.data or work.actor.user_id
            covers.set_cover(work, UUID(str(absent_id)), UUID(form.stand_in_id.data), *form.days)
            receipt.leads_to(url_for(".index"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(form, 422)
    flash(_("The stand-in holds the cases on these days, and on no others."), "success")
    return receipt.redirect()


@bp.post("/<uuid:cover_id>/end")
@requires(READ)
def end(cover_id: UUID) -> ResponseReturnValue:
    """End a cover now."""
    form = ActForm()
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        covers.end(work, cover_id)
        receipt.leads_to(url_for(".index"))
    flash(_("The cover has ended."), "success")
    return receipt.redirect()


def _offer(work: Work, form: CoverForm) -> None:
    found = queries.holders(work, work.actor.own_unit(), READ)
    people = [(str(user.id), user.display_name) for user in found]
    form.offer(people, str(work.actor.user_id), others=work.actor.may(Capability.CASE_ASSIGN))


def _page(form: CoverForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        _offer(work, form)
        unit = work.session.get_one(Unit, work.actor.own_unit())
        if not form.is_submitted():
            form.first.data = local_day(work.now, unit.local_zone)
        rows = covers.to_come(work)
        names = queries.names(work, {user_id for row in rows for user_id in (row.absent_id, row.stand_in_id)})
        context: dict[str, Any] = {"rows": rows, "names": names, "now": work.now}
        end_form = ActForm(formdata=None)
        return render_page("accounts/leave.html", status=status, form=form, end_form=end_form, **context)
