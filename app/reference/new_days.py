"""Days off that a new release of the program knows otherwise: noted, so that the clocks they move leave a trace (decision 48).

The days of the years around now are kept as the program knows them. When a release differs, each unit gets a numbered change with both
lists, as a decree would be one, and the job counts its running clocks again. An act that came before the note was counted by the new
days already; its trace is written all the same, for a change is traced by counting the same events by both lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import system
from app.reference import calendar, rule_acts, rulebook
from app.reference.models import CalendarChange, CalendarYear
from app.work import Runtime, Work

BACK: Final = 10  # years before this one for which the days are kept: no clock that still runs began earlier
AHEAD: Final = 3
JOB: Final = "clock-recount"


def note(runtime: Runtime, now: datetime) -> int:
    """Note the years that the program knows otherwise than before; gives how many make clocks count again. Safe to run twice."""
    with runtime.looking(system(JOB)) as work:
        if not _other(work, now):
            return 0
    with runtime.begin(system(JOB)) as work:
        return sum(_note(work, year, text) for year, text in sorted(_other(work, now).items()))


def _other(work: Work, now: datetime) -> Mapping[int, str]:
    """The years whose list is new, or another than the one that is kept."""
    kept = {row.year: row.days for row in work.session.scalars(select(CalendarYear))}
    years = range(now.year - BACK, now.year + AHEAD + 1)
    known = {year: calendar.as_text(calendar.national_days(year)) for year in years}
    return {year: text for year, text in known.items() if text != kept.get(year)}


def _note(work: Work, year: int, text: str) -> bool:
    row = work.session.get(CalendarYear, year, with_for_update=True)
    if row is None:
        work.session.add(CalendarYear(year=year, days=text, seen_at=work.now))
        return False
    before, row.days, row.seen_at = row.days, text, work.now
    if _counts_alike(before, text):
        return False
    for unit_id in work.session.scalars(select(Unit.id).order_by(Unit.id)).all():
        number = rule_acts.next_number(work, unit_id)
        change = CalendarChange(
            id=new_id(), unit_id=unit_id, year=year, before=before, after=text, change_no=number, made_at=work.now
        )
        work.session.add(change)
        work.session.flush()
        work.recorded(Event.DAY_CHANGED, change.id, row=change)
        rule_acts.count_again(work, unit_id, number, "calendar", change.id)
    rulebook.forget(work)
    return True


def _counts_alike(before: str, after: str) -> bool:
    """Whether no clock can tell the lists apart: the same days, known as well. Another name of a day moves nothing."""
    old, new = calendar.of_text(before), calendar.of_text(after)
    return old.free.keys() == new.free.keys() and old.status is new.status
