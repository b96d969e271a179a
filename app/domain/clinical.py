"""The clinical window after sexual violence: how long emergency care is at its best, counted from the incident (case-management 9.8).

The hours, their basis and their certainty are those of the rule CLIN-72. Whether it is running is told before anybody knows whether there was
penetration, so that the question is asked in time; the clock itself runs only where there was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from app.domain.clocks import Rule, load_rules
from app.domain.codes import code_list
from app.domain.zones import Zone, at_local

RULE: Final = "CLIN-72"
SEXUAL: Final = "VK_SEKSUAL"


@cache
def rule() -> Rule:
    """The rule of the window, as the readable file has it."""
    return next(rule for rule in load_rules() if rule.id == RULE)


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, in UTC. `time_known`: whether the time of the incident was recorded; else 00:00 of that day is taken."""

    started: datetime
    until: datetime
    time_known: bool

    def is_open(self, at: datetime) -> bool:
        """Whether there was time left at that moment; the last minute is in time."""
        return at <= self.until


def window(first_on: date | None, last_on: date | None, clock: str, zone: Zone) -> Window | None:
    """The window of an incident, from its last day and time (HH:MM, or "" where not known); None where no day is known."""
    day = last_on or first_on
    if day is None:
        return None
    hour, _colon, minute = clock.partition(":")
    started = at_local(day, time(int(hour), int(minute)) if minute else time(0, 0), zone)
    return Window(started, started + hours(), bool(minute))


def hours() -> timedelta:
    """How long the window is."""
    return timedelta(hours=rule().terms[0].amounts[0])


def is_sexual(violence: Collection[str], forms: Iterable[str], tpks: Collection[str]) -> bool:
    """Whether sexual violence is recorded: by its kind, by one of its forms, or by a crime of UU 12/2022."""
    kinds = {
        code_list("violence_form").get(form).text("violence") for form in forms if form in code_list("violence_form")
    }
    return SEXUAL in violence or SEXUAL in kinds or bool(tpks)


def is_penetration(forms: Iterable[str], tpks: Iterable[str], prompts: Iterable[str]) -> bool:
    """Whether what is recorded says that there was penetration: a form, a crime, or the danger prompt that asks for it."""
    named = (("violence_form", forms), ("tpks", tpks), ("danger_prompt", prompts))
    return any(
        code in code_list(name) and code_list(name).get(code).truth("penetration") is True
        for name, codes in named
        for code in codes
    )
