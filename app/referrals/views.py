"""The referral board, and one referral as a page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as people
from app.cases import addressees, panels, partners, records
from app.cases.record_forms import RevealForm
from app.domain.access import Capability
from app.domain.errors import NotPermitted
from app.referrals import board, directory, offers, queries
from app.referrals.forms import BoardForm
from app.referrals.labels import SENTENCES
from app.referrals.panel import ADDRESSEES, SOURCES
from app.web import problems, runtime
from app.web.guard import requires
from app.web.paging import Page
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("referrals", __name__, url_prefix="/referrals")


def init_app(app: Flask) -> None:
    """Hang the desk's panel on the case file and give its words to problems."""
    problems.register(SENTENCES)
    panels.register(app, SOURCES)
    partners.register(app, partners.Directory(offers.institutions, directory.names))
    addressees.register(app, ADDRESSEES)


@bp.get("")
@requires(Capability.CASE_READ)
def index() -> Response:
    """Referrals by status; codes and numbers only."""
    form = BoardForm(request.args)
    with runtime.looking() as work:
        _offer(work, form)
    status = 200 if form.validate() else 422
    wanted = form.wanted() if status == 200 else board.Wanted()
    number = max(1, request.args.get("page", 1, type=int) or 1)
    found: board.Found | None = None

    def plan(work: Work) -> Opening:
        nonlocal found
        found = board.find(work, wanted, number)
        return board.opening(found)

    with runtime.reading(plan) as work:
        if found is None:
            raise NotPermitted("board")
        lines = board.lines(work, found, wanted)
        kept = {name: value for name, value in request.args.items() if value and name != "page"}
        paged = wanted.status and not wanted.is_sealed
        where = (
            Page(number, board.PAGE_SIZE, found.counts.get(wanted.status, 0), "referrals.index", kept)
            if paged
            else None
        )
        return render_page(
            "referrals/board.html",
            status=status,
            form=form,
            wanted=wanted,
            sections=_sections(lines, found, wanted),
            ended=[(each, found.counts[each]) for each in board.ENDS if found.counts.get(each)],
            kept={name: value for name, value in kept.items() if name in ("mine", "worker")},
            found=found,
            page=where,
            now=work.now,
            is_filtered=bool(kept),
            reads_unit=work.actor.may(Capability.CASE_READ_UNIT),
            look_through=board.LOOK_THROUGH,
        )


def _offer(work: Work, form: BoardForm) -> None:
    may = work.actor.may(Capability.CASE_READ_UNIT)
    workers = people.holders(work, work.actor.own_unit(), Capability.CASE_EDIT) if may else []
    institutions = directory.of_unit(work)
    form.offer(
        [(str(each.id), each.display_name) for each in workers], [(str(row.id), row.name) for row in institutions]
    )


def _sections(
    lines: Sequence[board.Line], found: board.Found, wanted: board.Wanted
) -> list[tuple[str, list[board.Line], int]]:
    """Status, its lines, how many there are in all: the one asked for, else each of those under way."""
    statuses = [wanted.status] if wanted.status else list(board.OPEN_STATUSES)
    held = {status: [line for line in lines if line.row.status == status] for status in statuses}
    counts = {s: len(held[s]) if wanted.is_sealed else found.counts.get(s, 0) for s in statuses}
    return [(status, held[status], counts[status]) for status in statuses]


@bp.get("/<uuid:referral_id>")
@requires(Capability.CASE_READ)
def show(referral_id: UUID) -> Response:
    """One referral: status, course, clocks, and what may be done next."""
    return _show(referral_id)


@bp.post("/<uuid:referral_id>/open")
@requires(Capability.CASE_REVEAL)
def reveal(referral_id: UUID) -> ResponseReturnValue:
    """Keep the reason sealed in the case, its code in the log, and show the page with its words."""
    form = RevealForm()
    del form.level
    if not form.validate_on_submit():
        return _show(referral_id, form=form, status=422)
    with runtime.begin() as work:
        records.note_reason(work, queries.get(work, referral_id).case_id, str(form.reason.data), form.words.data or "")
    return _show(referral_id, reason=str(form.reason.data))


def _show(referral_id: UUID, *, reason: str = "", form: RevealForm | None = None, status: int = 200) -> Response:
    with offers.reading(referral_id, reason) as (work, file):
        return render_page(
            "referrals/show.html", status=status, file=file, case=file.case, now=work.now, form=form or _reveal_form()
        )


def _reveal_form() -> RevealForm:
    form = RevealForm(formdata=None)
    del form.level
    return form
