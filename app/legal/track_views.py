"""Pages of a legal track: its milestones, opening, correcting, ending, following again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases.acting import record_of
from app.cases.acts import Desk, act, case_url, desk, last_saver, opening, seat
from app.cases.forms.mapping import differing
from app.cases.models import LegalTrack
from app.cases.panels import is_open
from app.domain import legal as rules
from app.domain.access import Capability
from app.domain.errors import NotFound
from app.legal import page, reading, tracks
from app.legal.forms import EndTrackForm, ReasonForm, TrackForm
from app.legal.page import CODED, WORDS, Shown
from app.legal.views import bp
from app.security.sections import Section
from app.security.vault import etag
from app.web import runtime
from app.web.forms import SectionForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Work

EDIT: Final = Capability.CASE_EDIT
TRACK: Final = (Section.LEGAL_TRACK, Section.LEGAL_STEP)


def track_url(case_id: UUID, track_id: UUID) -> str:
    """The address of a track."""
    return url_for("legal.show", case_id=case_id, track_id=track_id)


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>")
@requires(Capability.CASE_READ)
def show(case_id: UUID, track_id: UUID) -> Response:
    """One track with its milestones; the words for the team."""

    with runtime.reading(lambda work: opening(work, case_id, CODED, WORDS)) as work:
        at = seat(work, case_id)
        found = opened(lambda: page.shown(work, at.case, dict(at.clients), at.today))
        track = None if isinstance(found, Unopened) else _one(found[0], track_id)
        people_in = {line.step.companion for line in track.lines} if track is not None else set()
        people_in |= {line.row.created_by for line in track.lines} if track is not None else set()
        return render_page(
            "legal/track.html",
            case=at.case,
            shown=found if track is None else track,
            names=people.names(work, {each for each in people_in if each is not None}),
            may_write=page.may_write(work, at.case),
            on_team=is_open(work, at.case, Section.LEGAL_STEP_TEXT),
            suggested=rules.suggested_procedure(track.track.opened_on) if track is not None else "",
        )


def _one(found: list[Shown], track_id: UUID) -> Shown:
    track = next((each for each in found if each.row.id == track_id), None)
    if track is None:
        raise NotFound("track")
    return track


# --- opening ---------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/legal/new")
@requires(EDIT)
def ask_to_open(case_id: UUID) -> Response:
    """A blank track."""
    return _open_page(case_id, TrackForm(formdata=None))


@bp.post("/<uuid:case_id>/legal/new")
@requires(EDIT)
def open_track(case_id: UUID) -> ResponseReturnValue:
    """Open a track."""
    form = TrackForm()
    with desk(case_id, closed_too=True) as at:
        _offer(at, form)
    return act(
        form,
        lambda work: tracks.open_track(work, case_id, form.track, form.text).id,
        lambda status: _open_page(case_id, form, status),
        lambda track_id: track_url(case_id, track_id),
        _("The track was opened."),
    )


def _offer(at: Desk, form: TrackForm) -> None:
    form.offer(at.clients, at.today, rules.suggested_procedure(at.today))


def _open_page(case_id: UUID, form: TrackForm, status: int = 200) -> Response:
    with desk(case_id, closed_too=True) as at:
        _offer(at, form)
        return render_page("legal/track_form.html", status=status, case=at.case, desk=at, form=form, row=None)


# --- what is known of it ---------------------------------------------------------------------------------------------


@contextmanager
def track_desk(case_id: UUID, track_id: UUID) -> Iterator[tuple[Desk, Shown]]:
    """A form page about one track, which shows no words. NotFound for one that was taken back."""
    with desk(case_id, *TRACK, closed_too=True) as at:
        found, _loose = page.shown(at.work, at.case, dict(at.clients), at.today)
        yield at, _one(found, track_id)


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/edit")
@requires(EDIT)
def edit(case_id: UUID, track_id: UUID) -> Response:
    """A track, to be corrected."""
    return _edit_page(case_id, track_id, TrackForm(formdata=None))


@bp.post("/<uuid:case_id>/legal/<uuid:track_id>/edit")
@requires(EDIT)
def save(case_id: UUID, track_id: UUID) -> ResponseReturnValue:
    """Save it, unless somebody else saved it meanwhile: then both versions stand side by side."""
    form = TrackForm()
    with desk(case_id, closed_too=True) as at:
        _offer(at, form)

    def run(work: Work) -> None:
        tracks.save_track(work, case_id, track_id, form.track, form.text, expected=form.etag.data or "")

    return act(
        form,
        run,
        lambda status: _edit_page(case_id, track_id, form, status),
        track_url(case_id, track_id),
        _("The track was saved."),
        lambda: _edit_page(case_id, track_id, form, 409, is_stale=True),
    )


def _edit_page(
    case_id: UUID, track_id: UUID, form: TrackForm, status: int = 200, *, is_stale: bool = False
) -> Response:
    with desk(case_id, Section.LEGAL_TRACK, Section.LEGAL_TRACK_TEXT, team_only=True, closed_too=True) as at:
        row = record_of(at.work, LegalTrack, case_id, track_id)
        held = TrackForm(formdata=None)
        held.show(reading.read_track(at.work, row), reading.track_words(at.work, row))
        form = form if form.is_submitted() else held
        for each in (form, held):
            each.client_id.choices = [("", str(_("The whole case"))), *((str(key), mask) for key, mask in at.clients)]
        if is_stale or not form.is_submitted():
            form.etag.data = etag(row.track_sealed, row.text_sealed)
        stale: dict[str, Any] = {}
        if is_stale:
            stale = {"both": differing(form, held), "who": last_saver(at.work, row.id, Event.LEGAL_TRACK_CHANGED)}
        return render_page("legal/track_form.html", status=status, case=at.case, desk=at, form=form, row=row, **stale)


# --- its end ---------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/end")
@requires(EDIT)
def ask_to_end(case_id: UUID, track_id: UUID) -> Response:
    """Since when it is followed no longer, and what came of it."""
    return _about(case_id, track_id, EndTrackForm(formdata=None), "end")


@bp.post("/<uuid:case_id>/legal/<uuid:track_id>/end")
@requires(EDIT)
def end(case_id: UUID, track_id: UUID) -> ResponseReturnValue:
    """End the track."""
    form = EndTrackForm()

    def run(work: Work) -> object:
        return tracks.end_track(work, case_id, track_id, form.end, form.text.data or "", expected=form.etag.data or "")

    return _do(case_id, track_id, form, run, "end", _("The track has ended."))


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/reopen")
@requires(EDIT)
def ask_to_reopen(case_id: UUID, track_id: UUID) -> Response:
    """Ask why it is followed again."""
    return _about(case_id, track_id, ReasonForm(formdata=None), "reopen")


@bp.post("/<uuid:case_id>/legal/<uuid:track_id>/reopen")
@requires(EDIT)
def reopen(case_id: UUID, track_id: UUID) -> ResponseReturnValue:
    """Follow the track again."""
    form = ReasonForm()

    def run(work: Work) -> object:
        return tracks.reopen_track(work, case_id, track_id, form.text.data or "", expected=form.etag.data or "")

    return _do(case_id, track_id, form, run, "reopen", _("The track is followed again."))


@bp.get("/<uuid:case_id>/legal/<uuid:track_id>/take-back")
@requires(EDIT)
def ask_to_take_back(case_id: UUID, track_id: UUID) -> Response:
    """Ask why a track was a wrong entry."""
    return _about(case_id, track_id, ReasonForm(formdata=None), "take_back")


@bp.post("/<uuid:case_id>/legal/<uuid:track_id>/take-back")
@requires(EDIT)
def take_back(case_id: UUID, track_id: UUID) -> ResponseReturnValue:
    """Take a track back that was opened by mistake."""
    form = ReasonForm()
    return act(
        form,
        lambda work: tracks.take_back_track(work, case_id, track_id, form.text.data or ""),
        lambda status: _about(case_id, track_id, form, "take_back", status),
        case_url(case_id),
        _("The entry was taken back."),
    )


def _do(
    case_id: UUID, track_id: UUID, form: SectionForm, run: Callable[[Work], object], what: str, done: str
) -> ResponseReturnValue:
    return act(
        form, run, lambda status: _about(case_id, track_id, form, what, status), track_url(case_id, track_id), done
    )


def _about(case_id: UUID, track_id: UUID, form: SectionForm, what: str, status: int = 200) -> Response:
    with track_desk(case_id, track_id) as (at, track):
        if not form.is_submitted() or status == 409:
            form.etag.data = track.etag
        if isinstance(form, EndTrackForm) and not form.is_submitted():
            form.on.data = at.today
        return render_page(f"legal/track_{what}.html", status=status, case=at.case, desk=at, form=form, shown=track)
