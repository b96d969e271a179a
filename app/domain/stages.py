"""Stages of a case and the steps between them, as a table (case-management 6.2; `data/stage_steps.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.access import Capability
from app.domain.errors import Conflict

_FILE: Final = Path(__file__).parent / "data" / "stage_steps.json"


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
    """Whether a case is being worked on. A voided case keeps its number and is counted nowhere."""

    OPEN = "open"
    CLOSED = "closed"
    REJECTED = "rejected"
    VOIDED = "voided"


class Need(StrEnum):
    """What must stand in the file before a step."""

    REASON = "reason"
    SCREENED = "screened"
    CONSENT = "consent"
    NO_OPEN_CLIENT_LEFT = "no-open-client-left"


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step: from stage to stage, who may take it, what it needs, and the status after it."""

    code: str
    origin: Stage
    target: Stage
    capability: Capability
    needs: tuple[Need, ...]
    status: Status
    id: str
    en: str
    certainty: str


@cache
def steps() -> tuple[Step, ...]:
    """Every allowed step, in the order of the file."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["steps"]
    return tuple(
        Step(
            row["code"],
            Stage(row["from"]),
            Stage(row["to"]),
            Capability(row["capability"]),
            tuple(Need(need) for need in row["needs"]),
            Status(row["status"]),
            row["id"],
            row["en"],
            row["certainty"],
        )
        for row in rows
    )


def steps_from(stage: Stage, status: Status) -> tuple[Step, ...]:
    """The steps a case may take next. A voided or rejected case takes none; a closed one only reopens."""
    if status in {Status.VOIDED, Status.REJECTED}:
        return ()
    reopening = status is Status.CLOSED
    return tuple(step for step in steps() if step.origin is stage and (step.origin is Stage.AFTER) == reopening)


def step(stage: Stage, status: Status, code: str) -> Step:
    """The named step from here, or Conflict where it is not one of ours."""
    found = next((s for s in steps_from(stage, status) if s.code == code), None)
    if found is None:
        raise Conflict(f"{stage} {code}")
    return found
