"""Typed text is never lost: every form page keeps it, offers it again, and drops it once the form is saved (security 7.4).

A form page needs no code of its own: `components/forms.html` asks `sheet_of` for each form it writes, `submit.once` ends the sheet, and
whatever a posted form was answered with, a refusal keeps what it held. Three ways lead here: the script of the page every few seconds,
a form that was refused, and a form that arrived at a locked session (`app.accounts.lock`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, flash, g, make_response, redirect, request, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.domain.access import Actor, Capability
from app.domain.errors import DomainError, NotFound, NotPermitted, Refused
from app.security.structs.drafts import FormDraft
from app.web import form_drafts, form_filling, form_sheets, labels, problems, runtime
from app.web.filters import clock_time
from app.web.form_drafts import Waiting
from app.web.form_sheets import Sheet
from app.web.forms import BaseForm
from app.web.guard import requires
from app.web.models import Submission
from app.web.paths import own_path
from app.web.render import render_page
from app.work import Origin, Work

bp = Blueprint("unsaved", __name__, url_prefix="/unsaved")

RESTORE: Final = "draft"
"""The parameter of a form page that puts a draft back: an opaque id."""
_OBJECTS: Final = "naungan.form-objects"
_IN_ORDER: Final = frozenset({200, 302, 303})
_NOT_KEPT: Final = frozenset({400, 401, 403, 404, 405, 413})
"""No form of ours, nobody to keep it for, or not theirs to fill in."""

ObjectCheck = Callable[[Work, UUID], UUID | None]
"""Finds an object of an address for the actor, NotFound for a stranger; gives the case it belongs to, if any."""


@dataclass(frozen=True, slots=True, repr=False)
class Restored:
    """A draft that a page was asked to put back: opened after its audit event, before the page is made."""

    id: UUID
    tag: bytes
    at: datetime
    draft: FormDraft


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What a form writes about its sheet: the hidden field, its page and the way back to it, drafts that wait, and the one put back."""

    field: str
    page: str
    back: str
    waiting: Sequence[tuple[Waiting, str]]
    restored: Restored | None


# --- wiring ----------------------------------------------------------------------------------------------------------


def init_app(app: Flask, objects: Mapping[str, ObjectCheck]) -> None:
    """Register after the guard. `objects`: how an id in an address of a form is checked; a form with none of them keeps nothing."""
    app.extensions[_OBJECTS] = dict(objects)
    app.before_request(_open_wanted)
    app.after_request(_settle)
    app.jinja_env.globals["sheet_of"] = sheet_of
    app.jinja_env.globals["sheet_field"] = form_sheets.FIELD
    problems.register(labels.SENTENCES)


def _target(action: str) -> tuple[Any, dict[str, Any]] | None:
    """The view and the values of an address that forms are sent to; None where there is none, or nobody answers for its objects."""
    try:
        endpoint, values = request_ctx.url_adapter.match(action, method="POST")  # type: ignore[union-attr]
    except HTTPException:
        return None
    view: Any = current_app.view_functions[endpoint]
    ids = {name for name, value in values.items() if isinstance(value, UUID)}
    is_known = not ids or ids & current_app.extensions[_OBJECTS].keys()
    return (view, dict(values)) if is_known and view.capability is not Capability.PUBLIC else None


def _case_of(work: Work, action: str) -> UUID | None:
    """The permission check of what is kept: may the actor send this form, and are its objects there for the actor?"""
    found = _target(action)
    if found is None:
        raise NotFound("form")
    view, values = found
    work.actor.require(view.capability)
    checks: Mapping[str, ObjectCheck] = current_app.extensions[_OBJECTS]
    cases = [checks[name](work, value) for name, value in values.items() if name in checks]
    return next((case_id for case_id in cases if case_id is not None), None)


# --- a form on its page ----------------------------------------------------------------------------------------------


