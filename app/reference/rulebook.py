"""The rules and the calendar a unit's clocks are counted by: the program's, with what the unit decided laid over (design 5)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, literal, select, union

from app.domain.clocks import Rule, load_rules, parse_row
from app.domain.clocks.reading import load_rows
from app.domain.clocks.versions import Local, digest, in_force
from app.domain.workdays import WorkCalendar
from app.reference.calendar import Overrides, indonesian_calendar, of_text
from app.reference.models import CalendarChange, DayChange, RuleConfirmation, RuleVersion
from app.work import Work

_BOOKS: Final = "rulebook"
_DECIDED: Final = "rulebook-decided"
Key = tuple[str, int]
Made = RuleVersion | DayChange | CalendarChange


@dataclass(frozen=True, slots=True)
class Book:
    """What the clocks of one unit are counted by. `number`: the newest change it knows, 0 for the program as it came.

    `rules` with the days each version holds for; `known` also has versions no day is left of, which older clocks still name.
    """

    rules: tuple[Rule, ...]
    known: Mapping[Key, Rule]
    calendar: WorkCalendar
    overrides: Overrides
    number: int
    made: Mapping[int, Made]  # each change by its number; what was taken back has two

    def running(self, standard: str = "") -> tuple[Rule, ...]:
        """The rules as the engine takes them, with the shelter standard the unit took over switched on (case-management 9.7)."""
        if not standard:
            return self.rules
        return tuple(
            replace(rule, active=True, inactive_because=None) if rule.id == standard else rule for rule in self.rules
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything one unit decided, oldest first, and what new releases of the program changed of the days off."""

    versions: Sequence[RuleVersion] = ()
    confirmations: Sequence[RuleConfirmation] = ()
    days: Sequence[DayChange] = ()
    years: Sequence[CalendarChange] = ()

    @property
    def number(self) -> int:
        """The newest change."""
        numbers = [row.change_no for row in self.versions]
        numbers += [max(row.change_no, row.withdrawn_no or 0) for row in self.days]
        numbers += [row.change_no for row in self.years]
        return max(numbers, default=0)


_KINDS: Final[tuple[tuple[type[Any], tuple[Any, ...]], ...]] = (
    (RuleVersion, (RuleVersion.number,)),
    (RuleConfirmation, (RuleConfirmation.recorded_at, RuleConfirmation.id)),
    (DayChange, (DayChange.change_no,)),
    (CalendarChange, (CalendarChange.change_no,)),
)
"""What a unit decides or a release changes, and the order it came in."""

_UNITS: Final[BindParameter[Any]] = bindparam("unit_ids", expanding=True)
_ANY: Final = union(
    *(
        select(kind.unit_id, literal(place)).where(kind.unit_id.in_(_UNITS))
        for place, (kind, _order) in enumerate(_KINDS)
    )
)
_ROWS: Final[tuple[Select[Any], ...]] = tuple(
    select(kind).where(kind.unit_id.in_(_UNITS)).order_by(*order) for kind, order in _KINDS
)
"""Statements made once: every act that touches a case asks."""


def books(work: Work, unit_ids: Iterable[UUID]) -> Mapping[UUID, Book]:
    """The books of these units, made once in a work."""
    held = _books(work)
    found = decided(work, unit_ids)
    for unit_id in found.keys() - {unit_id for unit_id, number in held if number is None}:
        held[unit_id, None] = as_of(found[unit_id], None)
    return {unit_id: held[unit_id, None] for unit_id in found}


def of_unit(work: Work, unit_id: UUID) -> Book:
    """The book of one unit."""
    return books(work, [unit_id])[unit_id]


def before(work: Work, unit_id: UUID, number: int) -> Book:
    """The book of a unit as it was after that change, made once in a work: a batch of cases mostly asks for the same."""
    held = _books(work)
    if (unit_id, number) not in held:
        held[unit_id, number] = as_of(decided(work, [unit_id])[unit_id], number)
    return held[unit_id, number]


def _books(work: Work) -> dict[tuple[UUID, int | None], Book]:
    return cast(dict[tuple[UUID, int | None], Book], work.memo.setdefault(_BOOKS, {}))


def confirmed_here(work: Work, unit_id: UUID, rule: Rule) -> Rule:
    """A rule of the program with what this unit recorded of its confirmation."""
    return of_unit(work, unit_id).known.get(rule.key, rule)


def forget(work: Work) -> None:
    """After a decision in this work: what was read before no longer holds."""
    work.memo.pop(_BOOKS, None)
    work.memo.pop(_DECIDED, None)


