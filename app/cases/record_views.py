"""Pages on which the team records what it does: chronology, notes, follow-ups, ends of clients."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import reach, records, services
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.models import Client
from app.cases.record_forms import (
    ChronologyForm,
    EndForm,
    FollowUpForm,
    NoteForm,
    OfClientForm,
)
from app.cases.records import ClientEnd
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.case import Chronology
from app.security.vault import etag
from app.web.forms import ActForm
from app.web.guard import requires
from app.work import Work

EDIT = Capability.CASE_EDIT


# --- chronology ------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/chronology")
@requires(EDIT)
def edit_chronology(case_id: UUID) -> Response:
    """What happened, to be corrected."""
    with desk(case_id, Section.CHRONOLOGY, team_only=True) as at:
        form = ChronologyForm()
        form.show(_chronology(at))
        form.etag.data = etag(at.case.chronology_sealed)
        return page("chronology", at, form)


@bp.post("/<uuid:case_id>/chronology")
@requires(EDIT)
def save_chronology(case_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both texts stand side by side."""
    form = ChronologyForm()

    def save(work: Work) -> None:
        services.save_chronology(work, case_id, form.details, expected=form.etag.data)

    def again(status: int) -> Response:
        with desk(case_id, Section.CHRONOLOGY, team_only=True) as at:
            return page("chronology", at, form, status)

    def stale() -> Response:
        with desk(case_id, Section.CHRONOLOGY, team_only=True) as at:
            saved = _chronology(at)
            labels = {name: form[name].label.text for name in saved.__struct_fields__}
            both = [
                {"label": label, "mine": form[name].data or "", "theirs": getattr(saved, name)}
                for name, label in labels.items()
            ]
            form.etag.data = etag(at.case.chronology_sealed)
            who = last_saver(at.work, case_id, Event.CASE_CHANGED, Event.CASE_CREATED)
            return page("chronology", at, form, 409, both=both, who=who)

    return act(form, save, again, case_url(case_id), _("The chronology was saved."), stale)


def _chronology(at: Desk) -> Chronology:
    return at.work.vault.open(at.case.place(Section.CHRONOLOGY), at.case.chronology_sealed, Chronology)


# --- records about clients -------------------------------------------------------------------------------------------


def _blank(case_id: UUID, form: OfClientForm, template: str) -> Response:
    with desk(case_id, for_team=_opened_for(template)) as at:
        form.offer(at.clients, at.today)
        return page(template, at, form, action=_records(request.path), reach=reach.rules(at))


def _record(
    case_id: UUID, form: OfClientForm, template: str, save: Callable[[Work], object], done: str
) -> ResponseReturnValue:
    with desk(case_id) as at:
        form.offer(at.clients, at.today)

    def again(status: int) -> Response:
        with desk(case_id, for_team=_opened_for(template)) as at:
            return page(template, at, form, status, action=_records(request.path), reach=reach.rules(at))

    return act(form, save, again, case_url(case_id), done)


def _opened_for(template: str) -> tuple[Section, ...]:
    """Pages on which one is about to contact a client show the team the rules for it."""
    return reach.SECTIONS if template in {"note", "follow_up"} else ()


def _records(path: str) -> str:
    """Where a blank form is sent: `…/notes/new` to `…/notes`."""
    return path.removesuffix("/new")


@bp.get("/<uuid:case_id>/notes/new")
@requires(EDIT)
def new_note(case_id: UUID) -> Response:
    """A blank note."""
    return _blank(case_id, NoteForm(), "note")


@bp.post("/<uuid:case_id>/notes")
@requires(EDIT)
def write_note(case_id: UUID) -> ResponseReturnValue:
    """Keep a note."""
    form = NoteForm()
    return _record(
        case_id,
        form,
        "note",
        lambda work: records.write_note(work, case_id, form.head, form.text.data or ""),
        _("The note was kept."),
    )


@bp.get("/<uuid:case_id>/follow-ups/new")
@requires(EDIT)
def new_follow_up(case_id: UUID) -> Response:
    """A blank follow-up."""
    return _blank(case_id, FollowUpForm(), "follow_up")


@bp.post("/<uuid:case_id>/follow-ups")
@requires(EDIT)
def record_follow_up(case_id: UUID) -> ResponseReturnValue:
    """Record a follow-up contact."""
    form = FollowUpForm()
    return _record(
        case_id,
        form,
        "follow_up",
        lambda work: records.record_follow_up(work, case_id, form.follow_up, form.text.data or ""),
        _("The follow-up was recorded."),
    )


# --- the end of a client ---------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/end")
@requires(EDIT)
def ask_to_end(case_id: UUID, client_id: UUID) -> Response:
    """The form for the end of one client."""
    return _end_page(case_id, client_id, EndForm())


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/end")
@requires(EDIT)
def end_client(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Record the end of one client; the others go on."""
    form = EndForm()

    def save(work: Work) -> None:
        end = ClientEnd(client_id, form.day, form.closure.data or "", form.reason.data or "")
        records.end_client(work, case_id, end, expected=form.etag.data)

    return act(
        form,
        save,
        lambda status: _end_page(case_id, client_id, form, status),
        case_url(case_id),
        _("The end was recorded."),
    )


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/reopen")
@requires(EDIT)
def ask_to_reopen_client(case_id: UUID, client_id: UUID) -> Response:
    """Ask before a client's end is taken back."""
    return _end_page(case_id, client_id, EndForm(), template="client_reopen")


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/reopen")
@requires(EDIT)
def reopen_client(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Take a client's end back."""
    form = ActForm()
    return act(
        form,
        lambda work: records.reopen_client(work, case_id, client_id, expected=None),
        lambda status: _end_page(case_id, client_id, form, status, template="client_reopen"),
        case_url(case_id),
        _("The client is being helped again."),
    )


def _end_page(case_id: UUID, client_id: UUID, form: ActForm, status: int = 200, template: str = "end") -> Response:
    with desk(case_id) as at:
        row = record_of(at.work, Client, case_id, client_id)
        if isinstance(form, EndForm):
            form.etag.data = etag(row.profile_sealed)
            if not form.is_submitted():
                form.on.data = at.today
        mask = dict(at.clients)[client_id]
        last = [open_id for open_id, _mask in at.open_clients] == [client_id]
        return page(template, at, form, status, client=row, mask=mask, is_last=last)
