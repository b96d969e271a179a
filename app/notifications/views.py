"""*Pemberitahuan*: what a person was told, what comes by mail, and the digest of supervisors and heads."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import sessions
from app.clocks.board import When
from app.clocks.labels import SECTIONS
from app.domain.access import Capability
from app.domain.errors import Refused
from app.notifications import choices, digests, labels, listing, queries, services
from app.notifications.forms import ChoicesForm
from app.notifications.listing import Found
from app.web import landing, problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.paths import own_path
from app.web.render import render_page
from app.web.submit import once
from app.work import Opening, Work

bp = Blueprint("notices", __name__, url_prefix="/notices")
HOME: Final = Capability.HOME
_TIME: Final = "%H:%M"


def init_app(app: Flask) -> None:
    """Show the digest first to those who get no mail, and tell the frame of every page how much waits."""
    landing.register(app, first_of_the_day)


bp.record_once(lambda state: init_app(cast(Flask, state.app)))


def first_of_the_day(token: str, wanted: str) -> str | None:
    """Without a mail server the first sign-in of the day leads to the digest, where there is anything in it."""
    held = runtime.runtime()
    if held.outside.postbox is not None:
        return None
    with held.looking(sessions.NOBODY) as work:
        identity = sessions.look_up(work, token)
    if identity is None or not identity.actor.may(digests.READERS):
        return None
    with held.looking(identity.actor) as work:
        unread = digests.is_unread(work) and digests.look(work).is_worth_a_look
    return url_for("notices.digest", next=wanted) if unread else None


# --- the list --------------------------------------------------------------------------------------------------------


@bp.get("")
@requires(HOME)
def index() -> Response:
    """What the person was told and nobody ended, most pressing first."""
    found = Found()

    def plan(work: Work) -> Opening:
        nonlocal found
        found = listing.find(work)
        return listing.opening(found)

    with runtime.reading(plan) as work:
        return render_page(
            "notifications/index.html",
            lines=listing.lines(work, found),
            found=found,
            most=queries.PAGE,
            kinds=labels.KINDS,
            tones=labels.TONES,
            form=ActForm(formdata=None),
            reads_digest=work.actor.may(digests.READERS),
            reads_cases=work.actor.may(Capability.CASE_READ),
            mails=work.runtime.outside.postbox is not None,
            now=work.now,
        )


@bp.post("/acknowledge", endpoint="acknowledge_all")
@requires(HOME)
def acknowledge_all() -> ResponseReturnValue:
    """See to everything in the list."""
    with runtime.begin() as work:
        services.acknowledge_all(work)
    flash(_("Everything is acknowledged. Nobody is told of these steps again."), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/<uuid:notice_id>/acknowledge")
@requires(HOME)
def acknowledge(notice_id: UUID) -> ResponseReturnValue:
    """See to one of them."""
    with runtime.begin() as work:
        services.acknowledge(work, notice_id)
    flash(_("Acknowledged. Nobody is told of this step again."), "success")
    return redirect(url_for(".index"), code=303)


# --- choices ---------------------------------------------------------------------------------------------------------


@bp.get("/choices", endpoint="choices")
@requires(HOME)
def show_choices() -> Response:
    """What comes by mail, and when nothing does."""
    with runtime.looking() as work:
        held = choices.own(work)
    quiet = choices.quiet_of(held)
    form = ChoicesForm(formdata=None, mail=list(held.mail), quiet_from=quiet.start, quiet_until=quiet.end)
    return _choices_page(form)


@bp.post("/choices", endpoint="choose")
@requires(HOME)
def choose() -> ResponseReturnValue:
    """Keep the choices."""
    form = ChoicesForm()
    offered = choices.offered(runtime.actor())
    form.offer(offered)
    if not form.validate_on_submit():
        return _choices_page(form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            choices.choose(work, form.mail.data or (), *form.quiet, offered)
            receipt.leads_to(url_for(".choices"))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _choices_page(form, 422)
    flash(_("The choices are saved."), "success")
    return receipt.redirect()


def _choices_page(form: ChoicesForm, status: int = 200) -> Response:
    form.offer(choices.offered(runtime.actor()))
    mails = runtime.runtime().outside.postbox is not None
    return render_page("notifications/choices.html", status=status, form=form, mails=mails)


# --- the digest ------------------------------------------------------------------------------------------------------


@bp.get("/digest")
@requires(digests.READERS)
def digest() -> Response:
    """The digest as it stands now, with the way on to where the person wanted to go."""
    onward = own_path(request.args.get("next"))
    return _digest_page("notifications/digest.html", form=ActForm(formdata=None), onward=onward)


@bp.get("/digest/sheet", endpoint="sheet")
@requires(digests.READERS)
def digest_sheet() -> Response:
    """The digest on paper: register numbers and moments, no name of anybody it is about."""
    return _digest_page("notifications/sheet.html")


@bp.post("/digest/read", endpoint="digest_read")
@requires(digests.READERS)
def digest_read() -> ResponseReturnValue:
    """The person read today's digest, and goes on."""
    with runtime.begin() as work:
        digests.note_read(work)
    return redirect(own_path(request.args.get("next")), code=303)


def _digest_page(template: str, **context: Any) -> Response:
    with runtime.looking() as work:
        cases, cut = digests.sheet(work)
        return render_page(
            template,
            found=digests.look(work),
            sections=[(when, SECTIONS[when], cases[when]) for when in cases],
            tones={When.OVERDUE: "bad", When.TODAY: "warn"},
            day=digests.today(work),
            most=digests.MOST,
            cut=cut,
            mails=work.runtime.outside.postbox is not None,
            printed_by=runtime.person().name,
            printed_at=work.now,
            now=work.now,
            **context,
        )
