"""What left the demo office as numbers: public releases of every quarter that is over, as far as it may be public, the newest waiting for
its signature; and two official returns of the month before."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from app.demo.closings import holder
from app.domain.access import Actor, Capability, system
from app.domain.errors import Refused
from app.releases import returning, services
from app.reports import queries
from app.reports.periods import months_up_to
from app.reports.services import today_of
from app.security.structs.releases import ReturnNote
from app.work import Runtime


def settle(runtime: Runtime, unit_id: UUID) -> None:
    """Release the quarters of the last year and of this one in order, sign all but the last; return the two months before this one."""
    with runtime.looking(system("demo", unit_id)) as work:
        today = today_of(work, queries.unit(work))
        maker, signer = (holder(work, unit_id, each) for each in (Capability.RELEASE_MAKE, Capability.RELEASE_SIGN))
        returner = holder(work, unit_id, Capability.RETURN_MAKE)
    _return(runtime, returner, today)
    made: list[UUID] = []
    for year in (today.year - 1, today.year):
        for quarter in (1, 2, 3, 4):
            if (year, quarter) >= (today.year, (today.month + 2) // 3):
                break
            if made:
                with runtime.begin(signer) as work:
                    services.decide(work, made.pop(), sign=True)
            try:
                with runtime.reading(maker, services.making(year, quarter)) as work:
                    ready = services.prepared(work, year, quarter)
            except Refused:
                continue  # too few for a release of its own: the next one takes it in
            if not ready.release.figures.total and not made:
                continue  # nobody yet: before the office had its first case
            with runtime.begin(maker) as work:
                made.append(services.propose(work, ready).id)


def _return(runtime: Runtime, who: Actor, today: date) -> None:
    note = ReturnNote(
        institution="Dinas PPPA (contoh)",
        office="Kepala Bidang Perlindungan (contoh)",
        purpose="Rapat evaluasi bulanan",
    )
    for month in months_up_to(today.replace(day=1) - timedelta(days=1), 2):
        wish = returning.Wish(returning.RECAP, month)
        with runtime.reading(who, returning.counting(wish)) as work:
            ready = returning.counted(work, wish)
        with runtime.begin(who) as work:
            returning.issue(work, ready, note)
