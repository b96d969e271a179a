"""Rules of the course of a case: what makes an assessment complete, how far a goal reaches, when it is closed (case-management 6.2,
7 F5/F6, 9.9). Where a value has no source (S) the entry says so."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.domain.clocks.counting import add_months
from app.domain.codes import code_list

OPEN: Final = "GS_TERBUKA"
AGREED: Final = "YA"

TO_FINISH: Final = ("hopes", "physical", "psychological", "social", "conclusion")
"""Words an assessment needs to be complete (S): what the client hopes for, each of the three biopsychosocial sides, a conclusion.

The form of the source (F5, C) has more parts; which of them may stay empty it does not say.
"""


def lacks_to_finish(risk: str, filled: frozenset[str]) -> tuple[str, ...]:
    """What an assessment lacks to be finished: names of fields, in the order of the form. `filled`: texts that hold a word."""
    return (*(() if risk else ("risk",)), *(name for name in TO_FINISH if name not in filled))


def horizon_of(start: date, target: date) -> str:
    """The shortest horizon that reaches the target day, counted from the day of the plan (case-management 9.9, C2)."""
    return next(code.code for code in code_list("goal_horizon") if reaches(code.code, start, target))


def reaches(horizon: str, start: date, target: date) -> bool:
    """Whether a target day lies within a horizon; the longest has no end."""
    months = code_list("goal_horizon").get(horizon).number("months")
    return months is None or target <= add_months(start, months)


def doubted(outcome: str) -> tuple[str, ...]:
    """Reasons of an end that want a review to have said so, where the last one said something else (empty: nobody has looked). A case
    leaves monitoring when the review says that the goals are met (case-management 6.2 ST6, C); other reasons wait for none."""
    wanted = {code.code: code.text("expects") for code in code_list("termination_reason")}
    return tuple(reason for reason, expected in wanted.items() if expected and expected != outcome)


def is_closed(state: str) -> bool:
    """Whether nothing more is done for a goal in this state: met, not met or dropped."""
    return bool(code_list("goal_state").get(state).truth("closed"))


def needs_reason(state: str) -> bool:
    """Whether coming into this state needs a reason in words."""
    return bool(code_list("goal_state").get(state).truth("reason_required"))
