"""What left the demo office as numbers: public releases of every quarter that is over, as far as it may be public, the newest waiting for
its signature; and two official returns of the month before."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from app.demo.story import Cast
from app.domain.errors import Refused
from app.domain.zones import local_day
from app.releases import returning, services
from app.reports.periods import months_up_to
from app.security.structs.releases import ReturnNote
from app.work import Runtime


def settle(runtime: Runtime, cast: Cast) -> None:
    """Release the quarters of the last year and of this one in order, sign all but the last; return the two months before this one."""
    today = local_day(runtime.now(), cast.zone)
    _return(runtime, cast, today)
    made: list[UUID] = []
    for year in (today.year - 1, today.year):
        for quarter in (1, 2, 3, 4):
            if (year, quarter) >= (today.year, (today.month + 2) // 3):
                break
            if made:
                with runtime.begin(cast.staff["KEPALA"]) as work:
                    services.decide(work, made.pop(), sign=True)
            try:
                with runtime.reading(cast.staff["DATA"], services.making(year, quarter)) as work:
                    ready = services.prepared(work, year, quarter)
            except Refused:
                continue  # too few for a release of its own: the next one takes it in
            if not ready.release.figures.total and not made:
                continue  # nobody yet: before the office had its first case
            with runtime.begin(cast.staff["DATA"]) as work:
                made.append(services.propose(work, ready).id)


def _return(runtime: Runtime, cast: Cast, today: date) -> None:
    note = ReturnNote(
        institution="Dinas PPPA (contoh)",
        office="Kepala Bidang Perlindungan (contoh)",
        purpose="Rapat evaluasi bulanan",
    )
    for month in months_up_to(today.replace(day=1) - timedelta(days=1), 2):
        wish = returning.Wish(returning.RECAP, month)
        with runtime.reading(cast.staff["DATA"], returning.counting(wish)) as work:
            ready = returning.counted(work, wish)
        with runtime.begin(cast.staff["DATA"]) as work:
            returning.issue(work, ready, note)