def sheet_of(form: BaseForm | None, action: str, *, keeps: bool = True, page: str = "") -> Shown | None:
    """What the form on this page writes about its sheet, the wanted draft put back into its fields; None for forms without.

    `keeps`: the page keeps while somebody types, so it also says what waits from before. `page`: where a page that answers a POST is
    found again with its draft put back; without one its words are shown by themselves.
    """
    if form is None or not form_filling.can_be_kept(form) or not runtime.is_signed_in():
        return None
    address, owner = urlsplit(action).path or request.path, cast(UUID, runtime.actor().user_id)
    sent = posted_sheet(owner) if request.method == "POST" else None
    if sent is not None and sent.action == address:
        return _shown(sent, [], None)
    if _target(address) is None:
        return None
    sheet = form_sheets.new(owner, address, page or _page())
    if request.method == "POST":
        found_again = page or url_for("unsaved.words", sheet_id=sheet.id)
        return _shown(replace(sheet, page=found_again), [], None)
    restored = put_back(form, address)
    if restored is not None:
        sheet = replace(sheet, id=restored.id)
    return _shown(sheet, _waiting(sheet) if keeps else [], restored)


def put_back(form: BaseForm, action: str) -> Restored | None:
    """Fill the form with the draft that this page was asked to put back, if it is a draft of this form."""
    restored: Restored | None = g.get("draft_put_back")
    if restored is None or restored.tag != _tag(action):
        return None
    form_filling.fill(form, restored.draft.fields)
    return restored


def _tag(action: str) -> bytes:
    return form_sheets.form_tag(runtime.runtime().crypt, cast(UUID, runtime.actor().user_id), action)


def _shown(sheet: Sheet, waiting: list[tuple[Waiting, str]], restored: Restored | None) -> Shown:
    return Shown(form_sheets.write(runtime.runtime().crypt, sheet), sheet.page, back_to(sheet), waiting, restored)


def _waiting(sheet: Sheet) -> list[tuple[Waiting, str]]:
    with runtime.looking() as work:
        found = form_drafts.waiting(work, _tag(sheet.action))
    return [(each, _with_draft(sheet.page, each.id)) for each in found if each.id != sheet.id]


def back_to(sheet: Sheet) -> str:
    """The address of the sheet's page with its draft put back."""
    return _with_draft(sheet.page, sheet.id)


def is_put_back(address: str) -> bool:
    """Whether this is the address of a page with a draft put back."""
    return RESTORE in parse_qs(urlsplit(address).query)


def _with_draft(page: str, sheet_id: UUID) -> str:
    return f"{page}{'&' if '?' in page else '?'}{RESTORE}={sheet_id}"


def _page() -> str:
    """This page, without the wish to put a draft back."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != RESTORE])
    return own_path(f"{request.path}?{query}" if query else request.path, request.path)


def _open_wanted() -> None:
    """Open the draft that a page is asked to put back. One that is gone, or somebody else's, is nothing to tell about."""
    wanted = request.args.get(RESTORE) if request.method == "GET" else None
    if wanted is None or not runtime.is_signed_in():
        return
    try:
        sheet_id = UUID(wanted)
        with runtime.looking() as work:
            form_drafts.get(work, sheet_id)
        with runtime.reading(lambda work: form_drafts.opening(work, sheet_id)) as work:
            row = form_drafts.get(work, sheet_id)
            g.draft_put_back = Restored(row.id, row.form_tag, row.updated_at, form_drafts.read(work, row))
    except (ValueError, NotFound):
        return


# --- a form that was sent --------------------------------------------------------------------------------------------


def posted_sheet(owner_id: UUID) -> Sheet | None:
    """The sheet of the form that was sent, if it was handed to this person."""
    text = request.form.get(form_sheets.FIELD, "")
    return form_sheets.read(runtime.runtime().crypt, owner_id, text) if text else None


def end_sheet(work: Work) -> None:
    """The sent form is being saved: its draft goes in the same act."""
    sheet = posted_sheet(work.actor.user_id) if work.actor.user_id is not None else None
    if sheet is not None:
        form_drafts.done(work, sheet)
        g.sheet_settled = True


def goes_on() -> None:
    """What was sent is answered in another window and saves nothing: the page it came from is open still, and so is its sheet."""
    g.sheet_settled = True


