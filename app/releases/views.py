"""The register of public releases: make one, look at what it hides and why, sign it or refuse it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.domain.access import Capability
from app.domain.errors import Refused
from app.releases import labels, services
from app.releases.forms import SIGN, DecideForm, MakeForm
from app.reports.services import today_of
from app.web import problems, runtime
from app.web.guard import requires
from app.web.navigation import language
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once

bp = Blueprint("releases", __name__, url_prefix="/reports/releases")


@bp.get("")
@requires(Capability.RECAP_READ)
def index() -> Response:
    """The register, newest first."""
    return _register(None)


@bp.post("")
@requires(Capability.RELEASE_MAKE)
def make() -> ResponseReturnValue:
    """Count, protect and freeze a release; it is public only once another person signs it."""
    form = MakeForm()
    if not form.validate_on_submit():
        return _register(form, status=422)
    year, quarter = int(form.year.data or 0), int(form.quarter.data)
    try:
        with runtime.reading(services.making(year, quarter)) as work:
            ready = services.prepared(work, year, quarter)
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            row = services.propose(work, ready)
            receipt.leads_to(url_for(".show", release_id=row.id))
    except Refused as refused:
        problems.attach(form, refused.problems)
        return _register(form, status=422)
    flash(_("The release was frozen. A second person signs it."), "success")
    return receipt.redirect()


@bp.get("/<uuid:release_id>")
@requires(Capability.RECAP_READ)
def show(release_id: UUID) -> Response:
    """A release as it was frozen, with the reason of each hidden number."""
    return _show(release_id, DecideForm(formdata=None))


@bp.post("/<uuid:release_id>/decision")
@requires(Capability.RELEASE_SIGN)
def decide(release_id: UUID) -> ResponseReturnValue:
    """Sign or refuse; never one's own."""
    form = DecideForm()
    if not form.validate_on_submit():  # no answer is no refusal, which would take the tables away for good
        return _show(release_id, form, status=422)
    with runtime.begin() as work:
        receipt = once(work, form.submit_key)
        services.decide(work, release_id, sign=form.answer.data == SIGN)
        receipt.leads_to(url_for(".show", release_id=release_id))
    flash(_("The release is public now.") if form.answer.data == SIGN else _("The release was refused."), "success")
    return receipt.redirect()


def _show(release_id: UUID, form: DecideForm, *, status: int = 200) -> Response:
    with runtime.reading(services.reading(release_id)) as work:
        row = services.get(work, release_id)
        why = opened(lambda: services.reasons(work, row))
        actor = work.actor
        names = people.names(work, {each for each in (row.made_by, row.decided_by) if each})
    document = opened(lambda: services.document(row))
    rows = [line for table in document["tables"] for line in table["rows"]] if document else []
    return render_page(
        "releases/show.html",
        status=status,
        row=row,
        document=document,
        why=why if isinstance(why, dict) else {},
        reason_words=labels.REASONS,
        state=labels.STATES[row.state],
        title=labels.span_words(services.span_of(row)),
        hidden=sum(line["count"] is None for line in rows),
        cells=len(rows),
        names=names,
        lang=language(),
        form=form,
        may_sign=row.state == services.PROPOSED and actor.may(Capability.RELEASE_SIGN) and row.made_by != actor.user_id,
    )


def _register(form: MakeForm | None, *, status: int = 200) -> Response:
    with runtime.looking() as work:
        found = services.register(work)
        names = people.names(work, {each for row in found.rows for each in (row.made_by, row.decided_by) if each})
        year = today_of(work, found.unit).year
        newer = services.superseded_by(found.rows)
        may_make = work.actor.may(Capability.RELEASE_MAKE)
    return render_page(
        "releases/index.html",
        status=status,
        rows=[(row, labels.span_words(services.span_of(row)), labels.STATES[row.state]) for row in found.rows],
        names=names,
        newer=newer,
        form=form or MakeForm(formdata=None, data={"year": year, "quarter": "1"}),
        may_make=may_make,
    )
