"""Pages that correct what the intake recorded: incident, clients, reported persons. Reports have pages of their own (`report_views`).

They show words and identities, so they are the team's: others ask to be put on it (design 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import queries, services
from app.cases.acting import record_of
from app.cases.acts import Desk, act, both_versions, case_url, desk, page
from app.cases.casefile import incident_of
from app.cases.forms.client import ClientForm
from app.cases.forms.reported import ReportedForm
from app.cases.models import Client, ReportedPerson
from app.cases.section_forms import IncidentForm
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import Problem, Refused
from app.security.sections import Section
from app.security.structs import people
from app.security.structs.intake import IntakeClient, IntakeReported
from app.security.vault import etag
from app.web import runtime
from app.web.guard import requires
from app.web.runtime import looking
from app.work import Work

EDIT = Capability.CASE_EDIT
CLIENT = (Section.CLIENT_IDENTITY, Section.INCIDENT)
REPORTED = (Section.REPORTED_PROFILE, Section.REPORTED_IDENTITY, Section.CLIENT_IDENTITY)


def _area(case_id: UUID) -> str:
    """The area of the case's unit, for the places a form offers."""
    with looking() as work:
        return _area_of(work, case_id)


def _area_of(work: Work, case_id: UUID) -> str:
    unit = work.session.get(Unit, queries.get(work, case_id).unit_id)
    return unit.area_code if unit is not None else ""


def _bare(run: Callable[[Work], object], prefix: str) -> Callable[[Work], None]:
    """The act, its problems told by the fields of a page about one person (`clients.0.profile.sex` is `profile.sex` there)."""

    def told(work: Work) -> None:
        try:
            run(work)
        except Refused as refusal:
            raise Refused(*_shorter(refusal.problems, prefix)) from None

    return told


def _shorter(problems: Iterable[Problem], prefix: str) -> Iterable[Problem]:
    return [replace(problem, field=problem.field.removeprefix(prefix)) for problem in problems]


# --- incident and screening ------------------------------------------------------------------------------------------


def _incident_form(at: Desk) -> IncidentForm:
    held = incident_of(at.work, at.case)
    form = IncidentForm(_area_of(at.work, at.case.id), held, formdata=None)
    form.etag.data = etag(at.case.incident_sealed)
    return form


@bp.get("/<uuid:case_id>/incident")
@requires(EDIT)
def edit_incident(case_id: UUID) -> Response:
    """When, where, how it came in, danger signs, authority."""
    with desk(case_id, Section.INCIDENT, team_only=True, closed_too=True) as at:
        return page("incident", at, _incident_form(at))


@bp.post("/<uuid:case_id>/incident")
@requires(EDIT)
def save_incident(case_id: UUID) -> ResponseReturnValue:
    """Save it; the ages of the clients and the day of the report follow."""
    form = IncidentForm(_area(case_id))

    def save(work: Work) -> None:
        held = incident_of(work, queries.get(work, case_id))
        services.save_incident(work, case_id, form.value(held), expected=form.etag.data)

    def again(status: int) -> Response:
        with desk(case_id, Section.INCIDENT, team_only=True, closed_too=True) as at:
            return page("incident", at, form, status)

    def stale() -> Response:
        with desk(case_id, Section.INCIDENT, team_only=True, closed_too=True) as at:
            return both_versions(
                at, form, _incident_form(at), "incident", (case_id, Event.CASE_CHANGED, Event.CASE_CREATED)
            )

    return act(form, save, again, case_url(case_id), _("The incident was saved."), stale)


# --- clients ---------------------------------------------------------------------------------------------------------


def _client_sections() -> tuple[Section, ...]:
    """What a client's page opens: sensitive facts for their own readers only (design 2 "own list")."""
    sensitive = runtime.actor().may(Capability.SENSITIVE_READ)
    return (*CLIENT, Section.CLIENT_SENSITIVE) if sensitive else CLIENT


def _held_client(work: Work, row: Client, *, sensitive: bool) -> IntakeClient:
    open_, place = work.vault.open, row.place
    kept = people.ClientSensitive()
    if sensitive:
        kept = open_(place(Section.CLIENT_SENSITIVE), row.sensitive_sealed, people.ClientSensitive)
    return IntakeClient(
        id=row.id,
        profile=open_(place(Section.CLIENT_PROFILE), row.profile_sealed, people.ClientProfile),
        identity=open_(place(Section.CLIENT_IDENTITY), row.identity_sealed, people.ClientIdentity),
        sensitive=kept,
    )


def _client_form(at: Desk, client_id: UUID) -> ClientForm:
    row = record_of(at.work, Client, at.case.id, client_id)
    held = _held_client(at.work, row, sensitive=at.work.actor.may(Capability.SENSITIVE_READ))
    form = ClientForm(_area_of(at.work, at.case.id), held, formdata=None)
    form.etag.data = etag(row.profile_sealed, row.identity_sealed, row.sensitive_sealed)
    return form


