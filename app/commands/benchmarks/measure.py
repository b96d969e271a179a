"""How a part measures: processor time beside the time on the wall, memory, and a measured number with the limit it is held to.

Other programs share the machine, so limits are held against processor time. A yardstick (hashing 64 MB) is timed in the same run: what a
figure is as a multiple of it can be compared between machines, seconds cannot.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_YARD: Final = 64 << 20
_PAGE: Final = 4096
_PROC: Final = Path("/proc/self")


@dataclass
class Timing:
    """What a block took, in seconds: on the processor, and on the wall."""

    cpu: float = 0.0
    wall: float = 0.0


@dataclass(frozen=True)
class Figure:
    """One measured number. `limit`: the most it may be (the least where `at_least`); None where it is only told.

    `seconds`: what it took on the processor, so that it can be told in yardsticks; None for what is no time.
    """

    part: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    seconds: float | None = None
    wall: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the limit holds; None where there is none."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def document(self, yard: float) -> dict[str, Any]:
        """The figure for `--json`."""
        return {
            "part": self.part,
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "limit": self.limit,
            "at_least": self.at_least,
            "holds": self.holds,
            "yardsticks": None if self.seconds is None else round(self.seconds / yard, 4),
            "wall_seconds": None if self.wall is None else round(self.wall, 4),
        }


@dataclass
class Sheet:
    """The figures of one part, in the order they were taken. A limit counts at full scale alone: small data proves nothing."""

    part: str
    full: bool
    figures: list[Figure] = field(default_factory=list)

    def time(self, name: str, took: Timing, limit: float | None = None) -> None:
        """A duration in seconds of the processor, and the most it may be."""
        self._add(name, took.cpu, "s", limit, seconds=took.cpu, wall=took.wall)

    def rate(self, name: str, count: int, took: Timing, unit: str, limit: float | None = None) -> None:
        """How many a second, and the least it may be."""
        value = count / max(took.cpu, 1e-9)
        self._add(name, value, unit, limit, at_least=True, seconds=took.cpu / max(count, 1), wall=took.wall)

    def ratio(self, name: str, value: float, limit: float | None = None) -> None:
        """One duration over another of the same run."""
        self._add(name, value, "x", limit)

    def size(self, name: str, value: float, unit: str, limit: float | None = None) -> None:
        """A size, and the most it may be."""
        self._add(name, value, unit, limit)

    def _add(self, name: str, value: float, unit: str, limit: float | None, **told: Any) -> None:
        self.figures.append(Figure(self.part, name, value, unit, limit if self.full else None, **told))


@contextmanager
def timed() -> Iterator[Timing]:
    """Times the block."""
    took = Timing()
    cpu, wall = time.process_time(), time.perf_counter()
    yield took
    took.cpu, took.wall = time.process_time() - cpu, time.perf_counter() - wall


def median(act: Callable[[], object], times: int) -> Timing:
    """The median of several runs, each timed alone, after one that is not counted."""
    act()
    runs = []
    for _ in range(times):
        with timed() as took:
            act()
        runs.append(took)
    return Timing(statistics.median(run.cpu for run in runs), statistics.median(run.wall for run in runs))


def yardstick() -> float:
    """Seconds of the processor for hashing 64 MB with SHA-256."""
    block = bytes(_YARD)
    return median(lambda: hashlib.sha256(block).digest(), 3).cpu


def resident() -> float:
    """Memory of this process now, in MB; 0 where the system does not say."""
    try:
        return int((_PROC / "statm").read_text().split()[1]) * _PAGE / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0


@contextmanager
def peak() -> Iterator[Callable[[], float]]:
    """Gives how many MB of memory the block needed at most beyond what the process held before; 0 where the system does not say."""
    before = resident()
    try:
        (_PROC / "clear_refs").write_text("5")  # the high-water mark starts anew
    except OSError:
        yield lambda: 0.0
        return
    yield lambda: max(_highest() - before, 0.0)


def _highest() -> float:
    for line in (_PROC / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    return 0.0
