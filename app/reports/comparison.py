"""A period beside the one before it and the same one of the year before (case-management 11; product "Laporan").

Each is counted by the same engine and definitions. An earlier period is counted as far as this one has come: as many days past its
end, or into it, as the cut-off lies past the end of this one or into it. Otherwise the first half of a month would stand against the
whole of the last. A period before anything was recorded here has no numbers: `None`, never 0 (kla-cluster-v 4.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from app.reports.counting.codecs import NO_DAY, day_number, day_of
from app.reports.counting.columns import AGE_GROUPS
from app.reports.counting.persons import distinct_persons
from app.reports.counting.scope import Scope, Unit, scope, served_by, served_core, services_up_to
from app.reports.counting.settings import Period
from app.reports.ledger_format import Arrays
from app.reports.periods import previous, year_before

COMPARED: Final[Mapping[str, Unit]] = {
    "cases": Unit.CASES,
    "victims": Unit.VICTIMS,
    "perpetrators": Unit.PERPETRATORS,
    "services": Unit.SERVICES,
    "referrals": Unit.REFERRALS,
    "closed": Unit.ENDS,
    "contacts": Unit.CONTACTS,
}
_CHILD: Final = AGE_GROUPS.index("ANAK")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier period with the day up to which it is counted, so that both are equally far along."""

    period: Period
    cut_off: date


def comparison(arrays: Arrays, period: Period, cut_off: date, *, has_earlier: bool = False) -> dict[str, Any]:
    """`this` with `previous` and `year_before`: days, cut-off and `totals` of each; totals are None where nothing was recorded yet.

    `recorded_from` is the first report day where that lies within the period: what came before it was not recorded here.
    `has_earlier`: more was recorded before what the arrays hold.
    """
    told = {
        "this": Earlier(period, cut_off),
        "previous": as_far_along(period, cut_off, previous(period)),
        "year_before": as_far_along(period, cut_off, year_before(period)),
    }
    began = day_number(date.min) if has_earlier else first_day(arrays)
    return {name: _side(arrays, each, began) for name, each in told.items()}


def as_far_along(period: Period, cut_off: date, earlier: Period) -> Earlier:
    """The earlier period, counted as far as `period` is counted with its cut-off."""
    if cut_off >= period.last:
        return Earlier(earlier, earlier.last + (cut_off - period.last))
    into = max(cut_off - period.first, timedelta(0))
    return Earlier(earlier, min(earlier.first + into, earlier.last))


def first_day(arrays: Arrays) -> int | None:
    """The number of the first report day in the ledger; None for an empty one."""
    days = arrays.case["report_day"]
    known = days[days != NO_DAY]
    return int(np.min(known)) if len(known) else None


def _side(arrays: Arrays, told: Earlier, began: int | None) -> dict[str, Any]:
    recorded = began is not None and began <= day_number(told.period.last)
    first = day_of(began) if recorded and began is not None and began > day_number(told.period.first) else None
    return {
        "from": told.period.first.isoformat(),
        "to": told.period.last.isoformat(),
        "cut_off": told.cut_off.isoformat(),
        "recorded_from": first.isoformat() if first is not None else None,
        "totals": totals(scope(arrays, told.period, told.cut_off)) if recorded else None,
    }


def totals(counted: Scope) -> dict[str, int]:
    """The compared numbers of a period."""
    victims = counted[Unit.VICTIMS]
    services = services_up_to(counted.arrays, counted.cut_off)[victims.client_row]
    persons = 0 if victims.client is None else distinct_persons(victims.client["person"])
    found = {name: len(counted[unit]) for name, unit in COMPARED.items()}
    return found | {
        "victim_persons": persons,
        "victims_child": int((victims.group == _CHILD).sum()),
        "victims_served": int(served_by(services).sum()),
        "victims_served_core": int(served_core(services).sum()),
    }