def decided(work: Work, unit_ids: Iterable[UUID]) -> Mapping[UUID, Decided]:
    """What each of these units decided, read once in a work: one query where nothing was, one more for each kind of decision there is."""
    held = cast(dict[UUID, Decided], work.memo.setdefault(_DECIDED, {}))
    wanted = list(dict.fromkeys(unit_ids))
    missing = [unit_id for unit_id in wanted if unit_id not in held]
    if missing:
        found = _rows_of(work, missing)
        held.update({each: Decided(*(rows[each] for rows in found)) for each in missing})
    return {unit_id: held[unit_id] for unit_id in wanted}


def _rows_of(work: Work, unit_ids: Sequence[UUID]) -> Sequence[Mapping[UUID, list[Any]]]:
    given = {"unit_ids": list(unit_ids)}
    there = {place for _unit_id, place in work.session.execute(_ANY, given)}
    return [_by_unit(work.session.scalars(rows, given) if place in there else ()) for place, rows in enumerate(_ROWS)]


def _by_unit(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


def as_of(found: Decided, number: int | None) -> Book:
    """The book as it was after that change; None: as it is now. Confirmations move no clock and count as they are now."""
    versions = [row for row in found.versions if number is None or row.change_no <= number]
    local = [Local(local_rule(row.row), row.follows) for row in versions]
    confirmed = _confirmed(found)
    every = (*load_rules(), *(version.rule for version in local))
    known = {rule.key: _with(rule, confirmed.get(rule.key)) for rule in every}
    rules = tuple(_with(rule, confirmed.get(rule.key)) for rule in in_force(load_rules(), local))
    overrides = _overrides(found.days, number)
    newest = found.number if number is None else number
    return Book(
        rules, known, _calendar_of(overrides, _years(found.years, number)), overrides, newest, _by_number(found)
    )


def _by_number(found: Decided) -> Mapping[int, Made]:
    made: dict[int, Made] = {row.change_no: row for row in found.versions}
    made |= {row.change_no: row for row in found.days}
    made |= {row.change_no: row for row in found.years}
    return made | {row.withdrawn_no: row for row in found.days if row.withdrawn_no is not None}


@lru_cache(maxsize=512)
def local_rule(row: str) -> Rule:
    """The rule of a stored row."""
    return parse_row(json.loads(row))


def _confirmed(found: Decided) -> Mapping[Key, RuleConfirmation]:
    """The latest confirmation of each version whose text is still the one that was read."""
    latest = {(row.rule_id, row.number): row for row in found.confirmations}
    if not latest:
        return {}
    texts = {(str(row["id"]), int(row["version"])): row for row in load_rows()}
    texts |= {(row.rule_id, row.number): json.loads(row.row) for row in found.versions}
    return {key: row for key, row in latest.items() if key in texts and digest(texts[key]) == row.says}


def _with(rule: Rule, confirmation: RuleConfirmation | None) -> Rule:
    if confirmation is None:
        return rule
    return replace(rule, confirmed_by=confirmation.officer, confirmed_on=confirmation.confirmed_on)


def _overrides(days: Iterable[DayChange], number: int | None) -> Overrides:
    """The later change of a day wins over the earlier one."""
    added: dict[date, str] = {}
    removed: set[date] = set()
    complete: set[int] = set()
    for row in days:
        if not _stands(row, number):
            continue
        if row.kind == "complete":
            complete.add(row.day.year)
        elif row.kind == "off":
            added[row.day] = row.name
            removed.discard(row.day)
        else:
            removed.add(row.day)
            added.pop(row.day, None)
    return Overrides(added, frozenset(removed), frozenset(complete))


def _stands(row: DayChange, number: int | None) -> bool:
    if number is None:
        return row.withdrawn_no is None
    return row.change_no <= number and (row.withdrawn_no is None or row.withdrawn_no > number)


def _years(changes: Sequence[CalendarChange], number: int | None) -> Mapping[int, str]:
    """Years the program knew otherwise after that change: each as it was before the first one that came later."""
    later = [row for row in changes if number is not None and row.change_no > number]
    return {row.year: row.before for row in reversed(later)}


def _calendar_of(overrides: Overrides, years: Mapping[int, str]) -> WorkCalendar:
    return _calendar(
        tuple(sorted(overrides.added.items())),
        frozenset(overrides.removed),
        frozenset(overrides.confirmed),
        tuple(sorted(years.items())),
    )


@lru_cache(maxsize=64)
def _calendar(
    added: tuple[tuple[date, str], ...],
    removed: frozenset[date],
    complete: frozenset[int],
    years: tuple[tuple[int, str], ...],
) -> WorkCalendar:
    known = {year: of_text(text) for year, text in years}
    return indonesian_calendar(Overrides(dict(added), removed, complete), known)
