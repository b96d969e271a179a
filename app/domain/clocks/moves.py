"""What a changed calendar or rule moved: the same events counted twice, before and after, and the difference said (docs/clocks.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.domain.clocks.clock import Clock

MOST: Final = 60
"""How many moves of one case are kept, the newest."""


@dataclass(frozen=True, slots=True, repr=False)
class Move:
    """One clock that moved. `was_due` is None for a clock that runs only since; `due` for one that no longer runs.

    `causes`: the numbers of the changes it follows from, as the office counts them.
    """

    rule_id: str
    subject_id: UUID
    occurrence: str
    at: datetime
    causes: tuple[int, ...]
    was_due: datetime | None
    due: datetime | None
    was_second: date | None = None
    second: date | None = None
    was_version: int | None = None
    version: int | None = None

    @property
    def key(self) -> str:
        """The clock it is about, whichever version of its rule it runs by."""
        return f"{self.rule_id}/{self.subject_id}/{self.occurrence}"


def moves(before: Iterable[Clock], after: Iterable[Clock], at: datetime, causes: tuple[int, ...]) -> tuple[Move, ...]:
    """What is different between two counts of the same events: due moments, second dates, the version; clocks that came or went."""
    old, new = {clock.key: clock for clock in before}, {clock.key: clock for clock in after}
    keys = sorted({*old, *new})
    found = ((old.get(key), new.get(key)) for key in keys)
    return tuple(_move(was, now, at, causes) for was, now in found if _differ(was, now))


def _differ(was: Clock | None, now: Clock | None) -> bool:
    if was is None or now is None:
        return True
    return (was.due_at, was.second_date, was.version) != (now.due_at, now.second_date, now.version)


def _move(was: Clock | None, now: Clock | None, at: datetime, causes: tuple[int, ...]) -> Move:
    """Raises ValueError where there is neither clock."""
    named = now or was
    if named is None:
        raise ValueError("nothing moved")
    return Move(
        rule_id=named.rule_id,
        subject_id=named.subject_id,
        occurrence=named.occurrence,
        at=at,
        causes=causes,
        was_due=was.due_at if was else None,
        due=now.due_at if now else None,
        was_second=was.second_date if was else None,
        second=now.second_date if now else None,
        was_version=was.version if was else None,
        version=now.version if now else None,
    )


def move_record(move: Move) -> dict[str, object]:
    """The move as plain values, for the sealed section of the case; `move_of` gives an equal one back."""
    return {
        "rule": move.rule_id,
        "subject": str(move.subject_id),
        "occurrence": move.occurrence,
        "at": move.at.isoformat(),
        "causes": list(move.causes),
        "was": move.was_due and move.was_due.isoformat(),
        "due": move.due and move.due.isoformat(),
        "was_second": move.was_second and move.was_second.isoformat(),
        "second": move.second and move.second.isoformat(),
        "was_version": move.was_version,
        "version": move.version,
    }


def move_of(record: Mapping[str, object]) -> Move:
    """The move of a record. ValueError, without its content, for a record that is not one of ours."""
    try:
        causes = record["causes"]
        return Move(
            str(record["rule"]),
            UUID(str(record["subject"])),
            str(record["occurrence"]),
            datetime.fromisoformat(str(record["at"])),
            tuple(int(number) for number in causes) if isinstance(causes, (list, tuple)) else (),
            _moment(record["was"]),
            _moment(record["due"]),
            _day(record["was_second"]),
            _day(record["second"]),
            _number(record["was_version"]),
            _number(record["version"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ValueError("not a record of a move") from None


def _moment(value: object) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _number(value: object) -> int | None:
    return None if value is None else int(str(value))
