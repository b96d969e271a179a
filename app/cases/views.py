"""The case list and the case file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts import queries as people
from app.accounts.labels import role_label
from app.audit import queries as audit
from app.audit.events import Event
from app.cases import (
    course_forms,
    expert_forms,
    listing,
    merge_forms,
    page,
    queries,
    records,
    sentences,
    team_forms,
)
from app.cases.acts import case_url
from app.cases.forms.answers import answers_of, names_of
from app.cases.listing import CodedSearch, Line, OverSections, Wanted
from app.cases.models import Case
from app.cases.reading import Level, Reading, opening, reading_of
from app.cases.record_forms import OPENING_REASONS, REASONS, SENTENCES, STATUSES, FindForm, ListForm, RevealForm
from app.domain.access import Capability
from app.domain.codes import code_list
from app.domain.errors import NotFound, Refused
from app.domain.stages import Exit, Step, exits, steps
from app.reference import areas, phones
from app.security.structs.people import ClientProfile
from app.web import problems, runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("cases", __name__, url_prefix="/cases")
_SEARCH: Final = "naungan.coded-search"
INTAKE: Final = "intake.start"
RISK_LEVELS: Final = {"RK_TINGGI": "high", "RK_SEDANG": "medium", "RK_RENDAH": "low"}


def init_app(app: Flask, search: CodedSearch | None = None) -> None:
    """Give templates the words of the case room, and the list its search over coded attributes."""
    app.extensions[_SEARCH] = search or OverSections()
    problems.register(SENTENCES)
    problems.register(course_forms.SENTENCES)
    problems.register(sentences.SENTENCES)
    problems.register(team_forms.SENTENCES)
    problems.register(expert_forms.SENTENCES)
    problems.register(merge_forms.SENTENCES)
    app.jinja_env.filters.update(
        risk_level=lambda code: RISK_LEVELS.get(code, "unknown"),
        case_status=lambda code: str(STATUSES[code]),
        area=area_name,
        phone=lambda number: phones.display(number) if number else "",
        tel=lambda number: phones.to_e164(number) or "",
        role_label=role_label,
        step_label=step_label,
        mask_words=mask_words,
        opening_reason=lambda code: str(OPENING_REASONS.get(code, "")),
    )
    app.jinja_env.globals.update(answers_of=answers_of, names_of=names_of)


def step_label(code: str) -> str:
    """A step of the table, or a way out of it, in the reader's language."""
    known: tuple[Step | Exit, ...] = (*steps(), *exits())
    found = next((step for step in known if step.code == code), None)
    if found is None:
        return code
    return found.en if str(get_locale() or "id").startswith("en") else found.id


def area_name(code: str) -> str:
    """A place by its code: "Loa Ipuh, Tenggarong"; the code itself where no list knows it."""
    if not code or not areas.exists(code):
        return code
    here, around = areas.area(code), areas.kecamatan_of(code)
    return here.name if around is None or around == here else f"{here.name}, {around.name}"


@bp.get("")
@requires(Capability.CASE_READ)
def index() -> Response:
    """The cases one may see, by clear and coded filters; masks only."""
    form = ListForm(request.args)
    with runtime.looking() as work:
        _offer(work, form)
    number = max(1, request.args.get("page", 1, type=int) or 1)
    if not form.validate():
        return _list_page(form, None, number, status=422)
    try:
        return _list_page(form, _matching(form), number)
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _list_page(form, None, number, status=422)


@bp.post("/find")
@requires(Capability.CASE_READ)
def find() -> ResponseReturnValue:
    """Go to the case with this register number, or list those that contain it. POST: what is typed stays out of addresses."""
    form = FindForm()
    number = form.number.data or ""
    if not form.validate_on_submit() or not any(sign.isdigit() for sign in number):
        flash(_("Enter a register number. People are searched for under Intake."), "warning")
        return redirect(url_for(".index"), code=303)
    with runtime.looking() as work:
        found = listing.by_number(work, number)
        has_alike = bool(found) or listing.find(work, Wanted(number=number), 1).total > 0
    if not has_alike:  # what is part of no register number may be anything, a NIK too: it goes into no address
        flash(_("No case has this register number."), "warning")
        return redirect(url_for(".index"), code=303)
    target = case_url(found[0]) if len(found) == 1 else url_for(".index", number=number)
    return redirect(target, code=303)


def _offer(work: Work, form: ListForm) -> None:
    """Workers of the unit for those who read the whole unit; the kecamatan of the unit's area for everybody."""
    unit = people.unit(work, work.actor.own_unit())
    reads_unit = work.actor.may(Capability.CASE_READ_UNIT)
    workers = people.holders(work, unit.id, Capability.CASE_READ) if reads_unit else []
    form.offer([(str(user.id), user.display_name) for user in workers], kecamatan(unit.area_code))


def kecamatan(area_code: str) -> list[tuple[str, str]]:
    """Code and name of the kecamatan of a kabupaten, or of the kabupaten of a province."""
    return [(area.code, area.name) for area in areas.children(area_code)]


def _matching(form: ListForm) -> frozenset[UUID] | None:
    """What a coded filter leaves; None without one. It opens more than the page shows, so it has an audit event of its own."""
    if not form.wanted.coded:
        return None
    search = cast(CodedSearch, current_app.extensions[_SEARCH])
    with runtime.reading(lambda work: search.opening(work, form.wanted)) as work:
        return search.matching(work, form.wanted)


