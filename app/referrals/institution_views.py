"""The directory of institutions (*Pengaturan > Lembaga*): everybody of the unit reads it, those who look after it change it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.cases import places
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import Refused, Stale
from app.referrals import directory
from app.referrals.institution_forms import DirectoryForm, InstitutionForm
from app.referrals.labels import SENTENCES
from app.security.structs.office import Institution as Profile
from app.security.vault import etag
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Work

bp = Blueprint("institutions", __name__, url_prefix="/institutions")
ADMIN = Capability.INSTITUTION_ADMIN


def init_app(_app: Flask) -> None:
    """Give the directory's words to problems."""
    problems.register(SENTENCES)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))


@bp.get("")
@requires(Capability.REFERENCE_READ)
def index() -> Response:
    """The unit's institutions by type and name."""
    form = DirectoryForm(request.args)
    with runtime.looking() as work:
        rows = directory.of_unit(work, active_only=not form.retired.data)
        lines = [(row, opened(lambda row=row: directory.read(work, row))) for row in rows]  # type: ignore[misc]
        shown = [line for line in lines if not form.type.data or line[1].type == form.type.data]
        return render_page(
            "institutions/index.html",
            lines=sorted(shown, key=_by_type),
            form=form,
            total=len(rows),
            may_edit=work.actor.may(ADMIN),
            is_filtered=bool(form.type.data or form.retired.data),
        )


def _by_type(line: tuple[Any, Any]) -> tuple[int, str]:
    order = [code.code for code in code_list("institution_type")]
    kind = str(line[1].type) if line[1] else ""
    return (order.index(kind) if kind in order else len(order), line[0].name.casefold())


@bp.get("/new")
@requires(ADMIN)
def new() -> Response:
    """The form for another institution; most lie in the unit's own area."""
    area = _unit_area()
    return render_page("institutions/edit.html", form=InstitutionForm(area, formdata=None, area=area), row=None)


@bp.post("")
@requires(ADMIN)
def create() -> ResponseReturnValue:
    """Add it."""
    form = InstitutionForm(_unit_area())
    if not form.validate_on_submit():
        return render_page("institutions/edit.html", form=form, row=None, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            directory.add(work, work.actor.own_unit(), str(form.name.data), form.profile())
            receipt.leads_to(url_for(".index"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return render_page("institutions/edit.html", form=form, row=None, status=422)
    flash(_("The institution is in the directory."), "success")
    return receipt.redirect()


@bp.get("/<uuid:institution_id>")
@requires(Capability.REFERENCE_READ)
def show(institution_id: UUID) -> Response:
    """One institution: to read, or to change for those who may."""
    return _page(institution_id)


@bp.post("/<uuid:institution_id>")
@requires(ADMIN)
def change(institution_id: UUID) -> ResponseReturnValue:
    """Save it."""
    form = InstitutionForm(_unit_area())
    if not form.validate_on_submit():
        return _page(institution_id, form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            directory.change(work, institution_id, str(form.name.data), form.profile(), expected=form.etag.data or None)
            receipt.leads_to(url_for(".index"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(institution_id, form, 422)
    except Stale:
        return _page(institution_id, form, 409)
    flash(_("Saved."), "success")
    return receipt.redirect()


def _unit_area() -> str:
    """The area of the reader's unit, in which a typed place is looked for first."""
    with runtime.looking() as work:
        return accounts.unit(work, work.actor.own_unit()).area_code


@bp.post("/<uuid:institution_id>/retire")
@requires(ADMIN)
def retire(institution_id: UUID) -> ResponseReturnValue:
    """Take it out of the choices; it stays on the referrals made to it."""
    return _set_active(institution_id, active=False)


@bp.post("/<uuid:institution_id>/restore")
@requires(ADMIN)
def restore(institution_id: UUID) -> ResponseReturnValue:
    """Back into the choices."""
    return _set_active(institution_id, active=True)


def _set_active(institution_id: UUID, *, active: bool) -> ResponseReturnValue:
    with runtime.begin() as work:
        directory.set_active(work, institution_id, active=active)
    flash(_("The institution can be chosen again.") if active else _("The institution is retired."), "success")
    return redirect(url_for(".show", institution_id=institution_id), code=303)


def _page(institution_id: UUID, form: InstitutionForm | None = None, status: int = 200) -> Response:
    with runtime.looking() as work:
        row = directory.get(work, institution_id)
        held = opened(lambda: directory.read(work, row))
        may_edit = work.actor.may(ADMIN)
        filled = form or InstitutionForm(accounts.unit(work, row.unit_id).area_code, formdata=None)
        if form is None and isinstance(held, Profile):
            filled.show(row.name, held)
            filled.etag.data = etag(row.profile_sealed)
        theirs = held if status == 409 else None
        if theirs is not None:
            filled.etag.data = etag(row.profile_sealed)
            filled.form_errors.append(_("Somebody saved first. Compare with what is stored now, then save again."))
        return render_page(
            "institutions/edit.html" if may_edit else "institutions/show.html",
            status=status,
            form=filled,
            row=row,
            held=held,
            theirs=theirs,
            region=places.short(held.area) if isinstance(held, Profile) else "",
            leads=_leads(work, institution_id),
        )


def _leads(work: Work, institution_id: UUID) -> list[tuple[str, str]]:
    """Where more stands about it: its referrals, its deadlines, how soon it answers; each for those who may open that page."""
    pages = (
        (Capability.CASE_READ, _("Referrals to it that are under way"), "referrals.index"),
        (Capability.CLOCK_BOARD, _("Deadlines that wait for it"), "oversight.board"),
        (Capability.RECAP_READ, _("How soon each institution answers"), "responses.index"),
    )
    asked = {"referrals.index": str(institution_id), "oversight.board": str(institution_id)}
    return [
        (label, url_for(endpoint, institution=asked.get(endpoint)))
        for capability, label, endpoint in pages
        if work.actor.may(capability)
    ]
