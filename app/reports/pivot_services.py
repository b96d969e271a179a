"""Pivots of a unit: opened, counted, drilled, kept under a name. The audit event names the unit and the days, never an axis or a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Unit
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, Problem, Refused, Unreadable
from app.reports import queries, services
from app.reports.counting.axes import AXES
from app.reports.counting.scope import Unit as Counted
from app.reports.counting.tables import Row
from app.reports.models import SavedPivot
from app.reports.pivot import Condition, Pivot, behind, pivoted, problems_of
from app.reports.services import CellCases, RecapWish
from app.security.sections import Section
from app.security.structs import pivots as structs
from app.work import Opening, Work

MOST_SAVED: Final = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A pivot with the unit it is of."""

    document: dict[str, Any]
    unit: Unit


def opening(wish: RecapWish, event: Event = Event.PIVOT_READ) -> Callable[[Work], Opening]:
    """The permission check of a pivot (`pivot:use`, unit in sight) and its audit event; the saved ones stand on the same page."""

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.PIVOT_USE)
        found = services.recap_opening(wish, event)(work)
        return Opening(event, (), (Section.SAVED_PIVOT,), object_id=found.object_id, purpose=found.purpose)

    return plan


def sheet(work: Work, wish: RecapWish, pivot: Pivot) -> Sheet:
    """The counted pivot. Refused for a wish that cannot be counted."""
    if found := problems_of(pivot):
        raise Refused(*found)
    unit = queries.unit(work, wish.area)
    return Sheet(pivoted(services.frame_of(work, unit, wish), pivot), unit)


def drill_opening(wish: RecapWish) -> Callable[[Work], Opening]:
    """The permission check of the list behind a number: `pivot:use` and `recap:drill`."""

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.PIVOT_USE)
        return services.drill_opening(wish)(work)

    return plan


def cases_behind(work: Work, wish: RecapWish, pivot: Pivot, row: str, column: str) -> tuple[CellCases, Row | None]:
    """The cases behind a number of the pivot, with the column it stands in; "" for totals. NotFound for a cell that is not there."""
    if problems_of(pivot):
        raise NotFound("pivot")
    unit = queries.unit(work, wish.area)
    frame = services.frame_of(work, unit, wish)
    axes = AXES[pivot.counted]
    try:
        found = behind(frame, pivot, row, column)
    except KeyError:
        raise NotFound("cell") from None
    rows = {each.code: each for each in axes[pivot.rows].rows_in(frame)}
    columns = {each.code: each for each in axes[pivot.columns].rows_in(frame)} if pivot.columns else {}
    return services.listed(work, rows.get(row, Row("", "Semua", "All", 0)), found), columns.get(column)


# --- kept under a name -----------------------------------------------------------------------------------------------


def saved(work: Work) -> Sequence[SavedPivot]:
    """The actor's saved pivots, oldest first."""
    own = select(SavedPivot).where(SavedPivot.owner_id == work.actor.user_id)
    return work.session.scalars(own.order_by(SavedPivot.created_at, SavedPivot.id)).all()


def read(work: Work, row: SavedPivot) -> structs.SavedPivot:
    """What the saved pivot is."""
    return work.vault.open(row.place(), row.pivot_sealed, structs.SavedPivot)


def save(work: Work, name: str, pivot: Pivot) -> SavedPivot:
    """Keep the pivot under a name. Refused without a name, for one that cannot be counted, under a name used already, beyond MOST_SAVED."""
    work.actor.require(Capability.PIVOT_USE)
    if not name.strip():
        raise Refused(Problem("required", "name"))
    if found := problems_of(pivot):
        raise Refused(*found)
    present = saved(work)
    if len(present) >= MOST_SAVED:
        raise Refused(Problem("pivot.too-many", "name", params={"limit": str(MOST_SAVED)}))
    if name.strip().casefold() in {_name(work, row) for row in present}:
        raise Refused(Problem("pivot.name-used", "name"))
    row = SavedPivot(id=new_id(), owner_id=_me(work), office_id=work.office, created_at=work.now, pivot_sealed=b"")
    conditions = tuple(structs.KeptCondition(each.axis, each.code) for each in pivot.conditions)
    kept = structs.SavedPivot(
        name=name.strip(), counted=pivot.counted, rows=pivot.rows, columns=pivot.columns, conditions=conditions
    )
    row.pivot_sealed = work.vault.seal(row.place(), kept)
    work.session.add(row)
    work.recorded(Event.PIVOT_SAVED, row.id, row=row)
    return row


def forget(work: Work, pivot_id: UUID) -> None:
    """Throw a saved pivot away. NotFound for anybody else's."""
    work.actor.require(Capability.PIVOT_USE)
    row = next((each for each in saved(work) if each.id == pivot_id), None)
    if row is None:
        raise NotFound("pivot")
    work.session.delete(row)
    work.recorded(Event.PIVOT_FORGOTTEN, row.id)


def as_pivot(kept: structs.SavedPivot) -> Pivot:
    """A saved pivot as a wish; codes that have left their lists since are for `problems_of` to find."""
    conditions = tuple(Condition(each.axis, each.code) for each in kept.conditions)
    return Pivot(Counted(kept.counted), kept.rows, kept.columns, conditions)


def _name(work: Work, row: SavedPivot) -> str:
    try:
        return read(work, row).name.casefold()
    except Unreadable:
        return ""


def _me(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotFound("person")
    return work.actor.user_id
