"""A stay (F11) and a safety plan on paper: for those of the case team who may read them, behind the same event as on screen."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response

from app.audit.events import Event
from app.cases import queries
from app.cases.acting import record_of
from app.domain.access import Capability
from app.domain.errors import NotFound, NotPermitted
from app.papers import printing
from app.papers.content import safety as sheets
from app.papers.views import bp
from app.safety import plans, readers, reading
from app.safety.models import SafetyPlan, ShelterStay
from app.security.sections import Section
from app.security.structs import safety
from app.web import runtime
from app.web.guard import requires
from app.work import Opening, Work

_CLIENT: Final = (Section.CLIENT_PROFILE, Section.CLIENT_IDENTITY)
_STAY: Final = (*_CLIENT, Section.SHELTER, Section.SHELTER_TEXT)
_PLAN: Final = (*_CLIENT, Section.SAFETY_PLAN, Section.SAFETY_PLAN_TEXT)


@bp.post("/cases/<uuid:case_id>/shelter/<uuid:stay_id>/print")
@requires(Capability.SHELTER_READ)
def print_stay(case_id: UUID, stay_id: UUID) -> Response:
    """F11 of one stay."""

    def allowed(work: Work) -> Opening:
        case = queries.get(work, case_id)
        if not readers.may_read(work, case_id):
            raise NotFound("shelter")
        _team_only(work, case_id)
        return Opening(Event.SHELTER_OPENED, (case.id,), _STAY, object_id=stay_id, purpose="list")

    with runtime.reading(allowed) as work:
        row = record_of(work, ShelterStay, case_id, stay_id)
        dossier, logo = printing.dossier_of(work, case_id)
        paper = sheets.stay(
            dossier, reading.read(work, row), reading.words_of(work, row), dossier.name_of(row.created_by)
        )
        ready = printing.Ready(paper, logo, printing.printed_by(work, dossier, sheets.STAY))
    return printing.finished(ready, case_id)


@bp.post("/cases/<uuid:case_id>/clients/<uuid:client_id>/safety-plan/<uuid:version_id>/print")
@requires(Capability.CASE_READ)
def print_plan(case_id: UUID, client_id: UUID, version_id: UUID) -> Response:
    """One version of a client's safety plan."""

    def allowed(work: Work) -> Opening:
        case = queries.get(work, case_id)
        _team_only(work, case_id)
        return Opening(Event.SAFETY_PLAN_OPENED, (case.id,), _PLAN, object_id=client_id, purpose="team")

    with runtime.reading(allowed) as work:
        row, head = _version(work, case_id, client_id, version_id)
        dossier, logo = printing.dossier_of(work, case_id)
        paper = sheets.plan(dossier, head, plans.text_of(work, row), dossier.name_of(row.created_by))
        ready = printing.Ready(paper, logo, printing.printed_by(work, dossier, sheets.PLAN))
    return printing.finished(ready, case_id)


def _team_only(work: Work, case_id: UUID) -> None:
    """Names stand on the sheet, and a name is read by the team."""
    if not (work.actor.system or queries.is_on_team(work, case_id)):
        raise NotPermitted("only the case team prints this")


def _version(work: Work, case_id: UUID, client_id: UUID, version_id: UUID) -> tuple[SafetyPlan, safety.SafetyPlan]:
    found = next((pair for pair in plans.of_client(work, case_id, client_id) if pair[0].id == version_id), None)
    if found is None:
        raise NotFound("safety plan")
    return found
