"""The pages of a draft: report and incident, clients, reported persons, screening (design 6). Each is kept by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import completeness, drafts, intake_desk, parts
from app.cases.completeness import Page
from app.cases.forms.client import ClientForm
from app.cases.forms.report import ReportForm
from app.cases.forms.reported import ReportedForm, unknown_person
from app.cases.forms.screening import ScreeningForm
from app.cases.intake_desk import ADD, REGISTER, STAY, Desk, Keeping, Registered, bp, keep, then
from app.domain.access import Capability
from app.security.structs.intake import Intake
from app.web import problems, runtime
from app.web.forms import SectionForm
from app.web.guard import requires
from app.work import Work

MakeForm = Callable[[Desk], SectionForm]


def _show(
    draft_id: UUID,
    part: parts.Part,
    where: Page,
    make: MakeForm,
    person: UUID | None = None,
    **context: Any,
) -> ResponseReturnValue:
    """A page as it was kept, with what is wrong or odd about it."""
    with intake_desk.opened(draft_id) as desk:
        form = make(desk)
        form.etag.data = part.etag(desk.intake)
        wrong = intake_desk.problems_on(desk.intake, desk.office.today, where, person)
        lines = [(problem, problems.sentence(problem)) for problem in wrong]
        return intake_desk.to_case(desk) or _page(desk, where, form, lines=lines, person=person, **context)


def _show_again(
    draft_id: UUID, where: Page, form: SectionForm, status: int, may_keep: bool, person: UUID | None = None
) -> ResponseReturnValue:
    """The page as it was typed."""
    with intake_desk.opened(draft_id) as desk:
        if isinstance(form, ReportedForm):
            form.name_relations(desk.intake.clients)
        return intake_desk.to_case(desk) or _page(desk, where, form, status, person=person, may_keep=may_keep)


def _show_versions(
    draft_id: UUID, part: parts.Part, where: Page, form: SectionForm, make: MakeForm, person: UUID | None = None
) -> ResponseReturnValue:
    """Both versions of a page that was kept in two windows, and the form with what was typed here."""
    with intake_desk.opened(draft_id) as desk:
        theirs = make(desk)
        theirs.etag.data = part.etag(desk.intake)
        if isinstance(form, ReportedForm):
            form.name_relations(desk.intake.clients)
        pairs = intake_desk.versions(form, theirs)
        return _page(desk, where, form, 409, person=person, versions=pairs, gone=part.get(desk.intake) is None)


_TEMPLATES = {
    Page.REPORT: ("report", "report"),
    Page.CLIENT: ("client", "clients"),
    Page.REPORTED: ("reported", "reported"),
    Page.SCREENING: ("screening", "screening"),
}


def _page(
    desk: Desk,
    where: Page,
    form: SectionForm,
    status: int = 200,
    *,
    lines: Any = (),
    versions: Any = (),
    gone: bool = False,
    may_keep: bool = False,
    person: UUID | None = None,
) -> Response:
    template, here = _TEMPLATES[where]
    people = [each.id for each in (desk.intake.clients if where is Page.CLIENT else desk.intake.reported)]
    number = people.index(person) + 1 if person in people else len(people) + 1
    shown = {"lines": lines, "versions": versions, "gone": gone, "may_keep": may_keep, "person": person}
    shown |= {"number": number, "is_new": person not in people, "unfolded": request.args.get("open", ""), "form": form}
    return intake_desk.page(template, desk, here, status, refused=status == 422, **shown)


# --- report and incident ---------------------------------------------------------------------------------------------


def _report_form(desk: Desk) -> ReportForm:
    held = parts.ReportValue(desk.intake.report, desk.intake.incident)
    return ReportForm(desk.office.area, held, formdata=None)


@bp.get("/<uuid:draft_id>/report", endpoint="report")
@requires(Capability.CASE_CREATE)
def report(draft_id: UUID) -> ResponseReturnValue:
    """Report, reporter and incident."""
    return _show(draft_id, parts.REPORT, Page.REPORT, _report_form)


@bp.post("/<uuid:draft_id>/report", endpoint="save_report")
@requires(Capability.CASE_CREATE)
def save_report(draft_id: UUID) -> ResponseReturnValue:
    """Keep report, reporter and incident."""
    form = ReportForm(intake_desk.office_now().area)
    return keep(
        form,
        Keeping(
            draft_id,
            parts.REPORT,
            Page.REPORT,
            value=lambda _held, _today: form.value(),
            show=lambda status, may_keep: _show_again(draft_id, Page.REPORT, form, status, may_keep),
            show_versions=lambda: _show_versions(draft_id, parts.REPORT, Page.REPORT, form, _report_form),
            leads_to=lambda _work, intake: _leads_to(draft_id, intake, Page.REPORT),
        ),
    )


# --- clients ---------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:draft_id>/clients", endpoint="clients")
@requires(Capability.CASE_CREATE)
def clients(draft_id: UUID) -> ResponseReturnValue:
    """The clients of the intake; with none yet, the page of the first."""
    with intake_desk.opened(draft_id) as desk:
        if desk.draft.case_id is None and not desk.intake.clients:
            return redirect(url_for(".client", draft_id=draft_id, client_id=_first(draft_id, "client")), code=303)
        wrong = intake_desk.all_problems(desk.intake, desk.office.today)
        return intake_desk.to_case(desk) or intake_desk.page(
            "clients", desk, "clients", new_id=uuid4(), states=_states(desk, wrong)
        )


@bp.get("/<uuid:draft_id>/clients/<uuid:client_id>", endpoint="client")
@requires(Capability.CASE_CREATE)
def client(draft_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """One client; an id that is not there yet is a new client."""
    part = parts.ClientPart(client_id)
    return _show(draft_id, part, Page.CLIENT, _client_form(part), client_id)


@bp.post("/<uuid:draft_id>/clients/<uuid:client_id>", endpoint="save_client")
@requires(Capability.CASE_CREATE)
def save_client(draft_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Keep one client."""
    part = parts.ClientPart(client_id)
    form = ClientForm(intake_desk.office_now().area)
    return keep(
        form,
        Keeping(
            draft_id,
            part,
            Page.CLIENT,
            value=lambda held, today: form.value(client_id, held, today),
            show=lambda status, may_keep: _show_again(draft_id, Page.CLIENT, form, status, may_keep, client_id),
            show_versions=lambda: _show_versions(draft_id, part, Page.CLIENT, form, _client_form(part), client_id),
            leads_to=lambda _work, intake: _leads_to(draft_id, intake, Page.CLIENT, client_id),
            person=client_id,
        ),
    )


