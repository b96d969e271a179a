"""Acts on one's own work: setting down a task, ticking it off, keeping filters under a name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases import queries as cases
from app.cases.models import Case
from app.db.base import new_id
from app.domain.errors import Conflict, NotFound, Problem, Refused
from app.domain.zones import Zone, local_day
from app.security.structs import tasks as structs
from app.tasks import queries
from app.tasks.models import OwnTask, SavedFilter
from app.work import Work

MOST_TASKS: Final = 200  # open at one time
MOST_FILTERS: Final = 20


def today_of(work: Work) -> date:
    """The day it is in the actor's unit."""
    unit = work.session.get(Unit, work.actor.own_unit())
    return local_day(work.now, Zone(unit.zone) if unit is not None else Zone.WIB)


def set_down(work: Work, text: str, due_on: date | None, register_no: str = "") -> OwnTask:
    """Set down a task of one's own, with the case it belongs to where a register number is given.

    Refused for an empty text, a number that names no case one may open, or more than MOST_TASKS open tasks.
    """
    if not text.strip():
        raise Refused(Problem("required", "text"))
    if len(queries.own_tasks(work)) >= MOST_TASKS:
        raise Refused(Problem("task.too-many", "text", params={"limit": str(MOST_TASKS)}))
    case_id = _case(work, register_no) if register_no else None
    row = OwnTask(
        id=new_id(),
        owner_id=_me(work),
        office_id=work.office,
        created_at=work.now,
        ended_at=None,
        task_sealed=b"",
    )
    _seal(work, row, structs.OwnTask(text=text.strip(), due_on=due_on, case_id=case_id))
    work.session.add(row)
    work.recorded(Event.TASK_SET, row.id, row=row)
    return row


def tick_off(work: Work, task_id: UUID) -> OwnTask:
    """The task is done. Conflict where it was ended already."""
    row = queries.own_task(work, task_id)
    if row.ended_at is not None:
        raise Conflict("already ended")
    row.ended_at = work.now
    _seal(work, row, msgspec.structs.replace(queries.read_task(work, row), done_on=today_of(work)))
    work.recorded(Event.TASK_ENDED, row.id, row=row)
    return row


def take_up_again(work: Work, task_id: UUID) -> OwnTask:
    """Ticked off by mistake: the task is to be done again. Conflict where it is not ticked off."""
    row = queries.own_task(work, task_id)
    if row.ended_at is None:
        raise Conflict("not ended")
    row.ended_at = None
    _seal(work, row, msgspec.structs.replace(queries.read_task(work, row), done_on=None))
    work.recorded(Event.TASK_SET, row.id, row=row)
    return row


def save_filter(work: Work, name: str, criteria: Mapping[str, str]) -> SavedFilter:
    """Keep filters of the case list under a name. Refused without a name or a filter, under a name used already, or beyond
    MOST_FILTERS."""
    if not name.strip():
        raise Refused(Problem("required", "name"))
    if not criteria:
        raise Refused(Problem("filter.empty", "name"))
    present = queries.saved_filters(work)
    if len(present) >= MOST_FILTERS:
        raise Refused(Problem("filter.too-many", "name", params={"limit": str(MOST_FILTERS)}))
    if name.strip().casefold() in {queries.read_filter(work, row).name.casefold() for row in present}:
        raise Refused(Problem("filter.name-used", "name"))
    row = SavedFilter(id=new_id(), owner_id=_me(work), office_id=work.office, created_at=work.now, filter_sealed=b"")
    held = tuple(structs.Criterion(key, value) for key, value in criteria.items())
    row.filter_sealed = work.vault.seal(row.place(), structs.SavedFilter(name=name.strip(), criteria=held))
    work.session.add(row)
    work.recorded(Event.FILTER_SAVED, row.id, row=row)
    return row


def forget_filter(work: Work, filter_id: UUID) -> None:
    """Throw saved filters away; no case is touched by it."""
    row = queries.saved_filter(work, filter_id)
    work.session.delete(row)
    work.recorded(Event.FILTER_FORGOTTEN, row.id)


def _case(work: Work, register_no: str) -> UUID:
    found = work.session.scalar(select(Case).where(cases.readable_by(work.actor), Case.register_no == register_no))
    if found is None:
        raise Refused(Problem("task.no-such-case", "register_no"))
    return cases.get(work, found.id).id


def _me(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotFound("person")
    return work.actor.user_id


def _seal(work: Work, row: OwnTask, document: structs.OwnTask) -> None:
    row.task_sealed = work.vault.seal(row.place(), document)
