"""What falls into a period: the cases, clients, reported persons, pairs, services, referrals, ends and contacts to count.

Each kind is counted on its own day (design 4). Events after the cut-off do not count. Cases taken over from another
unit (`transfer_in`) are kept apart, so they can be shown beside the sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from app.reports.counting.codebook import bit, numbers
from app.reports.counting.codecs import NO_DAY, day_number
from app.reports.counting.columns import Bools, Ints, Rows, age_group, ints
from app.reports.counting.rules import bits_by_client
from app.reports.counting.settings import Period
from app.reports.ledger_format import Arrays


class Unit(StrEnum):
    """What a table counts; units are never mixed in one table (case-management 11, rule 1)."""

    CASES = "cases"
    VICTIMS = "victims"
    CLIENTS = "clients"
    PERPETRATORS = "perpetrators"
    PAIRS = "pairs"
    SERVICES = "services"
    REFERRALS = "referrals"
    ENDS = "ends"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Population:
    """The things of one unit that are counted: their own rows, and the rows of their case and client where they have one."""

    unit: Unit
    rows: Rows
    case: Rows
    client: Rows | None
    group: Ints
    """Age group of the client, all 0 where there is none."""
    sex: Ints
    """Number of the sex of the client or reported person, all 0 where there is none."""
    client_row: Ints
    """Position of the client in the arrays."""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Scope:
    """The populations of a period as of a cut-off, with the rows they stand on."""

    arrays: Arrays
    period: Period
    cut_off: date
    populations: Mapping[Unit, Population]

    def __getitem__(self, unit: Unit) -> Population:
        return self.populations[unit]


def scope(arrays: Arrays, period: Period, cut_off: date, *, transferred: bool = False) -> Scope:
    """What is counted in the period as of the cut-off; with `transferred` the taken-over cases instead of the others."""
    return Scope(arrays, period, cut_off, _Selection(arrays, period, cut_off, transferred).populations())


class _Selection:
    """Picks rows by day. A day counts when it lies in the period and not after the cut-off."""

    def __init__(self, arrays: Arrays, period: Period, cut_off: date, transferred: bool) -> None:
        self.arrays = arrays
        self.first, self.last = day_number(period.first), day_number(min(period.last, cut_off))
        self.case_counts = (arrays.case["transfer_in"] == 1) == transferred
        self.case_reported = self.case_counts & self.in_period(arrays.case["report_day"])
        self.transferred = transferred

    def in_period(self, days: Rows) -> Bools:
        return (days >= self.first) & (days <= self.last)

    def populations(self) -> Mapping[Unit, Population]:
        arrays = self.arrays
        client_in = self.case_reported[arrays.client["case"]]
        victim_in = client_in & (arrays.client["capacity"] == numbers("capacity")["KORBAN"])
        ended = self.case_counts[arrays.client["case"]] & self.in_period(arrays.client["ended_on"])
        contacts = arrays.contact[self.in_period(arrays.contact["day"]) & (not self.transferred)]
        cases = arrays.case[self.case_reported]
        return {
            Unit.CASES: _without_client(Unit.CASES, cases, cases),
            Unit.CLIENTS: self.of_clients(Unit.CLIENTS, np.flatnonzero(client_in)),
            Unit.VICTIMS: self.of_clients(Unit.VICTIMS, np.flatnonzero(victim_in)),
            Unit.ENDS: self.of_clients(Unit.ENDS, np.flatnonzero(ended)),
            Unit.PERPETRATORS: self.perpetrators(),
            Unit.PAIRS: self.by_client(Unit.PAIRS, arrays.pair, client_in[arrays.pair["client"]]),
            Unit.SERVICES: self.services(),
            Unit.REFERRALS: self.referrals(),
            Unit.CONTACTS: _without_client(Unit.CONTACTS, contacts, contacts[:0]),
        }

    def of_clients(self, unit: Unit, positions: Ints) -> Population:
        clients = self.arrays.client[positions]
        return self._with_client(unit, clients, clients, positions)

    def by_client(self, unit: Unit, rows: Rows, wanted: Bools) -> Population:
        chosen = rows[wanted]
        positions = ints(chosen["client"])
        return self._with_client(unit, chosen, self.arrays.client[positions], positions)

    def _with_client(self, unit: Unit, rows: Rows, clients: Rows, positions: Ints) -> Population:
        cases = self.arrays.case[clients["case"]]
        return Population(unit, rows, cases, clients, age_group(clients), ints(clients["sex"]), positions)

    def perpetrators(self) -> Population:
        chosen = self.arrays.reported[self.case_reported[self.arrays.reported["case"]]]
        none = np.zeros(len(chosen), np.int64)
        return Population(
            Unit.PERPETRATORS, chosen, self.arrays.case[chosen["case"]], None, none, ints(chosen["sex"]), none
        )

    def services(self) -> Population:
        service = self.arrays.service
        counts = self.case_counts[self.arrays.client["case"]][service["client"]]
        return self.by_client(
            Unit.SERVICES, service, counts & self.in_period(service["day"]) & (service["service"] > 0)
        )

    def referrals(self) -> Population:
        referral = self.arrays.referral
        counts = self.case_counts[self.arrays.client["case"]][referral["client"]]
        return self.by_client(Unit.REFERRALS, referral, counts & self.in_period(referral["sent_day"]))


def _without_client(unit: Unit, rows: Rows, cases: Rows) -> Population:
    none = np.zeros(len(rows), np.int64)
    return Population(unit, rows, cases, None, none, none, none)


def services_up_to(arrays: Arrays, cut_off: date, first: date | None = None) -> Ints:
    """Per client the kinds of service as bits, dated on or before the cut-off (and not before `first` where given)."""
    rows = arrays.service[(arrays.service["day"] <= day_number(cut_off)) & (arrays.service["service"] > 0)]
    if first is not None:
        rows = rows[rows["day"] >= day_number(first)]
    return bits_by_client(len(arrays.client), rows["client"], ints(rows["service"]))


def served_by(services: Ints, excluded: int = 0) -> Bools:
    """terlayani: at least one service outside the excluded ones (kla-cluster-v 4.3: luas excludes none)."""
    return (services & ~excluded) > 0


def served_core(services: Ints) -> Bools:
    """terlayani_inti: at least one service other than complaint intake (kla-cluster-v 4.3)."""
    return served_by(services, bit("service", "SV_PENGADUAN"))


def happened(days: Rows, cut_off: date) -> Bools:
    """Whether each event has a day and that day is not after the cut-off."""
    numbers_ = ints(days)
    hit: Bools = np.logical_and(numbers_ != NO_DAY, numbers_ <= day_number(cut_off))
    return hit
