"""The end of a draft: a last look, registering, throwing away; and taking a person out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases import completeness, drafts, intake_desk, parts
from app.cases.derive import kinds_of
from app.cases.intake_desk import Desk, Registered, bp
from app.domain.access import Capability
from app.domain.errors import Refused
from app.security.structs.intake import Intake
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once

# --- check and register ----------------------------------------------------------------------------------------------


@bp.get("/<uuid:draft_id>/check", endpoint="check")
@requires(Capability.CASE_CREATE)
def check(draft_id: UUID) -> ResponseReturnValue:
    """What is there, what is missing, what is odd; and the button that registers."""
    with intake_desk.opened(draft_id) as desk:
        return intake_desk.to_case(desk) or _check_page(desk)


@bp.post("/<uuid:draft_id>/register", endpoint="register")
@requires(Capability.CASE_CREATE)
def register(draft_id: UUID) -> ResponseReturnValue:
    """Turn the draft into a case, in one act. A second press, from this window or another, leads to the same case."""
    form, registered = ActForm(), Registered()
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            receipt.leads_to(registered.leads_to(drafts.turn_into_case(work, draft_id)))
    except Refused:
        with intake_desk.opened(draft_id) as desk:
            return _check_page(desk, status=422)
    registered.announce()
    return receipt.redirect()


def _check_page(desk: Desk, status: int = 200) -> Response:
    measure = completeness.measure(desk.intake)
    wrong = intake_desk.notes(desk, intake_desk.all_problems(desk.intake, desk.office.today))
    return intake_desk.page(
        "check",
        desk,
        "check",
        status,
        form=ActForm(formdata=None),
        measure=measure,
        minimum=intake_desk.missing(desk, measure.minimum),
        wanted=intake_desk.missing(desk, measure.wanted),
        errors=[note for note in wrong if note.is_error],
        warnings=[note for note in wrong if not note.is_error],
        kinds=kinds_of(client.profile for client in desk.intake.clients),
        refused=status == 422,
    )


@bp.post("/<uuid:draft_id>/same/<uuid:found_id>/forget", endpoint="forget_same")
@requires(Capability.CASE_CREATE)
def forget_same(draft_id: UUID, found_id: UUID) -> ResponseReturnValue:
    """Do not ask to link this file after all."""
    _change(draft_id, lambda intake: parts.without_candidate(intake, found_id))
    return redirect(url_for(".check", draft_id=draft_id), code=303)


# --- taking out, throwing away ---------------------------------------------------------------------------------------


@bp.get("/<uuid:draft_id>/clients/<uuid:client_id>/remove", endpoint="ask_remove_client")
@requires(Capability.CASE_CREATE)
def ask_remove_client(draft_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Ask before a client is taken out of the draft."""
    return _ask(
        draft_id,
        _("Take this client out of the draft?"),
        url_for(".remove_client", draft_id=draft_id, client_id=client_id),
        [_("What was typed about this client is lost, with the relations of the reported persons to the client.")],
        url_for(".client", draft_id=draft_id, client_id=client_id),
    )


@bp.post("/<uuid:draft_id>/clients/<uuid:client_id>/remove", endpoint="remove_client")
@requires(Capability.CASE_CREATE)
def remove_client(draft_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Take a client out of the draft."""
    _change(draft_id, lambda intake: parts.without_client(intake, client_id))
    flash(_("The client was taken out of the draft."), "success")
    return redirect(url_for(".clients", draft_id=draft_id), code=303)


@bp.get("/<uuid:draft_id>/reported/<uuid:reported_id>/remove", endpoint="ask_remove_reported")
@requires(Capability.CASE_CREATE)
def ask_remove_reported(draft_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Ask before a reported person is taken out of the draft."""
    return _ask(
        draft_id,
        _("Take this reported person out of the draft?"),
        url_for(".remove_reported", draft_id=draft_id, reported_id=reported_id),
        [_("What was typed about this person is lost.")],
        url_for(".reported_person", draft_id=draft_id, reported_id=reported_id),
    )


@bp.post("/<uuid:draft_id>/reported/<uuid:reported_id>/remove", endpoint="remove_reported")
@requires(Capability.CASE_CREATE)
def remove_reported(draft_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Take a reported person out of the draft."""
    _change(draft_id, lambda intake: parts.without_reported(intake, reported_id))
    flash(_("The reported person was taken out of the draft."), "success")
    return redirect(url_for(".reported_persons", draft_id=draft_id), code=303)


@bp.get("/<uuid:draft_id>/discard", endpoint="ask_discard")
@requires(Capability.CASE_CREATE)
def ask_discard(draft_id: UUID) -> ResponseReturnValue:
    """Ask before a draft is thrown away."""
    return _ask(
        draft_id,
        _("Throw this draft away?"),
        url_for(".discard", draft_id=draft_id),
        [_("Everything typed in it is lost. No case comes of it and no number is used.")],
        url_for(".check", draft_id=draft_id),
        act=_("Throw away"),
    )


@bp.post("/<uuid:draft_id>/discard", endpoint="discard")
@requires(Capability.CASE_CREATE)
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with runtime.begin() as work:
        drafts.discard(work, draft_id)
    flash(_("The draft was thrown away."), "success")
    return redirect(url_for(".start"), code=303)


def _change(draft_id: UUID, changed: Callable[[Intake], Intake]) -> None:
    with runtime.begin() as work:
        drafts.change(work, draft_id, changed)


def _ask(draft_id: UUID, question: str, action: str, consequences: list[str], cancel: str, act: str = "") -> Response:
    """A question on a page of its own, so that it works without scripting. It opens nothing."""
    with runtime.looking() as work:
        drafts.get(work, draft_id)
    shown: dict[str, Any] = {"question": question, "action": action, "consequences": consequences, "cancel_url": cancel}
    return render_page("cases/intake/ask.html", act=act or _("Yes, take out"), **shown)
