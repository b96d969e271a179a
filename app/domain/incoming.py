"""Status of a referral that came to us and the steps between them, as a table (product: referrals from others; `data/incoming_steps.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.access import Capability
from app.domain.errors import Conflict
from app.domain.referrals import Need

_FILE: Final = Path(__file__).parent / "data" / "incoming_steps.json"


class IncomingStatus(StrEnum):
    """Where a referral to us stands."""

    NEW = "RI_NEW"
    ACKNOWLEDGED = "RI_ACK"
    ACCEPTED = "RI_ACCEPTED"
    DECLINED = "RI_DECLINED"
    REPORTED = "RI_REPORTED"
    WITHDRAWN = "RI_WITHDRAWN"


WAITS: Final = frozenset({IncomingStatus.NEW, IncomingStatus.ACKNOWLEDGED, IncomingStatus.ACCEPTED})
"""In these the sender still waits for something from us: an answer, or the result."""
ANSWERED: Final = frozenset({IncomingStatus.ACCEPTED, IncomingStatus.DECLINED, IncomingStatus.REPORTED})
"""In these there is something to write in a letter of answer."""


@dataclass(frozen=True, slots=True)
class IncomingStep:
    """One allowed step: from which statuses, to which, who may record it, what it needs."""

    code: str
    origins: frozenset[IncomingStatus]
    target: IncomingStatus
    capability: Capability
    needs: tuple[Need, ...]
    id: str
    en: str

    @property
    def needs_words(self) -> bool:
        """Whether it is not taken without words: a reason, or the result."""
        return bool({Need.REASON, Need.RESULT} & set(self.needs))


@cache
def steps() -> tuple[IncomingStep, ...]:
    """Every allowed step, in the order of the file."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["steps"]
    return tuple(
        IncomingStep(
            row["code"],
            frozenset(IncomingStatus(status) for status in row["from"]),
            IncomingStatus(row["to"]),
            Capability(row["capability"]),
            tuple(Need(need) for need in row["needs"]),
            row["id"],
            row["en"],
        )
        for row in rows
    )


def steps_from(status: IncomingStatus) -> tuple[IncomingStep, ...]:
    """The steps it may take next; none from an end."""
    return tuple(step for step in steps() if status in step.origins)


def step(status: IncomingStatus, code: str) -> IncomingStep:
    """The named step from here, or Conflict where it is not one of ours."""
    found = next((each for each in steps_from(status) if each.code == code), None)
    if found is None:
        raise Conflict(f"{status} {code}")
    return found
