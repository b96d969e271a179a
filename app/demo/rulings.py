"""What the legal officer of the demo office decided: rules confirmed, one with another number, a regional day off that moved deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from app.clocks import recount
from app.demo.story import Cast
from app.domain.clocks import ClockType, Unit
from app.domain.clocks.versions import Change, NewTerm
from app.domain.zones import local_day
from app.reference import rule_acts, rulebook
from app.reference.rule_acts import Confirmation, NewDay
from app.work import Runtime, Work

CONFIRMED: Final = ("TPKS-41", "KDRT-16-1", "KDRT-16-2", "KDRT-16-3")
_BEFORE: Final = timedelta(minutes=30)


def settle(runtime: Runtime, cast: Cast) -> None:
    """Decide half an hour ago and count the running deadlines again."""
    now = runtime.now()
    earlier = replace(runtime, now=lambda: now - _BEFORE)
    with earlier.begin(cast.staff["KEPALA"]) as work:
        _decide(work, cast)
    recount.run(runtime, now)


def _decide(work: Work, cast: Cast) -> None:
    today = local_day(work.now, cast.zone)
    given = Confirmation("Rahmawati Contoh, S.H. (Bagian Hukum)", today, "Nota dinas 180/12")
    for rule_id in CONFIRMED:
        rule_acts.confirm(work, rule_id, 1, given)
    term = NewTerm((2,), Unit.HOUR, ClockType.H)
    basis = "SK Kepala UPTD PPA tentang standar pelayanan"
    change = Change((term,), True, "URGENT", (), "C", basis, "", today + timedelta(days=1))
    reason = "Penyaringan paling lambat dua jam, sesuai SK unit."
    rule_acts.decide(work, "DEF-SCREEN", change, reason=reason, moves_running=False, expected=1)
    rule_acts.enter_day(
        work, NewDay("off", _next_working(work, cast, today), "regional", "Hari jadi kabupaten", "SK Bupati 188.45/12")
    )


def _next_working(work: Work, cast: Cast, today: date) -> date:
    """The working day after the next: clocks in working days run over it."""
    return rulebook.of_unit(work, cast.unit_id).calendar.add_working_days(today, 2)
