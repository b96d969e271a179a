"""Recap and cluster V of a unit: what is opened, counted and handed on. Everything comes from the sealed ledger (design 4).

A page is `Runtime.reading` with one of the openings below (one audit event) and then one of the documents. The event names the
unit and the days asked for, never a code: a row of the log must not say what the cases have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.accounts.models import Unit
from app.audit.events import Event
from app.cases.models import Case
from app.domain.access import Capability
from app.domain.errors import NotFound
from app.domain.indicators import INDICATOR_SETS, indicator_set
from app.domain.zones import Zone, local_day
from app.reference import areas
from app.reports import entered_services, frozen, ledger, periods, queries
from app.reports.closing_rules import Change, changes
from app.reports.cluster_v import EARLIER_YEARS, cluster_v
from app.reports.counting.cohorts import YearOfChildren
from app.reports.counting.recap_tables import TABLE
from app.reports.counting.scope import Unit as Counted
from app.reports.counting.scope import scope
from app.reports.counting.settings import AgeBasis, Period, Settings, UnitInfo
from app.reports.counting.tables import Frame, Row
from app.reports.ledger_format import Arrays
from app.reports.recap import behind, recap
from app.work import Opening, Work

LATEST_SET: Final = INDICATOR_SETS[0]
_SHREDDED: Final = UUID(int=0)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecapWish:
    """A recap asked for: the unit's area code ("" for one's own), the period, the cut-off, and for a provincial unit whether
    the units of the province are counted with it."""

    period: Period
    cut_off: date
    area: str = ""
    together: bool = False


@dataclass(frozen=True, slots=True)
class ClusterWish:
    """A cluster V sheet asked for: year, indicator set, cut-off, unit as above."""

    year: int
    cut_off: date
    set: str = LATEST_SET
    area: str = ""
    together: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the recap: table, row, and the age group and sex of the client where the number is so narrow."""

    table: str
    row: str
    group: str | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class CellCases:
    """What stands behind a number: the row it is of, cases with how many of the counted things each has, and how many cases lie
    beyond one's sight."""

    row: Row
    things: int
    cases: Sequence[tuple[Case, int]]
    out_of_sight: int


@dataclass(frozen=True, slots=True)
class RecapSheet:
    """A recap with what a page shows beside it: the unit, the day it is there, victims of the twelve months up to the period."""

    document: Document
    unit: Unit
    today: date
    months: Sequence[tuple[date, int]]
    pending: Sequence[Change] = ()  # of a closed period: cells that are no longer the frozen ones, for those entitled


@dataclass(frozen=True, slots=True)
class Held:
    """What was read of the ledger for recaps, and whether it holds something of before."""

    arrays: Arrays
    has_earlier: bool


@dataclass(frozen=True, slots=True)
class ClusterSheet:
    """Cluster V of a year and the same of the two years before, each as of its own cut-off; None where nobody recorded here."""

    document: Document
    unit: Unit
    today: date
    earlier: Sequence[tuple[int, Document | None]]


# --- recap -----------------------------------------------------------------------------------------------------------


def recap_opening(wish: RecapWish, event: Event = Event.RECAP_READ) -> Callable[[Work], Opening]:
    """The permission check of a recap (`recap:read`, unit in sight) and its audit event."""

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.RECAP_READ)
        days = f"{periods.named(wish.period)} @{wish.cut_off.isoformat()}"
        return Opening(event, object_id=queries.unit(work, wish.area).id, purpose=days)

    return plan


def recap_document(work: Work, wish: RecapWish) -> Document:
    """The recap of the unit and period as of the cut-off (contracts/recap)."""
    unit = queries.unit(work, wish.area)
    return _closed(work, unit, wish) or _recap(_read(work, unit, [wish]), unit, wish, today_of(work, unit))


def recount(work: Work, unit: Unit, period: Period, cut_off: date) -> Document:
    """The recap of one unit as the ledger has it now, whatever was frozen before."""
    wish = RecapWish(period, cut_off)
    return _recap(_read(work, unit, [wish]), unit, wish, today_of(work, unit))


def recounts(work: Work, unit: Unit, wanted: Sequence[Period]) -> list[Document]:
    """As `recount`, of several periods as of their last days: the ledger is read once, and not at all for none."""
    if not wanted:
        return []
    wishes = [RecapWish(period, period.last) for period in wanted]
    held = _read(work, unit, wishes)
    return [_recap(held, unit, wish, today_of(work, unit)) for wish in wishes]


