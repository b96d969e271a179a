"""Reads of the report room: whose numbers a person may see, the blobs of the ledger, what was entered, cases behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from app.accounts.models import Unit
from app.cases.models import Case
from app.cases.queries import readable_by
from app.domain.access import Actor
from app.domain.errors import NotFound
from app.reports.models import EnteredMeasure
from app.work import Work

_AT_ONCE: Final = 1_000


def units_countable_by(work: Work) -> Select[Unit]:
    """Every count starts here: one's own unit; a provincial unit also the units of its province (design 6); the operator all."""
    query = select(Unit).order_by(Unit.area_code)
    return query if work.actor.system else query.where(_in_sight(work.actor, _own_area(work)))


def unit(work: Work, area: str = "") -> Unit:
    """The unit of this area code in the actor's sight; without a code the own one, or the only one there is. Else NotFound."""
    query = units_countable_by(work)
    if area:
        query = query.where(Unit.area_code == area)
    elif work.actor.unit_id is not None:
        query = query.where(Unit.id == work.actor.unit_id)
    found = work.session.scalars(query.limit(2)).all()
    if len(found) != 1:
        raise NotFound("unit")
    return found[0]


def held_unit(work: Work) -> Unit:
    """The own unit, held until the act ends: of two who number something of the unit at once the second waits and sees the first."""
    return work.session.scalars(select(Unit).where(Unit.id == unit(work).id).with_for_update()).one()


def units(work: Work) -> Sequence[Unit]:
    """All units whose numbers the actor may see, by area code."""
    return work.session.scalars(units_countable_by(work)).all()


def units_within(work: Work, province: Unit) -> Sequence[Unit]:
    """A provincial unit and the units of its province, as far as the actor sees them."""
    within = or_(Unit.id == province.id, Unit.area_code.startswith(f"{province.area_code}.", autoescape=True))
    return work.session.scalars(units_countable_by(work).where(within)).all()


def entered(work: Work, unit_id: UUID, indicator_set: str) -> Sequence[EnteredMeasure]:
    """Everything entered by hand for a unit and set, oldest first: the last of a measure and year counts."""
    wanted = select(EnteredMeasure).where(
        EnteredMeasure.unit_id == unit_id, EnteredMeasure.indicator_set == indicator_set
    )
    return work.session.scalars(wanted.order_by(EnteredMeasure.entered_at, EnteredMeasure.id)).all()


def readable_cases(work: Work, case_ids: Sequence[UUID]) -> Mapping[UUID, Case]:
    """Of these cases the ones the actor may open; asked for in parts, for databases take only so many values at once."""
    found: dict[UUID, Case] = {}
    for start in range(0, len(case_ids), _AT_ONCE):
        some = case_ids[start : start + _AT_ONCE]
        rows = work.session.scalars(select(Case).where(readable_by(work.actor), Case.id.in_(some)))
        found |= {row.id: row for row in rows}
    return found


def _own_area(work: Work) -> str:
    own = work.session.get(Unit, work.actor.own_unit())
    return own.area_code if own is not None and own.kind == "prov" else ""


def _in_sight(actor: Actor, province: str) -> ColumnElement[bool]:
    own = Unit.id == actor.own_unit()
    return or_(own, Unit.area_code.startswith(f"{province}.", autoescape=True)) if province else own
