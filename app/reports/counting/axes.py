"""Axes of a pivot: what each counted thing can be broken down by. They are the marks of the recap's own tables, so a pivot and the recap
never differ; what a table says of victims holds for every thing that has a client behind it (design 4: one engine)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np
from babel.dates import format_date

from app.domain.codes import code_list
from app.reports.counting.codecs import day_number
from app.reports.counting.columns import AGE_GROUPS, Ints, ints
from app.reports.counting.recap_tables import RECAP_TABLES, TABLE, of_client
from app.reports.counting.scope import Population, Unit
from app.reports.counting.settings import Period
from app.reports.counting.tables import Frame, Row, Table
from app.reports.counting.titles import AGE_GROUP

MONTH: Final = "month"
PLACES: Final = frozenset({"kecamatan_residence", "kecamatan_incident"})
DISTRICT_ONLY: Final = frozenset({"ampk"})
"""Substance and HIV stand among its rows; they are counted for the whole district only, never by kecamatan (design 4)."""
WITH_CLIENT: Final = (Unit.VICTIMS, Unit.CLIENTS, Unit.PAIRS, Unit.SERVICES, Unit.REFERRALS, Unit.ENDS)
COUNTED: Final = (Unit.CASES, *WITH_CLIENT, Unit.PERPETRATORS, Unit.CONTACTS)
_OF_A_CASE: Final = ("place", "online", "channel", "kecamatan_incident")


def axis_of(table: Table) -> str:
    """The axis a table is cut by: `victims_by_sex` of the recap by `sex`; what is no table of the recap is named by its axis."""
    if table.name not in TABLE:
        return table.name
    return table.name.partition("_by_")[2] or table.name.partition("_")[2]


def _day_counted(population: Population) -> Ints:
    """The day each thing is counted on (design 4)."""
    match population.unit:
        case Unit.SERVICES | Unit.CONTACTS:
            return ints(population.rows["day"])
        case Unit.REFERRALS:
            return ints(population.rows["sent_day"])
        case Unit.ENDS:
            return ints(population.rows["ended_on"])
        case _:
            return ints(population.case["report_day"])


def _months(frame: Frame, population: Population) -> Ints:
    firsts = np.array([day_number(first) for first in months_of(frame.scope.period)], np.int64)
    return ints(np.searchsorted(firsts, _day_counted(population), side="right"))


def months_of(period: Period) -> list[date]:
    """The first day of each month of the period."""
    first, last = period.first, period.last
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(n // 12, n % 12 + 1, 1) for n in numbers]


def _month_rows(frame: Frame) -> tuple[Row, ...]:
    def words(month: date, language: str) -> str:
        return str(format_date(month, "MMMM y", locale=language))

    months = enumerate(months_of(frame.scope.period), start=1)
    return tuple(Row(f"{month:%Y-%m}", words(month, "id"), words(month, "en"), n) for n, month in months)


def _age_groups(frame: Frame, population: Population) -> Ints:
    return population.group + 1


def _age_group_rows(frame: Frame) -> tuple[Row, ...]:
    return tuple(Row(group, AGE_GROUP[group]["id"], AGE_GROUP[group]["en"], n) for n, group in enumerate(AGE_GROUPS, 1))


def _of_clients(unit: Unit) -> Iterable[Table]:
    yield Table("age_group", unit, _age_groups, rows=_age_group_rows, note="age_group")
    yield Table("capacity", unit, of_client("capacity"), "capacity")
    for table in RECAP_TABLES:
        if table.unit is Unit.VICTIMS:
            yield table


def _of_unit(unit: Unit) -> Mapping[str, Table]:
    found: list[Table] = [Table(MONTH, unit, _months, rows=_month_rows)]
    if unit is not Unit.CONTACTS:
        found += [TABLE[f"victims_by_{axis}"] for axis in _OF_A_CASE]
    if unit in WITH_CLIENT:
        found += _of_clients(unit)
    found += [table for table in RECAP_TABLES if table.unit is unit]
    return MappingProxyType({axis_of(table): table for table in found})


AXES: Final[Mapping[Unit, Mapping[str, Table]]] = MappingProxyType({unit: _of_unit(unit) for unit in COUNTED})
"""Per counted thing its axes by name, in the order a page offers them."""
AXIS_NAMES: Final = tuple(dict.fromkeys(name for axes in AXES.values() for name in axes))


def codes_of_axis(name: str) -> tuple[str, ...]:
    """The codes a condition may name, the same for every unit of office and every period; none for months and places."""
    fixed = {"age_group": AGE_GROUPS, "served": ("LUAS", "INTI")}
    if name in fixed:
        return fixed[name]
    table = next((axes[name] for axes in AXES.values() if name in axes), None)
    if table is None or not table.list_name:
        return ()
    return tuple(code.code for code in code_list(table.list_name))
