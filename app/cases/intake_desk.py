"""What every page of an intake stands on: the unit's place and clock, the open draft, its steps, and how a part is kept.

A part is kept in one act. What could not be read, and what contradicts itself or another part, comes back with 422 and everything
as typed; contradictions can also be kept as they are ("keep"), because the cause may stand on another page. Registering refuses them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Unit
from app.cases import completeness, drafts, parts, validation
from app.cases.completeness import Page, Spot
from app.cases.forms.mapping import differing
from app.cases.forms.reported import call
from app.cases.labels import label
from app.cases.models import Case, IntakeDraft
from app.domain import clinical
from app.domain.errors import NotFound, Problem, Refused, Severity, Stale
from app.domain.zones import Zone, to_local
from app.reference import rulebook
from app.security.structs.intake import Intake
from app.web import problems, runtime
from app.web.forms import SectionForm
from app.web.render import render_page
from app.web.submit import once
from app.work import Work

bp = Blueprint("intake", __name__, url_prefix="/intake")

NEXT: Final = "next"
ADD: Final = "add"
STAY: Final = "stay"
KEEP: Final = "keep"
REGISTER: Final = "register"


@dataclass(frozen=True, slots=True)
class Office:
    """The unit of whoever asks: its area, and day and time of day there."""

    area: str
    zone: str
    today: date
    clock: str


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """An opened draft."""

    work: Work
    draft: IntakeDraft
    intake: Intake
    office: Office


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A sentence about something on a page, with the address of the control it is about."""

    words: str
    url: str
    is_error: bool


def office(work: Work) -> Office:
    """Where and when it is for the actor's unit. NotFound for an actor without a unit."""
    unit = work.session.get(Unit, work.actor.own_unit())
    if unit is None:
        raise NotFound("unit")
    local = to_local(work.now, Zone(unit.zone))
    return Office(unit.area_code, unit.zone, local.date(), f"{local:%H:%M}")


def office_now() -> Office:
    """As `office`, before a form can be read."""
    with runtime.looking() as work:
        return office(work)


@contextmanager
def opened(draft_id: UUID) -> Iterator[Desk]:
    """A page of a draft: permission and audit event first, then the draft in a snapshot."""
    with runtime.reading(lambda work: drafts.opening(work, draft_id)) as work:
        draft = drafts.get(work, draft_id)
        yield Desk(work, draft, drafts.read(work, draft), office(work))


def page(template: str, desk: Desk, here: str, status: int = 200, **context: Any) -> Response:
    """A page of the draft with its steps. `here`: report, clients, reported, screening or check."""
    shown = {"desk": desk, "intake": desk.intake, "draft_id": desk.draft.id, "steps": steps(desk, here), **context}
    shown["clinical"] = _clinical(desk)
    return render_page(f"cases/intake/{template}.html", status=status, call=call, **shown)


def _clinical(desk: Desk) -> dict[str, Any] | None:
    """The clinical window, once sexual violence is recorded of a client (case-management 9.8): the hours are told before the
    intake is finished."""
    profiles = [client.profile for client in desk.intake.clients]
    if not any(clinical.is_sexual(p.violence, p.violence_forms, p.tpks) for p in profiles):
        return None
    incident = desk.intake.incident
    prompts = desk.intake.screening.danger_prompts
    return {
        "window": clinical.window(incident.first_on, incident.last_on, incident.time, Zone(desk.office.zone)),
        "certain": any(clinical.is_penetration(p.violence_forms, p.tpks, prompts) for p in profiles),
        "rule": rulebook.confirmed_here(desk.work, desk.work.actor.own_unit(), clinical.rule()),
        "now": desk.work.now,
        "time_url": url_of(desk.draft.id, Spot(Page.REPORT, "incident.time")),
    }


def to_case(desk: Desk) -> ResponseReturnValue | None:
    """Where a draft that became a case leads; None while it is on its way."""
    if desk.draft.case_id is None:
        return None
    return redirect(url_for("cases.show", case_id=desk.draft.case_id), code=303)


# --- what is wrong, and where ----------------------------------------------------------------------------------------


def all_problems(intake: Intake, today: date) -> tuple[Problem, ...]:
    """Contradictions and oddities of the whole intake; what is merely missing is `completeness`'s."""
    return validation.check(intake, today)


