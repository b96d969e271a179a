"""Scheduled jobs: each due time is claimed once, a failure is noted, and the next run comes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.clocks.models import JobRun
from app.domain.access import system
from app.jobs.claims import last_runs, run_due
from app.jobs.leader import Leadership
from app.jobs.registry import JOBS, Job, tidy
from app.jobs.scheduler import make_scheduler, run_as_leader
from app.work import Runtime
from config import Settings
from tests.commands.conftest import Naungan, opened

pytestmark = pytest.mark.usefixtures("english")

NOW = datetime(2026, 5, 20, 4, 2, 30, tzinfo=UTC)
DUE = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
EVERY = timedelta(minutes=5)


def at(runtime: Runtime, now: datetime) -> Runtime:
    return replace(runtime, now=lambda: now)


def counting(times: list[datetime]) -> Job:
    def run(_runtime: Runtime, now: datetime) -> int:
        times.append(now)
        return 3

    return Job("counting", EVERY, run)


def runs(runtime: Runtime) -> list[JobRun]:
    with runtime.looking(system("test")) as work:
        return list(work.session.scalars(select(JobRun).order_by(JobRun.due_at)))


@given(now=st.integers(1_500_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_a_due_time_is_shared_by_every_moment_until_the_next(now: datetime) -> None:
    for job in JOBS:
        due = job.due(now)
        assert due <= now < due + job.every
        assert job.due(due) == due
        assert job.due(due + job.every) == due + job.every


def test_a_due_time_is_run_once(office: Settings) -> None:
    times: list[datetime] = []
    with opened(office) as opened_runtime:
        runtime, job = at(opened_runtime, NOW), counting(times)
        assert run_due(runtime, job) == 3
        assert run_due(runtime, job) is None
        assert run_due(at(runtime, NOW + EVERY), job) == 3
        found = runs(runtime)
    assert times == [NOW, NOW + EVERY]
    assert [(run.due_at, run.handled, run.failed) for run in found] == [(DUE, 3, False), (DUE + EVERY, 3, False)]


def test_of_two_schedulers_at_once_one_runs(office: Settings) -> None:
    times: list[datetime] = []
    barrier = threading.Barrier(4)
    with opened(office) as opened_runtime:
        runtime, job = at(opened_runtime, NOW), counting(times)

        def scheduler() -> None:
            barrier.wait()
            run_due(runtime, job)

        threads = [threading.Thread(target=scheduler) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(runs(runtime)) == 1
    assert times == [NOW]


def test_one_of_many_schedulers_leads_and_the_next_takes_over_what_it_left(office: Settings) -> None:
    times: list[datetime] = []
    with opened(office) as first_runtime, opened(office) as second_runtime:
        first, second = Leadership(first_runtime.engine), Leadership(second_runtime.engine)
        job = counting(times)
        assert first.holds()
        assert first.is_new()
        assert not first.is_new()
        assert not second.is_new()
        died = replace(
            job, run=lambda _runtime, _now: (_ for _ in ()).throw(SystemExit)
        )  # not an Exception: as a process that is gone
        with pytest.raises(SystemExit):
            run_as_leader(at(first_runtime, NOW), died, first)
        assert (
            run_as_leader(at(first_runtime, NOW), job, first) is None
        )  # its own claim: it is at work on it, as far as it knows
        assert run_as_leader(at(second_runtime, NOW), job, second) is None
        assert run_due(at(second_runtime, NOW), job) is None
        assert times == []

        first.let_go()
        assert second.is_new()
        assert not first.holds()
        assert run_as_leader(at(second_runtime, NOW), job, second) == 3
        assert run_as_leader(at(second_runtime, NOW), job, second) is None
        assert [(run.due_at, run.handled) for run in runs(second_runtime)] == [(DUE, 3)]
        second.let_go()
    assert times == [NOW]


@pytest.mark.postgresql_only("a file lock has no session to lose")
def test_a_leader_whose_session_ended_leads_no_more(office: Settings) -> None:
    with opened(office) as one, opened(office) as other:
        first, second = Leadership(one.engine), Leadership(other.engine)
        assert first.holds()
        with other.engine.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
        assert second.holds()
        assert not first.holds()
        second.let_go()
        assert first.holds()
        first.let_go()


def test_a_failure_is_noted_and_the_next_run_comes(office: Settings) -> None:
    def fails(_runtime: Runtime, _now: datetime) -> int:
        raise ValueError("Siti Rahasia")

    job = Job("failing", EVERY, fails)
    with opened(office) as opened_runtime:
        runtime = at(opened_runtime, NOW)
        assert run_due(runtime, job) is None
        with runtime.looking(system("test")) as work:
            assert last_runs(work, [job])[0].failed
        good = replace(job, run=lambda _runtime, _now: 1)
        assert run_due(at(runtime, NOW + EVERY), good) == 1
        with runtime.looking(system("test")) as work:
            assert not last_runs(work, [job])[0].failed


def test_a_job_that_never_ran_says_so(office: Settings) -> None:
    with opened(office) as runtime, runtime.looking(system("test")) as work:
        assert [(last.job, last.due_at) for last in last_runs(work)] == [(job.name, None) for job in JOBS]


def test_tidying_forgets_old_runs_and_keeps_new_ones(office: Settings) -> None:
    with opened(office) as opened_runtime:
        runtime = at(opened_runtime, NOW)
        for days in (0, 29, 31):
            run_due(at(runtime, NOW - timedelta(days=days)), counting([]))
        tidy(runtime, NOW)
        assert [run.due_at for run in runs(runtime)] == [DUE - timedelta(days=29), DUE]


@pytest.mark.sqlite_only("nothing is run")
def test_every_job_is_scheduled_at_once_and_then_at_its_due_times(office: Settings) -> None:
    with opened(office) as runtime:
        found = {job.id: job for job in make_scheduler(at(runtime, NOW), Leadership(runtime.engine)).get_jobs()}
        assert found.keys() == {name for job in JOBS for name in (job.name, f"{job.name}-at-start")}
        for job in JOBS:
            first, after = found[f"{job.name}-at-start"].trigger, found[job.name].trigger
            assert first.get_next_fire_time(None, NOW) == NOW
            second = after.get_next_fire_time(None, NOW)
            assert second == job.due(NOW) + job.every
            assert after.get_next_fire_time(second, second) == second + job.every


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_is_safe_to_run_twice(office: Settings, job: Job) -> None:
    run: Callable[[Runtime, datetime], int] = job.run
    with opened(office) as runtime:
        assert [run(runtime, NOW), run(runtime, NOW)] == [0, 0]


def test_the_sweep_can_be_called_by_hand(naungan: Naungan, office: Settings) -> None:
    assert naungan("clocks", "sweep", "--json").json == {"cases": 0}
