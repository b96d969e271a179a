"""What runs by itself, how often, and in whose name. Every job is safe to run twice (style, Jobs)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete

from app.accounts import sessions, throttle
from app.clocks import recount
from app.clocks import sweeping as clock_sweep
from app.clocks.models import JobRun
from app.documents import sweeping
from app.domain.access import system
from app.notifications import digests, outbox, sending, telling
from app.retention import due as retention
from app.retention import residue
from app.simfoni import state as simfoni_state
from app.web import form_drafts, submit
from app.work import Runtime

RUNS_KEPT: Final = timedelta(days=30)
SUBMITS_KEPT: Final = timedelta(days=2)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """One scheduled job: `run` gives how many things it handled. Due times are `offset` + whole multiples of `every`, in UTC."""

    name: str
    every: timedelta
    run: Callable[[Runtime, datetime], int]
    offset: timedelta = timedelta(0)

    def due(self, now: datetime) -> datetime:
        """The newest due time that is not after now: equal for every scheduler, so that a run is claimed once."""
        since = now - _EPOCH - self.offset
        return _EPOCH + self.offset + (since // self.every) * self.every


def sweep_clocks(runtime: Runtime, now: datetime) -> int:
    """Look at cases with a step due now, and tell people of it."""
    return clock_sweep.sweep(runtime, now, telling.escalate)


def tidy(runtime: Runtime, now: datetime) -> int:
    """Drop what nobody needs any more: old sessions, sign-in counters, submit marks, unsaved text, job runs. The audit log keeps who was here."""
    with runtime.begin(system("tidy")) as work:
        sessions.forget_old(work)
        throttle.forget_old(work)
        submit.forget(work, now - SUBMITS_KEPT)
        form_drafts.forget(work, now - form_drafts.KEPT)
        outbox.forget_old(work)
        digests.forget_old(work)
        work.session.execute(delete(JobRun).where(JobRun.due_at < now - RUNS_KEPT))
    return 0


JOBS: Final[tuple[Job, ...]] = (
    Job("clock-sweep", timedelta(minutes=5), sweep_clocks),
    Job(telling.AGAIN_JOB, timedelta(minutes=5), telling.again, offset=timedelta(minutes=1)),
    Job(sending.JOB, timedelta(minutes=1), sending.send_waiting),
    Job(recount.JOB, timedelta(minutes=1), recount.run),
    Job(digests.JOB, timedelta(minutes=10), digests.make_due),  # 07:30 of every zone is one of its times
    Job("simfoni-catch-up", timedelta(hours=1), simfoni_state.catch_up),
    Job(sweeping.JOB, timedelta(hours=1), sweeping.sweep, offset=timedelta(minutes=20)),
    Job("erasure-list", timedelta(hours=1), residue.keep_list, offset=timedelta(minutes=40)),
    Job(retention.JOB, timedelta(days=7), retention.derive, offset=timedelta(days=3, hours=17)),
    Job("tidy", timedelta(days=1), tidy, offset=timedelta(hours=18)),  # 01:00 WIB, 02:00 WITA, 03:00 WIT
)
