"""Pages on which the team records what it does: chronology, notes, follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import reach, records, services
from app.cases.acts import Desk, act, case_url, desk, last_saver, page
from app.cases.record_forms import (
    ChronologyForm,
    FollowUpForm,
    NoteForm,
    OfClientForm,
)
from app.cases.views import bp
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.case import Chronology
from app.security.vault import etag
from app.web.guard import requires
from app.work import Work

EDIT = Capability.CASE_EDIT
AFTER_TOO = frozenset({"note", "follow_up"})
"""Contacts and notes are recorded after the end as well."""


# --- chronology ------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/chronology")
@requires(EDIT)
def edit_chronology(case_id: UUID) -> Response:
    """What happened, to be corrected."""
    with desk(case_id, Section.CHRONOLOGY, team_only=True, closed_too=True) as at:
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
        with desk(case_id, Section.CHRONOLOGY, team_only=True, closed_too=True) as at:
            return page("chronology", at, form, status)

    def stale() -> Response:
        with desk(case_id, Section.CHRONOLOGY, team_only=True, closed_too=True) as at:
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
    with desk(case_id, for_team=_opened_for(template), closed_too=template in AFTER_TOO) as at:
        form.offer(at.clients, at.today)
        return page(template, at, form, action=_records(request.path), reach=reach.rules(at))


def _record(
    case_id: UUID, form: OfClientForm, template: str, save: Callable[[Work], object], done: str
) -> ResponseReturnValue:
    with desk(case_id, closed_too=template in AFTER_TOO) as at:
        form.offer(at.clients, at.today)

    def again(status: int) -> Response:
        with desk(case_id, for_team=_opened_for(template), closed_too=template in AFTER_TOO) as at:
            return page(template, at, form, status, action=_records(request.path), reach=reach.rules(at))

    return act(form, save, again, case_url(case_id), done)


def _opened_for(template: str) -> tuple[Section, ...]:
    """Pages on which one is about to contact a client show the team the rules for it."""
    return reach.SECTIONS if template in AFTER_TOO else ()


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
