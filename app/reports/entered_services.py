"""Numbers and answers that are typed in for the cluster V sheet: X from other agencies, M manual (kla-cluster-v 5, 8).

Aggregates only: no person stands behind a row. A correction is a new row; the newest counts, the others are its history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.accounts import queries as people
from app.accounts.models import User
from app.audit.events import Event
from app.db.base import new_id
from app.domain.access import Capability
from app.domain.errors import NotFound, Problem, Refused
from app.domain.indicators import INDICATOR_SETS, Indicator, Measure, indicator_set
from app.domain.zones import Zone, local_day
from app.reports import periods, queries
from app.reports.counting.entered import Entered
from app.reports.counting.measures import counts_from_cases, has_one_value
from app.reports.models import EnteredMeasure
from app.work import Work

WHOLE: Final = frozenset({"count", "number", "money"})
NUMERIC: Final = WHOLE | {"share"}
YES_NO: Final = ("YA", "TIDAK")
LONGEST: Final = 4_000
_SEPARATOR: Final = ":"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs: set, year, indicator, measure, and the unit's area code ("" for one's own)."""

    set: str
    year: int
    indicator: str
    measure: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with where it comes from. `value`: digits, a share between 0 and 1, a choice, YA/TIDAK or text; empty with nihil."""

    value: str = ""
    nihil: bool = False
    agency: str = ""
    as_of: date | None = None
    document: str = ""
    verified_by: UUID | None = None


def can_be_entered(measure: Measure) -> bool:
    """Whether a value may be typed in: not for a breakdown, and not for a share that follows from its parts."""
    return has_one_value(measure) and not (measure.kind == "share" and measure.numerator is not None)


def measure_at(place: Place) -> tuple[Indicator, Measure]:
    """The indicator and measure; NotFound where set, year, indicator or measure are not there or take no entry."""
    if place.set not in INDICATOR_SETS or not periods.FIRST_YEAR <= place.year <= periods.LAST_YEAR:
        raise NotFound("measure")
    try:
        indicator = indicator_set(place.set).indicator(place.indicator)
        measure = indicator.measure(place.measure)
    except KeyError:
        raise NotFound("measure") from None
    if not can_be_entered(measure):
        raise NotFound("measure")
    return indicator, measure


def enter(work: Work, place: Place, entry: Entry) -> EnteredMeasure:
    """Enter a value for a measure and year of the own unit. Refused with every problem of the entry; NotFound for no such measure."""
    work.actor.require(Capability.KLA_ENTER)
    unit = queries.unit(work, place.area)
    if work.actor.unit_id not in (None, unit.id):
        raise NotFound("unit")
    _indicator, measure = measure_at(place)
    problems = [*_value_problems(measure, entry), *_source_problems(measure, entry)]
    if entry.as_of is not None and entry.as_of > local_day(work.now, Zone(unit.zone)):
        problems.append(Problem("day.future", "as_of", params={"day": entry.as_of.isoformat()}))
    if entry.verified_by is not None and entry.verified_by not in {person.id for person in verifiers(work, unit.id)}:
        problems.append(Problem("entry.verifier", "verified_by"))
    if problems:
        raise Refused(*problems)
    row = EnteredMeasure(
        id=new_id(),
        unit_id=unit.id,
        year=place.year,
        indicator_set=place.set,
        measure=_SEPARATOR.join((place.indicator, place.measure)),
        value="" if entry.nihil else entry.value,
        is_nihil=entry.nihil,
        agency=entry.agency,
        as_of=entry.as_of.isoformat() if entry.as_of else "",
        document=entry.document,
        entered_by=work.actor.user_id,
        verified_by=entry.verified_by,
        entered_at=work.now,
    )
    work.session.add(row)
    work.recorded(Event.CLUSTER_ENTERED, row.id, row=row, purpose=f"{place.year} {row.measure}")
    return row


def verifiers(work: Work, unit_id: UUID) -> list[User]:
    """Who may have verified an entry: people of the unit who read the sheet, but not the one who enters."""
    readers = people.holders(work, unit_id, Capability.KLA_READ)
    return [person for person in readers if person.id != work.actor.user_id]


def entered_for(work: Work, unit_id: UUID, indicator_set_code: str) -> list[Entered]:
    """All entered values of a unit as the engine takes them, oldest first, with the names of those who entered and verified."""
    rows = queries.entered(work, unit_id, indicator_set_code)
    names = people.names(work, _people_of(rows))
    return [_as_entered(row, names) for row in rows]


def history(work: Work, place: Place) -> list[Entered]:
    """What was entered for one measure and year, newest first."""
    unit = queries.unit(work, place.area)
    found = entered_for(work, unit.id, place.set)
    wanted = (place.year, place.indicator, place.measure)
    return [each for each in reversed(found) if (each.year, each.indicator, each.measure) == wanted]


def _as_entered(row: EnteredMeasure, names: dict[UUID, str]) -> Entered:
    indicator, _, measure = row.measure.partition(_SEPARATOR)
    return Entered(
        indicator=indicator,
        measure=measure,
        year=row.year,
        value=_number_or_text(row),
        nihil=row.is_nihil,
        agency=row.agency or None,
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
        document=row.document or None,
        entered_by=names.get(row.entered_by) if row.entered_by else None,
        verified_by=names.get(row.verified_by) if row.verified_by else None,
    )


def _number_or_text(row: EnteredMeasure) -> float | str | None:
    indicator, _, code = row.measure.partition(_SEPARATOR)
    try:
        kind = indicator_set(row.indicator_set).indicator(indicator).measure(code).kind
    except KeyError:
        kind = "text"
    if kind in WHOLE and re.fullmatch(r"[0-9]{1,15}", row.value, re.ASCII):
        return int(row.value)
    return float(Decimal(row.value)) if kind == "share" and row.value else row.value or None


def _people_of(rows: Iterable[EnteredMeasure]) -> set[UUID]:
    return {person for row in rows for person in (row.entered_by, row.verified_by) if person is not None}


def _value_problems(measure: Measure, entry: Entry) -> Sequence[Problem]:
    if entry.nihil:
        wrong = [Problem("entry.nihil-and-value", "nihil")] if entry.value else []
        return [Problem("entry.no-nihil", "nihil")] if measure.kind not in NUMERIC else wrong
    if not entry.value:
        return [Problem("entry.value-or-nihil" if measure.kind in NUMERIC else "field.required", "value")]
    if len(entry.value) > LONGEST:
        return [Problem("text.too-long", "value", params={"limit": str(LONGEST)})]
    return [] if _fits(measure, entry.value) else [Problem(_UNFIT.get(measure.kind, "code.unknown"), "value")]


_UNFIT: Final = {"share": "entry.share"} | dict.fromkeys(WHOLE, "entry.number")


def _fits(measure: Measure, value: str) -> bool:
    if measure.kind in WHOLE:
        return re.fullmatch(r"[0-9]{1,15}", value, re.ASCII) is not None
    if measure.kind == "share":
        return re.fullmatch(r"(0(\.[0-9]{1,6})?|1(\.0{1,6})?)", value, re.ASCII) is not None
    if measure.kind == "yes_no":
        return value in YES_NO
    return value in measure.choices if measure.kind == "choice" else True


def _source_problems(measure: Measure, entry: Entry) -> Sequence[Problem]:
    """A number of another agency says whose it is and of which day (kla-cluster-v 8)."""
    if measure.source == "M":
        return []
    missing = [name for name, there in (("agency", entry.agency), ("as_of", entry.as_of)) if not there]
    return [Problem("field.required", name) for name in missing]


def is_counted_here(measure: Measure) -> bool:
    """Whether the product counts the measure itself: an entered value then stands beside it, never in its place."""
    return measure.source == "K" and counts_from_cases(measure)
