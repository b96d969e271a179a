"""How soon institutions answer a referral and report its result: median, 90th percentile and share in time.

A referral that still waits must count as long as it has waited: leaving it out would make those look quick who never answer. So the
times are estimated as survival times are (Kaplan and Meier, J. Amer. Statist. Assoc. 53, 1958, 457-481): whoever waits still, or was
called off, counts up to that day and no further. Where nobody waits this is the ordinary percentile by rank. A percentile that the
waiting ones keep open is None: *more than half have not answered*. What counts as in time is the clocks' (case-management 9.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MEDIAN: Final = 0.5
NINETIETH: Final = 0.9
FEW: Final = 5  # referrals; below that a percentile says more about one file than about an institution
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something took, or has taken so far where `came` is false (it waits still, or was called off)."""

    took: timedelta
    came: bool


@dataclass(frozen=True, slots=True)
class Referred:
    """One referral that was sent: what came when, and its clocks of the institution. An answer is a receipt, a yes or a no."""

    sent_at: datetime
    answered_at: datetime | None = None
    result_at: datetime | None = None
    ended_at: datetime | None = None  # declined or cancelled: no result comes any more
    declined: bool = False
    in_time: int = 0  # clocks that were met
    too_late: int = 0  # clocks that were met late, or have run out unmet


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 90th percentile, None where the waiting ones keep it open; how many came."""

    came: int
    median: timedelta | None
    ninetieth: timedelta | None


@dataclass(frozen=True, slots=True)
class Response:
    """The figures of one institution, one type, or all. `unanswered`: sent, not called off, no answer yet; `oldest` of them."""

    sent: int
    unanswered: int
    oldest: timedelta | None
    declined: int
    answer: Spread
    result: Spread
    in_time: int
    too_late: int

    @property
    def clocks(self) -> int:
        """Deadlines that have ended or run out: the whole of the share in time."""
        return self.in_time + self.too_late

    @property
    def is_few(self) -> bool:
        """Whether there are too few referrals to compare institutions by."""
        return self.sent < FEW


def percentile(waits: Iterable[Wait], share: float) -> timedelta | None:
    """The time by which `share` (0..1) have come; None where they have not."""
    at_risk = sorted(waits, key=lambda wait: (wait.took, not wait.came))
    still = 1.0
    for place, wait in enumerate(at_risk):
        if wait.came:
            still *= 1 - 1 / (len(at_risk) - place)
            if still <= 1 - share + _ROUNDING:
                return wait.took
    return None


def response(referrals: Sequence[Referred], now: datetime) -> Response:
    """The figures of these referrals as of `now`."""
    answers = [_wait(each, each.answered_at, now) for each in referrals]
    results = [_wait(each, each.result_at, now) for each in referrals]
    open_ones = [wait.took for each, wait in zip(referrals, answers, strict=True) if _is_unanswered(each)]
    return Response(
        sent=len(referrals),
        unanswered=len(open_ones),
        oldest=max(open_ones, default=None),
        declined=sum(each.declined for each in referrals),
        answer=_spread(answers),
        result=_spread(results),
        in_time=sum(each.in_time for each in referrals),
        too_late=sum(each.too_late for each in referrals),
    )


def _wait(referral: Referred, came_at: datetime | None, now: datetime) -> Wait:
    until = came_at or min(referral.ended_at or now, now)
    return Wait(max(timedelta(0), until - referral.sent_at), came_at is not None)


def _is_unanswered(referral: Referred) -> bool:
    return referral.answered_at is None and referral.ended_at is None


def _spread(waits: Sequence[Wait]) -> Spread:
    came = sum(wait.came for wait in waits)
    return Spread(came, percentile(waits, MEDIAN), percentile(waits, NINETIETH))
