"""Pages on which files of one person are found, decided on and read together: of clients, and of reported persons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.events import Event
from app.cases import history, linking, links, queries
from app.cases.acting import editable, record_of
from app.cases.acts import act, case_url, page, seat
from app.cases.linking import CLIENTS, REPORTED, Kind
from app.cases.models import Client, ReportedPerson
from app.cases.search import Query, Search
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.errors import NotPermitted, Refused
from app.security.sections import Section
from app.security.structs.people import ClientIdentity, ReportedIdentity
from app.web import problems, runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work

DECIDE = Capability.PERSON_LINK
READ = Capability.CASE_READ
SEARCH = Capability.CASE_SEARCH


# --- what waits for a supervisor -------------------------------------------------------------------------------------


@bp.get("/same")
@requires(DECIDE)
def show_questions() -> Response:
    """Every pair of files that may be one person, the longest waiting first: by number; nothing sealed opens here."""
    with runtime.looking() as work:
        return render_page("cases/same.html", questions=links.open_questions(work))


# --- one link --------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/links/<uuid:link_id>")
@requires(DECIDE)
def show_link(case_id: UUID, link_id: UUID) -> Response:
    """Two client files side by side, by their coded profiles."""
    return _link_page(CLIENTS, case_id, link_id, ActForm())


@bp.post("/<uuid:case_id>/links/<uuid:link_id>/confirm")
@requires(DECIDE)
def confirm_link(case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Confirm that two client files are one person."""
    return _confirm(CLIENTS, case_id, link_id)


