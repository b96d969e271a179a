"""A scheduler in a process of its own whose time is what a file says: real leadership, real jobs, to be killed at any moment.

    python -m tests.scheduler_process CLOCK LEADER

It looks at every job as fast as it can; `naungan jobs` does the same at the pace of the clock on the wall. Whoever takes the lead writes its
process id to LEADER.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.commands.context import load_settings, make_runtime
from app.jobs.leader import Leadership
from app.jobs.registry import JOBS
from app.jobs.scheduler import run_as_leader
from app.logs import configure_logging
from app.notifications import smtp

PAUSE = 0.02


def main(clock: Path, leader: Path) -> None:
    """Run until killed."""
    smtp.SECONDS = 1  # type: ignore[misc]  # a hanging server must not hold up the test for half a minute
    settings = load_settings()
    configure_logging("error", settings.log_file)
    engine, runtime = make_runtime(settings)
    runtime = replace(runtime, now=lambda: datetime.fromisoformat(clock.read_text()))
    leadership = Leadership(engine)
    while True:
        if leadership.is_new():
            leader.write_text(str(os.getpid()))
        for job in JOBS:
            run_as_leader(runtime, job, leadership)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
