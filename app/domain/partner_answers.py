"""What an institution may answer to a referral, and where its answer stands with the unit (case-management 6.4).

An answer is a message, never a step: the referral moves only when the unit makes its own record of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What the institution says."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SERVED = "served"
    RESULT = "result"


class Standing(StrEnum):
    """Where the answer stands with the unit."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    SET_ASIDE = "set-aside"


STEP_OF: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.RECEIVED: "acknowledge",
        Kind.ACCEPTED: "accept",
        Kind.DECLINED: "decline",
        Kind.SERVED: "serve",
        Kind.RESULT: "close",
    }
)
"""The step of `referral_steps.json` that the unit records when it confirms."""

NEEDS_WORDS: Final = frozenset({Kind.DECLINED, Kind.RESULT})
"""A refusal gives its reason, a result says what came of it."""
