"""Distinct children for cluster V: their files, which of them count together, and one answer per child (kla-cluster-v 4.1).

A child is a person; its files are its client files in which it was a child. Files are kept ordered by person, report day
and file id, so the first file of a child in any selection speaks for it where only one value is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import numpy as np

from app.domain.codes import code_list
from app.reports.counting.codebook import numbers
from app.reports.counting.codecs import day_number
from app.reports.counting.columns import CHILD, Bools, Ints, Rows, age_group, ints, kinds_of_disability, victim_band
from app.reports.counting.persons import order_by_id, person_numbers
from app.reports.counting.rules import abh_role, bits_by_client, items_of_children
from app.reports.counting.scope import happened, served_by, services_up_to
from app.reports.counting.settings import AgeBasis
from app.reports.counting.tables import Row, row_hits
from app.reports.ledger_format import Arrays

DISABILITY_ROWS = (
    Row("YA", "Ya", "Yes", 1),
    Row("TIDAK", "Tidak", "No", 2),
    Row("TIDAK_DIKETAHUI", "Tidak diketahui", "Not known", 0, unknown=True),
)


class ChildFiles:
    """Every file of a child reported up to the cut-off, taken-over cases left out, with what had happened by then."""

    def __init__(self, arrays: Arrays, cut_off: date, year: int) -> None:
        self.arrays, self.cut_off, self.year = arrays, cut_off, year
        self.at, self.person = _ordered(arrays, cut_off)
        self.client: Rows = arrays.client[self.at]
        self.case: Rows = arrays.case[self.client["case"]]
        items, confirmed = items_of_children(arrays, cut_off)
        self.items, self.confirmed = items[self.at], confirmed[self.at]
        self.first_day = day_number(date(year, 1, 1))
        self.last_day = day_number(min(date(year, 12, 31), cut_off))

    def __len__(self) -> int:
        return len(self.at)

    def in_year(self, days: Rows) -> Bools:
        """Whether each day lies in the year and not after the cut-off."""
        hit: Bools = np.logical_and(days >= self.first_day, days <= self.last_day)
        return hit

    @cached_property
    def reported(self) -> Bools:
        """Files whose case was reported in the year."""
        return self.in_year(self.case["report_day"])

    @cached_property
    def services(self) -> Ints:
        """Kinds of service up to the cut-off."""
        return services_up_to(self.arrays, self.cut_off)[self.at]

    @cached_property
    def services_of_year(self) -> Ints:
        """Kinds of service dated in the year."""
        last = min(self.cut_off, date(self.year, 12, 31))
        return services_up_to(self.arrays, last, date(self.year, 1, 1))[self.at]

    @cached_property
    def role(self) -> Ints:
        """Number of the role in juvenile justice."""
        return abh_role(self.client)

    @cached_property
    def age_band(self) -> Ints:
        """Number of the age band at the incident."""
        return victim_band(self.client, AgeBasis.INCIDENT)

    @cached_property
    def ended(self) -> Bools:
        """Files whose handling had ended by the cut-off."""
        return happened(self.client["ended_on"], self.cut_off)

    @cached_property
    def ended_in_year(self) -> Bools:
        """Files whose handling ended in the year."""
        hit: Bools = self.in_year(self.client["ended_on"])
        return hit

    @cached_property
    def finished(self) -> Bools:
        """Files ended with the outcome TM_SELESAI by the cut-off."""
        hit: Bools = np.logical_and(self.ended, self.client["closure"] == numbers("termination")["TM_SELESAI"])
        return hit

    @cached_property
    def carried_over(self) -> Bools:
        """Files reported before the year and still open on 1 January (kla-cluster-v 4.5)."""
        before = self.case["report_day"] < self.first_day
        open_then = np.logical_or(~self.ended, self.client["ended_on"] >= self.first_day)
        return np.logical_and(before, open_then)

    @cached_property
    def followed_up(self) -> Bools:
        """Files with a follow-up visit on or after their end, up to the cut-off."""
        rows = self.arrays.followup
        visits = rows[happened(rows["day"], self.cut_off) & np.isin(rows["kind"], _visits())]
        found = np.zeros(len(self.arrays.client), bool)
        end = self.arrays.client["ended_on"][visits["client"]]
        found[visits["client"][visits["day"] >= end]] = True
        return np.logical_and(found[self.at], self.ended)

    @cached_property
    def referred_to(self) -> Ints:
        """Institution types an outgoing referral went to by the cut-off, as bits; bit 62 where the type is not known."""
        return self._referrals("sent_day")

    @cached_property
    def accepted_by(self) -> Ints:
        """Institution types that accepted a referral by the cut-off, as `referred_to`."""
        return self._referrals("accepted_day")

    @cached_property
    def relationships(self) -> Ints:
        """Relationships of the case's reported persons to the child, as bits."""
        pair = self.arrays.pair[self.arrays.pair["relationship"] > 0]
        return bits_by_client(len(self.arrays.client), pair["client"], ints(pair["relationship"]))[self.at]

    @cached_property
    def disability_bits(self) -> Ints:
        """Bit 0 a recorded kind (or item 16), bit 1 recorded as none."""
        none = (ints(self.client["disability"]) >> (numbers("disability")["DS_NONE"] - 1)) & 1
        item16 = (self.items >> (numbers("ampk_items")["16"] - 1)) & 1
        has = np.logical_or(kinds_of_disability(self.client) > 0, item16 == 1)
        bits: Ints = has * 1 + none * 2
        return bits

    def _referrals(self, day: str) -> Ints:
        rows = self.arrays.referral[happened(self.arrays.referral[day], self.cut_off)]
        types = np.where(rows["institution_type"] == 0, UNKNOWN_INSTITUTION, rows["institution_type"])
        own = bits_by_client(len(self.arrays.client), rows["client"], ints(types))
        whole = rows["whole_case"] == 1
        cases = self.arrays.client["case"][rows["client"][whole]]
        of_case = bits_by_client(len(self.arrays.case), cases, ints(types[whole]))
        found: Ints = (own | of_case[self.arrays.client["case"]])[self.at]
        return found


