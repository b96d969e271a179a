"""A volunteer's own notes: write one in under two minutes, correct it until it is received, then read one of three words."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases.acts import act
from app.domain.access import Capability
from app.patbm import checking, desk, queries, services
from app.patbm.forms import NoteForm
from app.patbm.queries import PAGE_SIZE
from app.web import runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.web.sealed import Unopened

bp = Blueprint("own_notes", __name__, url_prefix="/own-notes")

SEND = Capability.VILLAGE_NOTE_SEND


@bp.get("", endpoint="index")
@requires(SEND)
def index() -> Response:
    """The person's own notes: when each was sent, and its state."""
    number = max(1, request.args.get("page", 1, type=int) or 1)
    with runtime.reading(desk.own_list_opening) as work:
        rows, total = queries.own_page(work, number)
        where = Page(number, PAGE_SIZE, total, "own_notes.index")
        lines, phone = desk.own_lines(work, rows), desk.office_phone(work)
        return render_page("patbm/own_index.html", lines=lines, page=where, total=total, phone=phone, now=work.now)


@bp.get("/new", endpoint="new")
@requires(SEND)
def new() -> Response:
    """The form."""
    area, today = _here()
    return _new_page(NoteForm(area, today, formdata=None))


@bp.post("/new", endpoint="send")
@requires(SEND)
def send() -> ResponseReturnValue:
    """Send it to the office."""
    form = NoteForm(_here()[0])
    return act(
        form,
        lambda work: services.send(work, form.note(), form.text()),
        lambda status: _new_page(form, status),
        lambda row: url_for(".show", note_id=row.id),
        _("Your note was sent to the office."),
    )


@bp.get("/<uuid:note_id>", endpoint="show")
@requires(SEND)
def show(note_id: UUID) -> Response:
    """One of them: as written while nobody has received it, afterwards its state alone."""
    with runtime.reading(lambda work: desk.own_opening(work, note_id)) as work:
        held = desk.own_note(work, note_id)
        return render_page("patbm/own_show.html", held=held, phone=desk.office_phone(work), now=work.now)


@bp.get("/<uuid:note_id>/edit", endpoint="edit")
@requires(SEND)
def edit(note_id: UUID) -> ResponseReturnValue:
    """Correct a note that nobody has received yet."""
    return _edit_page(note_id)


@bp.post("/<uuid:note_id>/edit", endpoint="correct")
@requires(SEND)
def correct(note_id: UUID) -> ResponseReturnValue:
    """Save the correction; one that comes after the office has received the note is told so."""
    form = NoteForm(_here()[0])
    return act(
        form,
        lambda work: services.correct(work, note_id, form.note(), form.text(), expected=form.etag.data or None),
        lambda status: _edit_page(note_id, form, status),
        url_for(".show", note_id=note_id),
        _("Your note was corrected."),
    )


def _here() -> tuple[str, date]:
    with runtime.looking() as work:
        return checking.unit(work).area_code, checking.today(work)


def _new_page(form: NoteForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        return render_page("patbm/own_new.html", status=status, form=form, phone=desk.office_phone(work), note_id=None)


def _edit_page(note_id: UUID, form: NoteForm | None = None, status: int = 200) -> ResponseReturnValue:
    area = _here()[0]
    with runtime.reading(lambda work: desk.own_opening(work, note_id)) as work:
        held, phone = desk.own_note(work, note_id), desk.office_phone(work)
        if held.note is None or held.text is None:
            flash(_("The office has received this note. What is missing, tell the office by phone."), "info")
            return redirect(url_for(".show", note_id=note_id), code=303)
        if isinstance(held.note, Unopened) or isinstance(held.text, Unopened):  # nothing to correct: the page says so
            return render_page("patbm/own_show.html", held=held, phone=phone, now=work.now)
        shown = form or NoteForm.of(area, held.note, held.text, services.state_of(held.row))
        return render_page("patbm/own_new.html", status=status, form=shown, phone=phone, note_id=note_id)