def _client_page(at: Desk, form: ClientForm, client_id: UUID | None, status: int = 200) -> Response:
    sensitive = at.work.actor.may(Capability.SENSITIVE_READ)
    return page("client", at, form, status, client_id=client_id, may_sensitive=sensitive)


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>")
@requires(EDIT)
def edit_client(case_id: UUID, client_id: UUID) -> Response:
    """One client, to be corrected."""
    with desk(case_id, *_client_sections(), team_only=True, closed_too=True) as at:
        return _client_page(at, _client_form(at, client_id), client_id)


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>")
@requires(EDIT)
def save_client(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Save the client."""
    form = ClientForm(_area(case_id))

    def save(work: Work) -> None:
        row = record_of(work, Client, case_id, client_id)
        held = _held_client(work, row, sensitive=work.actor.may(Capability.SENSITIVE_READ))
        today = work.now.date()
        services.save_client(work, case_id, form.value(client_id, held, today), expected=form.etag.data)

    def again(status: int) -> Response:
        with desk(case_id, *_client_sections(), team_only=True, closed_too=True) as at:
            return _client_page(at, form, client_id, status)

    def stale() -> Response:
        with desk(case_id, *_client_sections(), team_only=True, closed_too=True) as at:
            saved = (client_id, Event.CLIENT_CHANGED, Event.CLIENT_ADDED, Event.CLIENT_ENDED)
            context = {"client_id": client_id, "may_sensitive": at.work.actor.may(Capability.SENSITIVE_READ)}
            return both_versions(at, form, _client_form(at, client_id), "client", saved, **context)

    return act(form, _bare(save, "clients.0."), again, case_url(case_id), _("The client was saved."), stale)


@bp.get("/<uuid:case_id>/clients/new")
@requires(EDIT)
def new_client(case_id: UUID) -> Response:
    """A blank client."""
    with desk(case_id, team_only=True) as at:
        return _client_page(at, ClientForm(_area_of(at.work, case_id), formdata=None), None)


@bp.post("/<uuid:case_id>/clients/new")
@requires(EDIT)
def add_client(case_id: UUID) -> ResponseReturnValue:
    """Add a client who was not in the intake."""
    form = ClientForm(_area(case_id))

    def save(work: Work) -> None:
        services.join_client(work, case_id, form.value(uuid4(), None, work.now.date()))

    def again(status: int) -> Response:
        with desk(case_id, team_only=True) as at:
            return _client_page(at, form, None, status)

    return act(form, _bare(save, "clients.0."), again, case_url(case_id), _("The client was added."))


# --- reported persons ------------------------------------------------------------------------------------------------


def _named_clients(at: Desk) -> list[IntakeClient]:
    rows = sorted(queries.records(at.work.session, Client, [at.case.id]), key=lambda row: row.position)
    return [_held_client(at.work, row, sensitive=False) for row in rows]


def _held_reported(work: Work, row: ReportedPerson) -> IntakeReported:
    profile = work.vault.open(row.place(Section.REPORTED_PROFILE), row.profile_sealed, people.ReportedProfile)
    identity = work.vault.open(row.place(Section.REPORTED_IDENTITY), row.identity_sealed, people.ReportedIdentity)
    return IntakeReported(id=row.id, profile=profile, identity=identity)


def _reported_form(at: Desk, reported_id: UUID | None) -> ReportedForm:
    clients = _named_clients(at)
    if reported_id is None:
        form = ReportedForm(None, clients, formdata=None)
    else:
        row = record_of(at.work, ReportedPerson, at.case.id, reported_id)
        form = ReportedForm(_held_reported(at.work, row), clients, formdata=None)
        form.etag.data = etag(row.profile_sealed, row.identity_sealed)
    form.name_relations(clients)
    return form


def _reported_page(
    case_id: UUID, reported_id: UUID | None, form: ReportedForm | None = None, status: int = 200
) -> Response:
    with desk(case_id, *REPORTED, team_only=True, closed_too=True) as at:
        if form is None:
            form = _reported_form(at, reported_id)
        else:
            form.name_relations(_named_clients(at))
        return page("reported", at, form, status, reported_id=reported_id)


@bp.get("/<uuid:case_id>/reported/<uuid:reported_id>")
@requires(EDIT)
def edit_reported(case_id: UUID, reported_id: UUID) -> Response:
    """One reported person, to be corrected."""
    return _reported_page(case_id, reported_id)


@bp.post("/<uuid:case_id>/reported/<uuid:reported_id>")
@requires(EDIT)
def save_reported(case_id: UUID, reported_id: UUID) -> ResponseReturnValue:
    """Save the reported person and the relations."""
    form = ReportedForm()

    def save(work: Work) -> None:
        held = _held_reported(work, record_of(work, ReportedPerson, case_id, reported_id))
        services.save_reported(work, case_id, form.value(reported_id, held), expected=form.etag.data)

    def stale() -> Response:
        with desk(case_id, *REPORTED, team_only=True, closed_too=True) as at:
            form.name_relations(_named_clients(at))
            saved = (reported_id, Event.REPORTED_CHANGED, Event.REPORTED_ADDED)
            return both_versions(at, form, _reported_form(at, reported_id), "reported", saved, reported_id=reported_id)

    return act(
        form,
        _bare(save, "reported.0."),
        lambda status: _reported_page(case_id, reported_id, form, status),
        case_url(case_id),
        _("The reported person was saved."),
        stale,
    )


@bp.get("/<uuid:case_id>/reported/new")
@requires(EDIT)
def new_reported(case_id: UUID) -> Response:
    """A blank reported person."""
    return _reported_page(case_id, None)


@bp.post("/<uuid:case_id>/reported/new")
@requires(EDIT)
def add_reported(case_id: UUID) -> ResponseReturnValue:
    """Add a reported person who was not in the intake."""
    form = ReportedForm()
    return act(
        form,
        _bare(lambda work: services.join_reported(work, case_id, form.value(uuid4(), None)), "reported.0."),
        lambda status: _reported_page(case_id, None, form, status),
        case_url(case_id),
        _("The reported person was added."),
    )
