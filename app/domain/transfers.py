"""Transfers of a case (*pelimpahan*, case-management 6.2): the states of one, and who takes it from one to the next, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.errors import Conflict


class TransferState(StrEnum):
    """Where a transfer stands. *Outside*: to somebody beyond this deployment, whose answer came on paper before it was recorded."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRACTED = "retracted"
    OUTSIDE = "outside"


class Side(StrEnum):
    """Who acts: the unit that hands the case over, or the one that is asked to take it."""

    SENDER = "sender"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class Answer:
    """What ends the waiting: the state after it, which side gives it, and whether it needs words."""

    code: str
    state: TransferState
    side: Side
    needs_words: bool


ANSWERS: Final = (
    Answer("accept", TransferState.ACCEPTED, Side.RECEIVER, needs_words=False),
    Answer("refuse", TransferState.REFUSED, Side.RECEIVER, needs_words=True),
    Answer("retract", TransferState.RETRACTED, Side.SENDER, needs_words=True),
)
"""S: no source states how a transfer is answered (case-management 6.2 I says only that the other unit becomes owner)."""


def answer(state: TransferState, code: str) -> Answer:
    """The named answer to a transfer that waits, or Conflict: what was answered is not answered again."""
    found = next((each for each in ANSWERS if each.code == code), None)
    if found is None or state is not TransferState.PROPOSED:
        raise Conflict(f"transfer {state} {code}")
    return found
