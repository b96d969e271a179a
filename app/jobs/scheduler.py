"""The scheduler: one process of its own, never inside `wsgi.py` (design 1). It ends gracefully, and with its parent.

Any number of them may run: the leader works, the others wait for the lead (`app.jobs.leader`).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC
from types import FrameType
from typing import IO, Any, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app import logs
from app.jobs.claims import run_due
from app.jobs.leader import Leadership
from app.jobs.registry import JOBS, Job
from app.work import Runtime

# Several missed runs are one; no run is dropped for being late; no job overtakes itself.
_LATE_IS_FINE: Final[dict[str, Any]] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


WATCH: Final = 2.0  # seconds after which a scheduler looks whether it leads


def run_as_leader(runtime: Runtime, job: Job, leadership: Leadership) -> int | None:
    """Run what is due, if this scheduler leads; None where it does not, or nothing is due."""
    return run_due(runtime, job, leadership.id) if leadership.holds() else None


def make_scheduler(runtime: Runtime, leadership: Leadership, jobs: Sequence[Job] = JOBS) -> BackgroundScheduler:
    """A scheduler with every job, each due at once (a missed run is made up for, once) and then at its due times.

    One thread: on the embedded database two jobs would only wait for each other. It runs beside the main thread, which waits for
    the end: a blocking scheduler cannot be stopped from a signal handler without a race.
    """
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    for job in jobs:
        now = runtime.now()
        seconds, first = int(job.every.total_seconds()), job.due(now) + job.every
        trigger = IntervalTrigger(
            seconds=seconds, start_date=first, timezone=UTC
        )  # from a due time on, so it stays on them
        given = (runtime, job, leadership)
        scheduler.add_job(run_as_leader, DateTrigger(now), given, id=f"{job.name}-at-start", **_LATE_IS_FINE)
        scheduler.add_job(run_as_leader, trigger, given, id=job.name, **_LATE_IS_FINE)
    return scheduler


def serve(runtime: Runtime, parent: IO[bytes] | None = None) -> None:
    """Run jobs until a signal, or until `parent` (a pipe the parent holds open) ends. A job at work is let finish."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _handler(stopping))
    if parent is not None:
        threading.Thread(target=_wait_for_end, args=(parent, stopping), daemon=True).start()
    leadership = Leadership(runtime.engine)
    scheduler = make_scheduler(runtime, leadership)
    scheduler.start()
    logs.get_logger().info("jobs.started", count=len(JOBS))
    while not stopping.wait(WATCH):
        if leadership.is_new():
            _catch_up(scheduler, runtime, leadership)
    scheduler.shutdown(wait=True)
    leadership.let_go()
    logs.get_logger().info("jobs.stopped")


def _catch_up(scheduler: BackgroundScheduler, runtime: Runtime, leadership: Leadership) -> None:
    """The lead is new here: look at every job now, and at what the one before left unfinished."""
    logs.get_logger().info("jobs.leads")
    for job in JOBS:
        scheduler.add_job(
            run_as_leader, DateTrigger(runtime.now()), (runtime, job, leadership), id=f"{job.name}-taken-over",
            replace_existing=True, **_LATE_IS_FINE,
        )  # fmt: skip


def _handler(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stopping.set).start()  # the interrupted thread may hold the event's own lock

    return handle


def _wait_for_end(parent: IO[bytes], stopping: threading.Event) -> None:
    parent.read()  # the parent writes nothing: this ends when it does
    stopping.set()