UNKNOWN_INSTITUTION = 63


def _ordered(arrays: Arrays, cut_off: date) -> tuple[Ints, Ints]:
    clients = arrays.client
    report = arrays.case["report_day"][clients["case"]]
    own = arrays.case["transfer_in"][clients["case"]] == 0
    at = np.flatnonzero((age_group(clients) == CHILD) & own & (report <= day_number(cut_off)))
    person = person_numbers(clients["person"][at])
    order = np.lexsort((*order_by_id(clients["client_id"][at]), report[at], person))
    return at[order], person[order]


def _visits() -> Ints:
    return np.array([0, *(kind.n for kind in code_list("followup_kind") if kind.truth("visit") is not False)])


class Children:
    """The distinct children behind a choice of files."""

    def __init__(self, files: ChildFiles, chosen: Bools) -> None:
        self.files = files
        self.rows = np.flatnonzero(chosen)
        person = files.person[self.rows]
        self.starts = np.flatnonzero(np.concatenate(([True], person[1:] != person[:-1]))[: len(person)])

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def first(self) -> Ints:
        """The file that speaks for each child."""
        return self.rows[self.starts]

    def any(self, flags: Bools) -> Bools:
        """Per child whether one of its chosen files has it."""
        return self.union(flags) > 0

    def union(self, bits: Rows) -> Ints:
        """Per child the bits of all its chosen files."""
        return np.bitwise_or.reduceat(ints(bits[self.rows]), self.starts) if len(self) else np.zeros(0, np.int64)

    def served(self, excluded: int) -> Bools:
        """Per child whether one of its chosen files has a service outside the excluded kinds by the cut-off (design 4)."""
        return served_by(self.union(self.files.services), excluded)

    def by_sex(self, flags: Bools | None = None) -> dict[str, int]:
        """Children by sex, all of them or those flagged; X only where a sex is not known."""
        sex = ints(self.files.client["sex"][self.first])
        chosen = sex if flags is None else sex[flags]
        known = {code: int((chosen == numbers("sex")[code]).sum()) for code in ("L", "P")}
        rest = len(chosen) - sum(known.values())
        return known | ({"X": rest} if rest else {})

    def disability(self) -> Ints:
        """Per child 1 with a disability in any chosen file, 2 recorded as none, 0 not known."""
        bits = self.union(self.files.disability_bits)
        return np.where(bits & 1 == 1, 1, bits)


def count_rows(rows: Iterable[Row], marks: Ints, *, multi: bool = False) -> dict[str, int]:
    """Children per row; `marks` are row numbers, or with `multi` bits of row numbers."""
    counts = {row: int(row_hits(row, marks, multi=multi).sum()) for row in rows}
    return {row.code: n for row, n in counts.items() if row.active or n}
