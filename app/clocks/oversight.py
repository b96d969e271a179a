"""What stands across files: deadlines that a decree or a new rule moved, and how many run by each rule (`clock:board`).

Neither stands in the clear: which clocks a case has names what happened there. So the newest files are opened under one event that names
them, at most `LOOK_THROUGH`, and the page says when there were more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import load_only

from app.audit.events import Event
from app.cases import families
from app.cases import queries as case_queries
from app.cases.models import Case
from app.clocks import board
from app.clocks import lines as clock_lines
from app.clocks.lines import Line
from app.clocks.models import CaseClocks
from app.domain.access import Capability
from app.web.sealed import Unopened
from app.work import Opening, Work

LOOK_THROUGH: Final = board.LOOK_THROUGH


@dataclass(frozen=True, slots=True)
class Found:
    """The cases to open, and whether there were more."""

    cases: tuple[Case, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class MovedCase:
    """A case with those of its clocks that moved."""

    case: Case
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many clocks run by one version of a rule, and how many of them are overdue."""

    line: Line
    running: int
    overdue: int


def find_counted_lately(work: Work) -> Found:
    """The cases whose clocks were counted last, of those one may see in one's unit."""
    return _found(work, _own(work).order_by(CaseClocks.updated_at.desc(), Case.id))


def find_running(work: Work) -> Found:
    """The cases in which a clock runs, next due first."""
    return _found(work, _own(work).where(Case.due_at.is_not(None)).order_by(Case.due_at, Case.id))


def _own(work: Work) -> Select[Case]:
    work.actor.require(Capability.CLOCK_BOARD)
    shown = load_only(Case.unit_id, Case.register_no, Case.status, Case.is_hidden, raiseload=True)
    rows = select(Case).options(shown).join(CaseClocks, CaseClocks.case_id == Case.id)
    return rows.where(case_queries.readable_by(work.actor), Case.unit_id == work.actor.own_unit())


def _found(work: Work, rows: Select[Case]) -> Found:
    cases = board.let_in(work, work.session.scalars(rows.limit(LOOK_THROUGH + 1)))
    return Found(tuple(cases[:LOOK_THROUGH]), len(cases) > LOOK_THROUGH)


def opening(work: Work, found: Found) -> Opening:
    """What the page opens: one event names every case."""
    whole = families.with_duplicates(work, [each.id for each in found.cases])
    return Opening(Event.CLOCKS_LISTED, whole, clock_lines.SECTIONS)


def moved(work: Work, found: Found) -> list[MovedCase]:
    """The cases in which a clock moved, the latest move first."""
    made = [MovedCase(case, [line for line in lines if line.moves]) for case, lines in _held(work, found)]
    wanted = [each for each in made if each.lines]
    return sorted(wanted, key=lambda each: max(move.at for line in each.lines for move in line.moves), reverse=True)


def by_rule(work: Work, found: Found) -> list[RuleCount]:
    """How many clocks run by each version of each rule."""
    running: Counter[tuple[str, int]] = Counter()
    overdue: Counter[tuple[str, int]] = Counter()
    first: dict[tuple[str, int], Line] = {}
    for _case, lines in _held(work, found):
        for line in lines:
            if line.is_running:
                key = (line.clock.rule_id, line.clock.version)
                first.setdefault(key, line)
                running[key] += 1
                overdue[key] += line.is_overdue
    return [RuleCount(first[key], running[key], overdue[key]) for key in sorted(running)]


def _held(work: Work, found: Found) -> Iterator[tuple[Case, list[Line]]]:
    held = clock_lines.of_cases(work, [each.id for each in found.cases])
    for case in found.cases:
        lines = held.get(case.id, ())
        if not isinstance(lines, Unopened):
            yield case, list(lines)