def recap_sheet(work: Work, wish: RecapWish) -> RecapSheet:
    """The recap for a page: the ledger is read once for all of it."""
    return recap_sheets(work, [wish])[0]


def recap_sheets(work: Work, wishes: Sequence[RecapWish]) -> list[RecapSheet]:
    """Recaps of one unit for one page: the ledger is read once for all of them."""
    unit = queries.unit(work, wishes[0].area)
    held = _read(work, unit, wishes)
    return [_sheet(work, held, unit, wish) for wish in wishes]


def _sheet(work: Work, held: Held, unit: Unit, wish: RecapWish) -> RecapSheet:
    months = [
        (month.first, len(scope(held.arrays, month, min(month.last, wish.cut_off))[Counted.VICTIMS]))
        for month in _months(wish)
    ]
    today, closed = today_of(work, unit), _closed(work, unit, wish)
    if closed is not None and not sees_pending(work):
        return RecapSheet(closed, unit, today, months)
    counted = _recap(held, unit, wish, today)
    return RecapSheet(closed or counted, unit, today, months, changes(closed, counted) if closed is not None else ())


def drill_opening(wish: RecapWish) -> Callable[[Work], Opening]:
    """The permission check of the list behind a number (`recap:drill`). The event does not name the cell, nor its cases."""

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.RECAP_DRILL)
        return recap_opening(wish, Event.RECAP_DRILLED)(work)

    return plan


def cases_behind(work: Work, wish: RecapWish, cell: Cell) -> CellCases:
    """The cases behind a number, by register number. NotFound for a cell that is not there, or of contacts (they have no case)."""
    unit = queries.unit(work, wish.area)
    frame = frame_of(work, unit, wish)
    if cell.table not in TABLE or TABLE[cell.table].unit is Counted.CONTACTS:
        raise NotFound("cell")
    row = next((row for row in TABLE[cell.table].rows_in(frame) if row.code == cell.row), None)
    try:
        found = behind(frame, cell.table, cell.row, cell.group, cell.sex)
    except (KeyError, ValueError):
        found = None
    if row is None or found is None:
        raise NotFound("cell")
    return listed(work, row, found)


def listed(work: Work, row: Row, found: Sequence[tuple[bytes, bytes | None]]) -> CellCases:
    """The cases of counted things, by register number; those beyond one's sight are only counted."""
    counts = Counter(UUID(bytes=case_id) for case_id, _client in found)
    readable = queries.readable_cases(work, [case_id for case_id in counts if case_id != _SHREDDED])
    shown = sorted(readable.values(), key=lambda case: (case.register_year, case.register_seq, case.register_no))
    return CellCases(row, len(found), [(case, counts[case.id]) for case in shown], len(counts) - len(readable))


def sees_pending(work: Work) -> bool:
    """Whether the person is shown what differs from frozen numbers: who closes, who signs, who may look behind a number."""
    return any(work.actor.may(each) for each in (Capability.RECAP_CLOSE, Capability.RECAP_SIGN, Capability.RECAP_DRILL))


def _closed(work: Work, unit: Unit, wish: RecapWish) -> Document | None:
    """The frozen recap, where the period is closed and asked for as it was closed: one unit, as of the last day."""
    if (wish.together and unit.kind == "prov") or wish.cut_off != wish.period.last:
        return None
    return frozen.recap_of(work, unit, wish.period)


def _recap(held: Held, unit: Unit, wish: RecapWish, today: date) -> Document:
    return recap(
        held.arrays,
        info_of(unit),
        wish.period,
        wish.cut_off,
        settings_of(unit),
        indicator_set=LATEST_SET,
        today=today,
        has_earlier=held.has_earlier,
    )


def _read(work: Work, unit: Unit, wishes: Sequence[RecapWish]) -> Held:
    """What the recaps need of the ledger: their periods, the same ones of the year before, the months of their chart."""
    firsts = [periods.year_before(wish.period).first for wish in wishes] + [_months(wish)[0].first for wish in wishes]
    units = [each.id for each in _units(work, unit, together=wishes[0].together)]
    first, last = min(firsts), max(wish.period.last for wish in wishes)
    return Held(ledger.load_period(work, units, first, last), ledger.has_earlier(work, units, first))


def _months(wish: RecapWish) -> Sequence[Period]:
    return periods.months_up_to(min(wish.period.last, wish.cut_off))


# --- cluster V -------------------------------------------------------------------------------------------------------


