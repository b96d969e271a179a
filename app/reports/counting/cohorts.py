"""Which child files stand in which indicator: the mapping of PP 78 items is data of the set (kla-cluster-v 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from app.domain.indicators import IndicatorSet, Mapping78
from app.reports.counting.children import ChildFiles, Children
from app.reports.counting.codebook import bit, numbers
from app.reports.counting.codecs import YES, day_number
from app.reports.counting.columns import Bools
from app.reports.counting.measures import Cohort
from app.reports.counting.settings import Settings, UnitInfo
from app.reports.ledger_format import Arrays

_CONDITION_FIELDS: Final[Mapping[str, str]] = {"ekonomi_bukan_kerja": "economic_not_work"}
"""Where the ledger keeps a condition of the mapping. A condition without a field never holds."""


class YearOfChildren:
    """The children of one year as of a cut-off, and their cohorts per indicator of a set."""

    def __init__(
        self, arrays: Arrays, unit: UnitInfo, year: int, cut_off: date, indicators: IndicatorSet, settings: Settings
    ) -> None:
        self.unit, self.year, self.indicators, self.settings = unit, year, indicators, settings
        self.files = ChildFiles(arrays, cut_off, year)
        days = arrays.case[
            "report_day"
        ]  # of the whole year: a year recorded later than an early cut-off counts 0, not "no data"
        first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
        self.any_case = bool(((days >= first) & (days <= last)).any())

    @property
    def is_recorded(self) -> bool:
        """Whether the office recorded here in this year: its start, or else any case of the year, says so."""
        started = self.settings.started_on
        return self.any_case if started is None else started.year <= self.year

    def cohort(self, indicator: str) -> Cohort:
        """The files with an item that the set maps to the indicator, for their roles and conditions."""
        member, items = np.zeros(len(self.files), bool), 0
        for rule in self.indicators.mapping:
            if rule.indicator == indicator:
                member |= self._holds(rule)
                items |= bit("ampk_items", rule.item)
        return self._cohort(member, items)

    def cluster(self) -> Cohort:
        """The files with any of the items: each child once, whatever indicators it stands in."""
        return self._cohort(self.files.items > 0, (1 << len(numbers("ampk_items"))) - 1)

    def unsorted(self) -> Children:
        """Children of the year with no item in any of their files: belum dipilah (design 4)."""
        everybody = Children(self.files, self.files.reported)
        sorted_ = self.files.person[self.cluster().reported.rows]
        return (
            Children(self.files, self.files.reported & ~np.isin(self.files.person, sorted_))
            if len(everybody)
            else everybody
        )

    def _cohort(self, member: Bools, items: int) -> Cohort:
        return Cohort(self.files, member, items, self.unit, self.settings, self.indicators)

    def _holds(self, rule: Mapping78) -> Bools:
        hit: Bools = (self.files.items & bit("ampk_items", rule.item)) > 0
        if rule.roles is not None:
            hit &= np.isin(self.files.role, [numbers("abh_role")[role] for role in rule.roles])
        if rule.when is not None:
            field = _CONDITION_FIELDS.get(rule.when)
            hit &= np.zeros(len(hit), bool) if field is None else self.files.client[field] == YES
        return hit
