"""How fast the numbers come: a month's recap and a year's cluster V from small and large ledgers, and the workbook of a year."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.commands.benchmarks.filling import YEAR, fill_ledger, year_of_cases
from app.commands.benchmarks.measure import Sheet, Timing, median, peak, timed
from app.commands.benchmarks.scratch import Scratch
from app.commands.benchmarks.sizes import Advance, Sizes
from app.commands.context import operator
from app.reports import services
from app.reports.counting.settings import Period
from app.reports.services import ClusterWish, RecapWish
from app.reports.xlsx import recap_workbook

_MONTH: Final = Period(date(YEAR, 5, 1), date(YEAR, 5, 31))
_YEAR: Final = Period(date(YEAR, 1, 1), date(YEAR, 12, 31))


def recap(scratch: Scratch, sizes: Sizes, sheet: Sheet, advance: Advance) -> None:
    """Open month of the small and the large ledger, cluster V and the year's workbook of the small one."""
    months = year_of_cases(scratch, sizes.cases_a_month)
    small = fill_ledger(scratch, months, sizes.small_ledger, advance)
    sheet.time(f"recap of an open month, {small} cases in the ledger", _recap(scratch, sizes.times), 0.05)
    sheet.time(f"cluster V of a year, {small} cases", median(lambda: _cluster(scratch), sizes.times), 2.0)
    with peak() as highest, timed() as took:
        recap_workbook(_document(scratch, _YEAR), "id")
    sheet.time(f"workbook of a year, {small} cases", took, 5.0)
    sheet.size("workbook of a year: memory", highest(), "MB", 150.0)
    fill_ledger(scratch, months, sizes.large_ledger - small, advance)
    with peak() as highest:
        took = _recap(scratch, 1)
    sheet.time(f"recap of an open month, {sizes.large_ledger} cases in the ledger", took, 1.0)
    sheet.size(f"recap of an open month, {sizes.large_ledger} cases: memory", highest(), "MB")


def _recap(scratch: Scratch, times: int) -> Timing:
    return median(lambda: _document(scratch, _MONTH), times)


def _document(scratch: Scratch, period: Period) -> services.Document:
    wish = RecapWish(period, period.last)
    with scratch.runtime.reading(operator("bench"), services.recap_opening(wish)) as work:
        return services.recap_document(work, wish)


def _cluster(scratch: Scratch) -> services.Document:
    wish = ClusterWish(YEAR, services.year_end(YEAR))
    with scratch.runtime.reading(operator("bench"), services.cluster_opening(wish)) as work:
        return services.cluster_document(work, wish)