def _client_form(part: parts.ClientPart) -> MakeForm:
    return lambda desk: ClientForm(desk.office.area, part.get(desk.intake), formdata=None)


# --- reported persons ------------------------------------------------------------------------------------------------


@bp.get("/<uuid:draft_id>/reported", endpoint="reported_persons")
@requires(Capability.CASE_CREATE)
def reported_persons(draft_id: UUID) -> ResponseReturnValue:
    """The reported persons of the intake; with none yet, the page of the first."""
    with intake_desk.opened(draft_id) as desk:
        if desk.draft.case_id is None and not desk.intake.reported:
            first = _first(draft_id, "reported")
            return redirect(url_for(".reported_person", draft_id=draft_id, reported_id=first), code=303)
        wrong = intake_desk.all_problems(desk.intake, desk.office.today)
        return intake_desk.to_case(desk) or intake_desk.page(
            "reported_persons", desk, "reported", new_id=uuid4(), states=_states(desk, wrong)
        )


@bp.get("/<uuid:draft_id>/reported/<uuid:reported_id>", endpoint="reported_person")
@requires(Capability.CASE_CREATE)
def reported_person(draft_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """One reported person with a relation to each client; an id that is not there yet is a new one."""
    part = parts.ReportedPart(reported_id)
    return _show(draft_id, part, Page.REPORTED, _reported_form(part), reported_id)


@bp.post("/<uuid:draft_id>/reported/<uuid:reported_id>", endpoint="save_reported")
@requires(Capability.CASE_CREATE)
def save_reported(draft_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Keep one reported person."""
    part = parts.ReportedPart(reported_id)
    form = ReportedForm()
    return keep(
        form,
        Keeping(
            draft_id,
            part,
            Page.REPORTED,
            value=lambda held, _today: form.value(reported_id, held),
            show=lambda status, may_keep: _show_again(draft_id, Page.REPORTED, form, status, may_keep, reported_id),
            show_versions=lambda: _show_versions(
                draft_id, part, Page.REPORTED, form, _reported_form(part), reported_id
            ),
            leads_to=lambda _work, intake: _leads_to(draft_id, intake, Page.REPORTED, reported_id),
            person=reported_id,
        ),
    )


@bp.post("/<uuid:draft_id>/reported/<uuid:reported_id>/unknown", endpoint="add_unknown")
@requires(Capability.CASE_CREATE)
def add_unknown(draft_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Add a reported person of whom nothing is known, in one press."""

    def with_unknown(intake: Intake) -> Intake:
        part = parts.ReportedPart(reported_id)
        is_there = part.get(intake) is not None  # a second press
        return intake if is_there else part.put(intake, unknown_person(reported_id, intake.clients))

    with runtime.begin() as work:
        drafts.change(work, draft_id, with_unknown)
    return redirect(url_for(".screening", draft_id=draft_id), code=303)


def _reported_form(part: parts.ReportedPart) -> MakeForm:
    def make(desk: Desk) -> ReportedForm:
        form = ReportedForm(part.get(desk.intake), desk.intake.clients, formdata=None)
        form.name_relations(desk.intake.clients)
        return form

    return make


# --- screening -------------------------------------------------------------------------------------------------------


def _screening_form(desk: Desk) -> ScreeningForm:
    return ScreeningForm(parts.screening_to_show(desk.intake, desk.office.area), formdata=None)


@bp.get("/<uuid:draft_id>/screening", endpoint="screening")
@requires(Capability.CASE_CREATE)
def screening(draft_id: UUID) -> ResponseReturnValue:
    """Danger signs, risk, authority."""
    return _show(draft_id, parts.SCREENING, Page.SCREENING, _screening_form)


@bp.post("/<uuid:draft_id>/screening", endpoint="save_screening")
@requires(Capability.CASE_CREATE)
def save_screening(draft_id: UUID) -> ResponseReturnValue:
    """Keep the screening; "register" goes on to the case at once where nothing is missing, wrong or odd."""
    form, registered = ScreeningForm(), Registered()
    answer = keep(
        form,
        Keeping(
            draft_id,
            parts.SCREENING,
            Page.SCREENING,
            value=lambda _held, _today: form.value(),
            show=lambda status, may_keep: _show_again(draft_id, Page.SCREENING, form, status, may_keep),
            show_versions=lambda: _show_versions(draft_id, parts.SCREENING, Page.SCREENING, form, _screening_form),
            leads_to=lambda work, intake: _registers(work, draft_id, intake, registered),
        ),
    )
    registered.announce()
    return answer


def _registers(work: Work, draft_id: UUID, intake: Intake, registered: Registered) -> str:
    wrong = intake_desk.all_problems(intake, intake_desk.office(work).today)
    if then() == REGISTER and not wrong and not completeness.measure(intake).minimum:
        return registered.leads_to(drafts.turn_into_case(work, draft_id))
    return _leads_to(draft_id, intake, Page.SCREENING)


# --- where the buttons lead ------------------------------------------------------------------------------------------


def _leads_to(draft_id: UUID, intake: Intake, where: Page, person: UUID | None = None) -> str:
    if then() == STAY:
        return intake_desk.url_of(draft_id, completeness.Spot(where, "", person))
    if then() == ADD and where is Page.CLIENT:
        return url_for(".client", draft_id=draft_id, client_id=uuid4())
    if then() == ADD and where is Page.REPORTED:
        return url_for(".reported_person", draft_id=draft_id, reported_id=uuid4())
    return intake_desk.after(intake, draft_id, where, person)


def _first(draft_id: UUID, kind: str) -> UUID:
    """The id of the first person of a kind: the same each time, so that what was typed and not saved is found on its page again."""
    return uuid5(draft_id, kind)


def _states(desk: Desk, wrong: Any) -> dict[UUID, tuple[int, int]]:
    """For each person how many answers of the minimum are missing, and how many things are wrong or odd."""
    lacking = [spot.person for spot in completeness.measure(desk.intake).minimum]
    found = [completeness.spot(problem.field, desk.intake).person for problem in wrong]
    people = [client.id for client in desk.intake.clients] + [person.id for person in desk.intake.reported]
    return {each: (lacking.count(each), found.count(each)) for each in people}
