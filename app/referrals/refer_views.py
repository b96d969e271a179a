"""A new referral: to whom, for whom, on which ground; sent or kept as a draft, in one act."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import acts, queries
from app.cases.acting import record_of
from app.cases.acts import Desk
from app.domain.access import Capability
from app.referrals import offers, services
from app.referrals.forms import ReferForm, as_id
from app.referrals.models import Referral
from app.referrals.views import bp
from app.security.sections import Section
from app.security.structs import work as structs
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import UNOPENED, opened
from app.work import Work

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
    sends = request.form.get("act") != "draft"  # a draft may still lack its ground; what is sent may not
    with acts.desk(case_id, *SECTIONS) as at:
        _offer(at, form)
        zone = at.zone
        kinds = offers.kinds(at.work, at.case.unit_id)

    def run(work: Work) -> Sequence[Referral]:
        sent = form.sent(zone) if sends else None
        with form.placing():
            return services.refer_together(work, case_id, form.drafts(kinds), sent, given=form.given())

    def shown(rows: Sequence[Referral]) -> str:
        return url_for(".show", referral_id=rows[0].id) if len(rows) == 1 else url_for("cases.show", case_id=case_id)

    done = _done(1 + len(form.others.data or ()), sends=sends)
    return acts.act(form, run, lambda status: _page(case_id, form, status), shown, done)


def _done(count: int, *, sends: bool) -> str:
    if count > 1:
        return str(_("%(count)s referrals are recorded, each with a letter and a package of its own.", count=count))
    return str(_("The referral is recorded as sent.") if sends else _("The referral is kept as a draft."))


def _page(case_id: UUID, form: ReferForm, status: int = 200) -> Response:
    before = as_id(request.args.get("after")) if status == 200 else None
    words = () if before is None else (Section.REFERRAL_TEXT,)
    with acts.desk(case_id, *SECTIONS, *(() if before is None else (Section.REFERRAL,)), for_team=words) as at:
        _offer(at, form)
        if status == 200:
            _fill(at, form)
        if before is not None:
            _follow(at, form, before)
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


def _follow(at: Desk, form: ReferForm, before: UUID) -> None:
    """A referral after one that brought nothing: what that one asked for stands in the form, its words for the team alone."""
    row = record_of(at.work, Referral, at.case.id, before)
    form.follows.data = str(row.id)
    head = opened(lambda: services.read(at.work, row))
    text = opened(lambda: services.read_text(at.work, row)) if queries.is_on_team(at.work, at.case.id) else UNOPENED
    if isinstance(head, structs.Referral):
        form.take_over(head, text.reason if isinstance(text, structs.ReferralText) else "")
