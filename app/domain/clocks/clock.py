"""A clock: one rule running on one subject from one event. Made by the engine, kept in a sealed section, read by ladder.py (design 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.domain.clocks.counting import MINUTE
from app.domain.clocks.rules import RuleKind


class State(StrEnum):
    """RUNNING, or how the clock ended. Overdue is not a state: it is computed from now. HISTORY is *riwayat* (design 7)."""

    RUNNING = "RUNNING"
    MET = "MET"
    LATE = "LATE"
    WAIVED = "WAIVED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    HISTORY = "HISTORY"


class Step(StrEnum):
    """The escalation ladder, lowest first (design 5)."""

    WARN = "WARN"
    DUE = "DUE"
    SUPERVISOR = "SUPERVISOR"
    HEAD = "HEAD"


def key_of(clock_id: str) -> str:
    """The `key` of the clock with this id: its id without the version. ValueError for what is no id of a clock."""
    rule_id, _version, rest = clock_id.split("/", 2)
    return f"{rule_id}/{rest}"


@dataclass(frozen=True, slots=True, repr=False)
class Clock:
    """All moments are aware UTC. Shows nothing in a repr: a rule id names the crime (design 2).

    `time_assumed`: the trigger's time was not known and 00:00 stands in for it. `estimated`: *perkiraan*.
    `step`: the highest step somebody was already told of; kept by the sweep, not by the engine.
    """

    rule_id: str
    version: int
    subject_id: UUID
    occurrence: str
    kind: RuleKind
    trigger_at: datetime
    due_at: datetime
    warn_at: datetime
    supervisor_at: datetime | None
    head_at: datetime | None
    second_date: date | None
    estimated: bool
    time_assumed: bool
    state: State = State.RUNNING
    ended_at: datetime | None = None
    reason: str = ""
    step: Step | None = None

    @property
    def id(self) -> str:
        """Stable across recomputation: rule, version, subject and which trigger."""
        return f"{self.rule_id}/{self.version}/{self.subject_id}/{self.occurrence}"

    @property
    def key(self) -> str:
        """What stays when the rule gets another version: at most one clock of a case has it."""
        return f"{self.rule_id}/{self.subject_id}/{self.occurrence}"

    @property
    def is_running(self) -> bool:
        """Neither met nor ended in another way."""
        return self.state is State.RUNNING

    @property
    def lapses_at(self) -> datetime:
        """The first moment that is too late: the whole due minute is still in time."""
        return self.due_at + MINUTE
