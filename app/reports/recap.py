"""The recap of a unit and period as one document (contracts/recap; counting rules: design 4, case-management 11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from app.reports.comparison import comparison
from app.reports.counting.columns import AGE_GROUPS
from app.reports.counting.notes import definition_lines, note_of, recap_definitions
from app.reports.counting.persons import distinct_persons, reported_people
from app.reports.counting.recap_checks import checks_of
from app.reports.counting.recap_tables import RECAP_TABLES, TABLE
from app.reports.counting.scope import Scope, Unit, scope
from app.reports.counting.settings import Period, Settings, UnitInfo
from app.reports.counting.tables import Counts, Frame, Table, Tally, members, tally
from app.reports.ledger_format import Arrays, Rows

SCHEMA = "naungan/recap/1"
_WITH_CLIENT = frozenset({Unit.VICTIMS, Unit.CLIENTS, Unit.PAIRS, Unit.SERVICES, Unit.REFERRALS, Unit.ENDS})
_SEX_NUMBERS = {"L": 1, "P": 2, "X": 3}
_TOTALS = {
    "cases": Unit.CASES,
    "victims": Unit.VICTIMS,
    "clients": Unit.CLIENTS,
    "perpetrators": Unit.PERPETRATORS,
    "pairs": Unit.PAIRS,
    "services": Unit.SERVICES,
    "contacts": Unit.CONTACTS,
    "referrals": Unit.REFERRALS,
    "closed": Unit.ENDS,
}


def recap(
    arrays: Arrays,
    unit: UnitInfo,
    period: Period,
    cut_off: date,
    settings: Settings,
    *,
    indicator_set: str = "24",
    today: date | None = None,
    has_earlier: bool = False,
) -> dict[str, Any]:
    """The recap document, not yet closed. Counts only; ids and names are never in it.

    While the period runs, earlier ones are compared as far as `today`. `has_earlier`: the arrays leave out what was reported earlier.
    """
    counted = scope(arrays, period, cut_off)
    frame = Frame(counted, unit, settings)
    tallies = {table.name: tally(table, frame) for table in RECAP_TABLES}
    return {
        "schema": SCHEMA,
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat(), "cut_off": cut_off.isoformat()},
        "unit": {"area": unit.area, "name": unit.name},
        "status": "open",
        "definitions": recap_definitions(settings, indicator_set),
        "definition_lines": definition_lines(settings),
        "totals": _totals(counted),
        "comparison": comparison(arrays, period, min(cut_off, today or cut_off), has_earlier=has_earlier),
        "transferred_in": _totals(scope(arrays, period, cut_off, transferred=True)),
        "tables": {name: _table(TABLE[name], found, settings) for name, found in tallies.items()},
        "checks": checks_of(counted, tallies),
    }


def behind(
    frame: Frame, table: str, row: str, group: str | None = None, sex: str | None = None
) -> list[tuple[bytes, bytes | None]]:
    """Case id and client id of each thing in a cell: one entry per thing counted, so the list is as long as the number.

    `group` and `sex` narrow the cell as `by` does. Contacts have no case: their own id comes first. KeyError for a table
    or row that is not there.
    """
    chosen = TABLE[table]
    population = frame.scope[chosen.unit]
    hit = members(chosen, frame, row)
    if group is not None:
        hit &= population.group == AGE_GROUPS.index(group)
    if sex is not None:
        hit &= population.sex == _SEX_NUMBERS[sex]
    first = population.rows["contact_id"] if chosen.unit is Unit.CONTACTS else population.case["case_id"]
    return list(zip(_ids(first[hit]), _client_ids(population.client, hit), strict=True))


def _ids(column: Rows) -> list[bytes]:
    return [bytes(raw) for raw in column]


def _client_ids(clients: Rows | None, hit: np.ndarray[Any, Any]) -> list[bytes | None]:
    return [None] * int(hit.sum()) if clients is None else [*_ids(clients["client_id"][hit])]


def _totals(counted: Scope) -> dict[str, int]:
    victims = counted[Unit.VICTIMS].client
    persons = 0 if victims is None else distinct_persons(victims["person"])
    people = {"victim_persons": persons} | reported_people(counted)
    return {name: len(counted[unit]) for name, unit in _TOTALS.items()} | people


def _table(table: Table, found: Tally, settings: Settings) -> dict[str, Any]:
    rows = [
        {"code": row.code, "label": {"id": row.id, "en": row.en}, "count": int(counts.sum())}
        | _by(table, counts, found)
        for row, counts in zip(found.rows, found.counts, strict=True)
    ]
    return {
        "counts": table.unit.value if table.unit is not Unit.ENDS else "client ends",
        "multi": table.multi,
        "rows": rows,
        "sum": int(found.counts.sum()),
        "note": dict(note_of(table, settings)),
    }


def _by(table: Table, counts: Counts, found: Tally) -> dict[str, Any]:
    if table.unit is Unit.PERPETRATORS:
        sexes = counts.sum(axis=0)
        return {"by": {"L": int(sexes[1]), "P": int(sexes[2]), "X": int(sexes[3] + sexes[0])}}
    if table.unit not in _WITH_CLIENT:
        return {}
    with_x = bool(found.counts[:, :, (0, 3)].any())
    return {"by": {group: _by_sex(counts[i], with_x) for i, group in enumerate(AGE_GROUPS)}}


def _by_sex(sexes: Counts, with_x: bool) -> dict[str, int]:
    known = {"L": int(sexes[1]), "P": int(sexes[2])}
    return known | {"X": int(sexes[3] + sexes[0])} if with_x else known
