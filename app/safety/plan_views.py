"""The safety plan of a client: its latest version, the earlier ones, and the next. For the case team alone (security 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import queries
from app.cases.acting import record_of
from app.cases.acts import Desk, act, desk, last_saver, seat
from app.cases.models import Case, Client
from app.cases.panels import Panel, Source, Spot
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.domain.stages import Status
from app.safety import plans
from app.safety.forms import PlanForm
from app.safety.labels import HINTS, PLAN
from app.safety.plans import Version
from app.safety.views import bp
from app.security.sections import Section
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Opening, Work

SECTIONS: Final = (Section.CLIENT_PROFILE, Section.SAFETY_PLAN, Section.SAFETY_PLAN_TEXT)
WRITTEN: Final = (Section.SAFETY_PLAN, Section.SAFETY_PLAN_TEXT)


# --- on the case file ------------------------------------------------------------------------------------------------


def make_panel(work: Work, case: Case) -> Panel:
    """Which client has a plan and of what day; the way in for the team. Its words open on a page of their own."""
    at = seat(work, case.id)
    latest = {client_id: held[-1][1] for client_id, held in plans.by_client(work, case.id).items()}
    on_team = queries.is_on_team(work, case.id)
    may_write = on_team and work.actor.may(Capability.CASE_EDIT) and case.status == Status.OPEN.value
    context = {
        "clients": [(client_id, mask, latest.get(client_id)) for client_id, mask in at.clients],
        "open_ids": {client_id for client_id, _mask in at.open_clients},
        "case": case,
        "on_team": on_team,
        "may_write": may_write,
    }
    return Panel("safety/_plan_panel.html", context, _("Safety plan"), "safety-plan")


SOURCES: Final = (
    Source(
        Capability.CASE_READ,
        make_panel,
        Spot.SIDE,
        order=6,
        coded=(Section.CLIENT_PROFILE, Section.SAFETY_PLAN),
    ),
)


# --- the plan --------------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/safety-plan")
@requires(Capability.CASE_READ)
def plan(case_id: UUID, client_id: UUID) -> Response:
    """The plan as it is now, or an earlier version of it."""

    def allowed(work: Work) -> Opening:
        case = queries.get(work, case_id)
        if not queries.is_on_team(work, case_id):
            raise NotPermitted("only the case team reads a safety plan")
        return Opening(Event.SAFETY_PLAN_OPENED, (case.id,), SECTIONS, object_id=client_id, purpose="team")

    with runtime.reading(allowed) as work:
        record_of(work, Client, case_id, client_id)
        at = seat(work, case_id)
        found = opened(lambda: plans.of_client(work, case_id, client_id))
        versions: Sequence[Version] = () if isinstance(found, Unopened) else found
        shown = _chosen(versions, request.args.get("version", "", type=str))
        may_write = work.actor.may(Capability.CASE_EDIT) and at.case.status == Status.OPEN.value
        return render_page(
            "safety/plan.html",
            case=at.case,
            client_id=client_id,
            mask=dict(at.clients)[client_id],
            versions=found if isinstance(found, Unopened) else versions[::-1],
            shown=shown,
            text=opened(lambda: plans.text_of(work, shown[0])) if shown is not None else None,
            names=people.names(work, {row.created_by for row, _head in versions if row.created_by is not None}),
            parts=PLAN,
            may_write=may_write,
        )


def _chosen(versions: Sequence[Version], wanted: str) -> Version | None:
    """The version asked for by its number, else the latest; NotFound for one that is not there."""
    if not wanted:
        return versions[-1] if versions else None
    found = next((pair for pair in versions if str(pair[1].number) == wanted), None)
    if found is None:
        raise NotFound("version")
    return found


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/safety-plan/edit")
@requires(Capability.CASE_EDIT)
def edit_plan(case_id: UUID, client_id: UUID) -> Response:
    """The next version, begun from the latest."""
    return _form_page(case_id, client_id, PlanForm(formdata=None))


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/safety-plan")
@requires(Capability.CASE_EDIT)
def save_plan(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Keep it as the next version, unless somebody wrote one meanwhile: then both texts stand side by side."""
    form = PlanForm()
    return act(
        form,
        lambda work: plans.save(
            work, case_id, form.head(client_id), form.text, expected=form.etag.data or plans.NONE_YET
        ),
        lambda status: _form_page(case_id, client_id, form, status),
        url_for(".plan", case_id=case_id, client_id=client_id),
        _("The safety plan was kept as a new version."),
        lambda: _both(case_id, client_id, form),
    )


def _form_page(case_id: UUID, client_id: UUID, form: PlanForm, status: int = 200) -> Response:
    with desk(case_id, *WRITTEN, team_only=True) as at:
        versions = _versions(at, client_id)
        if not form.is_submitted():
            form.on.data = at.today
            form.etag.data = plans.state_of(versions)
            if versions:
                form.show(plans.text_of(at.work, versions[-1][0]))
        return _page(at, client_id, form, status)


def _both(case_id: UUID, client_id: UUID, form: PlanForm) -> Response:
    """Both texts of a plan that somebody else wrote on meanwhile; saving again goes on from theirs."""
    with desk(case_id, *WRITTEN, team_only=True) as at:
        versions = _versions(at, client_id)
        theirs = plans.text_of(at.work, versions[-1][0])
        both = [
            {"label": label, "mine": form[name].data or "", "theirs": getattr(theirs, name)}
            for name, label in PLAN.items()
            if (form[name].data or "") != getattr(theirs, name)
        ]
        form.etag.data = plans.state_of(versions)
        who = last_saver(at.work, versions[-1][0].id, Event.SAFETY_PLAN_WRITTEN)
        return _page(at, client_id, form, 409, both=both, who=who)


def _versions(at: Desk, client_id: UUID) -> Sequence[Version]:
    record_of(at.work, Client, at.case.id, client_id)
    return plans.of_client(at.work, at.case.id, client_id)


def _page(at: Desk, client_id: UUID, form: PlanForm, status: int, **context: Any) -> Response:
    action = url_for("safety.save_plan", case_id=at.case.id, client_id=client_id)
    shown: dict[str, Any] = {
        "mask": dict(at.clients)[client_id],
        "parts": PLAN,
        "hints": HINTS,
        "action": action,
        **context,
    }
    return render_page("safety/plan_form.html", status=status, case=at.case, desk=at, form=form, **shown)