def cluster_opening(wish: ClusterWish, event: Event = Event.CLUSTER_READ) -> Callable[[Work], Opening]:
    """The permission check of a cluster V sheet (`kla:read`, unit in sight, known set) and its audit event.

    NotFound for a unit out of sight or a set that is none.
    """

    def plan(work: Work) -> Opening:
        work.actor.require(Capability.KLA_READ)
        if wish.set not in INDICATOR_SETS:
            raise NotFound("indicator set")
        days = f"{wish.year} @{wish.cut_off.isoformat()}"
        return Opening(event, object_id=queries.unit(work, wish.area).id, purpose=days)

    return plan


def cluster_document(work: Work, wish: ClusterWish) -> Document:
    """The cluster V sheet of the unit and year as of the cut-off (contracts/klaster-v); of a closed year the frozen one."""
    unit = queries.unit(work, wish.area)
    return _closed_cluster(work, unit, wish) or _cluster(work, _load(work, unit, together=wish.together), unit, wish)


def recount_clusters(work: Work, unit: Unit, year: int) -> dict[str, Document]:
    """The sheets of every indicator set of a year as counted now, whatever was frozen before. The ledger is read once."""
    arrays = _load(work, unit, together=False)
    wishes = [ClusterWish(year, year_end(year), name, unit.area_code) for name in INDICATOR_SETS]
    return {wish.set: _cluster(work, arrays, unit, wish) for wish in wishes}


def cluster_sheet(work: Work, wish: ClusterWish) -> ClusterSheet:
    """The sheet for a page, with the two years before counted by the same definitions (kla-cluster-v 4.5)."""
    unit = queries.unit(work, wish.area)
    arrays = _load(work, unit, together=wish.together)
    earlier: list[tuple[int, Document | None]] = []
    for back in range(EARLIER_YEARS, 0, -1):
        before = replace(wish, year=wish.year - back, cut_off=periods.years_before(wish.cut_off, back))
        found = _closed_cluster(work, unit, before)
        if found is None and _is_recorded(arrays, unit, before):
            found = _cluster(work, arrays, unit, before)
        earlier.append((before.year, found))
    shown = _closed_cluster(work, unit, wish) or _cluster(work, arrays, unit, wish)
    return ClusterSheet(shown, unit, today_of(work, unit), earlier)


def _closed_cluster(work: Work, unit: Unit, wish: ClusterWish) -> Document | None:
    """The frozen sheet, where the year is closed and asked for as it was closed: one unit, as of the last day."""
    if (wish.together and unit.kind == "prov") or wish.cut_off != year_end(wish.year):
        return None
    return frozen.cluster_of(work, unit, wish.year, wish.set)


def _cluster(work: Work, arrays: Arrays, unit: Unit, wish: ClusterWish) -> Document:
    return cluster_v(
        arrays,
        info_of(unit),
        wish.year,
        wish.cut_off,
        indicator_set(wish.set),
        entered=entered_services.entered_for(work, unit.id, wish.set),
        settings=settings_of(unit),
    )


def _is_recorded(arrays: Arrays, unit: Unit, wish: ClusterWish) -> bool:
    year = YearOfChildren(arrays, info_of(unit), wish.year, wish.cut_off, indicator_set(wish.set), settings_of(unit))
    return year.is_recorded


# --- shared ----------------------------------------------------------------------------------------------------------


def info_of(unit: Unit) -> UnitInfo:
    """The unit as the engine knows it: its kecamatan in order of code, a province its kabupaten and kota (contracts/recap)."""
    places = {area.code: area.name for area in areas.children(unit.area_code)}
    return UnitInfo(unit.area_code, unit.name, places)


def settings_of(unit: Unit) -> Settings:
    """The unit's own choices for counting."""
    return Settings(age_band=AgeBasis(unit.age_basis))


def today_of(work: Work, unit: Unit) -> date:
    """The day it is where the unit works."""
    return local_day(work.now, Zone(unit.zone))


def year_end(year: int) -> date:
    """The cut-off of a year unless the dinas sets another (design 4)."""
    return date(year, 12, 31)


def frame_of(work: Work, unit: Unit, wish: RecapWish) -> Frame:
    """What is counted for the wish: the ledger of the unit in the period, as of the cut-off."""
    arrays = _load(work, unit, together=wish.together)
    return Frame(scope(arrays, wish.period, wish.cut_off), info_of(unit), settings_of(unit))


def _load(work: Work, unit: Unit, *, together: bool) -> Arrays:
    return ledger.load(work, [each.id for each in _units(work, unit, together=together)])


def _units(work: Work, unit: Unit, *, together: bool) -> Sequence[Unit]:
    return queries.units_within(work, unit) if together and unit.kind == "prov" else [unit]
