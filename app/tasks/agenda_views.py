"""*Kalender* on screen: the weeks ahead by day, one's own or the unit's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from babel.dates import format_date
from flask import Blueprint, Response, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.accounts import queries as people
from app.domain.access import Capability
from app.tasks import agenda, queries
from app.tasks.agenda import Span, Wanted
from app.tasks.gathering import Looked, Source, Task
from app.tasks.services import today_of
from app.tasks.views import KINDS
from app.web import runtime
from app.web.forms import PartForm
from app.web.guard import requires
from app.web.render import render_page
from app.work import Opening, Work

bp = Blueprint("agenda", __name__, url_prefix="/agenda")
WORDS: Final = KINDS | {Source.CONFERENCE: _l("Case conference"), Source.SHELTER: _l("Shelter")}


class AgendaForm(PartForm):
    """Which weeks, and of whom: a day, a number and an id, never a name."""

    weeks = SelectField(_l("How many weeks"), choices=[(str(each), str(each)) for each in agenda.WEEKS])
    worker = SelectField(_l("Worker"), choices=[("", _l("All"))], default="")

    def offer(self, workers: Sequence[tuple[str, str]]) -> None:
        """Fill in whose calendar may be chosen."""
        self.worker.choices = [("", str(_l("All"))), *workers]


@bp.get("")
@requires(Capability.CASE_READ)
def own() -> Response:
    """The weeks ahead of the person who asks."""
    return _page(own=True)


@bp.get("/unit")
@requires(Capability.CLOCK_BOARD)
def unit() -> Response:
    """The weeks ahead of the unit, or of one of its workers."""
    return _page(own=False)


def _page(*, own: bool) -> Response:
    form = AgendaForm(request.args)
    form.weeks.data = form.weeks.data if request.args.get("weeks") else str(agenda.USUAL)
    with runtime.looking() as work:
        workers = [] if own else people.holders(work, work.actor.own_unit(), Capability.CASE_EDIT)
        form.offer([(str(each.id), each.display_name) for each in workers])
        today, unit_wide = today_of(work), work.actor.may(Capability.CLOCK_BOARD)
    valid = form.validate()
    weeks = int(form.weeks.data) if valid else agenda.USUAL
    shown = agenda.span(_day(request.args.get("from", "")), weeks, today)
    wanted = Wanted(own, UUID(form.worker.data) if valid and form.worker.data else None)
    shelter = _stays(wanted)
    looked = Looked()

    def plan(work: Work) -> Opening:
        nonlocal looked
        looked = agenda.look(work, wanted)
        return agenda.opening(looked)

    with runtime.reading(plan) as work:
        return render_page(
            "tasks/agenda.html",
            status=200 if valid else 422,
            form=form,
            agenda=agenda.agenda(work, wanted, shown, looked, shelter),
            span=shown,
            own=own,
            kinds=WORDS,
            weekday=_weekday,
            most=queries.MOST_CASES,
            unit_wide=unit_wide,
            leads=_leads(shown, wanted, today),
            now=work.now,
        )


def _stays(wanted: Wanted) -> tuple[list[Task], int]:
    """The stays that end, read under an event of their own; none is opened where the person is on no list of readers."""
    with runtime.looking() as work:
        if not agenda.with_shelter(work, agenda.look(work, wanted)):
            return [], 0
    looked = Looked()
    ids: tuple[UUID, ...] = ()

    def plan(work: Work) -> Opening:
        nonlocal looked, ids
        looked = agenda.look(work, wanted)
        ids = agenda.with_shelter(work, looked)
        return agenda.shelter_opening(ids)

    with runtime.reading(plan) as work:
        return agenda.stays(work, looked, ids)


def _leads(shown: Span, wanted: Wanted, today: date) -> dict[str, str]:
    """Where the weeks before and after stand, and this week where another is shown."""
    endpoint = ".own" if wanted.own else ".unit"

    def lead(day: date | None) -> str:
        kept: dict[str, Any] = {"from": day, "weeks": shown.weeks, "worker": wanted.worker}
        return url_for(endpoint, **kept)

    to = {"before": shown.moved(-shown.weeks), "after": shown.moved(shown.weeks)}
    leads = {name: lead(day) for name, day in to.items() if abs(day - today) <= agenda.REACH}
    return leads if shown.first == agenda.monday_of(today) else leads | {"now": lead(None)}


def _weekday(day: date, *, short: bool = False) -> str:
    return format_date(day, "EEE" if short else "EEEE", locale=get_locale() or "id")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
