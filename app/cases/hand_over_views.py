"""*Serah terima*: what was handed to me and by me, and the words of one hand-over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.audit.events import Event
from app.cases import handovers, queries
from app.cases.acts import act
from app.cases.models import Case, HandOver
from app.domain.access import Capability
from app.security.sections import Section
from app.security.structs.team import HandOver as Words
from app.web import runtime
from app.web.forms import ActForm
from app.web.guard import requires
from app.web.render import render_page
from app.web.sealed import opened
from app.work import Opening, Work

bp = Blueprint("hand_overs", __name__, url_prefix="/hand-overs")
READ = Capability.CASE_READ


@bp.get("")
@requires(READ)
def index() -> Response:
    """What was handed over lately, by number and person; the words stay closed here."""
    with runtime.looking() as work:
        rows = handovers.of_person(work)
        names = people.names(work, {user_id for row in rows for user_id in (row.from_id, row.to_id)})
        me, numbers = work.actor.user_id, handovers.numbers(work, rows)
        to_me = [row for row in rows if row.to_id == me]
        by_me = [row for row in rows if row.to_id != me]
        return render_page("cases/hand_overs/index.html", to_me=to_me, by_me=by_me, names=names, numbers=numbers)


@bp.get("/<uuid:hand_over_id>")
@requires(READ)
def show(hand_over_id: UUID) -> Response:
    """One hand-over, with its words for the team, and for the giver until it was taken over."""
    return _page(hand_over_id, ActForm())


@bp.post("/<uuid:hand_over_id>/seen")
@requires(READ)
def see(hand_over_id: UUID) -> ResponseReturnValue:
    """The receiver has read it and takes over."""
    form = ActForm()
    with runtime.looking() as work:
        case_id = handovers.get(work, hand_over_id).case_id
    return act(
        form,
        lambda work: handovers.see(work, hand_over_id),
        lambda status: _page(hand_over_id, form, status),
        url_for("cases.show", case_id=case_id),
        _("You have taken the case over."),
    )


def _page(hand_over_id: UUID, form: ActForm, status: int = 200) -> Response:
    is_open = False

    def plan(work: Work) -> Opening:
        nonlocal is_open
        row = handovers.get(work, hand_over_id)
        is_open = handovers.may_read(work, row)
        sections = (Section.HAND_OVER,) if is_open else ()
        return Opening(Event.HAND_OVER_OPENED, (row.case_id,), sections, object_id=row.id)

    with runtime.reading(plan) as work:
        row = handovers.get(work, hand_over_id)
        context: dict[str, Any] = {
            "row": row,
            "case": work.session.get_one(Case, row.case_id),
            "names": people.names(work, [row.from_id, row.to_id]),
            "words": opened(lambda: _words(work, row)) if is_open else None,
            "must_declare": row.to_id == work.actor.user_id and queries.must_declare(work, row.case_id),
            "may_see": is_open and row.to_id == work.actor.user_id and row.seen_at is None,
            "may_open": queries.is_assigned(work, row.case_id),
        }
        return render_page("cases/hand_overs/show.html", status=status, form=form, **context)


def _words(work: Work, row: HandOver) -> Words:
    return work.vault.open(row.place(Section.HAND_OVER), row.note_sealed, Words)
