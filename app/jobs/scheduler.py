"""The scheduler: one process of its own, never inside `wsgi.py` (design 1). It ends gracefully, and with its parent."""

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
from app.jobs.registry import JOBS, Job
from app.work import Runtime

# Several missed runs are one; no run is dropped for being late; no job overtakes itself.
_LATE_IS_FINE: Final[dict[str, Any]] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


def make_scheduler(runtime: Runtime, jobs: Sequence[Job] = JOBS) -> BackgroundScheduler:
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
        scheduler.add_job(run_due, DateTrigger(now), (runtime, job), id=f"{job.name}-at-start", **_LATE_IS_FINE)
        scheduler.add_job(run_due, trigger, (runtime, job), id=job.name, **_LATE_IS_FINE)
    return scheduler


def serve(runtime: Runtime, parent: IO[bytes] | None = None) -> None:
    """Run jobs until a signal, or until `parent` (a pipe the parent holds open) ends. A job at work is let finish."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _handler(stopping))
    if parent is not None:
        threading.Thread(target=_wait_for_end, args=(parent, stopping), daemon=True).start()
    scheduler = make_scheduler(runtime)
    scheduler.start()
    logs.get_logger().info("jobs.started", count=len(JOBS))
    stopping.wait()
    scheduler.shutdown(wait=True)
    logs.get_logger().info("jobs.stopped")


def _handler(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=stopping.set).start()  # the interrupted thread may hold the event's own lock

    return handle


def _wait_for_end(parent: IO[bytes], stopping: threading.Event) -> None:
    parent.read()  # the parent writes nothing: this ends when it does
    stopping.set()
