"""Closed months of the demo office: two that are signed, where later entries may differ since, and last month, which waits for a signature."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from app.demo.story import Act, Cast, Planned
from app.domain.zones import at_local, local_day
from app.reports import closing
from app.reports.counting.settings import Period
from app.reports.periods import months_up_to
from app.work import Work

MONTHS: Final = 3
CLOSED_ON: Final = 4  # days after the month
WHY: Final = "Daftar periksa sudah dibaca; isian yang belum diketahui ditanyakan pada pemantauan berikutnya."


def planned(cast: Cast, now: datetime) -> list[Planned]:
    """The data officer closes, the supervisor signs on the next morning; of the newest month nobody has signed yet."""
    ended = months_up_to(local_day(now, cast.zone), MONTHS + 1)[:-1]
    found = []
    for month in ended:
        at = at_local(month.last + timedelta(days=CLOSED_ON), time(14), cast.zone)
        found.append(Planned(at, cast.staff["DATA"], _closing(month)))
        if month != ended[-1]:
            found.append(Planned(at + timedelta(hours=19), cast.staff["SUPERVISOR"], _signing(month)))
    return found


def _closing(month: Period) -> Act:
    def act(work: Work) -> None:
        found = closing.draft(work, month)
        closing.close(work, found, closing.Words(WHY if found.findings else "", nihil=found.is_nihil))

    return act


def _signing(month: Period) -> Act:
    def act(work: Work) -> None:
        closing.sign(work, month)

    return act
