"""Papers and workbooks are made in memory: a process that may not write one byte to any file makes them all (issue: no plaintext temp file)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAPER = """
from datetime import UTC, datetime
from app.papers import engine
from app.papers.content import sample
from app.papers.engine import Stamp
from tests.paper_office import DESK
print(len(engine.render(sample.letter(DESK, "1"), Stamp("RAHASIA", datetime(2026, 5, 20, tzinfo=UTC))).pdf))
"""
WORKBOOKS = """
from app.reports.xlsx import cluster_v_workbook, recap_workbook
from tests.domain.test_xlsx import _cluster, _recap
print(len(recap_workbook(_recap())) + len(cluster_v_workbook(_cluster())))
"""
FILE = """
import os
os.write(os.memfd_create("x"), b"x")
"""
NO_FILES = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"


def without_files(code: str) -> subprocess.CompletedProcess[str]:
    """The code in a process of its own that can write to no file."""
    command = [sys.executable, "-B", "-c", NO_FILES + code]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("code", [PAPER, WORKBOOKS], ids=["paper", "workbooks"])
def test_what_is_handed_out_never_stands_in_a_file(code: str) -> None:
    done = without_files(code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5_000


def test_the_limit_would_show_a_file() -> None:
    done = without_files(FILE)
    assert done.returncode != 0
    assert "File too large" in done.stderr
