"""A job run happens once: it is claimed by its row (job, due time) before it begins, by whichever scheduler comes first (design 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import logs
from app.clocks.models import JobRun
from app.domain.access import system
from app.domain.errors import Unavailable
from app.jobs.registry import JOBS, Job
from app.work import Runtime, Work


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a job: None throughout where it never ran."""

    job: str
    due_at: datetime | None
    finished_at: datetime | None
    failed: bool
    handled: int | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether it began and did not end: it is at work, or died with its process."""
        return self.due_at is not None and self.finished_at is None


def run_due(runtime: Runtime, job: Job, leader: UUID | None = None) -> int | None:
    """Run what is due now, unless somebody claimed it already (None). A failure is logged and noted, never raised: the next run comes.

    A run that died with its process stays claimed and unfinished. `leader`, the id of the scheduler that leads now, takes it up: whoever
    claimed it leads no more. Jobs work on what they find, so what was done of it is not done again.
    """
    due_at = job.due(runtime.now())
    try:
        if not _claim(runtime, job, due_at, leader):
            return None
        return _carry_out(runtime, job, due_at)
    except Unavailable as error:
        logs.get_logger().error("job.unavailable", job=job.name, exc_info=error)
        return None


def _claim(runtime: Runtime, job: Job, due_at: datetime, leader: UUID | None) -> bool:
    now = runtime.now()
    made = JobRun(
        job=job.name, due_at=due_at, claimed_at=now, claimed_by=leader, finished_at=None, handled=None, failed=False
    )
    try:
        with runtime.begin(system(job.name)) as work:
            row = work.session.get(JobRun, (job.name, due_at), with_for_update=True)
            if row is not None:
                return _take_up(row, leader, now)
            work.session.add(made)
            work.session.flush()
    except IntegrityError:  # two schedulers in the same instant
        return False
    return True


def _take_up(row: JobRun, leader: UUID | None, now: datetime) -> bool:
    """Whether the leader may go on with this run: unfinished, and claimed by another."""
    if row.finished_at is not None or leader is None or row.claimed_by == leader:
        return False
    row.claimed_at, row.claimed_by = now, leader
    return True


def _carry_out(runtime: Runtime, job: Job, due_at: datetime) -> int | None:
    handled: int | None = None
    try:
        handled = job.run(runtime, runtime.now())
        logs.get_logger().info("job.done", job=job.name, count=handled)
    except Exception as error:
        logs.get_logger().error("job.failed", job=job.name, exc_info=error)
    with runtime.begin(system(job.name)) as work:
        row = work.session.get(JobRun, (job.name, due_at))
        if row is not None:
            row.finished_at, row.handled, row.failed = runtime.now(), handled, handled is None
    return handled


def last_runs(work: Work, jobs: Sequence[Job] = JOBS) -> list[LastRun]:
    """The newest run of each job, in the order of the registry."""
    newest = select(JobRun.job, func.max(JobRun.due_at).label("due_at")).group_by(JobRun.job).subquery()
    same = (JobRun.job == newest.c.job) & (JobRun.due_at == newest.c.due_at)
    found = {row.job: row for row in work.session.scalars(select(JobRun).join(newest, same))}
    return [_last(job, found.get(job.name)) for job in jobs]


def _last(job: Job, row: JobRun | None) -> LastRun:
    if row is None:
        return LastRun(job.name, None, None, False)
    return LastRun(job.name, row.due_at, row.finished_at, row.failed, row.handled)
