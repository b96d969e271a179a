"""The risk of a case: what was found for each client and when, and a new assessment (case-management 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.cases import queries, risk, risk_trend
from app.cases.acting import record_of, today_of
from app.cases.acts import Desk, act, desk, opening, page, seat
from app.cases.forms.risk import RiskForm
from app.cases.models import Case, Client, RiskAssessment
from app.cases.panels import Panel, Source, Spot, is_open
from app.cases.risk_trend import Trend
from app.cases.views import bp
from app.domain.access import Capability
from app.domain.risk import levels
from app.domain.stages import Status
from app.security.sections import Section
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import Unopened, opened
from app.work import Work

SECTIONS: Final = (Section.CLIENT_PROFILE, Section.RISK)
ANCHOR: Final = "risk"
SUGGEST: Final = "suggest"


# --- what was found --------------------------------------------------------------------------------------------------


def trends(work: Work, case: Case, clients: Sequence[tuple[UUID, str]], open_ids: set[UUID]) -> list[Trend]:
    """The risk of these clients over time; the words where this page may open them. Unreadable where an assessment does not open."""
    found = risk.by_client(work, case.id)
    with_words = is_open(work, case, Section.RISK_TEXT)
    today = today_of(work, case)
    made = []
    for client_id, mask in clients:
        pairs = found.get(client_id, ())
        told = [(row, head, _words(work, row) if with_words else None) for row, head in pairs]
        points = risk_trend.points([head for _row, head in pairs], today)
        made.append(Trend(client_id, mask, client_id not in open_ids, risk_trend.lines(told), points))
    return made


def _words(work: Work, row: RiskAssessment) -> object:
    return opened(lambda: risk.words_of(work, row))


def make_panel(work: Work, case: Case) -> Panel:
    """The risk of each client on the case file, with the way to assess it again."""
    at = seat(work, case.id)
    open_ids = {client_id for client_id, _mask in at.open_clients}
    context = {
        "trends": trends(work, case, at.clients, open_ids),
        "case": case,
        "now": work.now,
        "grid": risk_trend.grid(),
        "may_assess": _may_assess(work, case),
    }
    return Panel("cases/_risk.html", context, _("Risk"), ANCHOR)


SOURCES: Final = (
    Source(Capability.CASE_READ, make_panel, Spot.SIDE, order=5, coded=SECTIONS, words=(Section.RISK_TEXT,)),
)


def _may_assess(work: Work, case: Case) -> bool:
    """Whether the page offers an assessment; the service decides again."""
    actor = work.actor
    return actor.may(Capability.CASE_EDIT) and queries.works_on(work, case.id) and case.status == Status.OPEN.value


@bp.get("/<uuid:case_id>/risk")
@requires(Capability.CASE_READ)
def risks(case_id: UUID) -> Response:
    """Every assessment of every client, with its picture; the words for the team."""

    with runtime.reading(lambda work: opening(work, case_id, SECTIONS, (Section.RISK_TEXT,))) as work:
        at = seat(work, case_id)
        open_ids = {client_id for client_id, _mask in at.open_clients}
        found = opened(lambda: trends(work, at.case, at.clients, open_ids))
        made: Sequence[Trend] = () if isinstance(found, Unopened) else found
        authors = {line.row.created_by for trend in made for line in trend.lines}
        return render_page(
            "cases/risks.html",
            case=at.case,
            trends=found,
            grid=risk_trend.grid(),
            now=work.now,
            names=people.names(work, {author for author in authors if author is not None}),
            may_assess=_may_assess(work, at.case),
        )


# --- a new assessment ------------------------------------------------------------------------------------------------


@bp.get("/<uuid:case_id>/clients/<uuid:client_id>/risk")
@requires(Capability.CASE_EDIT)
def ask_for_risk(case_id: UUID, client_id: UUID) -> Response:
    """The questions for one client, with what was answered the last time."""
    return _form_page(case_id, client_id, RiskForm(formdata=None))


@bp.post("/<uuid:case_id>/clients/<uuid:client_id>/risk")
@requires(Capability.CASE_EDIT)
def assess_risk(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Keep the assessment; or, where only the suggestion was asked for, show it with everything as typed."""
    form = RiskForm()
    if request.form.get("then") == SUGGEST:
        return _form_page(case_id, client_id, form, suggest=True)
    return act(
        form,
        lambda work: risk.assess(work, case_id, form.assessment(client_id), form.text, expected=form.etag.data or None),
        lambda status: _form_page(case_id, client_id, form, status, suggest=True),
        url_for(".risks", case_id=case_id),
        _("The risk was assessed."),
    )


def _form_page(case_id: UUID, client_id: UUID, form: RiskForm, status: int = 200, *, suggest: bool = False) -> Response:
    with desk(case_id, Section.RISK) as at:
        record_of(at.work, Client, case_id, client_id)
        before = _before(at, client_id)
        if not form.is_submitted():
            form.on.data = at.today
        if not form.is_submitted() or status == 409:
            form.etag.data = risk.seen(before)
        last = before[-1][1] if before else None
        suggestion = form.suggestion if suggest else None
        mask = dict(at.clients)[client_id]
        return page("risk", at, form, status, mask=mask, last=last, suggestion=suggestion, levels=levels())


def _before(at: Desk, client_id: UUID) -> Sequence[risk.Assessed]:
    """The assessments so far; none where they do not open."""
    found = opened(lambda: risk.of_client(at.work, at.case.id, client_id))
    return () if isinstance(found, Unopened) else found