def _list_page(form: ListForm, only: frozenset[UUID] | None, number: int, status: int = 200) -> Response:
    found = listing.Found((), 0)

    def plan(work: Work) -> Opening:
        nonlocal found
        work.actor.require(Capability.CASE_READ)
        if status == 200:
            found = listing.find(work, form.wanted, number, only)
        return listing.opening(found)

    with runtime.reading(plan) as work:
        kept = {name: value for name, value in request.args.items() if value and name != "page"}
        where = Page(number, listing.PAGE_SIZE, found.total, "cases.index", kept)
        context: dict[str, Any] = {
            "lines": [_Shown(line, tuple(map(mask_words, line.profiles))) for line in listing.lines(work, found)],
            "risks": [each.code for each in code_list("risk")],
            "page": where,
            "now": work.now,
            "is_filtered": bool(kept),
            "may_choose": work.actor.may(Capability.CASE_EDIT),
            "may_assign": work.actor.may(Capability.CASE_ASSIGN),
            "filters_kept": kept,
        }
        may_create = work.actor.may(Capability.CASE_CREATE) and INTAKE in current_app.view_functions
        context["intake_url"] = url_for(INTAKE) if may_create else ""
        return render_page("cases/list.html", status=status, form=form, find=FindForm(formdata=None), **context)


@dataclass(frozen=True, slots=True, repr=False)
class _Shown:
    """A line of the list in words."""

    line: Line
    masks: tuple[str, ...]

    @property
    def case(self) -> Case:
        """The case's clear columns."""
        return self.line.case

    @property
    def workers(self) -> tuple[str, ...]:
        """Names of the team, the case manager first."""
        return self.line.workers

    @property
    def numbers(self) -> tuple[str, ...]:
        """The client number of each mask; empty before registration."""
        return tuple(profile.client_no if profile is not None else "" for profile in self.line.profiles)


def mask_words(profile: ClientProfile | None) -> str:
    """What a list shows of a client: "B••• R••• (P, 9 th)". Empty where the profile does not open."""
    if profile is None:
        return ""
    about = [profile.sex, str(_("unborn")) if profile.unborn else _age_words(profile.age_at_incident)]
    known = ", ".join(part for part in about if part)
    return f"{profile.mask or _('no name')} ({known})" if known else profile.mask or str(_("no name"))


def _age_words(age: int | None) -> str:
    return "" if age is None else str(_("%(age)s y", age=age))


@bp.get("/<uuid:case_id>")
@requires(Capability.CASE_READ)
def show(case_id: UUID) -> Response:
    """The case file. Its team sees the words; everybody else who may read it, the coded parts."""
    return _file(case_id, None)


@bp.post("/<uuid:case_id>/reveal")
@requires(Capability.CASE_READ)
def reveal(case_id: UUID) -> ResponseReturnValue:
    """The same page with the identities open, for as long as it stays on screen. For the team: the assignment is the reason."""
    return _file(case_id, Level.IDENTITY)


@bp.get("/<uuid:case_id>/open")
@requires(Capability.CASE_REVEAL)
def ask_to_open(case_id: UUID) -> Response:
    """Where somebody outside the team says why the words or identities are needed."""
    return _reason_page(case_id, RevealForm())


@bp.post("/<uuid:case_id>/open")
@requires(Capability.CASE_REVEAL)
def open_with_reason(case_id: UUID) -> ResponseReturnValue:
    """Keep the reason sealed in the case, its code in the log, and show the page with what was asked for."""
    form = RevealForm()
    if not form.validate_on_submit():
        return _reason_page(case_id, form, 422)
    with runtime.begin() as work:
        records.note_reason(work, case_id, form.reason.data, form.words.data or "")
    return _file(case_id, Level(form.level.data), purpose=form.reason.data)


def _reason_page(case_id: UUID, form: RevealForm, status: int = 200) -> Response:
    with runtime.looking() as work:
        case = queries.get(work, case_id)
        return render_page("cases/reason.html", status=status, case=case, form=form)


def _file(case_id: UUID, level: Level | None, purpose: str = "") -> Response:
    """The page at a level. A purpose other than the team's own means that a reason was given and kept."""
    reading: Reading | None = None

    def plan(work: Work) -> Opening:
        nonlocal reading
        try:
            case = queries.get(work, case_id)
        except NotFound:
            return Opening(Event.CASE_OPENED, (queries.stub(work, case_id).id,), purpose="erased")
        reading = reading_of(work, case, level, has_reason=purpose in REASONS)
        return opening(case, reading, purpose or reading.ground)

    with runtime.reading(plan) as work:
        if reading is None:
            return render_page("cases/erased.html", case=queries.stub(work, case_id))
        file = page.read(work, case_id, reading)
        return render_page("cases/show.html", file=file, case=file.case, now=work.now, stages=code_list("stage"))


@bp.get("/<uuid:case_id>/openings")
@requires(Capability.AUDIT_OWN)
def openings(case_id: UUID) -> Response:
    """Who opened this file, and who changed it: every event that names the case. Looking is an event too."""
    number = max(1, request.args.get("page", 1, type=int) or 1)

    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        return Opening(Event.AUDIT_READ, (case.id,), object_id=case.id, purpose="openings")

    with runtime.reading(plan) as work:
        case = queries.get(work, case_id)
        rows, total = audit.page(work, audit.about_case(case_id), number)
        names = people.names(work, {row.actor_id for row in rows if row.actor_id is not None})
        where = Page(number, audit.PAGE_SIZE, total, "cases.openings", {"case_id": case_id})
        title = _("Who opened this file")
        return render_page("cases/openings.html", case=case, rows=rows, names=names, page=where, title=title)
