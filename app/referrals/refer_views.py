"""A new referral: to whom, for whom, on which ground; sent or kept as a draft, in one act."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import acts
from app.cases.acts import Desk
from app.domain.access import Capability
from app.domain.errors import Conflict, Refused
from app.domain.zones import Zone
from app.referrals import offers, services
from app.referrals.forms import ReferForm
from app.referrals.views import bp
from app.security.sections import Section
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once

SECTIONS = (Section.CONSENT, Section.REPORTED_PROFILE)


@bp.get("/for/<uuid:case_id>")
@requires(Capability.REFERRAL_WRITE)
def new(case_id: UUID) -> Response:
    """The form of a new referral."""
    return _page(case_id, ReferForm(formdata=None))


@bp.post("/for/<uuid:case_id>")
@requires(Capability.REFERRAL_WRITE)
def create(case_id: UUID) -> ResponseReturnValue:
    """Record the referral: as sent, with its consent, in one act; or as a draft."""
    form = ReferForm()
    with acts.desk(case_id, *SECTIONS) as at:
        _offer(at, form)
        zone = at.zone
    if not form.validate() or form.misses_ground():
        return _page(case_id, form, 422)
    try:
        return _act(case_id, form, zone)
    except Refused as refusal:
        problems.attach(form, form.placed(refusal.problems))
        return _page(case_id, form, 422)
    except Conflict:
        form.form_errors.append(_("This no longer fits: the case has moved on. What you typed still stands below."))
        return _page(case_id, form, 409)


def _act(case_id: UUID, form: ReferForm, zone: Zone) -> ResponseReturnValue:
    """Record it once. A draft may still lack its ground; what is sent may not."""
    sends = request.form.get("act") != "draft"
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        if sends:
            row = services.refer(work, case_id, form.draft(), form.sent(zone), given=form.given())
        else:
            row = services.create(work, case_id, form.draft(), given=form.given())
        receipt.leads_to(url_for(".show", referral_id=row.id))
    flash(_("The referral is recorded as sent.") if sends else _("The referral is kept as a draft."), "success")
    return receipt.redirect()


def _page(case_id: UUID, form: ReferForm, status: int = 200) -> Response:
    with acts.desk(case_id, *SECTIONS) as at:
        _offer(at, form)
        if status == 200:
            _fill(at, form)
        may_add = at.work.actor.may(Capability.INSTITUTION_ADMIN)
        return render_page(
            "referrals/new.html",
            status=status,
            form=form,
            case=at.case,
            desk=at,
            zone=at.zone,
            has_family_reported=offers.has_family_reported(at),
            may_add=may_add,
        )


def _offer(at: Desk, form: ReferForm) -> None:
    form.offer(at.open_clients, offers.institutions(at.work, at.case.unit_id))
    offers.ground(at.work, at.case.id, dict(at.clients), form)


def _fill(at: Desk, form: ReferForm) -> None:
    """A new form: the present moment, the client it was opened for, the consent recorded last."""
    form.offer_now(at.work.now, at.zone)
    form.take_defaults([str(client_id) for client_id, _mask in at.open_clients], request.args.get("client", ""))
