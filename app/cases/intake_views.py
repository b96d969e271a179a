"""*Penerimaan*: what is on its way, search before create, and the two ways on: join a case, or begin a draft (design 3, 6)."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from msgspec.structs import replace

from app.cases import completeness, drafts, intake_desk, queries, services
from app.cases.completeness import Page
from app.cases.derive import mask
from app.cases.forms.report import JoinForm
from app.cases.forms.search import REPORTED, NewIntakeForm, SearchForm
from app.cases.intake_desk import bp
from app.cases.parts import ReportValue
from app.cases.search import Match, Search
from app.domain.access import Capability
from app.domain.errors import Refused
from app.domain.nik import tidy
from app.security.structs.intake import Intake, IntakeClient, IntakeIncident, IntakeReport, IntakeReported
from app.security.structs.people import ClientIdentity, ReportedIdentity
from app.web import problems, runtime, unsaved
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.web.submit import once
from app.work import Work

# --- the room --------------------------------------------------------------------------------------------------------


@bp.get("", endpoint="start")
@requires(Capability.CASE_CREATE)
def start() -> Response:
    """The room: search first, then what is on its way."""
    return _start_page(SearchForm(formdata=None))


def _start_page(form: SearchForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        is_empty = not drafts.own(work)
    if is_empty:
        return render_page("cases/intake/start.html", status=status, form=form, lines=[])
    with runtime.reading(drafts.list_opening) as work:
        return render_page("cases/intake/start.html", status=status, form=form, lines=_lines(work))


def _lines(work: Work) -> list[dict[str, object]]:
    """The drafts with a mask and how complete each is. One that does not open says so and stays in the list."""
    lines: list[dict[str, object]] = []
    for draft in drafts.own(work):
        intake = opened(lambda draft=draft: drafts.read(work, draft))  # type: ignore[misc]
        line: dict[str, object] = {"id": draft.id, "updated_at": draft.updated_at, "created_at": draft.created_at}
        if isinstance(intake, Intake):
            measure = completeness.measure(intake)
            masks = [mask(client.identity) for client in intake.clients]
            line |= {"masks": [each for each in masks if each], "done": measure.done, "of": measure.of, "opens": True}
        else:
            line |= {"masks": [], "done": 0, "of": 0, "opens": False}
        lines.append(line)
    return lines


# --- search before create --------------------------------------------------------------------------------------------


@bp.get("/search", endpoint="search_again")
@requires(Capability.CASE_SEARCH)
def search_again() -> ResponseReturnValue:
    """Where a reload of the hits leads, for what was searched for is in no address; with a draft of theirs, the hits once more."""
    form = NewIntakeForm(intake_desk.office_now().area, formdata=None)
    if unsaved.put_back(form, url_for(".create")) is None:
        return redirect(url_for(".start"), code=303)
    return _hits_once_more(form)


@bp.post("/search", endpoint="search")
@requires(Capability.CASE_SEARCH)
def search() -> ResponseReturnValue:
    """The hits. Where nobody is alike, the button "search and begin" begins at once."""
    form = SearchForm()
    if not form.validate_on_submit():
        return _start_page(form, status=422)
    try:
        matches = _matches(form)
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _start_page(form, status=422)
    if not matches and form.wants_to_begin:
        return _begin(form, (), ReportValue(IntakeReport(), IntakeIncident()))
    now = intake_desk.office_now()
    held = ReportValue(IntakeReport(on=now.today, time=now.clock), IntakeIncident())
    return _hits_page(NewIntakeForm(now.area, held, form, formdata=None), matches)


def _matches(form: SearchForm) -> list[Match]:
    """Search, after its audit event. Refused where nothing was asked, or too much within an hour."""
    asked = Search(form.query())
    with runtime.reading(asked.opening) as work:
        return asked.rank(work)


def _hits_page(form: NewIntakeForm, matches: list[Match], status: int = 200) -> Response:
    close = [match for match in matches if match.is_close]
    far = [match for match in matches if not match.is_close]
    zone = intake_desk.office_now().zone
    return render_page("cases/intake/hits.html", status=status, form=form, close=close, far=far, zone=zone)


def _hits_once_more(form: NewIntakeForm, status: int = 200) -> Response:
    """The hits with the report as it was typed beneath them."""
    try:
        return _hits_page(form, _matches(form), status)
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _start_page(form, status=422)


@bp.post("/new", endpoint="create")
@requires(Capability.CASE_CREATE)
def create() -> ResponseReturnValue:
    """Begin a draft after looking at the hits; ticked files are kept as candidates for the same person."""
    form = NewIntakeForm(intake_desk.office_now().area)
    if not form.validate_on_submit():
        return _hits_once_more(form, 422)
    return _begin(form, form.ticked(), form.value())


def _begin(form: SearchForm, same: tuple[UUID, ...], typed: ReportValue) -> ResponseReturnValue:
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            intake = _first_intake(work, form, same, typed)
            draft = drafts.start(work, uuid4(), intake)
            receipt.leads_to(_goes_on_to(work, draft.id, intake))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _start_page(form, status=422)
    flash(_("A draft was begun. It is kept sealed until you register it or throw it away."), "info")
    return receipt.redirect()


def _goes_on_to(work: Work, draft_id: UUID, intake: Intake) -> str:
    """Past the report where it was written beneath the hits and nothing of it is missing or odd."""
    today = intake_desk.office(work).today
    lacking = any(spot.page is Page.REPORT for spot in completeness.measure(intake).minimum)
    if lacking or intake_desk.problems_on(intake, today, Page.REPORT):
        return url_for(".report", draft_id=draft_id)
    return intake_desk.after(intake, draft_id, Page.REPORT)


def _first_intake(work: Work, form: SearchForm, same: tuple[UUID, ...], typed: ReportValue) -> Intake:
    """What is known from the start: it is now unless told otherwise, and what was searched for (nothing is typed twice)."""
    now, report = intake_desk.office(work), typed.report
    if report.on is None:
        report = replace(report, on=now.today, time=report.time or now.clock)
    intake = Intake(report=report, incident=typed.incident)
    name, nik, phone = form.name.data or "", tidy(form.number.data or ""), form.phone.data or ""
    if form.whose.data == REPORTED:
        person = IntakeReported(id=uuid4(), identity=ReportedIdentity(name=name, nik=nik, phone=phone))
        return replace(intake, reported=(person,))
    client = IntakeClient(id=uuid4(), identity=ClientIdentity(name=name, nik=nik, phone=phone))
    return replace(intake, clients=(client,), same_as=drafts.candidates(work, same, client.id))


# --- a further report of the same matter ----------------------------------------------------------------------------


@bp.get("/join/<uuid:case_id>", endpoint="join")
@requires(Capability.CASE_EDIT)
def join(case_id: UUID) -> Response:
    """The form for a report that joins a case of one's own."""
    now = intake_desk.office_now()
    return _join_page(case_id, JoinForm(IntakeReport(on=now.today, time=now.clock), formdata=None))


@bp.post("/join/<uuid:case_id>", endpoint="do_join")
@requires(Capability.CASE_EDIT)
def do_join(case_id: UUID) -> ResponseReturnValue:
    """Let the report join the case."""
    form = JoinForm()
    if not form.validate_on_submit():
        return _join_page(case_id, form, status=422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            services.join_report(work, case_id, form.value())
            receipt.leads_to(url_for("cases.show", case_id=case_id))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _join_page(case_id, form, status=422)
    flash(_("The report was added to this case."), "success")
    return receipt.redirect()


def _join_page(case_id: UUID, form: JoinForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        zone = intake_desk.office(work).zone
    return render_page("cases/intake/join.html", status=status, form=form, case=case, zone=zone)
