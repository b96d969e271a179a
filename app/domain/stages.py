"""Stages of a case and the steps between them, as a table (case-management 6.2; `data/stage_steps.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.domain.access import Capability
from app.domain.errors import Conflict

_FILE: Final = Path(__file__).parent / "data" / "stage_steps.json"
_BACK: Final = "back"


class Stage(StrEnum):
    """Where a case stands (case-management 6.2)."""

    REPORT = "ST1_PENGADUAN"
    REGISTRATION = "ST2_REGISTRASI"
    ASSESSMENT = "ST3_ASESMEN"
    PLAN = "ST4_RENCANA"
    INTERVENTION = "ST5_INTERVENSI"
    MONITORING = "ST6_MONITORING"
    TERMINATION = "ST7_TERMINASI"
    AFTER = "ST8_PASCA"


class Status(StrEnum):
    """Whether a case is being worked on. A voided case keeps its number and is counted nowhere; a transferred one is closed here
    and goes on as another unit's case; a merged one is counted within the case it was merged into. Of an erased one the number is left,
    and what was counted of it; no step leads there or back (`app.retention`)."""

    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    VOIDED = "voided"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    ERASED = "erased"


ENDED: Final = frozenset({Status.CLOSED, Status.TRANSFERRED})
"""With these, and no others, a case has a moment of closing."""


class Need(StrEnum):
    """What must stand in the file before a step."""

    REASON = "reason"
    ADVICE = "advice"
    SCREENED = "screened"
    TEAM = "team"
    CONSENT = "consent"
    ASSESSED = "assessed"
    PLAN_AGREED = "plan-agreed"
    SERVED = "served"
    PROPOSED = "proposed"
    AFTERCARE = "aftercare"


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step: from stage and status to stage, who may take it, what it needs, and the status after it.

    `target` is None where the step leads back to the stage before termination was proposed; `fallback` is that stage where nobody
    knows it any more (an imported case).
    """

    code: str
    origin: Stage
    begins: Status
    target: Stage | None
    fallback: Stage
    capability: Capability
    needs: tuple[Need, ...]
    status: Status
    id: str
    en: str
    certainty: str

    def lands(self, came_from: Stage | None) -> Stage:
        """The stage after the step, for a case that proposed termination in `came_from`."""
        return self.target or came_from or self.fallback


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of handling from any stage: the case keeps its stage and takes another status."""

    code: str
    origins: tuple[Status, ...]
    status: Status
    capability: Capability
    needs: tuple[Need, ...]
    id: str
    en: str
    certainty: str


@cache
def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


@cache
def steps() -> tuple[Step, ...]:
    """Every allowed step, in the order of the file."""
    return tuple(_step(row) for row in _document()["steps"])


@cache
def exits() -> tuple[Exit, ...]:
    """Every way out of handling, in the order of the file."""
    return tuple(
        Exit(
            row["code"],
            tuple(Status(status) for status in row["from"]),
            Status(row["status"]),
            Capability(row["capability"]),
            tuple(Need(need) for need in row["needs"]),
            row["id"],
            row["en"],
            row["certainty"],
        )
        for row in _document()["anywhere"]
    )


def _step(row: Mapping[str, Any]) -> Step:
    leads_back, origin = row["to"] == _BACK, Stage(row["from"])
    usual = Status.CLOSED if origin is Stage.AFTER else Status.OPEN
    return Step(
        row["code"],
        origin,
        Status(row.get("while", usual)),
        None if leads_back else Stage(row["to"]),
        Stage(row["else"] if leads_back else row["to"]),
        Capability(row["capability"]),
        tuple(Need(need) for need in row["needs"]),
        Status(row["status"]),
        row["id"],
        row["en"],
        row["certainty"],
    )


def steps_from(stage: Stage, status: Status) -> tuple[Step, ...]:
    """The steps a case may take next. A voided, transferred or merged case takes none; a closed one those of its last stage; a rejected
    one is taken up again."""
    return tuple(step for step in steps() if step.origin is stage and step.begins is status)


def step(stage: Stage, status: Status, code: str) -> Step:
    """The named step from here, or Conflict where it is not one of ours."""
    found = next((s for s in steps_from(stage, status) if s.code == code), None)
    if found is None:
        raise Conflict(f"{stage} {code}")
    return found


def way_out(status: Status, code: str) -> Exit:
    """The named way out of handling, or Conflict where a case of this status may not take it."""
    found = next((exit for exit in exits() if exit.code == code and status in exit.origins), None)
    if found is None:
        raise Conflict(f"{status} {code}")
    return found


def proposing(stage: Stage) -> Step | None:
    """The step from here into termination; None where it cannot be proposed from here."""
    return next((s for s in steps() if s.origin is stage and s.target is Stage.TERMINATION), None)


def came_from(walked: Iterable[tuple[str, str]]) -> Stage | None:
    """The stage in which termination was last proposed, by the steps taken so far (stage before and after, oldest first)."""
    found = None
    for before, after in walked:
        if after == Stage.TERMINATION.value and before != after:
            found = Stage(before)
    return found
