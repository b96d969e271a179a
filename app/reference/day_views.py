"""The calendar of free days, and what a decree changes of it (`rule:edit`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries as people
from app.domain.access import Capability
from app.domain.errors import Conflict, Refused
from app.domain.workdays import YearStatus
from app.domain.zones import local_day
from app.reference import labels, rule_acts, rulebook
from app.reference.calendar import national_days
from app.reference.forms import DayForm
from app.reference.views import bp
from app.web import problems, runtime
from app.web.guard import requires
from app.web.render import render_page
from app.web.submit import once

YEARS_BACK: Final = 5
YEARS_AHEAD: Final = 3
_SATURDAY: Final = 5


@bp.get("/calendar")
@requires(Capability.REFERENCE_READ)
def calendar() -> Response:
    """The free days of a year as the unit counts, how well they are known, and what decrees changed."""
    return _page(None)


@bp.post("/calendar")
@requires(Capability.RULE_EDIT)
def enter_day() -> ResponseReturnValue:
    """Enter a day off, or no longer off, by decree. The running deadlines are counted again."""
    form = DayForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with runtime.begin() as work:
            receipt = once(work, form.submit_key)
            row = rule_acts.enter_day(work, form.new)
            receipt.leads_to(url_for(".calendar", year=row.day.year))
    except Refused as refusal:
        problems.attach(form, refusal.problems)
        return _page(form, 422)
    flash(_("Entered. The running deadlines are counted again within a few minutes; what moves says why."), "success")
    return receipt.redirect()


@bp.post("/calendar/<uuid:change_id>/withdraw")
@requires(Capability.RULE_EDIT)
def withdraw_day(change_id: UUID) -> ResponseReturnValue:
    """Take a change of the calendar back."""
    try:
        with runtime.begin() as work:
            year = rule_acts.withdraw_day(work, change_id).day.year
    except Conflict:
        flash(_("This was taken back already."), "warning")
        return _page(None, 409)
    flash(_("Taken back. The running deadlines are counted again within a few minutes."), "success")
    return Response(status=303, headers={"Location": url_for(".calendar", year=year)})


def _page(form: DayForm | None, status: int = 200) -> Response:
    with runtime.looking() as work:
        unit = people.unit(work, work.actor.own_unit())
        today = local_day(work.now, unit.local_zone)
        year = request.args.get("year", today.year, type=int)
        offered = range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)
        if year not in offered:
            abort(404)
        found = rulebook.decided(work, [unit.id])[unit.id]
        book = rulebook.of_unit(work, unit.id)
        free = _free(book, year)
        state, hint, tone = labels.STATUSES[book.calendar.status(year)]
        changes = [row for row in reversed(found.days) if row.day.year == year]
        return render_page(
            "reference/calendar.html",
            status=status,
            form=form or DayForm(formdata=None),
            year=year,
            days=sorted(free.items()),
            decreed={row.day: row for row in found.days if row.withdrawn_at is None},
            offered=list(offered),
            state=state,
            hint=hint,
            tone=tone,
            is_sure=book.calendar.status(year) is YearStatus.SURE,
            working_days=_working_days(year, free),
            today=today,
            changes=changes,
            progress=rule_acts.progress(work, unit.id),
            names=people.names(work, {row.recorded_by for row in changes if row.recorded_by is not None}),
            day_kinds=labels.DAY_KINDS,
            day_scopes=labels.DAY_SCOPES,
            may_edit=work.actor.may(Capability.RULE_EDIT),
            may_board=work.actor.may(Capability.CLOCK_BOARD),
        )


def _free(book: rulebook.Book, year: int) -> Mapping[date, str]:
    """The days off of a year as the unit counts, with their names."""
    every = {
        **national_days(year).free,
        **{day: name for day, name in book.overrides.added.items() if day.year == year},
    }
    return {day: name for day, name in every.items() if book.calendar.holiday(day) is not None}


def _working_days(year: int, free: Mapping[date, str]) -> int:
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    every = (first + timedelta(days=n) for n in range(days))
    return sum(day.weekday() < _SATURDAY and day not in free for day in every)