def problems_on(intake: Intake, today: date, where: Page, person: UUID | None = None) -> tuple[Problem, ...]:
    """Those that stand on one page, with the paths of its form."""
    spots = [(problem, completeness.spot(problem.field, intake)) for problem in all_problems(intake, today)]
    here = ((problem, spot) for problem, spot in spots if spot.page is where and spot.person == person)
    return tuple(dataclasses.replace(problem, field=spot.field) for problem, spot in here)


def notes(desk: Desk, wrong: Sequence[Problem]) -> list[Note]:
    """Problems of the whole intake as lines that lead to their fields, errors first."""
    ordered = sorted(wrong, key=lambda problem: problem.severity is Severity.WARNING)
    return [_note(desk, problem) for problem in ordered]


def _note(desk: Desk, problem: Problem) -> Note:
    spot = completeness.spot(problem.field, desk.intake)
    words = f"{label(problem.field)}: {problems.sentence(problem)}"
    return Note(words, url_of(desk.draft.id, spot), problem.severity is Severity.ERROR)


def missing(desk: Desk, spots: Sequence[Spot]) -> list[tuple[str, list[Note]]]:
    """What is not there yet, by page: heading, and lines that lead to the fields."""
    grouped: dict[tuple[Page, int], list[Note]] = {}
    for spot in spots:
        line = Note(str(label(spot.path)), url_of(desk.draft.id, spot), False)
        grouped.setdefault((spot.page, spot.number), []).append(line)
    return [(heading(desk.intake, where, number), lines) for (where, number), lines in grouped.items()]


def heading(intake: Intake, where: Page, number: int) -> str:
    """What a page is called, with the person it is about."""
    if where is Page.CLIENT and number:
        return str(_("Client: %(name)s", name=call(intake.clients[number - 1], number)))
    if where is Page.REPORTED and number:
        name = intake.reported[number - 1].identity.name
        return str(_("Reported person: %(name)s", name=name or _("number %(number)s", number=number)))
    names = {
        Page.REPORT: _("Report and incident"),
        Page.CLIENT: _("Clients"),
        Page.REPORTED: _("Reported persons"),
        Page.SCREENING: _("Screening"),
    }
    return str(names[where])


def url_of(draft_id: UUID, spot: Spot) -> str:
    """The address of a field; `open` names the field, so that the part it stands in is unfolded without scripting."""
    anchor = spot.field.replace(".", "-") or None
    return url_for(f"intake.{_endpoint(spot)}", draft_id=draft_id, _anchor=anchor, **_person(spot))


def _endpoint(spot: Spot) -> str:
    many = {Page.CLIENT: "clients", Page.REPORTED: "reported_persons"}
    one = {Page.CLIENT: "client", Page.REPORTED: "reported_person"}
    return str((one if spot.person else many).get(spot.page, spot.page.value))


def _person(spot: Spot) -> dict[str, Any]:
    opened_field = {"open": spot.field} if spot.field else {}
    if spot.page is Page.CLIENT and spot.person:
        return {"client_id": spot.person, **opened_field}
    if spot.page is Page.REPORTED and spot.person:
        return {"reported_id": spot.person, **opened_field}
    return opened_field if spot.page is Page.REPORT else {}


# --- steps -----------------------------------------------------------------------------------------------------------


def steps(desk: Desk, here: str) -> list[tuple[str, str, str]]:
    """The steps with their addresses and states, for `step_list`."""
    measure = completeness.measure(desk.intake)
    wrong = validation.errors(all_problems(desk.intake, desk.office.today))
    faulty = {completeness.spot(problem.field, desk.intake).page for problem in wrong}
    untouched = {spot.page for spot in measure.minimum}
    if not desk.intake.reported and Page.SCREENING in untouched:
        untouched.add(Page.REPORTED)  # nobody may be right, but only once one went past it
    at = {Page.REPORT: "report", Page.CLIENT: "clients", Page.REPORTED: "reported", Page.SCREENING: "screening"}
    found = [
        (
            heading(desk.intake, where, 0),
            url_of(desk.draft.id, Spot(where, "")),
            _state(where, here == name, faulty, untouched),
        )
        for where, name in at.items()
    ]
    last = "now" if here == "check" else "todo"
    return [*found, (str(_("Check and register")), url_for("intake.check", draft_id=desk.draft.id), last)]


