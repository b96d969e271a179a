"""Whether the police are told (TPKS-41): the client's wish, the advice given, the supervisor's decision. Nothing is filed from here."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import moving, queries
from app.cases.acting import record_of
from app.cases.acts import act, desk, opening, seat
from app.cases.panels import is_open
from app.domain.access import Capability
from app.legal import page, reading, wishes
from app.legal.forms import DecisionForm, WishForm
from app.legal.labels import STATES
from app.legal.models import PoliceWish
from app.legal.views import bp
from app.legal.wishes import State
from app.security.sections import Section
from app.security.vault import etag
from app.web import runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.work import Opening, Work

CODED: Final = (Section.CLIENT_PROFILE, Section.POLICE_WISH)
WORDS: Final = (Section.POLICE_WISH_TEXT,)


@bp.get("/<uuid:case_id>/police")
@requires(Capability.CASE_READ)
def wishes_of(case_id: UUID) -> Response:
    """Every wish and decision of a case, newest first; the words for the team."""

    with runtime.reading(lambda work: opening(work, case_id, CODED, WORDS)) as work:
        at = seat(work, case_id)
        with_words = is_open(work, at.case, Section.POLICE_WISH_TEXT)
        rows = queries.records(work.session, PoliceWish, [case_id])[::-1]
        masks = dict(at.clients)
        lines = [
            {
                "row": row,
                "wish": opened(lambda row=row: reading.read_wish(work, row)),  # type: ignore[misc]
                "words": opened(lambda row=row: reading.wish_words(work, row)) if with_words else None,  # type: ignore[misc]
            }
            for row in rows
        ]
        ids = {who for row in rows for who in (row.created_by, row.decided_by) if who is not None}
        return render_page(
            "legal/wishes.html",
            case=at.case,
            lines=lines,
            masks=masks,
            names=people.names(work, ids),
            states=STATES,
            may_begin=page.may_begin(work, at.case),
            may_decide=moving.decides(work, at.case) and page.may_write(work, at.case),
        )


@bp.get("/<uuid:case_id>/police/new")
@requires(Capability.CASE_EDIT)
def ask_for_wish(case_id: UUID) -> Response:
    """What the client wishes, and what was explained."""
    return _wish_page(case_id, WishForm(formdata=None))


@bp.post("/<uuid:case_id>/police/new")
@requires(Capability.CASE_EDIT)
def record_wish(case_id: UUID) -> ResponseReturnValue:
    """Write it down."""
    form = WishForm()
    with desk(case_id, closed_too=True) as at:
        form.offer(at.clients, at.today)
    return act(
        form,
        lambda work: wishes.record_wish(work, case_id, form.document, form.words),
        lambda status: _wish_page(case_id, form, status),
        url_for(".wishes_of", case_id=case_id),
        _("It was written down. A supervisor decides on it."),
    )


def _wish_page(case_id: UUID, form: WishForm, status: int = 200) -> Response:
    with desk(case_id, closed_too=True) as at:
        form.offer(at.clients, at.today)
        return render_page("legal/wish.html", status=status, case=at.case, desk=at, form=form)


@bp.get("/<uuid:case_id>/police/<uuid:wish_id>")
@requires(Capability.CASE_APPROVE)
def ask_to_decide(case_id: UUID, wish_id: UUID) -> Response:
    """One wish, for the supervisor to decide on."""
    return _decide_page(case_id, wish_id, DecisionForm(formdata=None))


@bp.post("/<uuid:case_id>/police/<uuid:wish_id>")
@requires(Capability.CASE_APPROVE)
def decide(case_id: UUID, wish_id: UUID) -> ResponseReturnValue:
    """Decide, with the reason."""
    form = DecisionForm()
    return act(
        form,
        lambda work: wishes.decide(work, case_id, wish_id, form.made, expected=form.etag.data or ""),
        lambda status: _decide_page(case_id, wish_id, form, status),
        url_for(".wishes_of", case_id=case_id),
        _("The decision was recorded. Nothing was filed: whoever is to tell the police does that."),
    )


def _decide_page(case_id: UUID, wish_id: UUID, form: DecisionForm, status: int = 200) -> Response:
    """A wish with its words, for who decides on it, which is the reason to read it."""

    def plan(work: Work) -> Opening:
        case = queries.get(work, case_id)
        moving.require_decider(work, case)
        record_of(work, PoliceWish, case_id, wish_id)
        on_team = queries.is_on_team(work, case_id)
        event, why = (Event.CASE_OPENED, "form") if on_team else (Event.CASE_REVEALED, "supervision")
        return Opening(event, (case.id,), (*CODED, *WORDS), object_id=case.id, purpose=why)

    with runtime.reading(plan) as work:
        at = seat(work, case_id)
        row = record_of(work, PoliceWish, case_id, wish_id)
        if not form.is_submitted() or status == 409:
            form.etag.data = etag(row.wish_sealed, row.text_sealed)
        return render_page(
            "legal/wish_decide.html",
            status=status,
            case=at.case,
            desk=at,
            form=form,
            row=row,
            wish=opened(lambda: reading.read_wish(work, row)),
            words=opened(lambda: reading.wish_words(work, row)),
            names=people.names(work, [row.created_by] if row.created_by is not None else []),
            is_decided=row.state == State.DECIDED.value,
            masks=dict(at.clients),
        )
