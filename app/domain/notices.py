"""Who is told of what, when again, and when not at night (design 5, escalation ladder). The numbers are data: `notice_rules.json`, certainty S.

Pure: moments come in as values, always aware; quiet hours and days are those of the unit's zone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from app.domain.clocks import Step
from app.domain.workdays import Calendar
from app.domain.zones import Zone, at_local, to_local

_FILE: Final = Path(__file__).parent / "data" / "notice_rules.json"
_DAY: Final = timedelta(days=1)


class Kind(StrEnum):
    """What a notice says: a step of the ladder, or an act that waits for somebody."""

    WARN = "WARN"
    DUE = "DUE"
    SUPERVISOR = "SUPERVISOR"
    HEAD = "HEAD"
    ASSIGNED = "ASSIGNED"
    HANDED_OVER = "HANDED_OVER"
    DECISION = "DECISION"
    TRANSFER = "TRANSFER"
    ANSWER = "ANSWER"


class Audience(StrEnum):
    """Whom a notice goes to: those who handle the case, supervisors and heads of its unit, the person the act names, the unit asked."""

    HANDLERS = "HANDLERS"
    SUPERVISORS = "SUPERVISORS"
    HEADS = "HEADS"
    NAMED = "NAMED"
    RECEIVERS = "RECEIVERS"


class Mailing(StrEnum):
    """What a person may choose to be told of by mail. Everything stands in the program in any case."""

    OWN = "OWN"  # deadlines and acts of one's own cases
    LADDER = "LADDER"  # what the ladder brings before supervisors and heads
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


@dataclass(frozen=True, slots=True)
class Telling:
    """What one step or act does: its kind, whom it tells, after how long again (None: once)."""

    kind: Kind
    tells: tuple[Audience, ...]
    again_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole of `notice_rules.json`."""

    steps: Mapping[Step, Telling]
    acts: Mapping[str, Telling]
    danger_risks: frozenset[str]
    danger_rules: frozenset[str]
    paperwork: frozenset[str]  # rules that can wait for the morning whatever the risk
    danger_again: timedelta
    quiet_from: time
    quiet_until: time
    digest_at: time
    weekly_on: int  # ISO: Monday is 1


@cache
def rules() -> Rules:
    """The rules of this deployment, read once. ValueError or KeyError for a file that does not hold what it must."""
    found = json.loads(_FILE.read_text(encoding="utf-8"))
    steps = {Step(name): _telling(name, row) for name, row in found["steps"].items()}
    acts = {event: _telling(row["kind"], row) for event, row in found["acts"].items()}
    danger, quiet, digest = found["danger"], found["quiet"], found["digest"]
    return Rules(
        MappingProxyType(steps),
        MappingProxyType(acts),
        frozenset(danger["risks"]),
        frozenset(danger["rules"]),
        frozenset(danger["paperwork"]),
        timedelta(hours=danger["repeat_hours"]),
        time.fromisoformat(quiet["from"]),
        time.fromisoformat(quiet["until"]),
        time.fromisoformat(digest["at"]),
        int(digest["weekly_on"]),
    )


def _telling(kind: str, row: Mapping[str, Any]) -> Telling:
    hours = row.get("repeat_hours")
    again = timedelta(hours=hours) if hours is not None else None
    return Telling(Kind(kind), tuple(Audience(name) for name in row["tells"]), again)


def is_danger(risk: str | None, rule_id: str) -> bool:
    """Whether a clock of a case of this risk breaks the quiet hours and does not wait for working days."""
    if rule_id in rules().paperwork:
        return False
    return risk in rules().danger_risks or rule_id in rules().danger_rules


def again_at(kind: Kind, now: datetime, zone: Zone, calendar: Calendar, *, danger: bool) -> datetime | None:
    """When a notice nobody acknowledged is given again: after its span, on a working day; in danger sooner and on any day.

    None for what is said once. The sweep rounds up to the hour, so the span is counted from the moment it was given.
    """
    step = rules().steps.get(Step(kind.value)) if kind.value in Step.__members__ else None
    if step is None or step.again_after is None:
        return None
    if danger:
        return now + rules().danger_again
    local = to_local(now + step.again_after, zone)
    while not calendar.is_working_day(local.date()):
        local += _DAY
    return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which nothing is sent. From and until equal: none. They may lie over midnight."""

    start: time
    end: time


def usual_quiet() -> Quiet:
    """The quiet hours of whoever chose none."""
    return Quiet(rules().quiet_from, rules().quiet_until)


def may_leave_at(now: datetime, quiet: Quiet, zone: Zone, *, danger: bool) -> datetime:
    """The first moment from now on at which a message may leave: now, or the end of the quiet hours. Danger does not wait."""
    local = to_local(now, zone)
    if danger or not _is_quiet(local.time(), quiet):
        return now
    day = local.date() if local.time() < quiet.end else local.date() + _DAY
    return at_local(day, quiet.end, zone)


def _is_quiet(at: time, quiet: Quiet) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def digest_day(now: datetime, zone: Zone) -> date | None:
    """The local day whose digest is due at this moment: today from the time of the digest on. Yesterday's is not made up for."""
    local = to_local(now, zone)
    return local.date() if local.time() >= rules().digest_at else None


def is_weekly(day: date) -> bool:
    """Whether the weekly digest goes out on this day."""
    return day.isoweekday() == rules().weekly_on
