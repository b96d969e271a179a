"""How fast a sweep goes over many running clocks, and that its memory does not follow their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.clocks import sweeping as clocks
from app.clocks.sweeping import Reached
from app.commands.benchmarks.filling import fill_clocks
from app.commands.benchmarks.measure import Sheet, resident, timed
from app.commands.benchmarks.scratch import Scratch
from app.commands.benchmarks.sizes import Advance, Sizes
from app.notifications import telling
from app.work import Work


def sweep(scratch: Scratch, sizes: Sizes, sheet: Sheet, advance: Advance) -> None:
    """One sweep after a long standstill: every case has a clock of which nobody was told. Then one with nothing to do."""
    fill_clocks(scratch, sizes.swept_cases, sizes.clocks_a_case, advance)
    held: list[float] = []

    def tell(work: Work, reached: Sequence[Reached]) -> None:
        held.append(resident())
        telling.escalate(work, reached)

    now = scratch.runtime.now()
    runtime = replace(scratch.runtime, now=lambda: now)
    running = sizes.swept_cases * sizes.clocks_a_case
    with timed() as took:
        handled = clocks.sweep(runtime, now, tell)
    sheet.time(f"sweep over {running} running clocks of {handled} cases, each with one to tell of", took, 10.0)
    sheet.rate("cases swept", handled, took, "cases/s")
    sheet.size("sweep: memory from its first tenth to its end", held[-1] - held[len(held) // 10], "MB", 16.0)
    later = now + timedelta(minutes=5)
    with timed() as took:
        clocks.sweep(runtime, later, tell)
    sheet.time(f"sweep over {running} running clocks, nothing due", took, 0.25)