@bp.post("/<uuid:case_id>/links/<uuid:link_id>/undo")
@requires(DECIDE)
def undo_link(case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Refuse a candidate, or take a link of clients back."""
    return _undo(CLIENTS, case_id, link_id)


@bp.get("/<uuid:case_id>/reported-links/<uuid:reported_link_id>")
@requires(DECIDE)
def show_reported_link(case_id: UUID, reported_link_id: UUID) -> Response:
    """Two reported persons side by side, by their coded profiles."""
    return _link_page(REPORTED, case_id, reported_link_id, ActForm())


@bp.post("/<uuid:case_id>/reported-links/<uuid:reported_link_id>/confirm")
@requires(DECIDE)
def confirm_reported_link(case_id: UUID, reported_link_id: UUID) -> ResponseReturnValue:
    """Confirm that two reported persons are one."""
    return _confirm(REPORTED, case_id, reported_link_id)


@bp.post("/<uuid:case_id>/reported-links/<uuid:reported_link_id>/undo")
@requires(DECIDE)
def undo_reported_link(case_id: UUID, reported_link_id: UUID) -> ResponseReturnValue:
    """Refuse a candidate, or take a link of reported persons back."""
    return _undo(REPORTED, case_id, reported_link_id)


def _confirm(kind: Kind, case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    form = ActForm()

    def confirm(work: Work) -> None:
        link = links.get(work, kind, case_id, link_id)
        linking.confirm(work, kind, link.first, link.second)

    again = _again(kind, case_id, link_id, form)
    return act(form, confirm, again, case_url(case_id), _("The two files are one person now."))


def _undo(kind: Kind, case_id: UUID, link_id: UUID) -> ResponseReturnValue:
    form = ActForm()
    again = _again(kind, case_id, link_id, form)

    def undo(work: Work) -> None:
        linking.undo(work, kind, links.get(work, kind, case_id, link_id).id)

    return act(form, undo, again, case_url(case_id), _("The two files are not linked."))


def _again(kind: Kind, case_id: UUID, link_id: UUID, form: ActForm) -> Any:
    return lambda status: _link_page(kind, case_id, link_id, form, status)


def _link_page(kind: Kind, case_id: UUID, link_id: UUID, form: ActForm, status: int = 200) -> Response:
    def plan(work: Work) -> Opening:
        link = links.get(work, kind, case_id, link_id)
        cases = tuple(row.case_id for row in links.ends_of(work, kind, link))
        sections = (Section.CLIENT_PROFILE, Section.REPORTED_PROFILE)
        return Opening(Event.CASE_OPENED, cases, sections, object_id=link.id, purpose="link")

    with runtime.reading(plan) as work:
        link = links.get(work, kind, case_id, link_id)
        sides = links.sides_of(work, kind, link)
        context: dict[str, Any] = {
            "link": link,
            "sides": sides,
            "kind": kind.name,
            **_addresses(kind, case_id, link_id),
        }
        return page("link", seat(work, case_id), form, status, **context)


def _addresses(kind: Kind, case_id: UUID, link_id: UUID) -> dict[str, str]:
    if kind is CLIENTS:
        return {
            "confirm_url": url_for("cases.confirm_link", case_id=case_id, link_id=link_id),
            "undo_url": url_for("cases.undo_link", case_id=case_id, link_id=link_id),
        }
    return {
        "confirm_url": url_for("cases.confirm_reported_link", case_id=case_id, reported_link_id=link_id),
        "undo_url": url_for("cases.undo_reported_link", case_id=case_id, reported_link_id=link_id),
    }


# --- all files of one person -----------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/history")
@requires(READ)
def show_client_history(case_id: UUID, client_id: UUID) -> Response:
    """All files of a client."""
    return _history_page(CLIENTS, case_id, client_id)


@bp.get("/<uuid:case_id>/reported/<uuid:reported_id>/history")
@requires(READ)
def show_reported_history(case_id: UUID, reported_id: UUID) -> Response:
    """All cases of a reported person."""
    return _history_page(REPORTED, case_id, reported_id)


def _history_page(kind: Kind, case_id: UUID, row_id: UUID) -> Response:
    with runtime.reading(lambda work: history.opening(work, kind, case_id, row_id)) as work:
        may_search = work.actor.may(SEARCH) and queries.is_on_team(work, case_id)
        context: dict[str, Any] = {
            "case": queries.get(work, case_id),
            "lines": history.read(work, kind, case_id, row_id),
            "standing": links.of_people(work, kind, {row_id}),
            "kind": kind.name,
            "row_id": row_id,
            "may_decide": work.actor.may(DECIDE),
            "alike_url": _alike_url(kind, case_id, row_id) if may_search else "",
        }
        return render_page("cases/history.html", **context)


# --- looking for other files -----------------------------------------------------------------------------------------


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/alike")
@requires(SEARCH)
def find_client_alike(case_id: UUID, client_id: UUID) -> Response:
    """Other client files of the unit with a name or number like this one's."""
    return _alike_page(CLIENTS, case_id, client_id)


@bp.post("/<uuid:case_id>/reported/<uuid:reported_id>/alike")
@requires(SEARCH)
def find_reported_alike(case_id: UUID, reported_id: UUID) -> Response:
    """Other reported persons of the unit with a name or number like this one's."""
    return _alike_page(REPORTED, case_id, reported_id)


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/same/<uuid:found_id>")
@requires(SEARCH)
def ask_same_client(case_id: UUID, client_id: UUID, found_id: UUID) -> ResponseReturnValue:
    """Ask the supervisor to link these two client files."""
    return _ask(CLIENTS, case_id, client_id, found_id)


@bp.post("/<uuid:case_id>/reported/<uuid:reported_id>/same/<uuid:found_id>")
@requires(SEARCH)
def ask_same_reported(case_id: UUID, reported_id: UUID, found_id: UUID) -> ResponseReturnValue:
    """Ask the supervisor to link these two reported persons."""
    return _ask(REPORTED, case_id, reported_id, found_id)


def _alike_page(kind: Kind, case_id: UUID, row_id: UUID, form: ActForm | None = None, status: int = 200) -> Response:
    """Two steps: the identity opens for its team, then the index is searched under an event of its own."""
    query = _query_of(kind, case_id, row_id)
    asked, refused = Search(query), []
    matches = []
    try:
        with runtime.reading(asked.opening) as work:
            known = linking.component(work, kind, row_id)
            found = (each for each in asked.rank(work) if each.subject_kind == kind.name)
            matches = [each for each in found if each.subject_id not in known and each.case_id != case_id]
    except Refused as refusal:
        refused = [(problems.sentence(problem), "") for problem in refusal.problems]
    with runtime.looking() as work:
        context: dict[str, Any] = {"case": queries.get(work, case_id), "kind": kind.name, "row_id": row_id}
        context |= {"matches": matches, "refused": refused, "back_url": _history_url(kind, case_id, row_id)}
        return render_page("cases/alike.html", status=status, form=form or ActForm(formdata=None), **context)


def _query_of(kind: Kind, case_id: UUID, row_id: UUID) -> Query:
    section = Section.CLIENT_IDENTITY if kind is CLIENTS else Section.REPORTED_IDENTITY

    def plan(work: Work) -> Opening:
        case = editable(work, case_id)
        if not queries.is_on_team(work, case_id):
            raise NotPermitted("only the case team opens the words")
        record_of(work, kind.rows, case_id, row_id)
        return Opening(Event.CASE_OPENED, (case.id,), (section,), object_id=row_id, purpose="search")

    with runtime.reading(plan) as work:
        if kind is CLIENTS:
            client = record_of(work, Client, case_id, row_id)
            who = work.vault.open(client.place(section), client.identity_sealed, ClientIdentity)
            return Query(who.name, who.nik, who.phone)
        reported = record_of(work, ReportedPerson, case_id, row_id)
        suspect = work.vault.open(reported.place(section), reported.identity_sealed, ReportedIdentity)
        return Query(suspect.name, suspect.nik, suspect.phone)


def _ask(kind: Kind, case_id: UUID, row_id: UUID, found_id: UUID) -> ResponseReturnValue:
    form = ActForm()

    def ask(work: Work) -> None:
        record_of(work, kind.rows, case_id, row_id)
        linking.ask(work, kind, row_id, found_id)

    return act(
        form,
        ask,
        lambda status: _alike_page(kind, case_id, row_id, form, status),
        _history_url(kind, case_id, row_id),
        _("The supervisor has been asked."),
    )


def _history_url(kind: Kind, case_id: UUID, row_id: UUID) -> str:
    if kind is CLIENTS:
        return url_for("cases.show_client_history", case_id=case_id, client_id=row_id)
    return url_for("cases.show_reported_history", case_id=case_id, reported_id=row_id)


def _alike_url(kind: Kind, case_id: UUID, row_id: UUID) -> str:
    if kind is CLIENTS:
        return url_for("cases.find_client_alike", case_id=case_id, client_id=row_id)
    return url_for("cases.find_reported_alike", case_id=case_id, reported_id=row_id)
