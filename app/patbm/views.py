"""*Catatan kampung* at the desk: what waits, one note, and what is done with it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases.acts import act
from app.domain.access import Capability
from app.patbm import checking, desk, labels, queries, services
from app.patbm.forms import AnswerForm, BroughtForm, JoinForm, ListForm
from app.patbm.queries import PAGE_SIZE
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page

bp = Blueprint("patbm", __name__, url_prefix="/village-notes")

DESK = Capability.VILLAGE_NOTE_DESK


@bp.get("", endpoint="index")
@requires(DESK)
def index() -> Response:
    """What waits at the desk, danger first; or what is settled. Coded parts only."""
    form = ListForm(request.args or None)
    show, number = form.wanted, max(1, request.args.get("page", 1, type=int) or 1)
    form.show.data = show.value
    with runtime.reading(desk.list_opening) as work:
        rows, counts = queries.desk_page(work, show, number)
        kept = {"show": show.value} if show is not queries.Show.WAITING else {}
        return render_page(
            "patbm/index.html",
            form=form,
            show=show,
            lines=desk.lines(work, rows),
            counts={each: (labels.SHOWS[each], counts[each]) for each in queries.Show},
            page=Page(number, PAGE_SIZE, counts[show], "patbm.index", kept),
            now=work.now,
        )


@bp.get("/write-down", endpoint="ask_to_write_down")
@requires(DESK)
def ask_to_write_down() -> Response:
    """The form for a note that a volunteer brought by phone or on paper."""
    area, today = _here()
    return _brought_page(BroughtForm(area, today, formdata=None))


@bp.post("/write-down", endpoint="write_down")
@requires(DESK)
def write_down() -> ResponseReturnValue:
    """Write it down; it is received by that."""
    form = BroughtForm(_here()[0])
    return act(
        form,
        lambda work: services.write_down(work, form.note(), form.text()),
        lambda status: _brought_page(form, status),
        lambda row: url_for(".show", note_id=row.id),
        _("The note is written down. Now decide what comes of it."),
    )


@bp.get("/<uuid:note_id>", endpoint="show")
@requires(DESK)
def show(note_id: UUID) -> Response:
    """One note with its words, and what can be done with it."""
    return _note_page(note_id, ActForm(formdata=None))


@bp.post("/<uuid:note_id>/receive", endpoint="receive")
@requires(DESK)
def receive(note_id: UUID) -> ResponseReturnValue:
    """Take it in: the volunteer reads "received" from now on, and the note no longer."""
    form = ActForm()
    return act(
        form,
        lambda work: services.receive(work, note_id),
        lambda status: _note_page(note_id, form, status),
        url_for(".show", note_id=note_id),
        _("The note is received."),
    )


@bp.post("/<uuid:note_id>/take-over", endpoint="take_over")
@requires(DESK)
def take_over(note_id: UUID) -> ResponseReturnValue:
    """Begin an intake with what it tells."""
    form = ActForm()
    return act(
        form,
        lambda work: services.take_over(work, note_id),
        lambda status: _note_page(note_id, form, status),
        lambda draft: url_for("intake.report", draft_id=draft.id),
        _("A draft was begun with what the note tells. Look through it, fill in what is missing, then register."),
    )


@bp.post("/<uuid:note_id>/take-back", endpoint="take_back")
@requires(DESK)
def take_back(note_id: UUID) -> ResponseReturnValue:
    """Take it back to the desk from an intake nobody goes on with."""
    form = ActForm()
    return act(
        form,
        lambda work: services.take_back(work, note_id),
        lambda status: _note_page(note_id, form, status),
        url_for(".show", note_id=note_id),
        _("The note waits at the desk again."),
    )


@bp.get("/<uuid:note_id>/join", endpoint="ask_to_join")
@requires(DESK)
def ask_to_join(note_id: UUID) -> Response:
    """Ask which case the note belongs to."""
    return _form_page("join", note_id, JoinForm(formdata=None))


@bp.post("/<uuid:note_id>/join", endpoint="join")
@requires(DESK)
def join(note_id: UUID) -> ResponseReturnValue:
    """Add it to the case as a further report."""
    form = JoinForm()
    return act(
        form,
        lambda work: services.join(work, note_id, form.register_no.data or ""),
        lambda status: _form_page("join", note_id, form, status),
        lambda case: url_for("cases.show", case_id=case.id),
        _("The note joined the case as a further report. If it tells of danger, assess the risk again."),
    )


@bp.get("/<uuid:note_id>/answer", endpoint="ask_to_answer")
@requires(DESK)
def ask_to_answer(note_id: UUID) -> Response:
    """Ask what comes of a note that is no case."""
    return _form_page("answer", note_id, AnswerForm(formdata=None))


@bp.post("/<uuid:note_id>/answer", endpoint="answer")
@requires(DESK)
def answer(note_id: UUID) -> ResponseReturnValue:
    """End it as a contact, or with a reason."""
    form = AnswerForm()
    return act(
        form,
        lambda work: services.answer(work, note_id, form.given()),
        lambda status: _form_page("answer", note_id, form, status),
        url_for(".show", note_id=note_id),
        _("The note is settled."),
    )


def _here() -> tuple[str, date]:
    with runtime.looking() as work:
        return checking.unit(work).area_code, checking.today(work)


def _brought_page(form: BroughtForm, status: int = 200) -> Response:
    return render_page("patbm/write_down.html", status=status, form=form)


def _note_page(note_id: UUID, form: ActForm, status: int = 200) -> Response:
    return _form_page("show", note_id, form, status)


def _form_page(template: str, note_id: UUID, form: ActForm, status: int = 200) -> Response:
    """A page about one note: its event first, then the note beside the form."""
    with runtime.reading(lambda work: desk.opening(work, note_id)) as work:
        held = desk.page(work, note_id)
        return render_page(f"patbm/{template}.html", status=status, form=form, held=held, line=held.line, now=work.now)
