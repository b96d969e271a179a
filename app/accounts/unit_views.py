"""What a unit chooses itself: name, zone, prefix of register numbers, single-officer mode (`unit:admin`)."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries, services
from app.accounts.forms import UnitForm
from app.domain.access import Capability
from app.domain.errors import Refused, Stale
from app.domain.zones import Zone
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once

bp = Blueprint("units", __name__, url_prefix="/units")


@bp.get("")
@requires(Capability.UNIT_ADMIN)
def index() -> Response:
    """The units this person looks after."""
    with runtime.looking() as work:
        units = list(work.session.scalars(queries.units_visible_to(work.actor)))
        return render_page("accounts/units/index.html", units=units)


@bp.get("/<uuid:unit_id>")
@requires(Capability.UNIT_ADMIN)
def show(unit_id: UUID) -> Response:
    """One unit's settings."""
    return _page(unit_id)


@bp.post("/<uuid:unit_id>")
@requires(Capability.UNIT_ADMIN)
def change(unit_id: UUID) -> ResponseReturnValue:
    """Save the settings."""
    form = UnitForm()
    if not form.validate_on_submit():
        return _page(unit_id, form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            services.change_unit(
                work,
                unit_id,
                name=str(form.name.data),
                zone=Zone(form.zone.data),
                register_prefix=str(form.register_prefix.data),
                is_single_officer=bool(form.is_single_officer.data),
                age_basis=str(form.age_basis.data),
                version=form.version,
            )
            receipt.leads_to(url_for(".show", unit_id=unit_id))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(unit_id, form, status=422)
    except Stale:
        return _page(unit_id, form, status=409)
    flash(_("Saved."), "success")
    return receipt.redirect()


def _page(unit_id: UUID, form: UnitForm | None = None, status: int = 200) -> Response:
    with runtime.looking() as work:
        unit = queries.unit(work, unit_id)
        if form is not None and status == 409:
            form.refresh(unit.version)
        filled = form or UnitForm(formdata=None, obj=unit, etag=str(unit.version))
        return render_page("accounts/units/show.html", form=filled, unit=unit, status=status)