def _state(where: Page, is_here: bool, faulty: set[Page], untouched: set[Page]) -> str:
    if is_here:
        return "now"
    if where in faulty:
        return "error"
    return "todo" if where in untouched else "done"


def after(intake: Intake, draft_id: UUID, where: Page, person: UUID | None = None) -> str:
    """Where to go on after a page: to the next person whose minimum lacks something, else to the next step."""
    lacking = [spot for spot in completeness.measure(intake).minimum if spot.person]
    if where is Page.REPORT:
        return _people_page(draft_id, Page.CLIENT, lacking)
    if where is Page.CLIENT:
        following = _following([client.id for client in intake.clients], person, lacking)
        if following is not None:
            return url_of(draft_id, Spot(Page.CLIENT, "", following))
        return _people_page(draft_id, Page.REPORTED, lacking)
    if where is Page.REPORTED:
        following = _following([each.id for each in intake.reported], person, lacking)
        if following is not None:
            return url_of(draft_id, Spot(Page.REPORTED, "", following))
        return url_for("intake.screening", draft_id=draft_id)
    return url_for("intake.check", draft_id=draft_id)


def _following(ids: Sequence[UUID], person: UUID | None, lacking: Sequence[Spot]) -> UUID | None:
    behind = ids[ids.index(person) + 1 :] if person in ids else ids
    unfinished = {spot.person for spot in lacking}
    return next((each for each in behind if each in unfinished), None)


def _people_page(draft_id: UUID, where: Page, lacking: Sequence[Spot]) -> str:
    """The first unfinished person; else the list, which leads to a new page where there is nobody."""
    return url_of(draft_id, Spot(where, "", next((spot.person for spot in lacking if spot.page is where), None)))


# --- keeping a part --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a page is kept: its part, where it stands, what the form makes of it, and how the page is shown again."""

    draft_id: UUID
    part: parts.Part
    where: Page
    value: Callable[[Any, date], object]  # what is held now, today -> what to hold
    show: Callable[[int, bool], ResponseReturnValue]  # status; whether it could be kept as it is
    show_versions: Callable[[], ResponseReturnValue]
    leads_to: Callable[[Work, Intake], str]
    person: UUID | None = None


def keep(form: SectionForm, how: Keeping) -> ResponseReturnValue:
    """Keep what was typed and go on; or show the page again, with nothing changed (422, 409)."""
    if not form.validate_on_submit():
        return how.show(422, False)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            intake = _kept(work, form, how)
            receipt.leads_to(how.leads_to(work, intake))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return how.show(422, True)
    except Stale:
        return how.show_versions()
    if then() == STAY:
        flash(_("The draft is saved."), "success")
    return receipt.redirect()


def _kept(work: Work, form: SectionForm, how: Keeping) -> Intake:
    today = office(work).today
    before = drafts.read(work, drafts.on_its_way(work, how.draft_id))
    value = how.value(how.part.get(before), today)
    wrong = problems_on(how.part.put(before, value), today, how.where, how.person)
    if validation.errors(wrong) and then() != KEEP:
        raise Refused(*wrong)
    return drafts.save_part(work, how.draft_id, how.part, value, expected=form.etag.data or None)


def then() -> str:
    """What the pressed button wants to do after keeping."""
    wanted = request.form.get("then", NEXT)
    return wanted if wanted in {NEXT, ADD, STAY, KEEP, REGISTER} else NEXT


def versions(mine: SectionForm, theirs: SectionForm) -> list[dict[str, str]]:
    """The two versions of a page that was saved twice. The form now carries the state that was saved."""
    mine.etag.data = theirs.etag.data
    return differing(mine, theirs)


class Registered:
    """Says after the commit that there is a case now, and what comes next."""

    def __init__(self) -> None:
        self.number = ""

    def leads_to(self, case: Case) -> str:
        """Note the number; the address of the case file."""
        self.number = case.register_no
        return url_for("cases.show", case_id=case.id)

    def announce(self) -> None:
        """Say so, once there is something to say."""
        if self.number:
            words = _(
                "Registered as %(number)s. Next: record consent, refer, and have the supervisor approve.",
                number=self.number,
            )
            flash(words, "success")
