"""A job run happens once: it is claimed by its row (job, due time) before it begins, by whichever scheduler comes first (design 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


def run_due(runtime: Runtime, job: Job) -> int | None:
    """Run what is due now, unless somebody claimed it already (None). A failure is logged and noted, never raised: the next run comes.

    A run that died with its process stays claimed and unfinished; jobs work on what they find, so the next one makes up for it.
    """
    due_at = job.due(runtime.now())
    try:
        if not _claim(runtime, job, due_at):
            return None
        return _carry_out(runtime, job, due_at)
    except Unavailable as error:
        logs.get_logger().error("job.unavailable", job=job.name, exc_info=error)
        return None


def _claim(runtime: Runtime, job: Job, due_at: datetime) -> bool:
    row = JobRun(job=job.name, due_at=due_at, claimed_at=runtime.now(), finished_at=None, handled=None, failed=False)
    try:
        with runtime.begin(system(job.name)) as work:
            if work.session.get(JobRun, (job.name, due_at)) is not None:
                return False
            work.session.add(row)
            work.session.flush()
    except IntegrityError:  # two schedulers in the same instant
        return False
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
    return LastRun(job.name, row.due_at, row.finished_at, row.failed)
