"""SIMFONI: what is to be entered, the sheet of one case, the note that it was entered (design 6, case-management 9.9)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.cases.acting import today_of
from app.cases.acts import act
from app.domain.access import Capability
from app.domain.errors import NotPermitted
from app.domain.simfoni.sheet import Line
from app.simfoni import labels, listing, page, queries, reconciling, services
from app.simfoni.forms import EntryForm, FindForm, ListForm, ReasonForm
from app.simfoni.listing import Found, Show, Wanted
from app.simfoni.page import CasePage, Degree, Reading
from app.simfoni.services import Reach
from app.web import runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("simfoni", __name__, url_prefix="/simfoni")

EDIT_PAGES: Final = {"incident": "cases.edit_incident", "chronology": "cases.edit_chronology"}
EDIT_PERSON: Final = {"client": ("cases.edit_client", "client_id"), "reported": ("cases.edit_reported", "reported_id")}
CASE_PAGE: Final = "cases.show"


# --- the list --------------------------------------------------------------------------------------------------------


@bp.get("")
@requires(Capability.SIMFONI_READ)
def index() -> Response:
    """What is to be entered, what waited longest first; masks only."""
    form = ListForm(request.args or None)
    with runtime.looking() as work:
        form.offer(listing.today(work))
    number = max(1, request.args.get("page", 1, type=int) or 1)
    if not form.validate():
        return _list_page(form, Wanted(), number, status=422)
    return _list_page(form, form.wanted, number)


def _list_page(form: ListForm, wanted: Wanted, number: int, status: int = 200) -> Response:
    found = Found((), 0, {})

    def plan(work: Work) -> Opening:
        nonlocal found
        found = listing.find(work, wanted, number)
        return listing.opening(found)

    with runtime.reading(plan) as work:
        kept = {name: value for name, value in request.args.items() if value and name != "page"}
        return render_page(
            "simfoni/index.html",
            status=status,
            form=form,
            find=FindForm(formdata=None),
            wanted=wanted,
            lines=listing.lines(work, found),
            found=found,
            page=Page(number, listing.PAGE_SIZE, found.total, "simfoni.index", kept),
            months=listing.months(work),
            units=listing.units(work),
            shows={show: labels.SHOWS[show] for show in Show},
            is_filtered=bool(kept),
            sees_unit=reconciling.sees_unit(work.actor),
            now=work.now,
        )


@bp.post("/find")
@requires(Capability.SIMFONI_READ)
def find() -> ResponseReturnValue:
    """Go to the case that carries this number in SIMFONI. POST: what is typed stays out of addresses."""
    form = FindForm()
    found: list[UUID] = []
    if form.validate_on_submit():
        with runtime.looking() as work:
            found = listing.by_number(work, str(form.number.data or ""))
    if len(found) == 1:
        return redirect(url_for(".show", case_id=found[0]), code=303)
    flash(
        _("Several cases carry this number.") if found else _("No case in your sight carries this number."), "warning"
    )
    return redirect(url_for(".index"), code=303)


# --- one case --------------------------------------------------------------------------------------------------------


@bp.get("/cases/<uuid:case_id>")
@requires(Capability.SIMFONI_READ)
def show(case_id: UUID) -> Response:
    """The entries of a case; and while it may be opened, its sheet without identities and words."""
    return _case_page(case_id, wants_open=False)


@bp.post("/cases/<uuid:case_id>/open")
@requires(Capability.SIMFONI_READ)
def open_sheet(case_id: UUID) -> Response:
    """The same page with everything to be typed, for as long as it stays on screen."""
    return _case_page(case_id, wants_open=True)


@bp.post("/cases/<uuid:case_id>/entries")
@requires(Capability.SIMFONI_READ)
def enter(case_id: UUID) -> ResponseReturnValue:
    """Note that the case was entered; afterwards it is closed again to whoever entered it."""
    form = EntryForm()
    return act(
        form,
        lambda work: services.enter(work, case_id, form.entry(), expected=form.etag.data or None),
        lambda status: _case_page(case_id, wants_open=True, form=form, status=status),
        url_for(".show", case_id=case_id),
        _("The entry was noted."),
        lambda: _case_page(case_id, wants_open=True, form=_refreshed(form), status=409),
    )


def _refreshed(form: EntryForm) -> EntryForm:
    form.form_errors.append(
        _(
            "The case changed while its sheet lay here. What is new stands marked below; enter it too, then note the entry."
        )
    )
    return form


def _case_page(case_id: UUID, *, wants_open: bool, form: EntryForm | None = None, status: int = 200) -> Response:
    """The page at the degree this person may have. A form that came back keeps what was typed, open or not."""
    reading: Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal reading
        case = queries.get(work, case_id)
        try:
            reading = page.reading_of(work, case, wants_open=wants_open)
        except NotPermitted:
            if form is None:
                raise
            reading = page.reading_of(work, case, wants_open=False)
        return page.opening(work, case, reading)

    with runtime.reading(plan) as work:
        if reading is None:
            raise NotPermitted("page")
        held = page.read(work, case_id, reading)
        given = form or _blank(held, work)
        given.etag.data = held.mark
        return render_page(
            "simfoni/case.html",
            status=status,
            held=held,
            case=held.case,
            form=given,
            asks_shared=any(
                str(error) == str(labels.SENTENCES["simfoni.number-taken"]) for error in given.number.errors
            )
            or bool(given.shared.data),
            edit_url=lambda line: _edit_url(held, line),
            case_url=_case_url(case_id, held),
            now=work.now,
        )


def _blank(held: CasePage, work: Work) -> EntryForm:
    """A new note: today, and the number the case has already."""
    last = held.last
    number = last.text.number if last is not None and last.text else ""
    return EntryForm(formdata=None, data={"on": today_of(work, held.case), "number": number})


def _case_url(case_id: UUID, held: CasePage) -> str:
    """The case file, for those who may open it."""
    may = runtime.actor().may(Capability.CASE_READ) and CASE_PAGE in current_app.view_functions
    return url_for(CASE_PAGE, case_id=case_id) if may and held.reading.reach is not Reach.ENTRY else ""


def _edit_url(held: CasePage, line: Line) -> str:
    """Where the team fills in what a line lacks; nowhere for others."""
    if held.reading.reach is not Reach.TEAM or not runtime.actor().may(Capability.CASE_EDIT):
        return ""
    case_id, where = held.case.id, line.field.edit
    if where in EDIT_PAGES:
        return url_for(EDIT_PAGES[where], case_id=case_id)
    if where not in EDIT_PERSON:
        return ""
    endpoint, parameter = EDIT_PERSON[where]
    person = UUID(line.path.partition(":")[2].partition(".")[0].partition("/")[0])
    named: dict[str, Any] = {parameter: person, "_anchor": line.field.source.replace(".", "-")}
    return url_for(endpoint, case_id=case_id, **named)


# --- taking back, asking ---------------------------------------------------------------------------------------------


@bp.get("/cases/<uuid:case_id>/entries/<uuid:entry_id>/take-back")
@requires(Capability.SIMFONI_READ)
def ask_to_take_back(case_id: UUID, entry_id: UUID) -> Response:
    """Ask why an entry was wrong."""
    return _take_back_page(case_id, entry_id, ReasonForm())


@bp.post("/cases/<uuid:case_id>/entries/<uuid:entry_id>/take-back")
@requires(Capability.SIMFONI_READ)
def take_back(case_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take an entry back; the row stays, with the reason."""
    form = ReasonForm()
    return act(
        form,
        lambda work: services.take_back(work, case_id, entry_id, str(form.reason.data or "")),
        lambda status: _take_back_page(case_id, entry_id, form, status),
        url_for(".show", case_id=case_id),
        _("The entry was taken back."),
    )


def _take_back_page(case_id: UUID, entry_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        return page.opening(work, queries.get(work, case_id), Reading(Degree.CLOSED, None))

    with runtime.reading(plan) as work:
        entry = page.entry_of(work, case_id, entry_id)
        return render_page(
            "simfoni/take_back.html", status=status, case=queries.get(work, case_id), entry=entry, form=form
        )


@bp.get("/cases/<uuid:case_id>/ask")
@requires(Capability.CASE_EDIT)
def ask_for_entry(case_id: UUID) -> Response:
    """Ask why the case is to be entered again."""
    return _ask_page(case_id, ReasonForm())


@bp.post("/cases/<uuid:case_id>/ask")
@requires(Capability.CASE_EDIT)
def ask(case_id: UUID) -> ResponseReturnValue:
    """Put the case on the list again."""
    form = ReasonForm()
    return act(
        form,
        lambda work: services.ask(work, case_id, str(form.reason.data or "")),
        lambda status: _ask_page(case_id, form, status),
        url_for(".show", case_id=case_id),
        _("The case stands on the list again."),
    )


def _ask_page(case_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        return render_page("simfoni/ask.html", status=status, case=case, form=form)
