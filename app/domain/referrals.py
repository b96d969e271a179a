"""Status of a referral and the steps between them, as a table (case-management 6.4; `data/referral_steps.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from app.domain.access import Capability
from app.domain.clocks import EventKind
from app.domain.errors import Conflict

_FILE: Final = Path(__file__).parent / "data" / "referral_steps.json"


class ReferralStatus(StrEnum):
    """Where a referral stands. Overdue is computed, never stored."""

    DRAFT = "RF_DRAFT"
    SENT = "RF_SENT"
    ACKNOWLEDGED = "RF_ACK"
    ACCEPTED = "RF_ACCEPTED"
    DECLINED = "RF_REJECTED"
    SERVED = "RF_SERVED"
    CLOSED = "RF_CLOSED"
    CANCELLED = "RF_CANCELLED"


class Need(StrEnum):
    """What must be there before a step: consent or another basis; words of refusal, result or reason."""

    BASIS = "basis"
    REFUSAL = "refusal"
    RESULT = "result"
    REASON = "reason"


MAY_BE_FOLLOWED: Final = frozenset(ReferralStatus) - {
    ReferralStatus.DRAFT,
    ReferralStatus.ACCEPTED,
    ReferralStatus.SERVED,
}
"""After these a client is referred anew: refused, called off, left without an answer, or closed without what was needed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step: from which statuses, to which, the clock event it is, who may record it."""

    code: str
    origins: frozenset[ReferralStatus]
    target: ReferralStatus
    event: EventKind
    capability: Capability
    needs: tuple[Need, ...]
    id: str
    en: str

    @property
    def needs_words(self) -> bool:
        """Whether it is not taken without words: what the institution says, a reason, or the result."""
        return bool({Need.REFUSAL, Need.REASON, Need.RESULT} & set(self.needs))


@cache
def steps() -> tuple[Step, ...]:
    """Every allowed step, in the order of the file."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["steps"]
    return tuple(
        Step(
            row["code"],
            frozenset(ReferralStatus(status) for status in row["from"]),
            ReferralStatus(row["to"]),
            EventKind(row["event"]),
            Capability(row["capability"]),
            tuple(Need(need) for need in row["needs"]),
            row["id"],
            row["en"],
        )
        for row in rows
    )


def steps_from(status: ReferralStatus) -> tuple[Step, ...]:
    """The steps a referral may take next; none from an end."""
    return tuple(step for step in steps() if status in step.origins)


def step(status: ReferralStatus, code: str) -> Step:
    """The named step from here, or Conflict where it is not one of ours."""
    found = next((s for s in steps_from(status) if s.code == code), None)
    if found is None:
        raise Conflict(f"{status} {code}")
    return found


def event_of(status: ReferralStatus) -> EventKind | None:
    """The clock event of having reached a status; None for a draft."""
    return next((s.event for s in steps() if s.target is status), None)