def keep(sheet: Sheet, actor: Actor, origin: Origin) -> datetime:
    """Keep what was sent as the draft of its sheet. Nothing of it acts.

    NotPermitted, NotFound: the actor could not have sent this form. Refused: too many drafts.
    """
    fields = list(form_filling.kept(request.form))
    with runtime.runtime().begin(actor, origin) as work:
        return form_drafts.keep(work, sheet, fields, _case_of(work, sheet.action))


def where_it_led(actor: Actor) -> str | None:
    """Where the sent form led if the actor saved it already: what arrives late must not come back as unsaved."""
    try:
        submit_id = UUID(request.form.get("submit_id", ""))
    except ValueError:
        return None
    with runtime.runtime().looking(actor) as work:
        row = work.session.get(Submission, submit_id)
    return row.location if row is not None and row.actor_id == actor.user_id else None


def _settle(answer: Response) -> Response:
    """A form that was accepted has no draft any more; one that was not is kept, whatever the answer to it says."""
    is_form = request.method == "POST" and request.blueprint != bp.name and answer.status_code not in _NOT_KEPT
    if not is_form or "form" not in vars(request) or not runtime.is_signed_in():  # a body that nobody read stays unread
        return answer
    sheet = posted_sheet(cast(UUID, runtime.actor().user_id))
    is_accepted = answer.status_code in _IN_ORDER
    if sheet is None or (is_accepted and g.get("sheet_settled")):
        return answer
    try:
        _drop(sheet) if is_accepted else keep(sheet, runtime.actor(), runtime.origin())
    except DomainError:
        return answer  # the answer to the form itself says what is wrong
    return answer


def _drop(sheet: Sheet) -> None:
    """For forms that change nothing and so claim no one-time id: a search, an opening with a reason."""
    with runtime.looking() as work:
        is_there = form_drafts.is_there(work, sheet)
    if is_there:
        with runtime.begin() as work:
            form_drafts.done(work, sheet)


# --- addresses -------------------------------------------------------------------------------------------------------


@bp.post("", endpoint="keep")
@requires(Capability.SELF)
def keep_typed() -> ResponseReturnValue:
    """Keep what stands in a form, as the page's script sends it while somebody types. Answers with a sentence for the page."""
    sheet = posted_sheet(cast(UUID, runtime.actor().user_id))
    if sheet is None:
        abort(400)
    if where_it_led(runtime.actor()) is not None:
        return "", 204
    try:
        at = keep(sheet, runtime.actor(), runtime.origin())
    except Refused as refusal:
        return _plain(problems.sentence(refusal.problems[0]), 422)
    except (NotPermitted, NotFound):
        return _plain(_("This could not be kept: the page is no longer yours to fill in."), 403)
    return _plain(_("Kept sealed %(time)s, not saved yet", time=clock_time(at).striptags()), 200)


def _plain(words: str, status: int) -> Response:
    answer = make_response(words, status)
    answer.mimetype = "text/plain"
    return answer


@bp.get("/<uuid:sheet_id>", endpoint="show")
@requires(Capability.SELF)
def show(sheet_id: UUID) -> ResponseReturnValue:
    """Lead to the form a draft belongs to, with the draft put back."""
    with runtime.reading(lambda work: form_drafts.opening(work, sheet_id)) as work:
        page = form_drafts.read(work, form_drafts.get(work, sheet_id)).page
    return redirect(_with_draft(own_path(page), sheet_id), code=303)


@bp.get("/<uuid:sheet_id>/words", endpoint="words")
@requires(Capability.SELF)
def words(sheet_id: UUID) -> Response:
    """What was typed on a page that cannot be opened by its address (the answer to a choice in a list): to be copied out."""
    with runtime.reading(lambda work: form_drafts.opening(work, sheet_id)) as work:
        row = form_drafts.get(work, sheet_id)
        typed = [text for field in form_drafts.read(work, row).fields for text in field.values if " " in text]
        return render_page("unsaved.html", row=row, typed=typed)


@bp.post("/<uuid:sheet_id>/discard", endpoint="discard")
@requires(Capability.SELF)
def discard(sheet_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with runtime.begin() as work:
        form_drafts.discard(work, sheet_id)
    flash(_("The unsaved text was discarded."), "success")
    return redirect(own_path(request.form.get("next")), code=303)
